/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Which frames were sent, and which of them arrived as they were. */
#pragma once

#include <gst/gst.h>

/* The frames of a track, at one place, in order. Filled by a streaming
 * thread. */
typedef struct
{
  GMutex lock;
  GPtrArray *digests;           /* SHA-256, hex */
  guint64 bytes;
} Ledger;

Ledger *ledger_new (void);
void ledger_free (Ledger * ledger);
void ledger_watch (Ledger * ledger, GstElement * bin, const char *name);

guint ledger_get_n_frames (Ledger * ledger);
guint ledger_count_identical (Ledger * sent, Ledger * received);
