/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A frame that lies in several pieces, read without putting it together. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _Lke2eeVectors Lke2eeVectors;

struct _Lke2eeVectors
{
  const GOutputVector *pieces;
  gsize n_pieces;
};

typedef struct _Lke2eeVectorsIter Lke2eeVectorsIter;

struct _Lke2eeVectorsIter
{
  const GOutputVector *next;
  const GOutputVector *end;
  gsize offset;                 /* in the next piece */
  gsize left;                   /* bytes to walk over */
};

gsize lke2ee_vectors_get_size (const Lke2eeVectors *self);
void lke2ee_vectors_copy (const Lke2eeVectors *self, gsize offset, gsize size,
    guint8 *out);
const guint8 *lke2ee_vectors_peek (const Lke2eeVectors *self, gsize offset,
    gsize *size);

void lke2ee_vectors_iter_init (Lke2eeVectorsIter *self,
    const Lke2eeVectors *vectors, gsize offset, gsize size);
const guint8 *lke2ee_vectors_iter_next (Lke2eeVectorsIter *self,
    gsize *size);

G_END_DECLS
