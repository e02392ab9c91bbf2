/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Where a recorded track has gaps, and why. */
#pragma once

#include <glib.h>

/* Times in ms since the recording began. */
typedef struct
{
  gint64 from;
  gint64 to;
  const char *reason;           /* static */
} Gap;

typedef struct
{
  GArray *found;                /* of Gap */
  gint64 last;                  /* the last frame, or the beginning */
  const char *reason;           /* heard of since then */
} Gaps;

#define GAPS_THRESHOLD_MS 1000

void gaps_init (Gaps * self, gint64 start);
void gaps_clear (Gaps * self);
void gaps_note (Gaps * self, const char *reason);
const char *gaps_get_reason (const Gaps * self);
void gaps_frame (Gaps * self, gint64 time);
void gaps_end (Gaps * self, gint64 time);
