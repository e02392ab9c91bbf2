/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* One track from its RTP packets to frames in the clear. */
#pragma once

#include <lke2ee/lke2ee.h>
#include "frame.h"

typedef struct _Receiver Receiver;

/* On a streaming thread; takes the frame. */
typedef void (*ReceiverFunc) (Frame * frame, gpointer user_data);

Receiver *receiver_new (GstBin * pipeline, GstPad * source, Track * track,
    gboolean from_rtp, Lke2eeKeyProvider * provider, ReceiverFunc func,
    gpointer user_data, GError ** error);
void receiver_free (Receiver * self);
Frame *receiver_pull (Receiver * self);
gboolean receiver_owns (Receiver * self, GstObject * element);
