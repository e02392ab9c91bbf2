/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The VP9 payload descriptor, RFC 9628 section 4.2: reading. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _Lke2eeVp9Descriptor Lke2eeVp9Descriptor;

struct _Lke2eeVp9Descriptor
{
  gsize size;                   /* of the descriptor, in bytes */
  gboolean is_inter_picture;    /* P: refers to an earlier picture */
  gboolean is_inter_layer;      /* D: refers to the layer below */
  gboolean begins_frame;        /* B */
  gboolean ends_frame;          /* E */
  guint spatial_layer;
  guint width;                  /* of the largest layer; 0: not told */
  guint height;
};

gboolean lke2ee_vp9_descriptor_parse (Lke2eeVp9Descriptor *self,
    const guint8 *data, gsize size);

G_END_DECLS
