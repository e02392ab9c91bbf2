/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Writes avcC and hvcC records that hold no parameter sets.
 *
 * A payloader that finds sets in codec_data inserts them in front of a key
 * frame, as access units of their own, which a receiver merges into the frame:
 * its clear header is then not the one that was authenticated. With none to
 * insert, and ours in band, it leaves frames alone (measured with rtph264pay
 * and rtph265pay 1.22 at any config-interval, with and without FIR).
 *
 * Layouts: ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1. GStreamer 1.22 reads these
 * records but has no writer for them. */

#include "gstlke2eecodecdata.h"

#include <gst/codecparsers/gsth265parser.h>
#include <gst/pbutils/pbutils.h>
#include <string.h>

#define AVCC_FIXED_SIZE 5
#define HVCC_FIXED_SIZE 22

typedef struct _Profile Profile;

struct _Profile
{
  const char *name;
  guint8 idc;
  guint8 compatibility;
};

static const Profile h264_profiles[] = {
  {"constrained-baseline", 66, 0xc0}, {"baseline", 66, 0x80},
  {"main", 77, 0x40}, {"extended", 88, 0x20}, {"high", 100, 0},
  {"constrained-high", 100, 0x0c}, {"high-10", 110, 0},
  {"high-4:2:2", 122, 0}, {"high-4:4:4", 244, 0},
};

static GstBuffer *
new_avcc (const guint8 * profile_and_level)
{
  const guint8 avcc[] = {
    1, profile_and_level[0], profile_and_level[1], profile_and_level[2],
    0xff,                       /* lengths of 4 bytes */
    0xe0, 0,                    /* no SPS, no PPS */
  };

  return gst_buffer_new_memdup (avcc, sizeof avcc);
}

/* @profile_tier_level: the 12 bytes of the SPS. */
static GstBuffer *
new_hvcc (const guint8 * profile_tier_level, guint chroma_format,
    guint luma_depth, guint chroma_depth, guint temporal_layers)
{
  guint8 hvcc[HVCC_FIXED_SIZE + 1] = { 1 };

  memcpy (hvcc + 1, profile_tier_level, 12);
  hvcc[13] = 0xf0;              /* min_spatial_segmentation_idc unknown */
  hvcc[15] = 0xfc;              /* parallelismType unknown */
  hvcc[16] = 0xfc | chroma_format;
  hvcc[17] = 0xf8 | (luma_depth - 8);
  hvcc[18] = 0xf8 | (chroma_depth - 8);
  hvcc[21] = temporal_layers << 3 | 3;  /* lengths of 4 bytes */
  return gst_buffer_new_memdup (hvcc, sizeof hvcc);
}

/* The 12 bytes behind NAL header and one byte of ids, without emulation
 * prevention bytes: the parser gives them out only in pieces. */
static gboolean
read_profile_tier_level (const guint8 * nal, gsize size, guint8 * out)
{
  gsize n = 0, zeros = 0;

  for (gsize i = 3; i < size && n < 12; i++) {
    if (zeros == 2 && nal[i] == 3) {
      zeros = 0;
      continue;
    }
    zeros = nal[i] == 0 ? zeros + 1 : 0;
    out[n++] = nal[i];
  }
  return n == 12;
}

static gboolean
parse_h265_sps (const guint8 * nal, gsize size, GstH265SPS * sps)
{
  GstH265Parser *parser = gst_h265_parser_new ();
  g_autofree guint8 *with_length = g_malloc (4 + size);
  GstH265NalUnit unit;

  GST_WRITE_UINT32_BE (with_length, size);
  memcpy (with_length + 4, nal, size);
  gboolean ok = gst_h265_parser_identify_nalu_hevc (parser, with_length, 0,
      4 + size, 4, &unit) == GST_H265_PARSER_OK
      && gst_h265_parse_sps (parser, &unit, sps, FALSE) == GST_H265_PARSER_OK;
  gst_h265_parser_free (parser);
  return ok;
}

static GstBuffer *
new_hvcc_from_sps (const guint8 * nal, gsize size)
{
  GstH265SPS sps;
  guint8 profile_tier_level[12];

  if (!read_profile_tier_level (nal, size, profile_tier_level)
      || !parse_h265_sps (nal, size, &sps))
    return NULL;
  return new_hvcc (profile_tier_level, sps.chroma_format_idc,
      sps.bit_depth_luma_minus8 + 8, sps.bit_depth_chroma_minus8 + 8,
      sps.max_sub_layers_minus1 + 1);
}

/* The record for a stream with this SPS (a NAL unit), or NULL. */
GstBuffer *
lke2ee_codec_data_new (Lke2eeCodec codec, const guint8 * sps, gsize sps_size)
{
  if (codec == LKE2EE_CODEC_H265)
    return new_hvcc_from_sps (sps, sps_size);
  return sps_size >= 4 ? new_avcc (sps + 1) : NULL;
}

static GstBuffer *
new_avcc_from_caps (const GstStructure * caps)
{
  const char *profile = gst_structure_get_string (caps, "profile");
  const char *level = gst_structure_get_string (caps, "level");
  guint8 bytes[3] = { 66, 0xc0, 0 };

  for (guint i = 0; profile && i < G_N_ELEMENTS (h264_profiles); i++) {
    if (strcmp (profile, h264_profiles[i].name) == 0) {
      bytes[0] = h264_profiles[i].idc;
      bytes[1] = h264_profiles[i].compatibility;
    }
  }
  if (level != NULL)
    bytes[2] = gst_codec_utils_h264_get_level_idc (level);
  if (bytes[2] == 0)
    bytes[2] = 31;
  return new_avcc (bytes);
}

static GstBuffer *
new_hvcc_from_caps (const GstStructure * caps)
{
  const char *profile = gst_structure_get_string (caps, "profile");
  const char *level = gst_structure_get_string (caps, "level");
  gboolean ten_bits = g_strcmp0 (profile, "main-10") == 0;
  guint8 bytes[12] = { ten_bits ? 2 : 1, ten_bits ? 0x20 : 0x60 };

  bytes[5] = 0x90;              /* progressive, frames only */
  if (level != NULL)
    bytes[11] = gst_codec_utils_h265_get_level_idc (level);
  if (bytes[11] == 0)
    bytes[11] = 93;
  return new_hvcc (bytes, 1, ten_bits ? 10 : 8, ten_bits ? 10 : 8, 1);
}

/* A record for a byte-stream of which no SPS has been seen yet, from what its
 * caps say. The first SPS replaces it before any frame leaves. */
GstBuffer *
lke2ee_codec_data_new_from_caps (Lke2eeCodec codec, const GstStructure * caps)
{
  return codec == LKE2EE_CODEC_H265 ? new_hvcc_from_caps (caps)
      : new_avcc_from_caps (caps);
}

/* @codec_data without its parameter sets, or NULL if it is too short. */
GstBuffer *
lke2ee_codec_data_strip (Lke2eeCodec codec, GstBuffer * codec_data)
{
  guint8 record[HVCC_FIXED_SIZE + 1] = { 0 };
  gsize fixed = codec == LKE2EE_CODEC_H265 ? HVCC_FIXED_SIZE : AVCC_FIXED_SIZE;

  if (gst_buffer_extract (codec_data, 0, record, fixed) < fixed)
    return NULL;
  /* We write lengths of 4 bytes, whatever comes in. */
  record[fixed - 1] |= 3;
  if (codec == LKE2EE_CODEC_H265)
    return gst_buffer_new_memdup (record, fixed + 1);
  record[fixed] = 0xe0;
  return gst_buffer_new_memdup (record, fixed + 2);
}
