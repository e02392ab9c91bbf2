/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Signals of a provider, brought to the main context it was made in. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct _Lke2eeSignalQueue Lke2eeSignalQueue;

Lke2eeSignalQueue *lke2ee_signal_queue_new (GObject *emitter);
void lke2ee_signal_queue_free (Lke2eeSignalQueue *self);
void lke2ee_signal_queue_push (Lke2eeSignalQueue *self, guint signal_id,
    const char *participant, guint index, GBytes *material,
    guint max_pending);

G_END_DECLS
