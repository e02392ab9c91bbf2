/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What to do after frames were lost: ask for a key frame, wait for one. */
#pragma once

#include <gst/gst.h>

#include "gstlke2eereport.h"

G_BEGIN_DECLS

typedef struct _Lke2eeRecovery Lke2eeRecovery;

struct _Lke2eeRecovery
{
  gboolean has_begun;           /* a frame came: a gap is a loss from here */
  gboolean needs_keyframe;      /* frames were lost since the last one */
  Lke2eeFate cause;             /* why the first of them was */
  gboolean is_failing;          /* so would a key frame have been lost */
  gint64 next_request;          /* monotonic, us */
  gint64 next_early_request;
};

void lke2ee_recovery_reset (Lke2eeRecovery *self);
void lke2ee_recovery_gap (Lke2eeRecovery *self);
Lke2eeFate lke2ee_recovery_frame (Lke2eeRecovery *self, Lke2eeFate fate,
    gboolean is_keyframe, gboolean wait_for_keyframe);
gboolean lke2ee_recovery_should_request (Lke2eeRecovery *self);

G_END_DECLS
