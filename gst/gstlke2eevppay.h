/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Base of the VP8 and VP9 payloaders: opaque frames into RTP packets. */
#pragma once

#include <gst/rtp/rtp.h>

G_BEGIN_DECLS

#define LKE2EE_VP_MAX_DESCRIPTOR_SIZE 16

#define LKE2EE_TYPE_VP_PAY (lke2ee_vp_pay_get_type ())
G_DECLARE_DERIVABLE_TYPE (Lke2eeVpPay, lke2ee_vp_pay, LKE2EE, VP_PAY,
    GstRTPBasePayload)

/* Where in its frame a packet stands. */
typedef struct _Lke2eeVpPacket Lke2eeVpPacket;

struct _Lke2eeVpPacket
{
  GstBuffer *frame;
  gboolean is_first;
  gboolean is_last;
};

struct _Lke2eeVpPayClass
{
  GstRTPBasePayloadClass parent_class;

  const char *encoding_name;
  /* Bytes of a frame that receivers read in its first packet. */
  gsize min_first_size;
  /* Looks at a frame's flags and metas, never at its bytes. */
  void (*begin_frame) (Lke2eeVpPay *self, GstBuffer *frame);
  /* Writes at most LKE2EE_VP_MAX_DESCRIPTOR_SIZE bytes; returns how many. */
  gsize (*write_descriptor) (Lke2eeVpPay *self, const Lke2eeVpPacket *packet,
      guint8 *out);
};

gboolean lke2ee_vp_pay_has_picture_id (Lke2eeVpPay *self);
gsize lke2ee_vp_pay_write_picture_id (Lke2eeVpPay *self, guint8 *out);

G_END_DECLS
