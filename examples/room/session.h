/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Being in a room: joins, and joins again when the connection is lost. */
#pragma once

#include "messages.h"

typedef struct _Session Session;

typedef struct
{
  void (*joined) (const Livekit__JoinResponse * join, gboolean again,
      gpointer user_data);
  void (*message) (SignalResponse * message, gpointer user_data);
  /* What belonged to the connection is to be given up. */
  void (*lost) (const char *reason, gpointer user_data);
  /* It is over: the server wants us to go, or never let us in. */
  void (*ended) (const char *reason, gpointer user_data);
} SessionFuncs;

/* Makes a token for the next join. */
typedef char *(*SessionTokenFunc) (gpointer user_data);

Session *session_new (const char *url, gboolean auto_subscribe,
    SessionTokenFunc make_token, const SessionFuncs * funcs,
    gpointer user_data);
void session_free (Session * self);
void session_start (Session * self);
void session_send (Session * self, GBytes * message);
void session_lose (Session * self, const char *reason);
void session_leave (Session * self);
