/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What lke2eeenc and lke2eedec have in common. */
#pragma once

#include <gst/base/gstbasetransform.h>
#include <gst/gst.h>
#include <lke2ee/lke2ee.h>

#include "gstlke2eeaccessunit.h"
#include "gstlke2eecaps.h"
#include "gstlke2eereport.h"

G_BEGIN_DECLS

#define LKE2EE_TYPE_BASE (lke2ee_base_get_type ())

G_DECLARE_DERIVABLE_TYPE (Lke2eeBase, lke2ee_base, LKE2EE, BASE,
    GstBaseTransform)

struct _Lke2eeBaseClass
{
  GstBaseTransformClass parent_class;

  /* Whether this is the sending side. */
  gboolean encrypts;
  gboolean joins_layers;
  /* The stream format to offer first, on either side. */
  Lke2eeFormat preferred_sink_format;
  Lke2eeFormat preferred_src_format;

  /* Makes @out from @in, which is not empty, and says what became of it. @out
   * may be @in itself, with a reference. */
  Lke2eeFate (*process) (Lke2eeBase *self, Lke2eeFrameCryptor *cryptor,
      GstBuffer *in, GstBuffer **out);
  /* The same without keys, while not enabled. */
  Lke2eeFate (*pass) (Lke2eeBase *self, GstBuffer *in, GstBuffer **out);
  /* A new stream, after the info of both sides was set. */
  gboolean (*new_stream) (Lke2eeBase *self, GstCaps *in_caps);
  /* Forget what belongs to the position in the stream, or to the stream. */
  void (*flush) (Lke2eeBase *self);
  void (*forget) (Lke2eeBase *self);
  /* Optional. A frame that would go out may be kept for a picture that is not
   * complete yet, JOINED; the last one is replaced by the picture. */
  Lke2eeFate (*join) (Lke2eeBase *self, Lke2eeFate fate, GstBuffer **out);
  /* Optional. The picture that was begun, if @next (NULL: nothing) is not of
   * it; else NULL. */
  GstBuffer *(*finish_picture) (Lke2eeBase *self, GstBuffer *next);
  /* A frame had this fate; may turn it into a drop. */
  Lke2eeFate (*after) (Lke2eeBase *self, Lke2eeFate fate, GstBuffer *in);
};

const Lke2eeStreamInfo *lke2ee_base_peek_in (Lke2eeBase *self);
const Lke2eeStreamInfo *lke2ee_base_peek_out (Lke2eeBase *self);

/* Output of @capacity bytes with the metadata of @in, mapped; finish gives it
 * @size, or frees it if @size is 0. */
GstBuffer *lke2ee_base_begin_output (Lke2eeBase *self, GstBuffer *in,
    gsize capacity, GstMapInfo *map);
void lke2ee_base_finish_output (GstBuffer **out, GstMapInfo *map,
    gsize size);

Lke2eeFate lke2ee_base_write_clear (Lke2eeBase *self,
    Lke2eeAccessUnit *unit, Lke2eeNalParser *parser, GstBuffer *in,
    GstBuffer **out);

/* NULL before the first frame. */
Lke2eeFrameCryptor *lke2ee_base_peek_cryptor (Lke2eeBase *self);
guint lke2ee_base_get_n_cryptors (Lke2eeBase *self);
gint lke2ee_base_get_key_index (Lke2eeBase *self);
void lke2ee_base_update_codec_data (Lke2eeBase *self, GstBuffer *codec_data);

G_END_DECLS
