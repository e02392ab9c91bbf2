/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/**
 * SECTION:element-lke2eevp8pay
 * @title: lke2eevp8pay
 * @short_description: puts encrypted VP8 into RTP packets
 *
 * Takes the place of rtpvp8pay behind lke2eeenc; carries clear VP8 as well.
 *
 * |[
 * gst-launch-1.0 videotestsrc ! vp8enc deadline=1 ! \
 *     lke2eeenc passphrase-file=secret.txt ! lke2eevp8pay ! \
 *     udpsink host=127.0.0.1 port=5000
 * ]|
 *
 * The payload descriptor (RFC 7741, section 4.2):
 *
 *     |X|R|N|R|S|R|PID|  X=1, N: droppable, S: first packet, PID=0
 *     |I|L|T|K|  RSV  |  I: PictureID, L and T: temporal layers
 *     |M| PictureID   |  one or two bytes
 *     |   TL0PICIDX   |  L
 *     |TID|Y| KEYIDX  |  T
 */

#include "gstlke2eevp8pay.h"

#define X_BIT 0x80
#define N_BIT 0x20
#define S_BIT 0x10
#define I_BIT 0x80
#define L_AND_T_BITS 0x60
#define Y_BIT 0x20

/* Receivers read the P bit, and of a key frame its size, from the frame's
 * first packet. */
#define CLEAR_SIZE 10

struct _Lke2eeVp8Pay
{
  Lke2eeVpPay parent_instance;

  /* of the streaming thread */
  gboolean has_layers;          /* once a stream has them it keeps them */
  guint8 tl0picidx;
  guint8 layer;
  gboolean layer_sync;
};

G_DEFINE_FINAL_TYPE (Lke2eeVp8Pay, lke2ee_vp8_pay, LKE2EE_TYPE_VP_PAY);
GST_ELEMENT_REGISTER_DEFINE (lke2eevp8pay, "lke2eevp8pay", GST_RANK_NONE,
    LKE2EE_TYPE_VP8_PAY);

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-vp8"));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("application/x-rtp, media=(string)video, "
        "payload=(int)" GST_RTP_PAYLOAD_DYNAMIC_STRING ", "
        "clock-rate=(int)90000, encoding-name=(string)VP8"));

/* vp8enc tells the temporal layer of a frame by a custom meta. */
static void
lke2ee_vp8_pay_begin_frame (Lke2eeVpPay * pay, GstBuffer * frame)
{
  Lke2eeVp8Pay *self = LKE2EE_VP8_PAY (pay);
  GstCustomMeta *meta = gst_buffer_get_custom_meta (frame, "GstVP8Meta");
  gboolean in_use = FALSE;
  guint layer = 0;

  self->layer_sync = FALSE;
  if (meta != NULL) {
    const GstStructure *s = gst_custom_meta_get_structure (meta);

    gst_structure_get_boolean (s, "use-temporal-scaling", &in_use);
    if (in_use) {
      self->has_layers = TRUE;
      gst_structure_get_uint (s, "layer-id", &layer);
      gst_structure_get_boolean (s, "layer-sync", &self->layer_sync);
    }
  }
  self->layer = layer & 3;
  /* Not the encoder's own index: it starts again when the encoder does. */
  if (self->has_layers && self->layer == 0)
    self->tl0picidx++;
}

static gsize
lke2ee_vp8_pay_write_descriptor (Lke2eeVpPay * pay,
    const Lke2eeVpPacket * packet, guint8 * out)
{
  Lke2eeVp8Pay *self = LKE2EE_VP8_PAY (pay);
  gboolean has_id = lke2ee_vp_pay_has_picture_id (pay);
  gsize size = 1;

  out[0] = packet->is_first ? S_BIT : 0;
  if (GST_BUFFER_FLAG_IS_SET (packet->frame, GST_BUFFER_FLAG_DROPPABLE))
    out[0] |= N_BIT;
  if (!has_id && !self->has_layers)
    return size;

  out[0] |= X_BIT;
  out[size++] = (has_id ? I_BIT : 0)
      | (self->has_layers ? L_AND_T_BITS : 0);
  size += lke2ee_vp_pay_write_picture_id (pay, out + size);
  if (self->has_layers) {
    out[size++] = self->tl0picidx;
    out[size++] = self->layer << 6 | (self->layer_sync ? Y_BIT : 0);
  }
  return size;
}

static void
lke2ee_vp8_pay_class_init (Lke2eeVp8PayClass * klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  Lke2eeVpPayClass *pay_class = LKE2EE_VP_PAY_CLASS (klass);

  pay_class->encoding_name = "VP8";
  pay_class->min_first_size = CLEAR_SIZE;
  pay_class->begin_frame = lke2ee_vp8_pay_begin_frame;
  pay_class->write_descriptor = lke2ee_vp8_pay_write_descriptor;

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "RTP payloader for encrypted VP8", "Codec/Payloader/Network/RTP",
      "Puts VP8 frames into RTP packets without looking into them",
      "lke2ee contributors");
}

static void
lke2ee_vp8_pay_init (Lke2eeVp8Pay * self)
{
}
