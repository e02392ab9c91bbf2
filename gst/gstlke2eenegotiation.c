/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Negotiation: what can come out for what comes in, and the reverse. The media
 * type stays; of H.264 and H.265 the stream format may change, and with it the
 * codec_data, which hold no parameter sets on their way out. */

#include "gstlke2eenegotiation.h"

#include "gstlke2eecodecdata.h"

void
lke2ee_negotiation_clear (Lke2eeNegotiation * self)
{
  gst_clear_caps (&self->in_caps);
  gst_clear_buffer (&self->codec_data);
}

static GstCaps *
transform_caps (const Lke2eeNegotiation * self, GstPadDirection direction,
    GstCaps * caps)
{
  return lke2ee_caps_transform (caps, direction,
      direction == GST_PAD_SRC ? self->preferred_sink_format
      : self->preferred_src_format, self->joins_layers);
}

GstCaps *
lke2ee_negotiation_transform_caps (const Lke2eeNegotiation * self,
    GstPadDirection direction, GstCaps * caps, GstCaps * filter)
{
  g_autoptr (GstCaps) transformed = transform_caps (self, direction, caps);

  return filter == NULL ? g_steal_pointer (&transformed)
      : gst_caps_intersect_full (filter, transformed,
      GST_CAPS_INTERSECT_FIRST);
}

/* codec_data for the src pad: that of the input without its sets, or made from
 * what caps say of a byte-stream. */
static GstBuffer *
make_codec_data (Lke2eeCodec codec, const GstStructure * in)
{
  const GValue *value = gst_structure_get_value (in, "codec_data");
  GstBuffer *codec_data = NULL;

  if (value != NULL)
    codec_data =
        lke2ee_codec_data_strip (codec, gst_value_get_buffer (value));
  return codec_data ? codec_data
      : lke2ee_codec_data_new_from_caps (codec, in);
}

/* What the last SPS said goes on for as long as the input's caps do. */
static GstBuffer *
dup_codec_data (Lke2eeNegotiation * self, Lke2eeCodec codec,
    GstCaps * in_caps)
{
  if (self->codec_data != NULL && self->in_caps != NULL
      && gst_caps_is_strictly_equal (in_caps, self->in_caps))
    return gst_buffer_ref (self->codec_data);
  return make_codec_data (codec, gst_caps_get_structure (in_caps, 0));
}

/* Of what can be made from @caps the best that the peer takes. What stands
 * first in @othercaps does not count: that is the peer's own preference, and
 * can hold fields, such as a scaler's size, that are no fact of this stream. */
static GstCaps *
choose_caps (const Lke2eeNegotiation * self, GstPadDirection direction,
    GstCaps * caps, GstCaps * othercaps)
{
  g_autoptr (GstCaps) possible = transform_caps (self, direction, caps);

  for (guint i = 0; i < gst_caps_get_size (possible); i++) {
    g_autoptr (GstCaps) one = gst_caps_copy_nth (possible, i);

    if (gst_caps_is_fixed (one) && gst_caps_can_intersect (one, othercaps)) {
      gst_caps_unref (othercaps);
      return g_steal_pointer (&one);
    }
  }
  return gst_caps_fixate (gst_caps_truncate (othercaps));
}

GstCaps *
lke2ee_negotiation_fixate_caps (Lke2eeNegotiation * self,
    GstPadDirection direction, GstCaps * caps, GstCaps * othercaps)
{
  g_autofree char *why_not = NULL;
  Lke2eeStreamInfo info;

  othercaps = choose_caps (self, direction, caps, othercaps);
  if (direction != GST_PAD_SINK
      || !lke2ee_caps_parse (othercaps, &info, &why_not)
      || info.format != LKE2EE_FORMAT_LENGTHS)
    return othercaps;

  g_autoptr (GstBuffer) codec_data = dup_codec_data (self, info.codec, caps);
  othercaps = gst_caps_make_writable (othercaps);
  gst_caps_set_simple (othercaps, "codec_data", GST_TYPE_BUFFER, codec_data,
      NULL);
  return othercaps;
}

gboolean
lke2ee_negotiation_set_caps (Lke2eeNegotiation * self, GstCaps * in,
    GstCaps * out, gboolean * is_new, char **why_not)
{
  if (!lke2ee_caps_parse (in, &self->in, why_not)
      || !lke2ee_caps_parse (out, &self->out, why_not))
    return FALSE;
  /* Also after our own change of codec_data, and after a reconfiguration by
   * downstream: that is not a new stream. */
  *is_new = self->in_caps == NULL
      || !gst_caps_is_strictly_equal (in, self->in_caps);
  if (*is_new) {
    gst_caps_replace (&self->in_caps, in);
    gst_clear_buffer (&self->codec_data);
  }
  return TRUE;
}

void
lke2ee_negotiation_update_codec_data (Lke2eeNegotiation * self,
    GstBaseTransform * trans, GstBuffer * codec_data)
{
  g_autoptr (GstCaps) caps =
      gst_pad_get_current_caps (GST_BASE_TRANSFORM_SRC_PAD (trans));

  gst_buffer_replace (&self->codec_data, codec_data);
  if (caps == NULL)
    return;
  g_autoptr (GstCaps) updated = gst_caps_copy (caps);
  gst_caps_set_simple (updated, "codec_data", GST_TYPE_BUFFER, codec_data,
      NULL);
  if (!gst_caps_is_strictly_equal (caps, updated))
    gst_base_transform_update_src_caps (trans, updated);
}
