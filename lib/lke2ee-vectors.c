/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Reading from a frame in several pieces. */

#include "lke2ee-vectors-private.h"

#include <string.h>

gsize
lke2ee_vectors_get_size (const Lke2eeVectors * self)
{
  gsize size = 0;

  for (gsize i = 0; i < self->n_pieces; i++)
    size += self->pieces[i].size;
  return size;
}

/* The bytes at @offset up to the end of the piece they are in. @size is 0
 * only at the end of the frame. */
const guint8 *
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

/* Copies @size bytes from @offset; the frame is at least that long. */
void
lke2ee_vectors_copy (const Lke2eeVectors * self, gsize offset, gsize size,
    guint8 * out)
{
  while (size > 0) {
    gsize n;
    const guint8 *data = lke2ee_vectors_peek (self, offset, &n);

    n = MIN (n, size);
    memcpy (out, data, n);
    out += n;
    offset += n;
    size -= n;
  }
}
