/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Frames arrive when encoders and network are done with them, video later than
 * audio. Where a sender says when it took them, that counts: one offset for all
 * tracks of a participant, which share a clock. */

#include "sync.h"

/* A clock that is so far off was set anew, or is another one. */
#define MAX_DIFFERENCE_MS 1000

/* The time to record a frame at. All in ms; @capture: 0 if unknown. */
gint64
sync_align (Sync * self, gint64 arrival, gint64 capture)
{
  gint64 difference = capture + self->offset - arrival;

  if (capture == 0)
    return arrival;
  if (!self->is_known || ABS (difference) > MAX_DIFFERENCE_MS) {
    self->is_known = TRUE;
    self->offset = arrival - capture;
  }
  return capture + self->offset;
}
