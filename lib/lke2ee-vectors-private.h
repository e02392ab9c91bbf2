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

void lke2ee_vectors_copy (const Lke2eeVectors *self, gsize offset, gsize size,
    guint8 *out);

/* Inline, as most frames lie in one piece, and small ones are so many that a
 * call counts. */

static inline gsize
lke2ee_vectors_get_size (const Lke2eeVectors * self)
{
  gsize size = 0;

  for (gsize i = 0; i < self->n_pieces; i++)
    size += self->pieces[i].size;
  return size;
}

/* The bytes at @offset up to the end of the piece they are in. @size is 0
 * only at the end of the frame. */
static inline const guint8 *
lke2ee_vectors_peek (const Lke2eeVectors * self, gsize offset, gsize * size)
{
  for (gsize i = 0; i < self->n_pieces; i++) {
    const GOutputVector *piece = &self->pieces[i];

    if (offset < piece->size) {
      *size = piece->size - offset;
      return (const guint8 *) piece->buffer + offset;
    }
    offset -= piece->size;
  }
  *size = 0;
  return NULL;
}

void lke2ee_vectors_iter_init (Lke2eeVectorsIter *self,
    const Lke2eeVectors *vectors, gsize offset, gsize size);
const guint8 *lke2ee_vectors_iter_next (Lke2eeVectorsIter *self,
    gsize *size);

G_END_DECLS
