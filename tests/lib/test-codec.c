/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Codec rules: how many bytes stay clear. */

#include <lke2ee/lke2ee.h>

#include "vectors.h"

static void
test_header_sizes (void)
{
  static const struct
  {
    const char *name;
    Lke2eeCodec codec;
    const char *frame;
    gssize size;
  } rows[] = {
    {"audio", LKE2EE_CODEC_AUDIO, "78", 1},
    {"no audio", LKE2EE_CODEC_AUDIO, "", -1},
    {"vp8 key", LKE2EE_CODEC_VP8, "10020000000000000000", 10},
    {"vp8 key too short", LKE2EE_CODEC_VP8, "100200000000000000", -1},
    {"vp8 delta", LKE2EE_CODEC_VP8, "110200", 3},
    {"vp8 delta too short", LKE2EE_CODEC_VP8, "1102", -1},
    {"vp9", LKE2EE_CODEC_VP9, "82", 0},
    {"h264 type 1", LKE2EE_CODEC_H264, "00000001 4188", 6},
    {"h264 type 5", LKE2EE_CODEC_H264, "000001 6588 00", 5},
    {"h264 behind a SPS", LKE2EE_CODEC_H264, "00000001 6742 000001 6588", 11},
    {"h264 slice in pieces", LKE2EE_CODEC_H264, "00000001 4288", -1},
    {"h264 slice of one byte", LKE2EE_CODEC_H264, "00000001 41", -1},
    {"h264 without start code", LKE2EE_CODEC_H264, "6588", -1},
    {"h264 start code at the end", LKE2EE_CODEC_H264, "00000001", -1},
    {"h264 SPS only", LKE2EE_CODEC_H264, "00000001 6742c01f", -1},
    {"no h264", LKE2EE_CODEC_H264, "", -1},
    {"h265 TRAIL_N", LKE2EE_CODEC_H265, "00000001 0001", 6},
    {"h265 RASL_R", LKE2EE_CODEC_H265, "00000001 1201", 6},
    {"h265 reserved 10", LKE2EE_CODEC_H265, "00000001 1401", -1},
    {"h265 BLA_W_LP", LKE2EE_CODEC_H265, "00000001 2001", 6},
    {"h265 CRA", LKE2EE_CODEC_H265, "00000001 2a01", 6},
    {"h265 reserved 22", LKE2EE_CODEC_H265, "00000001 2c01", -1},
    {"h265 VPS", LKE2EE_CODEC_H265, "00000001 4001", -1},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GBytes) frame = bytes_from_hex (rows[i].frame);
    gsize size;
    const guint8 *data = bytes_peek (frame, &size);

    g_test_message ("%s", rows[i].name);
    g_assert_cmpint (lke2ee_codec_find_header_size (rows[i].codec, data,
            size), ==, rows[i].size);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/header-sizes", test_header_sizes);
  return g_test_run ();
}
