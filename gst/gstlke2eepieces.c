/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Mapping without merging: gst_buffer_map() would copy a buffer of several
 * memories, as depayloaders make them. */

#include "gstlke2eepieces.h"

gboolean
lke2ee_pieces_map (Lke2eePieces * self, GstBuffer * buffer)
{
  guint n = gst_buffer_n_memory (buffer);

  self->n = 0;
  if (n > LKE2EE_MAX_PIECES)
    return FALSE;
  for (guint i = 0; i < n; i++) {
    GstMapInfo *map = &self->maps[i];

    if (!gst_memory_map (gst_buffer_peek_memory (buffer, i), map,
            GST_MAP_READ)) {
      lke2ee_pieces_unmap (self);
      return FALSE;
    }
    self->vectors[i] = (GOutputVector) {
    map->data, map->size};
    self->n++;
  }
  return TRUE;
}

void
lke2ee_pieces_unmap (Lke2eePieces * self)
{
  for (guint i = 0; i < self->n; i++)
    gst_memory_unmap (self->maps[i].memory, &self->maps[i]);
  self->n = 0;
}
