/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The parameter sets of a stream: kept by id, given out for key frames. */
#pragma once

#include <gst/gst.h>
#include <lke2ee/lke2ee.h>

G_BEGIN_DECLS

typedef struct _Lke2eeParameterSets Lke2eeParameterSets;

Lke2eeParameterSets *lke2ee_parameter_sets_new (void);
void lke2ee_parameter_sets_free (Lke2eeParameterSets *self);
void lke2ee_parameter_sets_clear (Lke2eeParameterSets *self);
void lke2ee_parameter_sets_forget_new (Lke2eeParameterSets *self);

/* @rank orders what is given out: VPS, SPS, SPS extension, PPS. */
void lke2ee_parameter_sets_put (Lke2eeParameterSets *self, guint rank,
    guint id, const guint8 *nal, gsize size);

/* Calls for each set, or each that came since the last call, in order. They
 * count as given out then. */
typedef void (*Lke2eeParameterSetFunc) (const guint8 *nal, gsize size,
    gpointer user_data);
void lke2ee_parameter_sets_give (Lke2eeParameterSets *self,
    gboolean only_new, Lke2eeParameterSetFunc func, gpointer user_data);

G_END_DECLS
