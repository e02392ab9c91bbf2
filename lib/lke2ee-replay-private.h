/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The IVs of the last frames, to tell a frame that comes again. */
#pragma once

#include "lke2ee-wire-private.h"

G_BEGIN_DECLS

/* What is asked for beyond this is cut down to it: 450 MB. */
#define LKE2EE_REPLAY_MAX_WINDOW (1u << 24)

typedef struct _Lke2eeReplay Lke2eeReplay;

Lke2eeReplay *lke2ee_replay_new (guint window);
void lke2ee_replay_free (Lke2eeReplay *self);
void lke2ee_replay_clear (Lke2eeReplay *self);
gboolean lke2ee_replay_contains (Lke2eeReplay *self, guint8 key_index,
    const guint8 *iv);
void lke2ee_replay_add (Lke2eeReplay *self, guint8 key_index,
    const guint8 *iv);

G_END_DECLS
