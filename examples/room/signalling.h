/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* One websocket connection to a LiveKit server. */
#pragma once

#include <gio/gio.h>
#include "messages.h"

typedef struct _Signalling Signalling;

typedef struct
{
  void (*message) (SignalResponse * message, gpointer user_data);
  /* The connection ended. Not after signalling_free(). */
  void (*closed) (const GError * error, gpointer user_data);
} SignallingFuncs;

Signalling *signalling_new (const char *uri, const SignallingFuncs * funcs,
    gpointer user_data);
void signalling_free (Signalling * self);
void signalling_send (Signalling * self, GBytes * message);
char *signalling_make_uri (const char *url, const char *token,
    gboolean auto_subscribe);
