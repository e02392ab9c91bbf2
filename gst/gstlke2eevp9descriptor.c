/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Reading the VP9 payload descriptor. */

#include "gstlke2eevp9descriptor.h"

#include <gst/base/gstbytereader.h>

#define I_BIT 0x80
#define P_BIT 0x40
#define L_BIT 0x20
#define F_BIT 0x10
#define B_BIT 0x08
#define E_BIT 0x04
#define V_BIT 0x02
#define LONG_PICTURE_ID_BIT 0x80
#define MORE_P_DIFF_BIT 0x01
#define MAX_P_DIFFS 3

static gboolean
skip_picture_id (GstByteReader * reader)
{
  guint8 byte;

  return gst_byte_reader_get_uint8 (reader, &byte)
      && (!(byte & LONG_PICTURE_ID_BIT) || gst_byte_reader_skip (reader, 1));
}

static gboolean
read_layer (Lke2eeVp9Descriptor * self, GstByteReader * reader,
    gboolean flexible)
{
  guint8 byte;

  if (!gst_byte_reader_get_uint8 (reader, &byte))
    return FALSE;
  self->spatial_layer = byte >> 1 & 7;
  self->is_inter_layer = byte & 1;
  /* TL0PICIDX */
  return flexible || gst_byte_reader_skip (reader, 1);
}

static gboolean
skip_p_diffs (GstByteReader * reader)
{
  guint8 byte = MORE_P_DIFF_BIT;

  for (guint i = 0; i < MAX_P_DIFFS && byte & MORE_P_DIFF_BIT; i++) {
    if (!gst_byte_reader_get_uint8 (reader, &byte))
      return FALSE;
  }
  return TRUE;
}

static gboolean
skip_picture_group (GstByteReader * reader)
{
  guint8 n_pictures, picture;

  if (!gst_byte_reader_get_uint8 (reader, &n_pictures))
    return FALSE;
  for (; n_pictures > 0; n_pictures--) {
    if (!gst_byte_reader_get_uint8 (reader, &picture)
        || !gst_byte_reader_skip (reader, picture >> 2 & 3))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_scalability_structure (Lke2eeVp9Descriptor * self,
    GstByteReader * reader)
{
  guint8 head;
  guint16 width, height;

  if (!gst_byte_reader_get_uint8 (reader, &head))
    return FALSE;
  if (head & 0x10) {
    for (guint n_layers = (head >> 5) + 1; n_layers > 0; n_layers--) {
      if (!gst_byte_reader_get_uint16_be (reader, &width)
          || !gst_byte_reader_get_uint16_be (reader, &height))
        return FALSE;
      self->width = width;
      self->height = height;
    }
  }
  return !(head & 0x08) || skip_picture_group (reader);
}

/* FALSE if @data, an RTP payload, is cut short or has nothing behind its
 * descriptor. */
gboolean
lke2ee_vp9_descriptor_parse (Lke2eeVp9Descriptor * self,
    const guint8 * data, gsize size)
{
  GstByteReader reader;
  guint8 flags;

  *self = (Lke2eeVp9Descriptor) { 0 };
  gst_byte_reader_init (&reader, data, size);
  if (!gst_byte_reader_get_uint8 (&reader, &flags)
      || (flags & I_BIT && !skip_picture_id (&reader))
      || (flags & L_BIT && !read_layer (self, &reader, flags & F_BIT))
      || ((flags & P_BIT) && (flags & F_BIT) && !skip_p_diffs (&reader))
      || (flags & V_BIT && !read_scalability_structure (self, &reader)))
    return FALSE;
  self->is_inter_picture = flags & P_BIT;
  self->begins_frame = flags & B_BIT;
  self->ends_frame = flags & E_BIT;
  self->size = gst_byte_reader_get_pos (&reader);
  return self->size < size;
}
