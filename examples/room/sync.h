/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Puts the tracks of one participant in step. */
#pragma once

#include <glib.h>

/* All zero at the beginning. */
typedef struct
{
  gboolean is_known;
  gint64 offset;                /* from the sender's clock to ours, ms */
} Sync;

gint64 sync_align (Sync * self, gint64 arrival, gint64 capture);
