/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What everything is compared with: one cached OpenSSL context for AES-128-GCM
 * that gets a new IV for each frame. */
#pragma once

#include "frames.h"

typedef struct _Yardstick Yardstick;

Yardstick *yardstick_new (const BenchFrame *frame);
void yardstick_free (Yardstick *self);

/* A BenchFunc: seals the frame, its clear header as additional data. */
void yardstick_run (gpointer self, guint n);
