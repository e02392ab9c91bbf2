/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* lke2eedec: key frames that are asked for, and waited for, after a loss. */

#include "support.h"

#include <gst/video/video.h>

#define KEY_FRAME "100200 9d012a08000800 aabbccddee"
#define DELTA_FRAME "110200 aabbccddee"
#define H264_KEY "00000001 6742c01f0fd91f888884000003000400000300c83c60c920" \
  "00000001 6887cb83cb20 00000001 6588840af2628000a7be"

GST_START_TEST (test_waits_for_a_key_frame_if_asked)
{
  GstHarness *dec =
      new_harness ("lke2eedec wait-for-keyframe=true passphrase=\"" PASSPHRASE
      "\"", VP8_CAPS, VP8_CAPS);

  assert_opens (dec, seal (VP8_CAPS, delta (buffer_from_hex (DELTA_FRAME))),
      DELTA_FRAME);
  assert_drops (dec, seal_wrong (VP8_CAPS,
          delta (buffer_from_hex (DELTA_FRAME))), "authentication-failed");
  assert_drops (dec, seal (VP8_CAPS, delta (buffer_from_hex (DELTA_FRAME))),
      "authentication-failed");
  assert_opens (dec, seal (VP8_CAPS, buffer_from_hex (KEY_FRAME)), KEY_FRAME);
  assert_opens (dec, seal (VP8_CAPS, delta (buffer_from_hex (DELTA_FRAME))),
      DELTA_FRAME);
  assert_stats_add_up (dec->element, 3);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* A frame that only waits for a key frame says nothing bad of the key. */
GST_START_TEST (test_waiting_leaves_the_state)
{
  GstHarness *dec = new_harness ("lke2eedec wait-for-keyframe=true",
      VP8_CAPS, VP8_CAPS);
  Lke2eeCryptionState state;
  gboolean ok;

  assert_drops (dec, seal (VP8_CAPS, delta (buffer_from_hex (DELTA_FRAME))),
      "missing-key");
  g_signal_emit_by_name (dec->element, "set-passphrase", NULL, PASSPHRASE, 0,
      &ok);
  g_object_set (dec->element, "wait-for-keyframe", FALSE, NULL);
  assert_opens (dec, seal (VP8_CAPS, delta (buffer_from_hex (DELTA_FRAME))),
      DELTA_FRAME);
  g_object_set (dec->element, "wait-for-keyframe", TRUE, NULL);
  assert_drops (dec, seal (VP8_CAPS, delta (buffer_from_hex (DELTA_FRAME))),
      "missing-key");
  g_object_get (dec->element, "state", &state, NULL);
  fail_unless_equals_int (state, LKE2EE_CRYPTION_STATE_OK);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* Once frames are in the clear, a lost one is made good by a clear key frame
 * too. */
GST_START_TEST (test_requests_end_when_not_enabled)
{
  GstHarness *dec = new_dec (VP8_CAPS);
  GstEvent *event;

  assert_drops (dec, seal_wrong (VP8_CAPS, buffer_from_hex (KEY_FRAME)),
      "authentication-failed");
  g_object_set (dec->element, "enabled", FALSE, "wait-for-keyframe", TRUE,
      NULL);
  assert_opens (dec, buffer_from_hex (KEY_FRAME), KEY_FRAME);
  g_object_set (dec->element, "enabled", TRUE, NULL);
  assert_opens (dec, seal (VP8_CAPS, delta (buffer_from_hex (DELTA_FRAME))),
      DELTA_FRAME);
  while ((event = gst_harness_try_pull_upstream_event (dec)))
    gst_event_unref (event);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* Not enabled, and avc in: caps that leave hold no sets, so frames do. */
GST_START_TEST (test_not_enabled_keeps_the_sets_of_codec_data)
{
  GstHarness *dec = new_harness ("lke2eedec enabled=false",
      "video/x-h264,stream-format=avc,alignment=au,codec_data=(buffer)"
      "0142c01ffde10018"
      "6742c01f0fd91f888884000003000400000300c83c60c920"
      "0100066887cb83cb20", __i__ ? H264_CAPS
      : "video/x-h264,stream-format=avc,alignment=au");

  assert_opens (dec, buffer_from_hex ("000a 6588840af2628000a7be"),
      __i__ ? H264_KEY : "00000018 "
      "6742c01f0fd91f888884000003000400000300c83c60c920 "
      "00000006 6887cb83cb20 0000000a 6588840af2628000a7be");
  gst_harness_teardown (dec);
}

GST_END_TEST;

GST_START_TEST (test_asks_for_a_key_frame_unless_told_not_to)
{
  gboolean request = __i__;
  GstHarness *dec = new_dec (VP8_CAPS);
  guint n = 0;
  GstEvent *event;

  g_object_set (dec->element, "request-keyframe", request, NULL);
  assert_drops (dec, seal_wrong (VP8_CAPS, buffer_from_hex (KEY_FRAME)),
      "authentication-failed");
  while ((event = gst_harness_try_pull_upstream_event (dec))) {
    n += gst_video_event_is_force_key_unit (event);
    gst_event_unref (event);
  }
  fail_unless_equals_int (n, request);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* A gap in what comes is a loss too, but not where a stream begins. */
GST_START_TEST (test_asks_for_a_key_frame_after_a_gap)
{
  GstHarness *dec = new_dec (VP8_CAPS);
  const gboolean discont[] = { TRUE, FALSE, TRUE };
  guint n[3] = { 0 };
  GstEvent *event;

  for (guint i = 0; i < 3; i++) {
    GstBuffer *sealed =
        seal (VP8_CAPS, delta (buffer_from_hex (DELTA_FRAME)));

    if (discont[i])
      GST_BUFFER_FLAG_SET (sealed, GST_BUFFER_FLAG_DISCONT);
    else
      GST_BUFFER_FLAG_UNSET (sealed, GST_BUFFER_FLAG_DISCONT);
    assert_opens (dec, sealed, DELTA_FRAME);
    while ((event = gst_harness_try_pull_upstream_event (dec))) {
      n[i] += gst_video_event_is_force_key_unit (event);
      gst_event_unref (event);
    }
  }
  fail_unless_equals_int (n[0], 0);
  fail_unless_equals_int (n[1], 0);
  fail_unless_equals_int (n[2], 1);
  gst_harness_teardown (dec);
}

GST_END_TEST;

static guint
count_requests (GstHarness * dec)
{
  GstEvent *event;
  guint n = 0;

  while ((event = gst_harness_try_pull_upstream_event (dec))) {
    n += gst_video_event_is_force_key_unit (event);
    gst_event_unref (event);
  }
  return n;
}

/* While the key was missing a key frame would have been lost too. */
GST_START_TEST (test_asks_again_when_the_key_arrives)
{
  GstHarness *dec = new_harness ("lke2eedec", VP8_CAPS, VP8_CAPS);
  GstBuffer *sealed = seal (VP8_CAPS, buffer_from_hex (DELTA_FRAME));
  gboolean ok;

  GST_BUFFER_FLAG_SET (sealed, GST_BUFFER_FLAG_DELTA_UNIT);
  g_object_set (dec->element, "replay-window", 0, NULL);
  gst_harness_push (dec, gst_buffer_ref (sealed));
  gst_harness_push (dec, gst_buffer_ref (sealed));
  fail_unless_equals_int (count_requests (dec), 1);
  g_signal_emit_by_name (dec->element, "set-passphrase", NULL, PASSPHRASE, 0,
      &ok);
  gst_harness_push (dec, gst_buffer_ref (sealed));
  fail_unless_equals_int (count_requests (dec), 1);
  gst_harness_push (dec, sealed);
  fail_unless_equals_int (count_requests (dec), 0);
  gst_harness_teardown (dec);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("recovery");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 60);
  tcase_add_test (tc, test_waits_for_a_key_frame_if_asked);
  tcase_add_test (tc, test_waiting_leaves_the_state);
  tcase_add_test (tc, test_requests_end_when_not_enabled);
  tcase_add_loop_test (tc, test_not_enabled_keeps_the_sets_of_codec_data, 0,
      2);
  tcase_add_loop_test (tc, test_asks_for_a_key_frame_unless_told_not_to, 0,
      2);
  tcase_add_test (tc, test_asks_for_a_key_frame_after_a_gap);
  tcase_add_test (tc, test_asks_again_when_the_key_arrives);
  return run_suite (&argc, &argv, suite, "recovery");
}
