/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The connection over which we send our tracks. */
#pragma once

#include "media.h"
#include "peer.h"
#include "session.h"

typedef struct _Publisher Publisher;

typedef struct
{
  void (*published) (MediaKind kind, const char *sid, gpointer user_data);
  void (*failed) (const char *reason, gpointer user_data);
} PublisherFuncs;

Publisher *publisher_new (Media * media, const MediaConfig * config,
    Session * session, const Livekit__JoinResponse * join,
    const PublisherFuncs * funcs, gpointer user_data);
void publisher_free (Publisher * self);
void publisher_handle (Publisher * self, SignalResponse * message);
void publisher_mute (Publisher * self, MediaKind kind, gboolean muted);
