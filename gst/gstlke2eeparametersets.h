/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The parameter sets of a stream: kept by id, given out for key frames. */
#pragma once

#include "gstlke2eenalparser.h"

G_BEGIN_DECLS

typedef struct _Lke2eeParameterSets Lke2eeParameterSets;

Lke2eeParameterSets *lke2ee_parameter_sets_new (void);
void lke2ee_parameter_sets_free (Lke2eeParameterSets *self);
void lke2ee_parameter_sets_clear (Lke2eeParameterSets *self);
void lke2ee_parameter_sets_forget_new (Lke2eeParameterSets *self);

/* @func is given each set when it is first given out, and returns what to give
 * instead, or NULL for the set itself. */
typedef GByteArray *(*Lke2eeParameterSetFilter) (const Lke2eeNal *nal,
    gpointer user_data);
void lke2ee_parameter_sets_set_filter (Lke2eeParameterSets *self,
    Lke2eeParameterSetFilter func, gpointer user_data);
/* Has the filter asked anew. Returns whether it had changed anything. */
gboolean lke2ee_parameter_sets_filter_again (Lke2eeParameterSets *self);

/* Puts @nal if it is a parameter set. @self is a gpointer to serve as
 * callback. */
void lke2ee_parameter_sets_put (const Lke2eeNal *nal, gpointer self);

/* Calls for each set, or each that is new, in order: VPS, SPS, SPS extension,
 * PPS. */
typedef void (*Lke2eeParameterSetFunc) (const guint8 *nal, gsize size,
    gpointer user_data);
void lke2ee_parameter_sets_give (Lke2eeParameterSets *self,
    gboolean only_new, Lke2eeParameterSetFunc func, gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lke2eeParameterSets,
    lke2ee_parameter_sets_free)

G_END_DECLS
