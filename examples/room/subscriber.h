/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The connection over which the server sends us the others' tracks. */
#pragma once

#include "peer.h"
#include "session.h"

typedef struct _Subscriber Subscriber;

typedef struct
{
  /* The encoding name of a track, or NULL if it is not known. */
  const char *(*encoding) (const char *track_id, gpointer user_data);
  /* On a thread of webrtcbin; @track_id is NULL for a pad of no track. */
  void (*pad_added) (GstPad * pad, const char *track_id, gpointer user_data);
  void (*failed) (const char *reason, gpointer user_data);
} SubscriberFuncs;

Subscriber *subscriber_new (GstElement * pipeline, Session * session,
    const Livekit__JoinResponse * join, const SubscriberFuncs * funcs,
    gpointer user_data);
void subscriber_free (Subscriber * self);
void subscriber_handle (Subscriber * self, SignalResponse * message);
