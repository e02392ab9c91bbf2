/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The canonical form of an H.264 or H.265 access unit. */
#pragma once

#include "gstlke2eenalparser.h"
#include "gstlke2eeparametersets.h"

G_BEGIN_DECLS

typedef enum
{
  LKE2EE_ACCESS_UNIT_OK,
  LKE2EE_ACCESS_UNIT_NO_SLICE,  /* parameter sets, SEI, AUD: nothing to seal */
  LKE2EE_ACCESS_UNIT_BROKEN,
} Lke2eeAccessUnitResult;

typedef struct _Lke2eeAccessUnit Lke2eeAccessUnit;

Lke2eeAccessUnit *lke2ee_access_unit_new (void);
void lke2ee_access_unit_free (Lke2eeAccessUnit *self);

/* Takes a frame apart; what it finds points into @data and @sets. */
Lke2eeAccessUnitResult lke2ee_access_unit_make_canonical
    (Lke2eeAccessUnit *self, Lke2eeNalParser *parser,
    Lke2eeParameterSets *sets, gboolean keep_sei, const guint8 *data,
    gsize size);
/* The same frame with start codes, nothing added or left out. */
Lke2eeAccessUnitResult lke2ee_access_unit_read (Lke2eeAccessUnit *self,
    Lke2eeNalParser *parser, const guint8 *data, gsize size);

/* Whether @data are the unit as it was read, byte by byte. */
gboolean lke2ee_access_unit_lies_in (Lke2eeAccessUnit *self,
    const guint8 *data, gsize size);

/* After reading: what stands in front of the first slice, and the slice. */
const Lke2eeNal *lke2ee_access_unit_peek_header (Lke2eeAccessUnit *self,
    gsize *n_nals, const Lke2eeNal **slice);

const GOutputVector *lke2ee_access_unit_peek_pieces (Lke2eeAccessUnit *self,
    gsize *n_pieces);
void lke2ee_access_unit_join (Lke2eeAccessUnit *self, guint8 *out);
gsize lke2ee_access_unit_get_size (Lke2eeAccessUnit *self);
gsize lke2ee_access_unit_get_header_size (Lke2eeAccessUnit *self);
const Lke2eeNal *lke2ee_access_unit_peek_sps (Lke2eeAccessUnit *self);

void lke2ee_access_unit_write_lengths (Lke2eeAccessUnit *self, guint8 *out,
    gsize out_size);
gsize lke2ee_access_unit_write_all_lengths (Lke2eeNalParser *parser,
    const guint8 *data, gsize size, guint8 *out, Lke2eeNal *sps);

G_END_DECLS
