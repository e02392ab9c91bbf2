/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/**
 * SECTION:element-lke2eeenc
 * @title: lke2eeenc
 * @short_description: encrypts encoded frames as LiveKit's SDKs do
 *
 * Stands between encoder or parser and payloader. H.264 and H.265 leave in a
 * canonical form that payloaders, servers and browsers carry unharmed:
 * parameter sets in band in every key frame, no access unit delimiters, the
 * picture as one NAL unit.
 *
 * |[
 * gst-launch-1.0 videotestsrc ! x264enc tune=zerolatency ! \
 *     lke2eeenc passphrase-file=secret.txt ! rtph264pay ! udpsink port=5000
 * ]|
 */

#include "gstlke2eeenc.h"

#include "gstlke2eeaccessunit.h"
#include "gstlke2eecodecdata.h"
#include "gstlke2eeerror.h"
#include "gstlke2eemetadata.h"
#include "gstlke2eepieces.h"
#include "gstlke2eesps.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (lke2ee_enc_debug);
#define GST_CAT_DEFAULT lke2ee_enc_debug

struct _Lke2eeEnc
{
  Lke2eeBase parent_instance;

  gint keep_sei;                /* atomic */
  gint frame_metadata;          /* atomic; Lke2eeMetadataFlags */

  /* of the streaming thread */
  Lke2eeNalParser *parser;
  Lke2eeNalParser *byte_stream_parser;
  Lke2eeCodec codec;            /* that sets are of */
  GstBuffer *codec_data;        /* that sets were taken from, or NULL */
  Lke2eeParameterSets *sets;
  Lke2eeAccessUnit *unit;
  guint32 frame_id;
  Lke2eeOrder order;            /* by the times of buffers */
  GstClockTime last_pts;
  Lke2eeSpsResult warned_of;    /* FINE: of nothing yet */
};

enum
{
  PROP_KEEP_SEI = 1,
  PROP_FRAME_METADATA,
};

G_DEFINE_FINAL_TYPE (Lke2eeEnc, lke2ee_enc, LKE2EE_TYPE_BASE);
GST_ELEMENT_REGISTER_DEFINE (lke2eeenc, "lke2eeenc", GST_RANK_NONE,
    LKE2EE_TYPE_ENC);

/* Bytes to have ready for a metadata trailer. */
static gsize
metadata_room (Lke2eeEnc * self)
{
  gboolean is_audio =
      lke2ee_base_peek_in (LKE2EE_BASE (self))->codec == LKE2EE_CODEC_AUDIO;

  return g_atomic_int_get (&self->frame_metadata) && !is_audio ?
      LKE2EE_FRAME_METADATA_MAX_SIZE : 0;
}

static gsize
write_metadata (Lke2eeEnc * self, GstBuffer * in, guint8 * out, gsize room)
{
  Lke2eeFrameMetadata metadata;

  if (room == 0)
    return 0;
  lke2ee_metadata_fill (&metadata, g_atomic_int_get (&self->frame_metadata),
      in, &self->frame_id);
  return lke2ee_frame_metadata_write (&metadata, out, room);
}

/* Seals @pieces into a new buffer with the metadata of @in. */
static Lke2eeFate
seal (Lke2eeEnc * self, Lke2eeFrameCryptor * cryptor, GstBuffer * in,
    const GOutputVector * pieces, gsize n_pieces, gsize size,
    gssize header_size, GstBuffer ** out)
{
  const Lke2eeStreamInfo *info = lke2ee_base_peek_out (LKE2EE_BASE (self));
  gsize room = metadata_room (self);
  gsize capacity =
      lke2ee_codec_get_max_encrypted_size (info->codec, size) + room;
  gsize sealed_size;
  GstMapInfo map;

  *out = lke2ee_base_begin_output (LKE2EE_BASE (self), in, capacity, &map);
  if (*out == NULL)
    return LKE2EE_FATE_INTERNAL_ERROR;
  Lke2eeFrameResult result = lke2ee_frame_cryptor_encrypt (cryptor, pieces,
      n_pieces, header_size, map.data, map.size, &sealed_size);
  if (result == LKE2EE_FRAME_OK) {
    sealed_size += write_metadata (self, in, map.data + sealed_size, room);
    if (info->format == LKE2EE_FORMAT_LENGTHS)
      lke2ee_access_unit_write_lengths (self->unit, map.data, sealed_size);
  }
  lke2ee_base_finish_output (out, &map, sealed_size);
  return lke2ee_report_fate_from_result (result);
}

static Lke2eeFate
process_opaque (Lke2eeEnc * self, Lke2eeFrameCryptor * cryptor,
    GstBuffer * in, GstBuffer ** out)
{
  Lke2eePieces pieces;

  if (!lke2ee_pieces_map (&pieces, in))
    return LKE2EE_FATE_INTERNAL_ERROR;
  Lke2eeFate fate = seal (self, cryptor, in, pieces.vectors, pieces.n,
      gst_buffer_get_size (in), -1, out);
  lke2ee_pieces_unmap (&pieces);
  return fate;
}

static void
post_warning (Lke2eeEnc * self, Lke2eeSpsResult of, const char *reason)
{
  self->warned_of = of;
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self),
          gst_structure_new ("lke2ee-warning", "reason", G_TYPE_STRING,
              reason, NULL)));
}

/* Once for each stream: a viewer in a browser sees nothing, and this is why. */
static void
warn_of_reordering (Lke2eeEnc * self)
{
  if (self->warned_of == LKE2EE_SPS_REORDERED)
    return;
  GST_ELEMENT_WARNING (self, STREAM, ENCODE,
      ("This H.264 stream has B-frames. Browsers rewrite the parameter sets "
          "of such streams, which are authenticated, and cannot decrypt any "
          "key frame. Set bframes=0 or tune=zerolatency on the encoder."),
      (NULL));
  post_warning (self, LKE2EE_SPS_REORDERED, "b-frames");
}

static void
warn_of_unknown_order (Lke2eeEnc * self)
{
  if (self->warned_of != LKE2EE_SPS_FINE)
    return;
  GST_WARNING_OBJECT (self, "this H.264 stream does not say whether it has "
      "B-frames: no restriction in its SPS, no DTS. Browsers may not be able "
      "to decrypt it; let the encoder write a VUI, or give buffers DTS");
  post_warning (self, LKE2EE_SPS_UNKNOWN, "unknown-order");
}

static GByteArray *
restrict_sps (const Lke2eeNal * nal, gpointer user_data)
{
  Lke2eeEnc *self = user_data;
  GByteArray *restricted = NULL;

  if (!nal->is_sps || self->codec != LKE2EE_CODEC_H264)
    return NULL;
  switch (lke2ee_sps_restrict (nal, self->order, &restricted)) {
    case LKE2EE_SPS_REORDERED:
      warn_of_reordering (self);
      break;
    case LKE2EE_SPS_UNKNOWN:
      warn_of_unknown_order (self);
      break;
    default:
      break;
  }
  return restricted;
}

/* A frame that is shown later than it is decoded waits for others; so did the
 * one before a frame that is shown earlier than that. */
static Lke2eeOrder
order_from_times (Lke2eeEnc * self, GstBuffer * in)
{
  GstClockTime pts = GST_BUFFER_PTS (in);
  GstClockTime dts = GST_BUFFER_DTS (in);
  GstClockTime last_pts = self->last_pts;

  if (!GST_CLOCK_TIME_IS_VALID (pts))
    return self->order;
  self->last_pts = pts;
  if (GST_CLOCK_TIME_IS_VALID (last_pts) && pts < last_pts)
    return LKE2EE_ORDER_CHANGED;
  if (!GST_CLOCK_TIME_IS_VALID (dts))
    return self->order;
  return pts > dts ? LKE2EE_ORDER_CHANGED : LKE2EE_ORDER_KEPT;
}

static void
learn_order (Lke2eeEnc * self, GstBuffer * in)
{
  Lke2eeOrder order = order_from_times (self, in);

  if (order == self->order || self->order == LKE2EE_ORDER_CHANGED)
    return;
  self->order = order;
  if (lke2ee_parameter_sets_filter_again (self->sets)
      && order == LKE2EE_ORDER_CHANGED)
    warn_of_reordering (self);
}

/* A payloader takes profile and level from codec_data: keep it true to what is
 * in band. */
static void
announce_sps (Lke2eeEnc * self)
{
  const Lke2eeStreamInfo *info = lke2ee_base_peek_out (LKE2EE_BASE (self));
  const Lke2eeNal *sps = lke2ee_access_unit_peek_sps (self->unit);

  if (sps == NULL || info->format != LKE2EE_FORMAT_LENGTHS)
    return;
  g_autoptr (GstBuffer) codec_data =
      lke2ee_codec_data_new (info->codec, sps->data, sps->size);
  if (codec_data != NULL)
    lke2ee_base_update_codec_data (LKE2EE_BASE (self), codec_data);
}

static Lke2eeFate
fate_from_access_unit (Lke2eeAccessUnitResult result)
{
  switch (result) {
    case LKE2EE_ACCESS_UNIT_OK:
      return LKE2EE_FATE_DONE;
    case LKE2EE_ACCESS_UNIT_NO_SLICE:
      return LKE2EE_FATE_HELD;
    default:
      return LKE2EE_FATE_MALFORMED;
  }
}

static Lke2eeFate
make_canonical (Lke2eeEnc * self, GstBuffer * in, const GstMapInfo * map)
{
  learn_order (self, in);
  Lke2eeFate fate =
      fate_from_access_unit (lke2ee_access_unit_make_canonical (self->unit,
          self->parser, self->sets, g_atomic_int_get (&self->keep_sei),
          map->data, map->size));

  announce_sps (self);
  return fate;
}

static Lke2eeFate
process_access_unit (Lke2eeEnc * self, Lke2eeFrameCryptor * cryptor,
    GstBuffer * in, GstBuffer ** out)
{
  g_auto (GstBufferMapInfo) map = GST_MAP_INFO_INIT;
  gsize n_pieces;

  if (!gst_buffer_map (in, &map, GST_MAP_READ))
    return LKE2EE_FATE_INTERNAL_ERROR;
  Lke2eeFate fate = make_canonical (self, in, &map);
  if (fate != LKE2EE_FATE_DONE)
    return fate;
  const GOutputVector *pieces =
      lke2ee_access_unit_peek_pieces (self->unit, &n_pieces);
  fate = seal (self, cryptor, in, pieces, n_pieces,
      lke2ee_access_unit_get_size (self->unit),
      lke2ee_access_unit_get_header_size (self->unit), out);
  /* Sets that could not go out with this one lead the next. */
  if (fate == LKE2EE_FATE_DONE)
    lke2ee_parameter_sets_forget_new (self->sets);
  return fate;
}

static Lke2eeFate
lke2ee_enc_process (Lke2eeBase * base, Lke2eeFrameCryptor * cryptor,
    GstBuffer * in, GstBuffer ** out)
{
  Lke2eeEnc *self = LKE2EE_ENC (base);

  lke2ee_frame_cryptor_set_key_index (cryptor,
      lke2ee_base_get_key_index (base));
  if (lke2ee_base_peek_in (base)->format == LKE2EE_FORMAT_OPAQUE)
    return process_opaque (self, cryptor, in, out);
  return process_access_unit (self, cryptor, in, out);
}

static Lke2eeFate
lke2ee_enc_pass (Lke2eeBase * base, GstBuffer * in, GstBuffer ** out)
{
  Lke2eeEnc *self = LKE2EE_ENC (base);
  g_auto (GstBufferMapInfo) map = GST_MAP_INFO_INIT;

  if (lke2ee_base_peek_in (base)->format == LKE2EE_FORMAT_OPAQUE) {
    *out = gst_buffer_ref (in);
    return LKE2EE_FATE_CLEAR;
  }
  /* The caps promise sets in band, encrypted or not. */
  if (!gst_buffer_map (in, &map, GST_MAP_READ))
    return LKE2EE_FATE_INTERNAL_ERROR;
  Lke2eeFate fate = make_canonical (self, in, &map);
  if (fate != LKE2EE_FATE_DONE)
    return fate;
  fate = lke2ee_base_write_clear (base, self->unit, self->byte_stream_parser,
      in, out);
  if (fate == LKE2EE_FATE_CLEAR)
    lke2ee_parameter_sets_forget_new (self->sets);
  return fate;
}

/* Whether the caps have the same codec and codec_data as the last ones: what
 * came in band since then is newer. */
static gboolean
is_known_stream (Lke2eeEnc * self, Lke2eeCodec codec, GstBuffer * codec_data)
{
  gboolean known = self->codec == codec;
  GstMapInfo map;

  if (codec_data == NULL || self->codec_data == NULL)
    return known && codec_data == self->codec_data;
  if (!known || !gst_buffer_map (codec_data, &map, GST_MAP_READ))
    return FALSE;
  known = gst_buffer_get_size (self->codec_data) == map.size
      && gst_buffer_memcmp (self->codec_data, 0, map.data, map.size) == 0;
  gst_buffer_unmap (codec_data, &map);
  return known;
}

static gboolean
lke2ee_enc_new_stream (Lke2eeBase * base, GstCaps * in_caps)
{
  Lke2eeEnc *self = LKE2EE_ENC (base);
  const Lke2eeStreamInfo *info = lke2ee_base_peek_in (base);
  const Lke2eeStreamInfo byte_stream =
      { info->codec, LKE2EE_FORMAT_BYTE_STREAM };
  const GValue *value =
      gst_structure_get_value (gst_caps_get_structure (in_caps, 0),
      "codec_data");
  GstBuffer *codec_data = value ? gst_value_get_buffer (value) : NULL;
  Lke2eeParameterSets *sets = self->sets;
  g_autoptr (Lke2eeParameterSets) ignored = NULL;

  if (is_known_stream (self, info->codec, codec_data))
    sets = ignored = lke2ee_parameter_sets_new ();
  else
    lke2ee_parameter_sets_clear (self->sets);
  self->order = LKE2EE_ORDER_UNKNOWN;
  self->last_pts = GST_CLOCK_TIME_NONE;
  self->codec = info->codec;
  gst_buffer_replace (&self->codec_data, codec_data);
  if (info->format == LKE2EE_FORMAT_OPAQUE)
    return TRUE;

  lke2ee_nal_parser_set_stream (self->parser, info);
  lke2ee_nal_parser_set_stream (self->byte_stream_parser, &byte_stream);
  if (codec_data == NULL
      || lke2ee_nal_parser_set_codec_data (self->parser, codec_data,
          lke2ee_parameter_sets_put, sets))
    return TRUE;
  LKE2EE_ELEMENT_ERROR (self, STREAM, FORMAT,
      ("The codec_data in the caps is broken. Put a parser (h264parse, "
          "h265parse) in front."));
  return FALSE;
}

static void
lke2ee_enc_flush (Lke2eeBase * base)
{
  Lke2eeEnc *self = LKE2EE_ENC (base);

  lke2ee_parameter_sets_forget_new (self->sets);
  /* After a seek times go on from elsewhere. */
  self->last_pts = GST_CLOCK_TIME_NONE;
}

static void
lke2ee_enc_forget (Lke2eeBase * base)
{
  Lke2eeEnc *self = LKE2EE_ENC (base);

  lke2ee_parameter_sets_clear (self->sets);
  gst_clear_buffer (&self->codec_data);
  self->frame_id = 0;
  self->warned_of = LKE2EE_SPS_FINE;
}

static void
lke2ee_enc_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  Lke2eeEnc *self = LKE2EE_ENC (object);

  switch (id) {
    case PROP_KEEP_SEI:
      g_atomic_int_set (&self->keep_sei, g_value_get_boolean (value));
      break;
    case PROP_FRAME_METADATA:
      g_atomic_int_set (&self->frame_metadata, g_value_get_flags (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
lke2ee_enc_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  Lke2eeEnc *self = LKE2EE_ENC (object);

  switch (id) {
    case PROP_KEEP_SEI:
      g_value_set_boolean (value, g_atomic_int_get (&self->keep_sei));
      break;
    case PROP_FRAME_METADATA:
      g_value_set_flags (value, g_atomic_int_get (&self->frame_metadata));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
lke2ee_enc_finalize (GObject * object)
{
  Lke2eeEnc *self = LKE2EE_ENC (object);

  lke2ee_nal_parser_free (self->parser);
  lke2ee_nal_parser_free (self->byte_stream_parser);
  lke2ee_parameter_sets_free (self->sets);
  gst_clear_buffer (&self->codec_data);
  lke2ee_access_unit_free (self->unit);
  G_OBJECT_CLASS (lke2ee_enc_parent_class)->finalize (object);
}

static void
lke2ee_enc_class_init (Lke2eeEncClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  Lke2eeBaseClass *base_class = LKE2EE_BASE_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
      | GST_PARAM_MUTABLE_PLAYING;

  GST_DEBUG_CATEGORY_INIT (lke2ee_enc_debug, "lke2eeenc", 0,
      "end-to-end encryptor");

  object_class->set_property = lke2ee_enc_set_property;
  object_class->get_property = lke2ee_enc_get_property;
  object_class->finalize = lke2ee_enc_finalize;
  g_object_class_install_property (object_class, PROP_KEEP_SEI,
      g_param_spec_boolean ("keep-sei", "Keep SEI",
          "Keep SEI in the clear header before the first slice (recovery "
          "points always stay)", FALSE, flags));
  g_object_class_install_property (object_class, PROP_FRAME_METADATA,
      g_param_spec_flags ("frame-metadata", "Frame metadata",
          "Metadata to append to video frames, in the clear",
          LKE2EE_TYPE_METADATA_FLAGS, LKE2EE_METADATA_NONE, flags));

  base_class->encrypts = TRUE;
  base_class->preferred_sink_format = LKE2EE_FORMAT_BYTE_STREAM;
  base_class->preferred_src_format = LKE2EE_FORMAT_LENGTHS;
  base_class->process = lke2ee_enc_process;
  base_class->pass = lke2ee_enc_pass;
  base_class->new_stream = lke2ee_enc_new_stream;
  base_class->flush = lke2ee_enc_flush;
  base_class->forget = lke2ee_enc_forget;

  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass),
      "LiveKit end-to-end encryptor", "Filter/Encryptor",
      "Encrypts encoded frames as LiveKit's SDKs do",
      "lke2ee contributors");
  gst_type_mark_as_plugin_api (LKE2EE_TYPE_METADATA_FLAGS, 0);
}

static void
lke2ee_enc_init (Lke2eeEnc * self)
{
  self->parser = lke2ee_nal_parser_new ();
  self->byte_stream_parser = lke2ee_nal_parser_new ();
  self->sets = lke2ee_parameter_sets_new ();
  lke2ee_parameter_sets_set_filter (self->sets, restrict_sps, self);
  self->unit = lke2ee_access_unit_new ();
  self->last_pts = GST_CLOCK_TIME_NONE;
}
