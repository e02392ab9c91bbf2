/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A gap is a time of more than a second without a frame. Its reason is the last
 * thing that was heard of the track meanwhile. */

#include "gaps.h"

void
gaps_init (Gaps * self, gint64 start)
{
  self->found = g_array_new (FALSE, FALSE, sizeof (Gap));
  self->last = start;
  self->reason = NULL;
}

void
gaps_clear (Gaps * self)
{
  g_clear_pointer (&self->found, g_array_unref);
}

/* @reason: static. */
void
gaps_note (Gaps * self, const char *reason)
{
  self->reason = reason;
}

/* Why there is no frame now. Static. */
const char *
gaps_get_reason (const Gaps * self)
{
  return self->reason ? self->reason : "no-data";
}

static void
close_gap (Gaps * self, gint64 time)
{
  const Gap gap = { self->last, time, gaps_get_reason (self) };

  if (time - self->last > GAPS_THRESHOLD_MS)
    g_array_append_val (self->found, gap);
  self->reason = NULL;
}

void
gaps_frame (Gaps * self, gint64 time)
{
  close_gap (self, time);
  self->last = MAX (self->last, time);
}

/* The recording of the track ends. */
void
gaps_end (Gaps * self, gint64 time)
{
  close_gap (self, time);
}
