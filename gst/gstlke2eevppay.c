/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What the VP8 and VP9 payloaders share: cutting a frame into packets, the
 * PictureID, the properties.
 *
 * Stock payloaders parse the bitstream and fail on ciphertext. These look at
 * caps, flags and metas only, so they carry encrypted and clear frames alike.
 * A frame is sent as one buffer list that refers to the frame's memory. */

#include "gstlke2eevppay.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (lke2ee_vp_pay_debug);
#define GST_CAT_DEFAULT lke2ee_vp_pay_debug

typedef enum
{
  LKE2EE_PICTURE_ID_NONE,
  LKE2EE_PICTURE_ID_7_BIT,
  LKE2EE_PICTURE_ID_15_BIT,
} Lke2eePictureIdMode;

#define MAX_PICTURE_ID 0x7fff

typedef struct _Lke2eeVpPayPrivate Lke2eeVpPayPrivate;

struct _Lke2eeVpPayPrivate
{
  /* guarded by the object lock: set by the application, read for each frame */
  Lke2eePictureIdMode picture_id_mode;
  gint picture_id_offset;
  guint picture_id;

  /* of the streaming thread: what the frame at hand is sent with */
  Lke2eePictureIdMode frame_mode;
  guint frame_id;
};

enum
{
  PROP_PICTURE_ID_MODE = 1,
  PROP_PICTURE_ID_OFFSET,
};

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (Lke2eeVpPay, lke2ee_vp_pay,
    GST_TYPE_RTP_BASE_PAYLOAD);

#define PRIVATE(self) ((Lke2eeVpPayPrivate *) \
    lke2ee_vp_pay_get_instance_private (self))

/* The nicks and values are those of rtpvp8pay and rtpvp9pay. */
static GType
picture_id_mode_get_type (void)
{
  static const GEnumValue values[] = {
    {LKE2EE_PICTURE_ID_NONE, "No Picture ID", "none"},
    {LKE2EE_PICTURE_ID_7_BIT, "7-bit Picture ID", "7-bit"},
    {LKE2EE_PICTURE_ID_15_BIT, "15-bit Picture ID", "15-bit"},
    {0, NULL, NULL},
  };
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_enum_register_static ("Lke2eePictureIdMode", values));
  return type;
}

/* PictureID */

/* Called with the object lock held. */
static void
reset_picture_id (Lke2eeVpPayPrivate * priv)
{
  priv->picture_id = priv->picture_id_offset < 0 ?
      g_random_int () : (guint) priv->picture_id_offset;
}

static void
begin_picture (Lke2eeVpPay * self)
{
  Lke2eeVpPayPrivate *priv = PRIVATE (self);

  GST_OBJECT_LOCK (self);
  priv->frame_mode = priv->picture_id_mode;
  priv->frame_id = priv->picture_id++;
  GST_OBJECT_UNLOCK (self);
}

gboolean
lke2ee_vp_pay_has_picture_id (Lke2eeVpPay * self)
{
  return PRIVATE (self)->frame_mode != LKE2EE_PICTURE_ID_NONE;
}

/* Writes the PictureID of the frame at hand. Returns its bytes: 0 to 2. */
gsize
lke2ee_vp_pay_write_picture_id (Lke2eeVpPay * self, guint8 * out)
{
  guint id = PRIVATE (self)->frame_id;

  switch (PRIVATE (self)->frame_mode) {
    case LKE2EE_PICTURE_ID_7_BIT:
      out[0] = id & 0x7f;
      return 1;
    case LKE2EE_PICTURE_ID_15_BIT:
      out[0] = 0x80 | (id >> 8 & 0x7f);
      out[1] = id & 0xff;
      return 2;
    case LKE2EE_PICTURE_ID_NONE:
    default:
      return 0;
  }
}

/* Packets */

static GstBuffer *
new_packet (Lke2eeVpPay * self, const Lke2eeVpPacket * packet,
    gsize offset, gsize size, const guint8 * descriptor,
    gsize descriptor_size)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  GstBuffer *out =
      gst_rtp_base_payload_allocate_output_buffer (GST_RTP_BASE_PAYLOAD
      (self), descriptor_size, 0, 0);

  gst_rtp_buffer_map (out, GST_MAP_WRITE, &rtp);
  memcpy (gst_rtp_buffer_get_payload (&rtp), descriptor, descriptor_size);
  gst_rtp_buffer_set_marker (&rtp, packet->is_last);
  gst_rtp_buffer_unmap (&rtp);

  /* Not the offset: that of vp8enc counts nanoseconds, and the base class takes
   * an offset for the RTP timestamp (perfect-rtptime). */
  GST_BUFFER_PTS (out) = GST_BUFFER_PTS (packet->frame);
  GST_BUFFER_DTS (out) = GST_BUFFER_DTS (packet->frame);
  GST_BUFFER_DURATION (out) = GST_BUFFER_DURATION (packet->frame);
  gst_buffer_copy_into (out, packet->frame, GST_BUFFER_COPY_MEMORY, offset,
      size);
  if (packet->is_last)
    GST_BUFFER_FLAG_SET (out, GST_BUFFER_FLAG_MARKER);
  /* Of a key frame only the first packet is one to start with. */
  if (!packet->is_first
      || GST_BUFFER_FLAG_IS_SET (packet->frame, GST_BUFFER_FLAG_DELTA_UNIT))
    GST_BUFFER_FLAG_SET (out, GST_BUFFER_FLAG_DELTA_UNIT);
  return out;
}

/* Bytes of the frame that fit into a packet behind @descriptor_size bytes. */
static gsize
find_room (Lke2eeVpPay * self, const Lke2eeVpPacket * packet,
    gsize descriptor_size)
{
  GstRTPBasePayload *payload = GST_RTP_BASE_PAYLOAD (self);
  guint n_sources =
      gst_rtp_base_payload_get_source_count (payload, packet->frame);
  gsize room = gst_rtp_buffer_calc_payload_len (GST_RTP_BASE_PAYLOAD_MTU
      (payload), 0, n_sources);
  gsize least = packet->is_first ?
      LKE2EE_VP_PAY_GET_CLASS (self)->min_first_size : 1;

  room = room > descriptor_size ? room - descriptor_size : 0;
  return MAX (room, least);
}

static GstFlowReturn
lke2ee_vp_pay_handle_buffer (GstRTPBasePayload * payload, GstBuffer * frame)
{
  Lke2eeVpPay *self = LKE2EE_VP_PAY (payload);
  Lke2eeVpPayClass *klass = LKE2EE_VP_PAY_GET_CLASS (self);
  Lke2eeVpPacket packet = {.frame = frame };
  gsize size = gst_buffer_get_size (frame);

  /* A packet without payload is none to VP8 and VP9. */
  if (size == 0) {
    gst_buffer_unref (frame);
    return GST_FLOW_OK;
  }

  GstBufferList *list =
      gst_buffer_list_new_sized (size / GST_RTP_BASE_PAYLOAD_MTU (payload)
      + 2);
  begin_picture (self);
  klass->begin_frame (self, frame);
  for (gsize offset = 0; offset < size;) {
    guint8 descriptor[LKE2EE_VP_MAX_DESCRIPTOR_SIZE];

    packet.is_first = offset == 0;
    packet.is_last = FALSE;
    gsize descriptor_size =
        klass->write_descriptor (self, &packet, descriptor);
    gsize n = MIN (find_room (self, &packet, descriptor_size), size - offset);

    packet.is_last = offset + n == size;
    if (packet.is_last)
      klass->write_descriptor (self, &packet, descriptor);
    gst_buffer_list_add (list, new_packet (self, &packet, offset, n,
            descriptor, descriptor_size));
    offset += n;
  }
  gst_buffer_unref (frame);
  return gst_rtp_base_payload_push_list (payload, list);
}

static gboolean
lke2ee_vp_pay_set_caps (GstRTPBasePayload * payload, GstCaps * caps)
{
  gst_rtp_base_payload_set_options (payload, "video", TRUE,
      LKE2EE_VP_PAY_GET_CLASS (payload)->encoding_name, 90000);
  return gst_rtp_base_payload_set_outcaps (payload, NULL);
}

static GstStateChangeReturn
lke2ee_vp_pay_change_state (GstElement * element, GstStateChange transition)
{
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    GST_OBJECT_LOCK (element);
    reset_picture_id (PRIVATE (LKE2EE_VP_PAY (element)));
    GST_OBJECT_UNLOCK (element);
  }
  return GST_ELEMENT_CLASS (lke2ee_vp_pay_parent_class)->change_state
      (element, transition);
}

/* Properties */

static void
lke2ee_vp_pay_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  Lke2eeVpPayPrivate *priv = PRIVATE (LKE2EE_VP_PAY (object));

  GST_OBJECT_LOCK (object);
  switch (id) {
    case PROP_PICTURE_ID_MODE:
      priv->picture_id_mode = g_value_get_enum (value);
      break;
    case PROP_PICTURE_ID_OFFSET:
      priv->picture_id_offset = g_value_get_int (value);
      reset_picture_id (priv);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  GST_OBJECT_UNLOCK (object);
}

static void
lke2ee_vp_pay_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  Lke2eeVpPayPrivate *priv = PRIVATE (LKE2EE_VP_PAY (object));

  GST_OBJECT_LOCK (object);
  switch (id) {
    case PROP_PICTURE_ID_MODE:
      g_value_set_enum (value, priv->picture_id_mode);
      break;
    case PROP_PICTURE_ID_OFFSET:
      g_value_set_int (value, priv->picture_id_offset);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  GST_OBJECT_UNLOCK (object);
}

static void
lke2ee_vp_pay_class_init (Lke2eeVpPayClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstRTPBasePayloadClass *payload_class = GST_RTP_BASE_PAYLOAD_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
      | GST_PARAM_MUTABLE_PLAYING;

  GST_DEBUG_CATEGORY_INIT (lke2ee_vp_pay_debug, "lke2eevppay", 0,
      "payloaders for encrypted VP8 and VP9");

  object_class->set_property = lke2ee_vp_pay_set_property;
  object_class->get_property = lke2ee_vp_pay_get_property;
  g_object_class_install_property (object_class, PROP_PICTURE_ID_MODE,
      g_param_spec_enum ("picture-id-mode", "Picture ID mode",
          "How many bits the PictureID has; WebRTC needs 15",
          picture_id_mode_get_type (), LKE2EE_PICTURE_ID_15_BIT, flags));
  g_object_class_install_property (object_class, PROP_PICTURE_ID_OFFSET,
      g_param_spec_int ("picture-id-offset", "Picture ID offset",
          "PictureID of the first frame (-1 = random)", -1, MAX_PICTURE_ID,
          -1, flags));

  GST_ELEMENT_CLASS (klass)->change_state = lke2ee_vp_pay_change_state;
  payload_class->handle_buffer = lke2ee_vp_pay_handle_buffer;
  payload_class->set_caps = lke2ee_vp_pay_set_caps;

  gst_type_mark_as_plugin_api (picture_id_mode_get_type (), 0);
  gst_type_mark_as_plugin_api (LKE2EE_TYPE_VP_PAY, 0);
}

static void
lke2ee_vp_pay_init (Lke2eeVpPay * self)
{
  PRIVATE (self)->picture_id_mode = LKE2EE_PICTURE_ID_15_BIT;
  PRIVATE (self)->picture_id_offset = -1;
}
