/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/**
 * SECTION:element-lke2eevp9depay
 * @title: lke2eevp9depay
 * @short_description: takes encrypted VP9 from RTP packets
 *
 * A VP9 picture can have several spatial layers (browsers send three by
 * default), and LiveKit's SDKs encrypt each layer frame by itself. rtpvp9depay
 * glues them together; this gives one buffer for each, all with the picture's
 * time, the last of them with the MARKER flag. lke2eedec puts the decrypted
 * frames together again.
 *
 * What it needs to know stands in the payload descriptor; it never looks into
 * a frame. A frame of which a packet is missing is dropped.
 *
 * |[
 * gst-launch-1.0 udpsrc port=5000 \
 *     caps='application/x-rtp,media=video,encoding-name=VP9,payload=96' ! \
 *     rtpjitterbuffer ! lke2eevp9depay ! \
 *     lke2eedec passphrase-file=secret.txt ! vp9dec ! autovideosink
 * ]|
 */

#include "gstlke2eevp9depay.h"

#include <gst/base/gstadapter.h>
#include <gst/video/video.h>

#include "gstlke2eerecovery.h"
#include "gstlke2eevp9descriptor.h"

GST_DEBUG_CATEGORY_STATIC (lke2ee_vp9_depay_debug);
#define GST_CAT_DEFAULT lke2ee_vp9_depay_debug

/* More than any encoder makes of a frame; what a hostile sender can make us
 * keep. */
#define MAX_FRAME_SIZE (32 * 1024 * 1024)

struct _Lke2eeVp9Depay
{
  GstRTPBaseDepayload parent_instance;

  gint wait_for_keyframe;       /* atomic */
  gint request_keyframe;        /* atomic */

  /* of the streaming thread */
  GstAdapter *adapter;          /* the layer frame that has begun */
  gboolean started;
  gboolean is_delta;            /* the frame that has begun */
  gboolean lost_layer;          /* that the next layer of the picture needs */
  guint32 rtp_time;             /* of the picture */
  GstClockTime pts;             /* of the picture's first packet */
  Lke2eeRecovery recovery;
  gboolean has_layers;          /* pictures of more than one frame were seen */
  guint width;                  /* as caps have them; 0: not told */
  guint height;
  gboolean caps_changed;
};

enum
{
  PROP_WAIT_FOR_KEYFRAME = 1,
  PROP_REQUEST_KEYFRAME,
};

G_DEFINE_FINAL_TYPE (Lke2eeVp9Depay, lke2ee_vp9_depay,
    GST_TYPE_RTP_BASE_DEPAYLOAD);
GST_ELEMENT_REGISTER_DEFINE (lke2eevp9depay, "lke2eevp9depay",
    GST_RANK_NONE, LKE2EE_TYPE_VP9_DEPAY);

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("application/x-rtp, media=(string)video, "
        "clock-rate=(int)90000, encoding-name=(string)VP9"));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("video/x-vp9"));

/* Caps: one buffer is a frame where pictures have layers, else it is all of a
 * picture, which more decoders take. */
static void
push_caps (Lke2eeVp9Depay * self)
{
  GstPad *pad = GST_RTP_BASE_DEPAYLOAD_SRCPAD (self);
  GstCaps *caps = gst_caps_new_simple ("video/x-vp9", "alignment",
      G_TYPE_STRING, self->has_layers ? "frame" : "super-frame", NULL);

  if (self->width > 0)
    gst_caps_set_simple (caps, "width", G_TYPE_INT, self->width, "height",
        G_TYPE_INT, self->height, NULL);
  gst_pad_set_caps (pad, caps);
  gst_caps_unref (caps);
  self->caps_changed = FALSE;
}

static void
learn_size (Lke2eeVp9Depay * self, const Lke2eeVp9Descriptor * descriptor)
{
  if (descriptor->width == 0 || descriptor->height == 0
      || (descriptor->width == self->width
          && descriptor->height == self->height))
    return;
  self->width = descriptor->width;
  self->height = descriptor->height;
  self->caps_changed = TRUE;
}

/* Losses */

/* Not for all headers: that becomes a FIR, which LiveKit's server ignores as
 * GStreamer sends it (RFC 5104 has the media SSRC 0). VP9 has no headers. */
static void
ask_for_keyframe (Lke2eeVp9Depay * self)
{
  if (g_atomic_int_get (&self->request_keyframe)
      && lke2ee_recovery_should_request (&self->recovery))
    gst_pad_push_event (GST_RTP_BASE_DEPAYLOAD_SINKPAD (self),
        gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE,
            FALSE, 0));
}

static void
drop_frame (Lke2eeVp9Depay * self, const char *why)
{
  GST_DEBUG_OBJECT (self, "dropping a frame: %s", why);
  gst_adapter_clear (self->adapter);
  self->started = FALSE;
  self->lost_layer = TRUE;
  lke2ee_recovery_frame (&self->recovery, LKE2EE_FATE_MALFORMED, FALSE,
      FALSE);
  ask_for_keyframe (self);
}

/* Packets are missing in front of the next one: of the frame that has begun, or
 * whole frames. */
static void
note_gap (Lke2eeVp9Depay * self)
{
  if (self->started) {
    drop_frame (self, "a packet of it is missing");
    return;
  }
  self->lost_layer = TRUE;
  lke2ee_recovery_gap (&self->recovery);
  ask_for_keyframe (self);
}

/* Frames */

static void
begin_frame (Lke2eeVp9Depay * self, const Lke2eeVp9Descriptor * descriptor,
    GstRTPBuffer * rtp)
{
  guint32 rtp_time = gst_rtp_buffer_get_timestamp (rtp);

  /* Each frame of a picture gets the time of the first, however late its
   * packets came: lke2eedec tells pictures apart by it. */
  if (rtp_time != self->rtp_time || !GST_CLOCK_TIME_IS_VALID (self->pts)) {
    self->rtp_time = rtp_time;
    self->pts = GST_BUFFER_PTS (rtp->buffer);
  }
  self->started = TRUE;
  self->lost_layer = FALSE;
  /* A frame that needs the layer below is no place to start. */
  self->is_delta =
      descriptor->is_inter_picture || descriptor->is_inter_layer;
  if (!self->is_delta)
    learn_size (self, descriptor);
}

static GstBuffer *
end_frame (Lke2eeVp9Depay * self, const Lke2eeVp9Descriptor * descriptor,
    gboolean ends_picture)
{
  gsize size = gst_adapter_available (self->adapter);
  GstBuffer *frame = gst_adapter_take_buffer_fast (self->adapter, size);
  Lke2eeFate fate;

  self->started = FALSE;
  if (!self->has_layers && (!ends_picture || descriptor->spatial_layer > 0)) {
    self->has_layers = TRUE;
    self->caps_changed = TRUE;
  }
  fate = lke2ee_recovery_frame (&self->recovery, LKE2EE_FATE_DONE,
      !self->is_delta, g_atomic_int_get (&self->wait_for_keyframe));
  ask_for_keyframe (self);
  if (fate != LKE2EE_FATE_DONE) {
    gst_buffer_unref (frame);
    return NULL;
  }

  frame = gst_buffer_make_writable (frame);
  GST_BUFFER_PTS (frame) = self->pts;
  if (self->is_delta)
    GST_BUFFER_FLAG_SET (frame, GST_BUFFER_FLAG_DELTA_UNIT);
  else
    GST_BUFFER_FLAG_UNSET (frame, GST_BUFFER_FLAG_DELTA_UNIT);
  if (ends_picture)
    GST_BUFFER_FLAG_SET (frame, GST_BUFFER_FLAG_MARKER);
  if (self->caps_changed || !gst_pad_has_current_caps
      (GST_RTP_BASE_DEPAYLOAD_SRCPAD (self)))
    push_caps (self);
  return frame;
}

/* Why a packet cannot go on with the frame that has begun, or begin one; NULL
 * if it can. */
static const char *
find_fault (Lke2eeVp9Depay * self, const Lke2eeVp9Descriptor * descriptor,
    GstRTPBuffer * rtp)
{
  if (descriptor->begins_frame)
    return self->lost_layer && descriptor->is_inter_layer ?
        "the layer that it needs is missing" : NULL;
  if (!self->started)
    return "its beginning is missing";
  if (gst_rtp_buffer_get_timestamp (rtp) != self->rtp_time)
    return "its end is missing";
  if (gst_adapter_available (self->adapter) > MAX_FRAME_SIZE)
    return "it is too large";
  return NULL;
}

static GstBuffer *
lke2ee_vp9_depay_process (GstRTPBaseDepayload * depay, GstRTPBuffer * rtp)
{
  Lke2eeVp9Depay *self = LKE2EE_VP9_DEPAY (depay);
  Lke2eeVp9Descriptor descriptor;

  if (GST_BUFFER_IS_DISCONT (rtp->buffer))
    note_gap (self);
  /* Padding, with which servers probe the bandwidth. */
  if (gst_rtp_buffer_get_payload_len (rtp) == 0)
    return NULL;
  if (!lke2ee_vp9_descriptor_parse (&descriptor,
          gst_rtp_buffer_get_payload (rtp),
          gst_rtp_buffer_get_payload_len (rtp))) {
    drop_frame (self, "a packet of it is malformed");
    return NULL;
  }
  if (descriptor.begins_frame && self->started)
    drop_frame (self, "its end is missing");
  const char *fault = find_fault (self, &descriptor, rtp);
  if (fault != NULL) {
    drop_frame (self, fault);
    return NULL;
  }

  if (descriptor.begins_frame)
    begin_frame (self, &descriptor, rtp);
  gst_adapter_push (self->adapter,
      gst_rtp_buffer_get_payload_subbuffer (rtp, descriptor.size, -1));
  return descriptor.ends_frame ? end_frame (self, &descriptor,
      gst_rtp_buffer_get_marker (rtp)) : NULL;
}

/* State and properties */

static void
reset (Lke2eeVp9Depay * self)
{
  gst_adapter_clear (self->adapter);
  self->started = FALSE;
  self->lost_layer = FALSE;
  self->pts = GST_CLOCK_TIME_NONE;
  lke2ee_recovery_reset (&self->recovery);
}

static gboolean
lke2ee_vp9_depay_handle_event (GstRTPBaseDepayload * depay, GstEvent * event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP)
    reset (LKE2EE_VP9_DEPAY (depay));
  return GST_RTP_BASE_DEPAYLOAD_CLASS (lke2ee_vp9_depay_parent_class)
      ->handle_event (depay, event);
}

static GstStateChangeReturn
lke2ee_vp9_depay_change_state (GstElement * element,
    GstStateChange transition)
{
  Lke2eeVp9Depay *self = LKE2EE_VP9_DEPAY (element);

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    reset (self);
    self->has_layers = FALSE;
    self->width = 0;
    self->height = 0;
  }
  return GST_ELEMENT_CLASS (lke2ee_vp9_depay_parent_class)->change_state
      (element, transition);
}

static void
lke2ee_vp9_depay_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  Lke2eeVp9Depay *self = LKE2EE_VP9_DEPAY (object);

  switch (id) {
    case PROP_WAIT_FOR_KEYFRAME:
      g_atomic_int_set (&self->wait_for_keyframe,
          g_value_get_boolean (value));
      break;
    case PROP_REQUEST_KEYFRAME:
      g_atomic_int_set (&self->request_keyframe,
          g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
lke2ee_vp9_depay_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  Lke2eeVp9Depay *self = LKE2EE_VP9_DEPAY (object);

  switch (id) {
    case PROP_WAIT_FOR_KEYFRAME:
      g_value_set_boolean (value,
          g_atomic_int_get (&self->wait_for_keyframe));
      break;
    case PROP_REQUEST_KEYFRAME:
      g_value_set_boolean (value, g_atomic_int_get (&self->request_keyframe));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
lke2ee_vp9_depay_finalize (GObject * object)
{
  g_object_unref (LKE2EE_VP9_DEPAY (object)->adapter);
  G_OBJECT_CLASS (lke2ee_vp9_depay_parent_class)->finalize (object);
}

static void
lke2ee_vp9_depay_class_init (Lke2eeVp9DepayClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstRTPBaseDepayloadClass *depay_class =
      GST_RTP_BASE_DEPAYLOAD_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
      | GST_PARAM_MUTABLE_PLAYING;

  GST_DEBUG_CATEGORY_INIT (lke2ee_vp9_depay_debug, "lke2eevp9depay", 0,
      "depayloader for encrypted VP9");

  object_class->set_property = lke2ee_vp9_depay_set_property;
  object_class->get_property = lke2ee_vp9_depay_get_property;
  object_class->finalize = lke2ee_vp9_depay_finalize;
  g_object_class_install_property (object_class, PROP_WAIT_FOR_KEYFRAME,
      g_param_spec_boolean ("wait-for-keyframe", "Wait for key frame",
          "After a loss drop delta frames until a key frame", FALSE, flags));
  g_object_class_install_property (object_class, PROP_REQUEST_KEYFRAME,
      g_param_spec_boolean ("request-keyframe", "Request key frame",
          "After a loss ask upstream for a key frame", TRUE, flags));

  element_class->change_state = lke2ee_vp9_depay_change_state;
  depay_class->process_rtp_packet = lke2ee_vp9_depay_process;
  depay_class->handle_event = lke2ee_vp9_depay_handle_event;

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "RTP depayloader for encrypted VP9", "Codec/Depayloader/Network/RTP",
      "Takes VP9 layer frames from RTP packets without looking into them",
      "lke2ee contributors");
}

static void
lke2ee_vp9_depay_init (Lke2eeVp9Depay * self)
{
  self->adapter = gst_adapter_new ();
  self->request_keyframe = TRUE;
}
