/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The id of a parameter set, which is all that has to be known to replace an
 * older one. Not by way of codecparsers, which reads a PPS only if it knows its
 * SPS, and an SPS of H.265 only if it knows its VPS: sets come in any order. */

#include "gstlke2eesetid.h"

#include <gst/base/gstbitreader.h>

#include "gstlke2eerbsp.h"

/* Where the id of an H.265 SPS ends at the latest: 7 sub-layers of 96 bits. */
#define MAX_START_SIZE 128
#define H264_HEADER_BITS 8
#define H265_HEADER_BITS 16
/* profile_idc, constraint flags, level_idc */
#define H264_PROFILE_BITS 24
/* H.265, 7.3.3: profile_tier_level() with its level, and one sub-layer's part
 * of it */
#define H265_PROFILE_BITS 88
#define H265_LEVEL_BITS 8

typedef struct _Start Start;

struct _Start
{
  guint8 rbsp[MAX_START_SIZE];
  GstBitReader reader;
};

static gboolean
start_read (Start * self, const guint8 * data, gsize size, guint skip)
{
  gsize n = lke2ee_rbsp_read (data, size, self->rbsp, sizeof self->rbsp);

  gst_bit_reader_init (&self->reader, self->rbsp, n);
  return gst_bit_reader_skip (&self->reader, skip);
}

/* ue(v), H.264 and H.265 9.1 and 9.2. */
static guint
read_number (GstBitReader * reader)
{
  guint n_zeros = 0;
  guint8 bit = 0;
  guint32 value;

  while (gst_bit_reader_get_bits_uint8 (reader, &bit, 1) && bit == 0)
    n_zeros++;
  if (bit == 0 || n_zeros > 8
      || !gst_bit_reader_get_bits_uint32 (reader, &value, n_zeros))
    return LKE2EE_SET_UNKNOWN_ID;
  return MIN ((1u << n_zeros) - 1 + value, LKE2EE_SET_UNKNOWN_ID);
}

static guint
read_number_behind (const guint8 * data, gsize size, guint skip)
{
  Start start;

  return start_read (&start, data, size, skip) ? read_number (&start.reader)
      : LKE2EE_SET_UNKNOWN_ID;
}

guint
lke2ee_set_id_of_h264_sps (const guint8 * data, gsize size)
{
  return read_number_behind (data, size,
      H264_HEADER_BITS + H264_PROFILE_BITS);
}

guint
lke2ee_set_id_of_h264_pps (const guint8 * data, gsize size)
{
  return read_number_behind (data, size, H264_HEADER_BITS);
}

guint
lke2ee_set_id_of_h265_pps (const guint8 * data, gsize size)
{
  return read_number_behind (data, size, H265_HEADER_BITS);
}

guint
lke2ee_set_id_of_h265_vps (const guint8 * data, gsize size)
{
  Start start;
  guint8 id;

  return start_read (&start, data, size, H265_HEADER_BITS)
      && gst_bit_reader_get_bits_uint8 (&start.reader, &id, 4) ?
      id : LKE2EE_SET_UNKNOWN_ID;
}

/* Which parts of profile_tier_level() are there for the sub-layers, and how
 * many bits they have. */
static gboolean
skip_sub_layers (GstBitReader * reader, guint n_sub_layers)
{
  guint16 present;
  guint n_bits = 0;

  if (n_sub_layers == 0)
    return TRUE;
  if (!gst_bit_reader_get_bits_uint16 (reader, &present, 16))
    return FALSE;
  for (guint i = 0; i < n_sub_layers; i++) {
    guint flags = present >> (14 - 2 * i);

    n_bits += (flags & 2 ? H265_PROFILE_BITS : 0)
        + (flags & 1 ? H265_LEVEL_BITS : 0);
  }
  return gst_bit_reader_skip (reader, n_bits);
}

guint
lke2ee_set_id_of_h265_sps (const guint8 * data, gsize size)
{
  Start start;
  guint8 n_sub_layers;

  /* sps_video_parameter_set_id, sps_max_sub_layers_minus1,
   * sps_temporal_id_nesting_flag */
  if (start_read (&start, data, size, H265_HEADER_BITS + 4)
      && gst_bit_reader_get_bits_uint8 (&start.reader, &n_sub_layers, 3)
      && gst_bit_reader_skip (&start.reader,
          1 + H265_PROFILE_BITS + H265_LEVEL_BITS)
      && skip_sub_layers (&start.reader, n_sub_layers))
    return read_number (&start.reader);
  return LKE2EE_SET_UNKNOWN_ID;
}
