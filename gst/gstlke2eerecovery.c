/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Recovery from lost frames of a video track. */

#include "gstlke2eerecovery.h"

/* A key frame takes a round trip and an encoder's time to come. */
#define REQUEST_INTERVAL_US G_USEC_PER_SEC

void
lke2ee_recovery_reset (Lke2eeRecovery * self)
{
  *self = (Lke2eeRecovery) {
  0};
}

/* Frames that the stream misses; a replayed frame is not one of them. */
static gboolean
is_loss (Lke2eeFate fate)
{
  return fate == LKE2EE_FATE_MISSING_KEY || fate == LKE2EE_FATE_NOT_AUTHENTIC
      || fate == LKE2EE_FATE_MALFORMED;
}

/* Takes note that frames are missing in front of the next one. */
void
lke2ee_recovery_gap (Lke2eeRecovery * self)
{
  if (!self->has_begun || self->needs_keyframe)
    return;
  self->cause = LKE2EE_FATE_MALFORMED;
  self->needs_keyframe = TRUE;
}

/* Frames decrypt again, as when a key has come: until now a key frame could not
 * have been used, so this is the time to ask, whenever the last request was.
 * Once a second, lest frames that fail and open in turn make a flood. */
static void
allow_early_request (Lke2eeRecovery * self)
{
  gint64 now = g_get_monotonic_time ();

  if (now < self->next_early_request)
    return;
  self->next_early_request = now + REQUEST_INTERVAL_US;
  self->next_request = 0;
}

/* Takes note of a frame. A delta frame that must not be shown before the next
 * key frame gets the fate of the frame that was lost. */
Lke2eeFate
lke2ee_recovery_frame (Lke2eeRecovery * self, Lke2eeFate fate,
    gboolean is_keyframe, gboolean wait_for_keyframe)
{
  self->has_begun = TRUE;
  if (is_loss (fate)) {
    if (!self->needs_keyframe)
      self->cause = fate;
    self->needs_keyframe = TRUE;
    self->is_failing = fate != LKE2EE_FATE_MALFORMED;
    return fate;
  }
  if (self->is_failing && fate == LKE2EE_FATE_DONE) {
    self->is_failing = FALSE;
    allow_early_request (self);
  }
  if (!self->needs_keyframe || lke2ee_report_fate_is_drop (fate))
    return fate;
  if (is_keyframe) {
    self->needs_keyframe = FALSE;
    return fate;
  }
  return wait_for_keyframe && fate == LKE2EE_FATE_DONE ? self->cause : fate;
}

/* Whether to ask for a key frame now: while one is needed, once a second. */
gboolean
lke2ee_recovery_should_request (Lke2eeRecovery * self)
{
  gint64 now;

  if (!self->needs_keyframe)
    return FALSE;
  now = g_get_monotonic_time ();
  if (now < self->next_request)
    return FALSE;
  self->next_request = now + REQUEST_INTERVAL_US;
  return TRUE;
}
