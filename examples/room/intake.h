/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* One connection's worth of receiving: pipeline, subscriber, receivers. */
#pragma once

#include <lke2ee/lke2ee.h>
#include "receiver.h"
#include "subscriber.h"

typedef struct _Intake Intake;

typedef struct
{
  /* The track of that id, or NULL as long as it is not known. */
  Track *(*find_track) (const char *sid, gpointer user_data);
  /* On a streaming thread; takes the frame. */
  ReceiverFunc frame;
  void (*state) (const char *sid, const char *state, gpointer user_data);
  void (*failed) (const char *reason, gpointer user_data);
} IntakeFuncs;

Intake *intake_new (Session * session, const Livekit__JoinResponse * join,
    Lke2eeKeyProvider * provider, GstClockTime start,
    const IntakeFuncs * funcs, gpointer user_data);
void intake_free (Intake * self);
void intake_handle (Intake * self, SignalResponse * message);
void intake_track_known (Intake * self, const char *sid);
void intake_track_gone (Intake * self, const char *sid);
