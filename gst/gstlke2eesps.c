/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Gives an H.264 SPS the bitstream restriction that libwebrtc wants.
 *
 * libwebrtc rewrites each SPS that it receives whose VUI does not say that
 * frames leave the decoder as they come (sps_vui_rewriter.cc). The SPS is
 * authenticated, so a key frame with a rewritten one never decrypts. Here it
 * gets, before it is sealed, what libwebrtc would write.
 *
 * The end of an SPS is all that has to be known for that: vui_parameters_
 * present_flag, or bitstream_restriction_flag, is its last bit before the stop
 * bit if it is 0 (H.264, 7.3.2.1.1 and E.1.1). */

#include "gstlke2eesps.h"

#include <gst/base/gstbitwriter.h>

#include "gstlke2eerbsp.h"

#define MAX_SPS_SIZE 4096
/* What libwebrtc writes; no claim that a stream could fail to keep. */
#define MAX_BYTES_PER_PIC_DENOM 2
#define MAX_BITS_PER_MB_DENOM 1
#define LOG2_MAX_MV_LENGTH 16

static gboolean
parse_sps (const Lke2eeNal * nal, GstH264SPS * sps)
{
  GstH264NalUnit unit = nal->unit.h264;

  return gst_h264_parse_sps (&unit, sps) == GST_H264_PARSER_OK;
}

static void
put_number (GstBitWriter * writer, guint32 value)
{
  guint n_bits = g_bit_storage (value + 1);

  if (n_bits > 1)
    gst_bit_writer_put_bits_uint32 (writer, 0, n_bits - 1);
  gst_bit_writer_put_bits_uint32 (writer, value + 1, n_bits);
}

static guint
number_size (guint32 value)
{
  return 2 * g_bit_storage (value + 1) - 1;
}

/* What a restriction that is there says stays, but for the order of frames. */
static void
put_restriction (GstBitWriter * writer, const GstH264SPS * sps)
{
  const GstH264VUIParams *vui = &sps->vui_parameters;
  gboolean there =
      sps->vui_parameters_present_flag && vui->bitstream_restriction_flag;

  gst_bit_writer_put_bits_uint8 (writer, 1, 1); /* bitstream_restriction */
  gst_bit_writer_put_bits_uint8 (writer,
      there ? vui->motion_vectors_over_pic_boundaries_flag : 1, 1);
  put_number (writer,
      there ? vui->max_bytes_per_pic_denom : MAX_BYTES_PER_PIC_DENOM);
  put_number (writer,
      there ? vui->max_bits_per_mb_denom : MAX_BITS_PER_MB_DENOM);
  put_number (writer,
      there ? vui->log2_max_mv_length_horizontal : LOG2_MAX_MV_LENGTH);
  put_number (writer,
      there ? vui->log2_max_mv_length_vertical : LOG2_MAX_MV_LENGTH);
  put_number (writer, 0);       /* max_num_reorder_frames */
  put_number (writer, sps->num_ref_frames);     /* max_dec_frame_buffering */
}

/* Bits of @rbsp in front of its stop bit, 0 if there is none. */
static guint
count_bits (const guint8 * rbsp, gsize size)
{
  while (size > 0 && rbsp[size - 1] == 0)
    size--;
  return size == 0 ? 0 : size * 8 - 1 - g_bit_nth_lsf (rbsp[size - 1], -1);
}

/* How many bits at the end are to be replaced. */
static guint
count_replaced (const GstH264SPS * sps)
{
  const GstH264VUIParams *vui = &sps->vui_parameters;

  if (!sps->vui_parameters_present_flag || !vui->bitstream_restriction_flag)
    return 1;
  return 2 + number_size (vui->max_bytes_per_pic_denom)
      + number_size (vui->max_bits_per_mb_denom)
      + number_size (vui->log2_max_mv_length_horizontal)
      + number_size (vui->log2_max_mv_length_vertical)
      + number_size (vui->num_reorder_frames)
      + number_size (vui->max_dec_frame_buffering);
}

static GByteArray *
write_restricted (const Lke2eeNal * nal, const GstH264SPS * sps)
{
  guint8 rbsp[MAX_SPS_SIZE];
  gsize size = lke2ee_rbsp_read (nal->data, nal->size, rbsp, sizeof rbsp);
  guint n_bits = count_bits (rbsp, size);
  guint n_replaced = count_replaced (sps);
  GstBitWriter writer;

  if (nal->size > MAX_SPS_SIZE || n_bits < 8 + n_replaced)
    return NULL;
  n_bits -= n_replaced;
  gst_bit_writer_init (&writer);
  gst_bit_writer_put_bytes (&writer, rbsp, n_bits / 8);
  if (n_bits % 8 != 0)
    gst_bit_writer_put_bits_uint8 (&writer,
        rbsp[n_bits / 8] >> (8 - n_bits % 8), n_bits % 8);
  /* vui_parameters_present_flag, and nothing of what comes before the
   * restriction. */
  if (!sps->vui_parameters_present_flag)
    gst_bit_writer_put_bits_uint16 (&writer, 0x100, 9);
  put_restriction (&writer, sps);
  gst_bit_writer_put_bits_uint8 (&writer, 1, 1);
  gst_bit_writer_align_bytes (&writer, 0);

  GByteArray *written = lke2ee_rbsp_write (gst_bit_writer_get_data (&writer),
      gst_bit_writer_get_size (&writer) / 8);
  gst_bit_writer_reset (&writer);
  return written;
}

/* With pic_order_cnt_type 2 no frame can wait, whatever the times say (H.264,
 * 8.2.1). Without B slices, which Baseline (66) has not (A.2.1), none does that
 * did not say so. */
static Lke2eeOrder
find_order (const GstH264SPS * sps, Lke2eeOrder order)
{
  if (sps->pic_order_cnt_type == 2)
    return LKE2EE_ORDER_KEPT;
  return order == LKE2EE_ORDER_UNKNOWN && sps->profile_idc == 66 ?
      LKE2EE_ORDER_KEPT : order;
}

static Lke2eeSpsResult
restrict_parsed (const Lke2eeNal * nal, const GstH264SPS * sps,
    Lke2eeOrder order, GByteArray ** restricted)
{
  const GstH264VUIParams *vui = &sps->vui_parameters;

  if (sps->vui_parameters_present_flag && vui->bitstream_restriction_flag) {
    if (vui->num_reorder_frames > 0)
      return LKE2EE_SPS_REORDERED;
    if (vui->max_dec_frame_buffering <= sps->num_ref_frames)
      return LKE2EE_SPS_FINE;
  } else {
    /* A decoder would believe what is written here, and show too early what has
     * to wait: no guess. */
    order = find_order (sps, order);
    if (order != LKE2EE_ORDER_KEPT)
      return order == LKE2EE_ORDER_CHANGED ? LKE2EE_SPS_REORDERED
          : LKE2EE_SPS_UNKNOWN;
  }
  *restricted = write_restricted (nal, sps);
  return *restricted ? LKE2EE_SPS_RESTRICTED : LKE2EE_SPS_FINE;
}

/* @nal: an SPS. @order: what the times of its frames say. @restricted: (out)
 * (nullable): the SPS to send in its place, if the result is RESTRICTED. */
Lke2eeSpsResult
lke2ee_sps_restrict (const Lke2eeNal * nal, Lke2eeOrder order,
    GByteArray ** restricted)
{
  GstH264SPS sps;

  *restricted = NULL;
  if (!parse_sps (nal, &sps))
    return LKE2EE_SPS_FINE;
  Lke2eeSpsResult result = restrict_parsed (nal, &sps, order, restricted);
  gst_h264_sps_clear (&sps);
  return result;
}
