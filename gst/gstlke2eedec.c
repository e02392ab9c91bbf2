/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/**
 * SECTION:element-lke2eedec
 * @title: lke2eedec
 * @short_description: decrypts frames that LiveKit's SDKs encrypted
 *
 * Stands between depayloader and parser or decoder. Frames that do not verify
 * are dropped and counted, never fatal: a missing or wrong key can still come
 * right, and play goes on with the next key frame, which is asked for.
 *
 * |[
 * gst-launch-1.0 udpsrc port=5000 \
 *     caps='application/x-rtp,media=video,encoding-name=H264,payload=96' ! \
 *     rtph264depay ! lke2eedec passphrase-file=secret.txt ! h264parse ! \
 *     avdec_h264 ! autovideosink
 * ]|
 */

#include "gstlke2eedec.h"

#include <gst/video/video.h>

#include "gstlke2eeaccessunit.h"
#include "gstlke2eecodecdata.h"
#include "gstlke2eeheaders.h"
#include "gstlke2eemetadata.h"
#include "gstlke2eepieces.h"
#include "gstlke2eerecovery.h"
#include "gstlke2eesuperframe.h"

GST_DEBUG_CATEGORY_STATIC (lke2ee_dec_debug);
#define GST_CAT_DEFAULT lke2ee_dec_debug

#define DEFAULT_REPLAY_WINDOW 1024
#define MAX_REPLAY_WINDOW (1 << 24)
/* A step of PBKDF2 takes 20 to 40 ms on the machines it was measured on, with
 * both threads of the pool busy 80; a sender is mostly one step on. */
#define DEFAULT_RATCHET_HOLD 100
#define MAX_RATCHET_HOLD 1000

struct _Lke2eeDec
{
  Lke2eeBase parent_instance;

  guint replay_window;          /* atomic */
  gint wait_for_keyframe;       /* atomic */
  gint request_keyframe;        /* atomic */
  guint ratchet_hold;           /* atomic; ms */
  GCancellable *flushing;       /* no frame is to be held */

  /* of the streaming thread */
  guint windowed_cryptor;       /* the one that has used_window; 0: none */
  guint used_window;
  Lke2eeNalParser *parser;
  Lke2eeNalParser *byte_stream_parser;
  Lke2eeAccessUnit *unit;
  Lke2eeParameterSets *sets;    /* of codec_data */
  Lke2eeHeaders *headers;
  Lke2eeRecovery recovery;
  Lke2eeSuperframe *picture;    /* VP9 layers that came so far */
  gboolean has_markers;         /* the ends of pictures are marked */
};

enum
{
  PROP_REPLAY_WINDOW = 1,
  PROP_WAIT_FOR_KEYFRAME,
  PROP_REQUEST_KEYFRAME,
  PROP_RATCHET_HOLD,
};

G_DEFINE_FINAL_TYPE (Lke2eeDec, lke2ee_dec, LKE2EE_TYPE_BASE);
GST_ELEMENT_REGISTER_DEFINE (lke2eedec, "lke2eedec", GST_RANK_NONE,
    LKE2EE_TYPE_DEC);

static void
attach_metadata (Lke2eeFrameCryptor * cryptor, GstBuffer * out)
{
  Lke2eeFrameMetadata metadata;

  if (out != NULL && lke2ee_frame_cryptor_get_metadata (cryptor, &metadata))
    lke2ee_metadata_attach (&metadata, out);
}

/* Ends what began with lke2ee_base_begin_output(). */
static Lke2eeFate
finish (Lke2eeFrameCryptor * cryptor, Lke2eeFrameResult result,
    GstBuffer ** out, GstMapInfo * map, gsize size)
{
  lke2ee_base_finish_output (out, map, size);
  /* Empty frames are sent in the clear; nobody encrypts one. */
  if (result == LKE2EE_FRAME_OK && *out == NULL)
    return LKE2EE_FATE_MALFORMED;
  attach_metadata (cryptor, *out);
  return lke2ee_report_fate_from_result (result);
}

static Lke2eeFate
process_opaque (Lke2eeDec * self, Lke2eeFrameCryptor * cryptor,
    GstBuffer * in, GstBuffer ** out)
{
  Lke2eePieces pieces;
  GstMapInfo map;
  gsize opened_size;

  if (!lke2ee_pieces_map (&pieces, in))
    return LKE2EE_FATE_INTERNAL_ERROR;
  *out = lke2ee_base_begin_output (LKE2EE_BASE (self), in,
      gst_buffer_get_size (in), &map);
  if (*out == NULL) {
    lke2ee_pieces_unmap (&pieces);
    return LKE2EE_FATE_INTERNAL_ERROR;
  }
  Lke2eeFrameResult result = lke2ee_frame_cryptor_decrypt (cryptor,
      pieces.vectors, pieces.n, -1, map.data, map.size, &opened_size);
  Lke2eeFate fate = finish (cryptor, result, out, &map, opened_size);
  lke2ee_pieces_unmap (&pieces);
  return fate;
}

/* Opens self->unit, in the form with start codes that everyone seals. */
static Lke2eeFate
open_access_unit (Lke2eeDec * self, Lke2eeFrameCryptor * cryptor,
    GstBuffer * in, GstBuffer ** out)
{
  gsize n_pieces, n_headers, max_header_size, opened_size;
  const GOutputVector *pieces =
      lke2ee_access_unit_peek_pieces (self->unit, &n_pieces);
  const GOutputVector *headers = lke2ee_headers_build (self->headers,
      self->unit, self->sets, &n_headers, &max_header_size);
  GstMapInfo map;

  *out = lke2ee_base_begin_output (LKE2EE_BASE (self), in,
      lke2ee_access_unit_get_size (self->unit) + max_header_size, &map);
  if (*out == NULL)
    return LKE2EE_FATE_INTERNAL_ERROR;
  Lke2eeFrameResult result =
      lke2ee_frame_cryptor_decrypt_with_headers (cryptor, pieces, n_pieces,
      lke2ee_access_unit_get_header_size (self->unit), headers, n_headers,
      map.data, map.size, &opened_size);
  if (result == LKE2EE_FRAME_OK)
    lke2ee_headers_succeeded (self->headers,
        lke2ee_frame_cryptor_get_last_header (cryptor));
  return finish (cryptor, result, out, &map, opened_size);
}

static Lke2eeFate
process_access_unit (Lke2eeDec * self, Lke2eeFrameCryptor * cryptor,
    GstBuffer * in, GstBuffer ** out)
{
  gboolean lengths = lke2ee_base_peek_in (LKE2EE_BASE (self))->format
      == LKE2EE_FORMAT_LENGTHS;
  g_auto (GstBufferMapInfo) map = GST_MAP_INFO_INIT;

  if (!gst_buffer_map (in, &map, GST_MAP_READ))
    return LKE2EE_FATE_INTERNAL_ERROR;
  gboolean ok = lke2ee_access_unit_read (self->unit, self->parser, map.data,
      map.size) == LKE2EE_ACCESS_UNIT_OK;
  if (ok && (lengths
          || lke2ee_access_unit_lies_in (self->unit, map.data, map.size)))
    return open_access_unit (self, cryptor, in, out);
  /* Lengths that do not add up are broken. A byte-stream without slices can be
   * a frame of the server; one with anything between its NAL units was changed
   * on the way, and is not to verify for being tidied up here. */
  return lengths ? LKE2EE_FATE_MALFORMED
      : process_opaque (self, cryptor, in, out);
}

/* Writes the byte-stream in @buffer with lengths, for a downstream that takes
 * nothing else. */
static Lke2eeFate
convert_to_lengths (Lke2eeDec * self, GstBuffer ** buffer)
{
  Lke2eeBase *base = LKE2EE_BASE (self);
  g_autoptr (GstBuffer) in = g_steal_pointer (buffer);
  g_auto (GstBufferMapInfo) in_map = GST_MAP_INFO_INIT;
  GstMapInfo map;
  Lke2eeNal sps;

  if (!gst_buffer_map (in, &in_map, GST_MAP_READ))
    return LKE2EE_FATE_INTERNAL_ERROR;
  *buffer = lke2ee_base_begin_output (base, in,
      in_map.size + in_map.size / 3 + 1, &map);
  if (*buffer == NULL)
    return LKE2EE_FATE_INTERNAL_ERROR;
  gsize size = lke2ee_access_unit_write_all_lengths
      (self->byte_stream_parser, in_map.data, in_map.size, map.data, &sps);
  lke2ee_base_finish_output (buffer, &map, size);
  if (sps.data != NULL) {
    g_autoptr (GstBuffer) codec_data =
        lke2ee_codec_data_new (lke2ee_base_peek_out (base)->codec, sps.data,
        sps.size);

    if (codec_data != NULL)
      lke2ee_base_update_codec_data (base, codec_data);
  }
  return size > 0 ? LKE2EE_FATE_DONE : LKE2EE_FATE_MALFORMED;
}

static void
refresh_replay_window (Lke2eeDec * self, Lke2eeFrameCryptor * cryptor)
{
  guint window = g_atomic_int_get (&self->replay_window);
  guint number = lke2ee_base_get_n_cryptors (LKE2EE_BASE (self));

  if (self->windowed_cryptor == number && self->used_window == window)
    return;
  lke2ee_frame_cryptor_set_replay_window (cryptor, window);
  self->windowed_cryptor = number;
  self->used_window = window;
}

static Lke2eeFate
process_once (Lke2eeDec * self, Lke2eeFrameCryptor * cryptor, GstBuffer * in,
    GstBuffer ** out)
{
  if (lke2ee_base_peek_in (LKE2EE_BASE (self))->format
      == LKE2EE_FORMAT_OPAQUE)
    return process_opaque (self, cryptor, in, out);
  return process_access_unit (self, cryptor, in, out);
}

/* A sender that ratchets is followed without a gap: the frame waits for the
 * window, which is derived once for each key in the background. */
static Lke2eeFate
process_and_hold (Lke2eeDec * self, Lke2eeFrameCryptor * cryptor,
    GstBuffer * in, GstBuffer ** out)
{
  gint64 hold_us = (gint64) g_atomic_int_get (&self->ratchet_hold) * 1000;
  Lke2eeFate fate = process_once (self, cryptor, in, out);

  while (fate == LKE2EE_FATE_NOT_AUTHENTIC && hold_us > 0
      && lke2ee_frame_cryptor_wait_for_window (cryptor, hold_us,
          self->flushing))
    fate = process_once (self, cryptor, in, out);
  return fate;
}

static Lke2eeFate
lke2ee_dec_process (Lke2eeBase * base, Lke2eeFrameCryptor * cryptor,
    GstBuffer * in, GstBuffer ** out)
{
  Lke2eeDec *self = LKE2EE_DEC (base);
  Lke2eeFate fate;

  refresh_replay_window (self, cryptor);
  fate = process_and_hold (self, cryptor, in, out);
  if (*out != NULL
      && lke2ee_base_peek_out (base)->format == LKE2EE_FORMAT_LENGTHS) {
    Lke2eeFate converted = convert_to_lengths (self, out);

    return converted == LKE2EE_FATE_DONE ? fate : converted;
  }
  return fate;
}

/* Not enabled: the stream format may change, and a metadata trailer goes. */

/* A clear frame without its metadata trailer. */
static Lke2eeFate
pass_as_it_lies (GstBuffer * in, gboolean is_video, GstBuffer ** out)
{
  guint8 tail[LKE2EE_FRAME_METADATA_MAX_SIZE];
  gsize size = gst_buffer_get_size (in);
  gsize tail_size = MIN (size, sizeof tail);
  Lke2eeFrameMetadata metadata;
  gsize trailer_size;

  gst_buffer_extract (in, size - tail_size, tail, tail_size);
  if (!is_video || !lke2ee_frame_metadata_parse (&metadata, tail, tail_size,
          &trailer_size)) {
    *out = gst_buffer_ref (in);
    return LKE2EE_FATE_CLEAR;
  }
  if (trailer_size == 0 || trailer_size == size)
    return LKE2EE_FATE_MALFORMED;
  *out = gst_buffer_copy_region (in, GST_BUFFER_COPY_ALL, 0,
      size - trailer_size);
  for (gsize i = 0; i < metadata.user_data_size; i++)
    tail[metadata.user_data - tail + i] ^= 0xff;
  lke2ee_metadata_attach (&metadata, *out);
  return LKE2EE_FATE_CLEAR;
}

/* Caps that leave here hold no parameter sets, so they go in band. */
static Lke2eeFate
pass_access_unit (Lke2eeDec * self, GstBuffer * in, GstBuffer ** out)
{
  g_autoptr (GstBuffer) frame = NULL;
  g_auto (GstBufferMapInfo) map = GST_MAP_INFO_INIT;
  Lke2eeFate fate = pass_as_it_lies (in, TRUE, &frame);

  if (fate != LKE2EE_FATE_CLEAR)
    return fate;
  if (!gst_buffer_map (frame, &map, GST_MAP_READ))
    return LKE2EE_FATE_INTERNAL_ERROR;
  switch (lke2ee_access_unit_make_canonical (self->unit, self->parser,
          self->sets, TRUE, map.data, map.size)) {
    case LKE2EE_ACCESS_UNIT_OK:
      fate = lke2ee_base_write_clear (LKE2EE_BASE (self), self->unit,
          self->byte_stream_parser, frame, out);
      lke2ee_parameter_sets_forget_new (self->sets);
      return fate;
    case LKE2EE_ACCESS_UNIT_NO_SLICE:
      return LKE2EE_FATE_HELD;
    default:
      return LKE2EE_FATE_MALFORMED;
  }
}

static Lke2eeFate
lke2ee_dec_pass (Lke2eeBase * base, GstBuffer * in, GstBuffer ** out)
{
  const Lke2eeStreamInfo *info = lke2ee_base_peek_in (base);

  if (info->format != LKE2EE_FORMAT_LENGTHS
      && lke2ee_base_peek_out (base)->format != LKE2EE_FORMAT_LENGTHS)
    return pass_as_it_lies (in, info->codec != LKE2EE_CODEC_AUDIO, out);
  return pass_access_unit (LKE2EE_DEC (base), in, out);
}

static gboolean
lke2ee_dec_new_stream (Lke2eeBase * base, GstCaps * in_caps)
{
  Lke2eeDec *self = LKE2EE_DEC (base);
  const Lke2eeStreamInfo *info = lke2ee_base_peek_in (base);
  const Lke2eeStreamInfo byte_stream =
      { info->codec, LKE2EE_FORMAT_BYTE_STREAM };
  const GValue *codec_data =
      gst_structure_get_value (gst_caps_get_structure (in_caps, 0),
      "codec_data");

  self->has_markers = FALSE;
  if (info->format == LKE2EE_FORMAT_OPAQUE)
    return TRUE;
  lke2ee_nal_parser_set_stream (self->parser, info);
  lke2ee_nal_parser_set_stream (self->byte_stream_parser, &byte_stream);
  /* A record that cannot be read leaves the size of lengths at 4, which is what
   * everyone writes. */
  lke2ee_parameter_sets_clear (self->sets);
  if (codec_data != NULL)
    lke2ee_nal_parser_set_codec_data (self->parser,
        gst_value_get_buffer (codec_data), lke2ee_parameter_sets_put,
        self->sets);
  return TRUE;
}

/* Latency */

/* How long a frame can be held, in ns: not at all without a window. */
static GstClockTime
get_hold (Lke2eeDec * self)
{
  g_autoptr (GObject) provider =
      gst_child_proxy_get_child_by_name (GST_CHILD_PROXY (self),
      "key-provider");
  guint window = 0;

  g_object_get (provider, "ratchet-window-size", &window, NULL);
  return window > 0 ? g_atomic_int_get (&self->ratchet_hold) * GST_MSECOND
      : 0;
}

static gboolean
lke2ee_dec_query (GstBaseTransform * trans, GstPadDirection direction,
    GstQuery * query)
{
  gboolean live;
  GstClockTime least, most;

  if (!GST_BASE_TRANSFORM_CLASS (lke2ee_dec_parent_class)->query (trans,
          direction, query))
    return FALSE;
  if (direction != GST_PAD_SRC || GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return TRUE;
  GstClockTime hold = get_hold (LKE2EE_DEC (trans));
  gst_query_parse_latency (query, &live, &least, &most);
  gst_query_set_latency (query, live, least + hold,
      GST_CLOCK_TIME_IS_VALID (most) ? most + hold : most);
  return TRUE;
}

static void
set_ratchet_hold (Lke2eeDec * self, guint hold)
{
  g_atomic_int_set (&self->ratchet_hold, hold);
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_latency (GST_OBJECT (self)));
}

/* Recovery */

static void
ask_for_keyframe (Lke2eeDec * self)
{
  GST_DEBUG_OBJECT (self, "asking for a key frame");
  gst_pad_push_event (GST_BASE_TRANSFORM_SINK_PAD (self),
      gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE,
          FALSE, 0));
}

static Lke2eeFate
lke2ee_dec_after (Lke2eeBase * base, Lke2eeFate fate, GstBuffer * in)
{
  Lke2eeDec *self = LKE2EE_DEC (base);
  gboolean is_keyframe =
      !GST_BUFFER_FLAG_IS_SET (in, GST_BUFFER_FLAG_DELTA_UNIT);

  if (lke2ee_base_peek_in (base)->codec == LKE2EE_CODEC_AUDIO)
    return fate;
  if (GST_BUFFER_IS_DISCONT (in))
    lke2ee_recovery_gap (&self->recovery);
  fate = lke2ee_recovery_frame (&self->recovery, fate, is_keyframe,
      g_atomic_int_get (&self->wait_for_keyframe));
  if (g_atomic_int_get (&self->request_keyframe)
      && lke2ee_recovery_should_request (&self->recovery))
    ask_for_keyframe (self);
  return fate;
}

/* VP9 layers */

/* Without caps that say that buffers are layers, or markers that end pictures,
 * to wait for the rest of a picture would be to wait for ever. */
static Lke2eeFate
lke2ee_dec_join (Lke2eeBase * base, Lke2eeFate fate, GstBuffer ** out)
{
  Lke2eeDec *self = LKE2EE_DEC (base);
  const Lke2eeStreamInfo *info = lke2ee_base_peek_in (base);
  gboolean ends_picture =
      GST_BUFFER_FLAG_IS_SET (*out, GST_BUFFER_FLAG_MARKER);

  if (info->codec != LKE2EE_CODEC_VP9 || gst_buffer_get_size (*out) == 0)
    return fate;
  self->has_markers |= ends_picture;
  if (lke2ee_superframe_is_empty (self->picture)
      && (ends_picture || !(info->is_layered || self->has_markers)))
    return fate;
  lke2ee_superframe_add (self->picture, g_steal_pointer (out));
  if (!ends_picture)
    return LKE2EE_FATE_JOINED;
  *out = lke2ee_superframe_finish (self->picture);
  return fate;
}

static GstBuffer *
lke2ee_dec_finish_picture (Lke2eeBase * base, GstBuffer * next)
{
  Lke2eeDec *self = LKE2EE_DEC (base);

  if (lke2ee_superframe_is_empty (self->picture)
      || (next != NULL && lke2ee_superframe_takes (self->picture, next,
              self->has_markers
              || GST_BUFFER_FLAG_IS_SET (next, GST_BUFFER_FLAG_MARKER))))
    return NULL;
  return lke2ee_superframe_finish (self->picture);
}

/* Before the base class waits for the streaming thread. */
static gboolean
lke2ee_dec_sink_event (GstBaseTransform * trans, GstEvent * event)
{
  Lke2eeDec *self = LKE2EE_DEC (trans);

  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_START)
    g_cancellable_cancel (self->flushing);
  else if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP)
    g_cancellable_reset (self->flushing);
  return GST_BASE_TRANSFORM_CLASS (lke2ee_dec_parent_class)->sink_event
      (trans, event);
}

static GstStateChangeReturn
lke2ee_dec_change_state (GstElement * element, GstStateChange transition)
{
  Lke2eeDec *self = LKE2EE_DEC (element);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    g_cancellable_cancel (self->flushing);
  else if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    g_cancellable_reset (self->flushing);
  return GST_ELEMENT_CLASS (lke2ee_dec_parent_class)->change_state (element,
      transition);
}

static void
lke2ee_dec_flush (Lke2eeBase * base)
{
  Lke2eeFrameCryptor *cryptor = lke2ee_base_peek_cryptor (base);

  if (cryptor != NULL)
    lke2ee_frame_cryptor_reset_replay (cryptor);
  lke2ee_recovery_reset (&LKE2EE_DEC (base)->recovery);
  lke2ee_superframe_clear (LKE2EE_DEC (base)->picture);
}

static void
lke2ee_dec_forget (Lke2eeBase * base)
{
  LKE2EE_DEC (base)->windowed_cryptor = 0;
}

static void
lke2ee_dec_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  Lke2eeDec *self = LKE2EE_DEC (object);

  switch (id) {
    case PROP_REPLAY_WINDOW:
      g_atomic_int_set (&self->replay_window, g_value_get_uint (value));
      break;
    case PROP_WAIT_FOR_KEYFRAME:
      g_atomic_int_set (&self->wait_for_keyframe,
          g_value_get_boolean (value));
      break;
    case PROP_REQUEST_KEYFRAME:
      g_atomic_int_set (&self->request_keyframe,
          g_value_get_boolean (value));
      break;
    case PROP_RATCHET_HOLD:
      set_ratchet_hold (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
lke2ee_dec_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  Lke2eeDec *self = LKE2EE_DEC (object);

  switch (id) {
    case PROP_REPLAY_WINDOW:
      g_value_set_uint (value, g_atomic_int_get (&self->replay_window));
      break;
    case PROP_WAIT_FOR_KEYFRAME:
      g_value_set_boolean (value,
          g_atomic_int_get (&self->wait_for_keyframe));
      break;
    case PROP_REQUEST_KEYFRAME:
      g_value_set_boolean (value, g_atomic_int_get (&self->request_keyframe));
      break;
    case PROP_RATCHET_HOLD:
      g_value_set_uint (value, g_atomic_int_get (&self->ratchet_hold));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
lke2ee_dec_finalize (GObject * object)
{
  Lke2eeDec *self = LKE2EE_DEC (object);

  lke2ee_nal_parser_free (self->parser);
  lke2ee_nal_parser_free (self->byte_stream_parser);
  lke2ee_access_unit_free (self->unit);
  lke2ee_parameter_sets_free (self->sets);
  lke2ee_headers_free (self->headers);
  lke2ee_superframe_free (self->picture);
  g_object_unref (self->flushing);
  G_OBJECT_CLASS (lke2ee_dec_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass * object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
      | GST_PARAM_MUTABLE_PLAYING;

  g_object_class_install_property (object_class, PROP_REPLAY_WINDOW,
      g_param_spec_uint ("replay-window", "Replay window",
          "Frames back that a repeated frame is recognised (0 = off)", 0,
          MAX_REPLAY_WINDOW, DEFAULT_REPLAY_WINDOW, flags));
  g_object_class_install_property (object_class, PROP_WAIT_FOR_KEYFRAME,
      g_param_spec_boolean ("wait-for-keyframe", "Wait for key frame",
          "After a loss drop delta frames until a key frame", FALSE, flags));
  g_object_class_install_property (object_class, PROP_REQUEST_KEYFRAME,
      g_param_spec_boolean ("request-keyframe", "Request key frame",
          "After a loss ask upstream for a key frame", TRUE, flags));
  g_object_class_install_property (object_class, PROP_RATCHET_HOLD,
      g_param_spec_uint ("ratchet-hold", "Ratchet hold",
          "How long a frame may wait for the ratchet window, in ms (0 = drop "
          "frames until it is there); part of the latency", 0,
          MAX_RATCHET_HOLD, DEFAULT_RATCHET_HOLD, flags));
}

static void
lke2ee_dec_class_init (Lke2eeDecClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  Lke2eeBaseClass *base_class = LKE2EE_BASE_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (lke2ee_dec_debug, "lke2eedec", 0,
      "end-to-end decryptor");

  object_class->set_property = lke2ee_dec_set_property;
  object_class->get_property = lke2ee_dec_get_property;
  object_class->finalize = lke2ee_dec_finalize;
  install_properties (object_class);
  GST_ELEMENT_CLASS (klass)->change_state =
      GST_DEBUG_FUNCPTR (lke2ee_dec_change_state);
  GST_BASE_TRANSFORM_CLASS (klass)->query =
      GST_DEBUG_FUNCPTR (lke2ee_dec_query);
  GST_BASE_TRANSFORM_CLASS (klass)->sink_event =
      GST_DEBUG_FUNCPTR (lke2ee_dec_sink_event);

  base_class->encrypts = FALSE;
  base_class->joins_layers = TRUE;
  base_class->join = lke2ee_dec_join;
  base_class->finish_picture = lke2ee_dec_finish_picture;
  base_class->preferred_sink_format = LKE2EE_FORMAT_BYTE_STREAM;
  base_class->preferred_src_format = LKE2EE_FORMAT_BYTE_STREAM;
  base_class->process = lke2ee_dec_process;
  base_class->pass = lke2ee_dec_pass;
  base_class->new_stream = lke2ee_dec_new_stream;
  base_class->flush = lke2ee_dec_flush;
  base_class->forget = lke2ee_dec_forget;
  base_class->after = lke2ee_dec_after;

  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass),
      "LiveKit end-to-end decryptor", "Filter/Decryptor",
      "Decrypts frames that LiveKit's SDKs encrypted",
      "lke2ee contributors");
}

static void
lke2ee_dec_init (Lke2eeDec * self)
{
  self->replay_window = DEFAULT_REPLAY_WINDOW;
  self->request_keyframe = TRUE;
  self->ratchet_hold = DEFAULT_RATCHET_HOLD;
  self->parser = lke2ee_nal_parser_new ();
  self->byte_stream_parser = lke2ee_nal_parser_new ();
  self->unit = lke2ee_access_unit_new ();
  self->sets = lke2ee_parameter_sets_new ();
  self->headers = lke2ee_headers_new ();
  self->picture = lke2ee_superframe_new ();
  self->flushing = g_cancellable_new ();
}
