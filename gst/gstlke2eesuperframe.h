/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The layer frames of a VP9 picture, put together for a decoder. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _Lke2eeSuperframe Lke2eeSuperframe;

Lke2eeSuperframe *lke2ee_superframe_new (void);
void lke2ee_superframe_free (Lke2eeSuperframe *self);
void lke2ee_superframe_clear (Lke2eeSuperframe *self);

gboolean lke2ee_superframe_is_empty (Lke2eeSuperframe *self);
gboolean lke2ee_superframe_takes (Lke2eeSuperframe *self,
    GstBuffer *frame, gboolean has_markers);
void lke2ee_superframe_add (Lke2eeSuperframe *self, GstBuffer *frame);
GstBuffer *lke2ee_superframe_finish (Lke2eeSuperframe *self);

G_END_DECLS
