/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A frame on its way from a receiver to the writer. */
#pragma once

#include "track.h"

typedef struct
{
  Track *track;
  GstBuffer *buffer;
  GstCaps *caps;
  gint64 time;                  /* ms since the recording began; of arrival */
  gint64 capture_time;          /* ms by the sender's clock; 0: unknown */
} Frame;

Frame *frame_new (Track * track, GstSample * sample);
void frame_free (Frame * self);
gboolean frame_is_key (const Frame * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Frame, frame_free)
