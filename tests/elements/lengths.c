/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* avc and hvc1 whose lengths have 1, 2 or 4 bytes, as codec_data says: in, and
 * back as byte-stream. */

#include "support.h"

#define SC4 "00000001"
#define AVC "video/x-h264,stream-format=avc,alignment=au"
#define HVC1 "video/x-h265,stream-format=hvc1,alignment=au"

#define SPS "6742c01f0fd91f888884000003000400000300c83c60c920"
#define PPS "6887cb83cb20"
#define IDR "6588840af2628000a7be"
#define IDR2 "6588440af2628000a7aa"
#define AVC_SETS "e10018" SPS "010006" PPS

#define VPS5 "40010c01ffff01600000030090000003000003005dac09"
#define SPS5 "420101016000000300900000030000030" \
  "05da0050201e165ac931924"
#define PPS5 "4401c172b46240"
#define IDR5 "2601af0980f7ae"
#define IDR5_2 "260100af0980f7aa"
/* All up to lengthSizeMinusOne, which is in the last two bits before the three
 * arrays of sets. */
#define HVC1_HEAD "0101600000009000000000005df000fcfdf8f80000"
#define HVC1_SETS "032000010017" VPS5 "210001001c" SPS5 "2200010007" PPS5
#define HVC1_OUT SC4 VPS5 SC4 SPS5 SC4 PPS5 SC4 IDR5 SC4 IDR5_2

typedef struct
{
  const char *name, *caps, *codec_data, *in, *between, *byte_stream;
} LengthsRow;

static const LengthsRow rows[] = {
  {"avc, 1 byte", AVC, "0142c01ffc" AVC_SETS, "0a" IDR "0a" IDR2, H264_CAPS,
      SC4 SPS SC4 PPS SC4 IDR SC4 IDR2},
  {"avc, 2 bytes", AVC, "0142c01ffd" AVC_SETS, "000a" IDR "000a" IDR2,
      H264_CAPS, SC4 SPS SC4 PPS SC4 IDR SC4 IDR2},
  {"avc, 2 bytes, to avc", AVC, "0142c01ffd" AVC_SETS, "000a" IDR "000a" IDR2,
      AVC, SC4 SPS SC4 PPS SC4 IDR SC4 IDR2},
  {"avc, 4 bytes", AVC, "0142c01fff" AVC_SETS, "0000000a" IDR "0000000a" IDR2,
      H264_CAPS, SC4 SPS SC4 PPS SC4 IDR SC4 IDR2},
  {"hvc1, 1 byte", HVC1, HVC1_HEAD "0c" HVC1_SETS, "07" IDR5 "08" IDR5_2,
      H265_CAPS, HVC1_OUT},
  {"hvc1, 2 bytes", HVC1, HVC1_HEAD "0d" HVC1_SETS,
      "0007" IDR5 "0008" IDR5_2, H265_CAPS, HVC1_OUT},
  {"hvc1, 2 bytes, to hvc1", HVC1, HVC1_HEAD "0d" HVC1_SETS,
      "0007" IDR5 "0008" IDR5_2, HVC1, HVC1_OUT},
  {"hvc1, 4 bytes", HVC1, HVC1_HEAD "0f" HVC1_SETS,
      "00000007" IDR5 "00000008" IDR5_2, H265_CAPS, HVC1_OUT},
};

GST_START_TEST (test_lengths)
{
  const LengthsRow *row = &rows[__i__];
  g_autofree char *caps = g_strdup_printf ("%s,codec_data=(buffer)%s",
      row->caps, row->codec_data);
  GstHarness *enc = new_harness ("lke2eeenc passphrase=\"" PASSPHRASE "\"",
      caps, row->between);
  GstHarness *dec = new_harness ("lke2eedec passphrase=\"" PASSPHRASE "\"",
      row->between, g_str_has_prefix (row->caps, HVC1) ? H265_CAPS
      : H264_CAPS);

  GST_INFO ("%s", row->name);
  gst_harness_push (enc, buffer_from_hex (row->in));
  GstBuffer *out = gst_harness_push_and_pull (dec, gst_harness_pull (enc));
  assert_buffer_is (out, row->byte_stream);
  gst_buffer_unref (out);
  gst_harness_teardown (enc);
  gst_harness_teardown (dec);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("lengths");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_lengths, 0, G_N_ELEMENTS (rows));
  return run_suite (&argc, &argv, suite, "lengths");
}
