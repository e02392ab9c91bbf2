/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Reading from a frame in several pieces. */

#include "lke2ee-vectors-private.h"

#include <string.h>

/* Copies @size bytes from @offset; the frame is at least that long. */
void
lke2ee_vectors_copy (const Lke2eeVectors * self, gsize offset, gsize size,
    guint8 * out)
{
  Lke2eeVectorsIter iter;
  gsize n;
  const guint8 *data = lke2ee_vectors_peek (self, offset, &n);

  /* At the end of a frame there is nothing to point to. */
  if (size == 0)
    return;
  if (n >= size) {
    memcpy (out, data, size);
    return;
  }
  lke2ee_vectors_iter_init (&iter, self, offset, size);
  while ((data = lke2ee_vectors_iter_next (&iter, &n)) != NULL) {
    memcpy (out, data, n);
    out += n;
  }
}

/* Walks over @size bytes from @offset, piece by piece: a hostile frame can
 * have tens of thousands, so none is to be searched from the start. */
void
lke2ee_vectors_iter_init (Lke2eeVectorsIter * self,
    const Lke2eeVectors * vectors, gsize offset, gsize size)
{
  gsize i = 0;

  while (i < vectors->n_pieces && offset >= vectors->pieces[i].size)
    offset -= vectors->pieces[i++].size;
  self->next = vectors->pieces + i;
  self->end = vectors->pieces + vectors->n_pieces;
  self->offset = offset;
  self->left = size;
}

/* The next bytes and how many, or NULL at the end. */
const guint8 *
lke2ee_vectors_iter_next (Lke2eeVectorsIter * self, gsize * size)
{
  while (self->left > 0 && self->next < self->end) {
    const GOutputVector *piece = self->next++;
    gsize offset = self->offset;

    *size = MIN (piece->size - offset, self->left);
    self->offset = 0;
    self->left -= *size;
    /* A piece without bytes can lie at NULL, which has no offsets. */
    if (*size > 0)
      return (const guint8 *) piece->buffer + offset;
  }
  return NULL;
}
