/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The memories of a buffer, mapped where they lie. */
#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

G_BEGIN_DECLS

/* What a GstBuffer holds at most (GST_BUFFER_MEM_MAX of GStreamer 1.22);
 * gst_buffer_get_max_memory() says the same at run time. */
#define LKE2EE_MAX_PIECES 16

typedef struct _Lke2eePieces Lke2eePieces;

struct _Lke2eePieces
{
  GOutputVector vectors[LKE2EE_MAX_PIECES];
  guint n;
  GstMapInfo maps[LKE2EE_MAX_PIECES];
};

gboolean lke2ee_pieces_map (Lke2eePieces *self, GstBuffer *buffer);
void lke2ee_pieces_unmap (Lke2eePieces *self);

G_END_DECLS
