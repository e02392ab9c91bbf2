/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/**
 * SECTION:element-lke2eevp9pay
 * @title: lke2eevp9pay
 * @short_description: puts encrypted VP9 into RTP packets
 *
 * Takes the place of rtpvp9pay behind lke2eeenc; carries clear VP9 as well.
 * One spatial layer, non-flexible mode; a buffer is a picture. Caps with
 * alignment=frame are refused: there a picture may come in several buffers, and
 * which of them are shown, or refer to which, is encrypted. Whether a frame is
 * a key frame is read from the buffer's DELTA_UNIT flag, its size from caps.
 *
 * |[
 * gst-launch-1.0 videotestsrc ! vp9enc deadline=1 ! \
 *     lke2eeenc passphrase-file=secret.txt ! lke2eevp9pay ! \
 *     udpsink host=127.0.0.1 port=5000
 * ]|
 *
 * The payload descriptor (RFC 9628, section 4.2):
 *
 *     |I|P|L|F|B|E|V|Z|  P: delta frame, B: first packet, E: last packet,
 *                        V: scalability structure follows, Z=1: no frame of a
 *                        higher layer refers to this one
 *     |M| PictureID   |  one or two bytes
 *     | N_S |Y|G|0 0 0|  V: N_S=0: one layer, Y: its size, G: a picture group
 *     | width, height |  Y: 16 bits each
 *     |      N_G      |  G: 1 picture
 *     | T |U| R |0 0|    G: layer 0, R=1 reference
 *     |    P_DIFF     |  G: the picture before
 */

#include "gstlke2eevp9pay.h"

#define I_BIT 0x80
#define P_BIT 0x40
#define B_BIT 0x08
#define E_BIT 0x04
#define V_BIT 0x02
#define Z_BIT 0x01
#define Y_BIT 0x10
#define G_BIT 0x08

struct _Lke2eeVp9Pay
{
  Lke2eeVpPay parent_instance;

  /* of the streaming thread; 0: caps do not tell */
  gint width;
  gint height;
};

G_DEFINE_FINAL_TYPE (Lke2eeVp9Pay, lke2ee_vp9_pay, LKE2EE_TYPE_VP_PAY);
GST_ELEMENT_REGISTER_DEFINE (lke2eevp9pay, "lke2eevp9pay", GST_RANK_NONE,
    LKE2EE_TYPE_VP9_PAY);

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-vp9"));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("application/x-rtp, media=(string)video, "
        "payload=(int)" GST_RTP_PAYLOAD_DYNAMIC_STRING ", "
        "clock-rate=(int)90000, encoding-name=(string)VP9"));

static gboolean
lke2ee_vp9_pay_set_caps (GstRTPBasePayload * payload, GstCaps * caps)
{
  Lke2eeVp9Pay *self = LKE2EE_VP9_PAY (payload);
  const GstStructure *s = gst_caps_get_structure (caps, 0);

  if (g_strcmp0 (gst_structure_get_string (s, "alignment"), "frame") == 0) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT,
        ("Each buffer has to be a whole VP9 picture, not one of its frames. "
            "Put vp9parse ! video/x-vp9,alignment=super-frame in front of "
            "lke2eeenc."), (NULL));
    return FALSE;
  }
  if (!gst_structure_get_int (s, "width", &self->width)
      || !gst_structure_get_int (s, "height", &self->height)
      || self->width > G_MAXUINT16 || self->height > G_MAXUINT16) {
    self->width = 0;
    self->height = 0;
  }
  return GST_RTP_BASE_PAYLOAD_CLASS (lke2ee_vp9_pay_parent_class)->set_caps
      (payload, caps);
}

static void
lke2ee_vp9_pay_begin_frame (Lke2eeVpPay * pay, GstBuffer * frame)
{
}

static gsize
write_scalability_structure (Lke2eeVp9Pay * self, guint8 * out)
{
  gsize size = 1;

  out[0] = G_BIT;
  if (self->width > 0) {
    out[0] |= Y_BIT;
    out[size++] = self->width >> 8;
    out[size++] = self->width & 0xff;
    out[size++] = self->height >> 8;
    out[size++] = self->height & 0xff;
  }
  out[size++] = 1;              /* N_G: 1 picture in the group */
  out[size++] = 1 << 2;         /* T=0, U=0, R=1 */
  out[size++] = 1;              /* P_DIFF */
  return size;
}

static gsize
lke2ee_vp9_pay_write_descriptor (Lke2eeVpPay * pay,
    const Lke2eeVpPacket * packet, guint8 * out)
{
  gboolean is_delta =
      GST_BUFFER_FLAG_IS_SET (packet->frame, GST_BUFFER_FLAG_DELTA_UNIT);
  gsize size = 1;

  out[0] = Z_BIT | (lke2ee_vp_pay_has_picture_id (pay) ? I_BIT : 0)
      | (is_delta ? P_BIT : 0) | (packet->is_first ? B_BIT : 0)
      | (packet->is_last ? E_BIT : 0);
  size += lke2ee_vp_pay_write_picture_id (pay, out + size);
  if (!is_delta && packet->is_first) {
    out[0] |= V_BIT;
    size += write_scalability_structure (LKE2EE_VP9_PAY (pay), out + size);
  }
  return size;
}

static void
lke2ee_vp9_pay_class_init (Lke2eeVp9PayClass * klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  Lke2eeVpPayClass *pay_class = LKE2EE_VP_PAY_CLASS (klass);

  GST_RTP_BASE_PAYLOAD_CLASS (klass)->set_caps = lke2ee_vp9_pay_set_caps;
  pay_class->encoding_name = "VP9";
  pay_class->min_first_size = 1;
  pay_class->begin_frame = lke2ee_vp9_pay_begin_frame;
  pay_class->write_descriptor = lke2ee_vp9_pay_write_descriptor;

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "RTP payloader for encrypted VP9", "Codec/Payloader/Network/RTP",
      "Puts VP9 frames into RTP packets without looking into them",
      "lke2ee contributors");
}

static void
lke2ee_vp9_pay_init (Lke2eeVp9Pay * self)
{
}
