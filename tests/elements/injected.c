/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* lke2eedec: of the frames that a server injects only known blank ones pass,
 * without the trailer that marks them. */

#include "support.h"

#define OPUS_SILENCE_START "f8fffe"
#define VP8_BLANK \
  "1002009d012a080008000047088585888584880202000c0d6000feffab5080"
#define SPS "6742c01f0fd91f888884000003000400000300c83c60c920"
#define PPS "6887cb83cb20"
#define IDR "6588840af2628000a7be"
#define SC "00000001"
#define H264_BLANK SC SPS SC PPS SC IDR
/* The same with a byte of the server's own in the slice. */
#define H264_OTHER SC SPS SC PPS SC "6588840af2628000a7bf"

#define TRAILER "4c4b534946747261696c6572"      /* LKSIFtrailer */
/* livekit puts the trailer behind the STAP-A that holds the three NAL units;
 * its first two bytes read as the length of a fourth. */
#define SPLIT_TRAILER "534946747261696c6572"

#define AVC_CAPS "video/x-h264,stream-format=avc,alignment=au," \
  "codec_data=(buffer)0142c01fffe10018" SPS "01000668" "87cb83cb20"
#define AVC_BLANK "00000018" SPS "00000006" PPS "0000000a" IDR

typedef struct
{
  const char *name, *caps, *frame;
  const char *out;              /* NULL: dropped as malformed */
} InjectedRow;

static const InjectedRow rows[] = {
  {"VP8", VP8_CAPS, VP8_BLANK TRAILER, VP8_BLANK},
  {"VP8 of the server's choice", VP8_CAPS, "1002009d012a08000800aa" TRAILER,
      NULL},
  {"Opus of the server's choice", OPUS_CAPS, "78010203" TRAILER, NULL},
  {"H.264", H264_CAPS, H264_BLANK TRAILER, H264_BLANK},
  {"H.264 as rtph264depay gives it", H264_CAPS,
      H264_BLANK SC SPLIT_TRAILER, H264_BLANK},
  {"H.264 as rtph264depay gives it, avc", AVC_CAPS,
      AVC_BLANK "0000000a" SPLIT_TRAILER, H264_BLANK},
  {"H.264 of the server's choice", H264_CAPS, H264_OTHER TRAILER, NULL},
  {"H.264 of the server's choice, split", H264_CAPS,
      H264_OTHER SC SPLIT_TRAILER, NULL},
};

/* Between frames that were sealed, which go on. */
GST_START_TEST (test_only_known_frames_pass)
{
  const InjectedRow *row = &rows[__i__];
  const char *frame = g_str_has_prefix (row->caps, "video/x-h264") ?
      H264_BLANK : VP8_BLANK;
  const char *sealed_caps = g_str_has_prefix (row->caps, "video/x-h264") ?
      H264_CAPS : row->caps;
  GstHarness *dec = new_harness ("lke2eedec passphrase=\"" PASSPHRASE "\" "
      "key-provider::sif-trailer=LKSIFtrailer", row->caps, sealed_caps);

  GST_INFO ("%s", row->name);
  if (row->out != NULL)
    assert_opens (dec, buffer_from_hex (row->frame), row->out);
  else
    assert_drops (dec, buffer_from_hex (row->frame), "malformed");
  fail_unless_equals_uint64 (get_stat (dec->element, "injected"), 1);
  if (row->caps == sealed_caps)
    assert_opens (dec, seal (sealed_caps, buffer_from_hex (frame)), frame);
  fail_unless_equals_uint64 (get_stat (dec->element, "injected"), 1);
  assert_stats_add_up (dec->element,
      (row->out != NULL) + (row->caps == sealed_caps));
  gst_harness_teardown (dec);
}

GST_END_TEST;

GST_START_TEST (test_opus_silence_passes)
{
  GstHarness *dec = new_harness ("lke2eedec passphrase=\"" PASSPHRASE "\" "
      "key-provider::sif-trailer=LKSIFtrailer", OPUS_CAPS, OPUS_CAPS);
  g_autoptr (GString) silence = g_string_new (OPUS_SILENCE_START);

  for (guint i = 3; i < 80; i++)
    g_string_append (silence, "00");
  g_autofree char *injected = g_strconcat (silence->str, TRAILER, NULL);
  assert_opens (dec, buffer_from_hex (injected), silence->str);
  fail_unless_equals_uint64 (get_stat (dec->element, "injected"), 1);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* Without the trailer, which signalling tells, it is a frame like others, and
 * one that does not end like a sealed one. */
GST_START_TEST (test_none_pass_without_the_trailer)
{
  GstHarness *dec = new_dec (H264_CAPS);

  assert_drops (dec, buffer_from_hex (H264_BLANK SC SPLIT_TRAILER),
      "malformed");
  fail_unless_equals_uint64 (get_stat (dec->element, "injected"), 0);
  gst_harness_teardown (dec);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("injected");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 60);
  tcase_add_loop_test (tc, test_only_known_frames_pass, 0,
      G_N_ELEMENTS (rows));
  tcase_add_test (tc, test_opus_silence_passes);
  tcase_add_test (tc, test_none_pass_without_the_trailer);
  return run_suite (&argc, &argv, suite, "injected");
}
