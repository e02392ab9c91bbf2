/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What the elements keep and forget between states, what they count, and what
 * passes them unchanged. */

#include "support.h"

#include <string.h>

#define FRAME "110200 aabbccddee"

static const char *const names[] = { "lke2eeenc", "lke2eedec" };

/* A frame that the element called @name carries. */
static GstBuffer *
new_input (const char *name)
{
  GstBuffer *frame = buffer_from_hex (FRAME);

  return strcmp (name, "lke2eedec") == 0 ? seal (VP8_CAPS, frame) : frame;
}

static GstHarness *
new_side (const char *name)
{
  return strcmp (name, "lke2eedec") == 0 ? new_dec (VP8_CAPS)
      : new_enc (VP8_CAPS);
}

/* To READY and back; a stream begins with its events. */
static void
restart (GstHarness * harness)
{
  GstSegment segment;
  GstCaps *caps = gst_caps_from_string (VP8_CAPS);

  gst_element_set_state (harness->element, GST_STATE_READY);
  gst_element_set_state (harness->element, GST_STATE_PLAYING);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (harness, gst_event_new_stream_start ("again"));
  gst_harness_push_event (harness, gst_event_new_caps (caps));
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
  gst_caps_unref (caps);
}

GST_START_TEST (test_ready_empties_the_replay_window)
{
  GstHarness *dec = new_dec (VP8_CAPS);
  GstBuffer *sealed = seal (VP8_CAPS, buffer_from_hex (FRAME));

  for (guint i = 0; i < 2; i++) {
    GstBuffer *out = gst_harness_push_and_pull (dec, gst_buffer_ref (sealed));

    assert_buffer_is (out, FRAME);
    gst_buffer_unref (out);
    gst_harness_push (dec, gst_buffer_ref (sealed));
    fail_unless (gst_harness_try_pull (dec) == NULL);
    fail_unless_equals_uint64 (get_stat (dec->element, "replayed"), 1);
    restart (dec);
  }
  gst_buffer_unref (sealed);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* Counters are there until somebody has read them: to the next start. */
GST_START_TEST (test_stats_begin_anew_with_a_stream)
{
  GstHarness *harness = new_side (names[__i__]);
  GstBuffer *in = new_input (names[__i__]);
  gsize size = gst_buffer_get_size (in);

  gst_buffer_unref (gst_harness_push_and_pull (harness, in));
  gst_element_set_state (harness->element, GST_STATE_READY);
  fail_unless_equals_uint64 (get_stat (harness->element, "frames"), 1);
  fail_unless_equals_uint64 (get_stat (harness->element, "bytes"), size);
  restart (harness);
  fail_unless_equals_uint64 (get_stat (harness->element, "frames"), 0);
  fail_unless_equals_uint64 (get_stat (harness->element, "bytes"), 0);
  gst_buffer_unref (gst_harness_push_and_pull (harness,
          new_input (names[__i__])));
  fail_unless_equals_uint64 (get_stat (harness->element, "frames"), 1);
  assert_stats_add_up (harness->element, 1);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* All bytes that came in, whatever became of them. */
GST_START_TEST (test_bytes_of_dropped_and_clear_frames_count)
{
  GstHarness *dec = new_dec (VP8_CAPS);
  GstBuffer *sealed = seal (VP8_CAPS, buffer_from_hex (FRAME));
  gsize size = gst_buffer_get_size (sealed);

  gst_harness_push (dec, gst_buffer_ref (sealed));
  gst_harness_push (dec, sealed);
  gst_harness_push (dec, buffer_from_hex ("1102"));
  g_object_set (dec->element, "enabled", FALSE, NULL);
  gst_harness_push (dec, buffer_from_hex (FRAME));
  fail_unless_equals_uint64 (get_stat (dec->element, "bytes"),
      size + size + 2 + 8);
  assert_stats_add_up (dec->element, 2);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* The last 8 bytes of the IV, which count up. */
static guint64
read_iv (GstBuffer * sealed)
{
  guint64 counter;

  gst_buffer_extract (sealed, gst_buffer_get_size (sealed) - 10, &counter,
      sizeof counter);
  return GUINT64_FROM_BE (counter);
}

/* VP9 frames that would read wrong to a server take another IV, and each that
 * was left out is counted: IVs are as far apart as frames and skips. */
GST_START_TEST (test_skipped_ivs_are_counted)
{
  GstHarness *enc = new_enc (VP9_CAPS);
  guint64 start = 0, end = 0;
  const guint n_frames = 500;

  for (guint i = 0; i < n_frames; i++) {
    GstBuffer *out = gst_harness_push_and_pull (enc,
        buffer_from_hex ("8249834200"));

    end = read_iv (out);
    if (i == 0)
      start = end - get_stat (enc->element, "iv-skipped");
    gst_buffer_unref (out);
  }
  guint64 n_skipped = get_stat (enc->element, "iv-skipped");
  fail_unless (n_skipped > 0);
  fail_unless_equals_uint64 (end - start, n_frames - 1 + n_skipped);
  gst_harness_teardown (enc);
}

GST_END_TEST;

/* A frame that is too short to seal is a failure of its encryption, and the
 * next good one mends it. */
GST_START_TEST (test_the_encryptor_says_that_it_failed)
{
  GstHarness *enc = new_enc (VP8_CAPS);
  gint state;

  fail_unless_equals_int (gst_harness_push (enc, buffer_from_hex ("1102")),
      GST_FLOW_OK);
  g_object_get (enc->element, "state", &state, NULL);
  fail_unless_equals_int (state, LKE2EE_CRYPTION_STATE_ENCRYPTION_FAILED);
  gst_buffer_unref (gst_harness_push_and_pull (enc, buffer_from_hex (FRAME)));
  g_object_get (enc->element, "state", &state, NULL);
  fail_unless_equals_int (state, LKE2EE_CRYPTION_STATE_OK);
  gst_harness_teardown (enc);
}

GST_END_TEST;

/* DTX: nothing to protect, nothing to verify; and it needs no key. */
GST_START_TEST (test_an_empty_frame_passes)
{
  GstHarness *dec = new_harness ("lke2eedec", OPUS_CAPS, OPUS_CAPS);
  GstBuffer *in = gst_buffer_new ();

  GST_BUFFER_PTS (in) = GST_SECOND;
  GST_BUFFER_FLAG_SET (in, GST_BUFFER_FLAG_GAP);
  GstBuffer *out = gst_harness_push_and_pull (dec, in);
  fail_unless_equals_int (gst_buffer_get_size (out), 0);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (out), GST_SECOND);
  fail_unless (GST_BUFFER_FLAG_IS_SET (out, GST_BUFFER_FLAG_GAP));
  fail_unless_equals_uint64 (get_stat (dec->element, "passed-clear"), 1);
  assert_stats_add_up (dec->element, 1);
  gst_buffer_unref (out);
  gst_harness_teardown (dec);
}

GST_END_TEST;

GST_START_TEST (test_gap_events_pass)
{
  GstHarness *harness = new_side (names[__i__]);
  GstClockTime at = 0, duration = 0;
  GstEvent *event;

  gst_harness_push_event (harness,
      gst_event_new_gap (3 * GST_SECOND, GST_MSECOND));
  while ((event = gst_harness_try_pull_event (harness)) != NULL) {
    if (GST_EVENT_TYPE (event) == GST_EVENT_GAP)
      gst_event_parse_gap (event, &at, &duration);
    gst_event_unref (event);
  }
  fail_unless_equals_uint64 (at, 3 * GST_SECOND);
  fail_unless_equals_uint64 (duration, GST_MSECOND);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* Times, flags and metas are those of the frame that was sealed. */
GST_START_TEST (test_the_decryptor_keeps_metadata)
{
  const GstBufferFlags flags = GST_BUFFER_FLAG_DELTA_UNIT
      | GST_BUFFER_FLAG_DROPPABLE | GST_BUFFER_FLAG_MARKER
      | GST_BUFFER_FLAG_DISCONT;
  GstHarness *dec = new_dec (VP8_CAPS);
  GstBuffer *in = seal (VP8_CAPS, buffer_from_hex (FRAME));
  GstCaps *reference = gst_caps_new_empty_simple ("timestamp/x-ntp");

  in = gst_buffer_make_writable (in);
  GST_BUFFER_PTS (in) = 10 * GST_SECOND;
  GST_BUFFER_DTS (in) = 9 * GST_SECOND;
  GST_BUFFER_DURATION (in) = 40 * GST_MSECOND;
  GST_BUFFER_OFFSET (in) = 77;
  GST_BUFFER_FLAG_SET (in, flags);
  gst_buffer_add_reference_timestamp_meta (in, reference, 5, 6);

  GstBuffer *out = gst_harness_push_and_pull (dec, in);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (out), 10 * GST_SECOND);
  fail_unless_equals_uint64 (GST_BUFFER_DTS (out), 9 * GST_SECOND);
  fail_unless_equals_uint64 (GST_BUFFER_DURATION (out), 40 * GST_MSECOND);
  fail_unless_equals_uint64 (GST_BUFFER_OFFSET (out), 77);
  fail_unless_equals_int (gst_buffer_get_flags (out) & flags, flags);
  GstReferenceTimestampMeta *meta =
      gst_buffer_get_reference_timestamp_meta (out, reference);
  fail_unless (meta != NULL);
  fail_unless_equals_uint64 (meta->timestamp, 5);
  gst_buffer_unref (out);
  gst_caps_unref (reference);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* A frame that is late to the sink is still what the next ones refer to. */
GST_START_TEST (test_no_frame_is_dropped_for_being_late)
{
  GstHarness *harness = new_side (names[__i__]);
  GstBuffer *in = gst_buffer_make_writable (new_input (names[__i__]));

  GST_BUFFER_PTS (in) = 0;
  gst_harness_push_upstream_event (harness,
      gst_event_new_qos (GST_QOS_TYPE_UNDERFLOW, 8.0, 10 * GST_SECOND,
          GST_SECOND));
  gst_buffer_unref (gst_harness_push_and_pull (harness, in));
  gst_harness_teardown (harness);
}

GST_END_TEST;

static void
push_caps (GstHarness * harness, const char *text)
{
  GstCaps *caps = gst_caps_from_string (text);

  gst_harness_push_event (harness, gst_event_new_caps (caps));
  gst_caps_unref (caps);
}

static guint
count_errors (GstBus * bus, const char *substance)
{
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR)) != NULL) {
    GError *error = NULL;

    gst_message_parse_error (message, &error, NULL);
    fail_unless (strstr (error->message, substance) != NULL, "'%s'",
        error->message);
    g_error_free (error);
    gst_message_unref (message);
    n++;
  }
  return n;
}

/* However often upstream tries, one text is enough. */
GST_START_TEST (test_refused_caps_post_one_error)
{
  g_autofree char *launch = g_strdup_printf ("%s passphrase=a",
      names[__i__]);
  GstHarness *harness = parse_harness (launch);
  GstBus *bus = watch (harness->element);

  gst_harness_play (harness);
  gst_harness_push_event (harness, gst_event_new_stream_start ("s"));
  for (guint i = 0; i < 5; i++)
    push_caps (harness, "video/x-av1");
  fail_unless_equals_int (count_errors (bus, "no encrypted AV1"), 1);
  gst_element_set_bus (harness->element, NULL);
  gst_object_unref (bus);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* The sets that a key frame needs stand in codec_data: one that cannot be read
 * is an error at once, not a stream that nobody can decode. */
GST_START_TEST (test_broken_codec_data_is_an_error)
{
#define AVC "video/x-h264,stream-format=avc,alignment=au,codec_data=(buffer)"
#define HVC1 "video/x-h265,stream-format=hvc1,alignment=au,codec_data=(buffer)"
  static const char *const broken[] = {
    AVC "0142", AVC "0142c01fffe10018", HVC1 "01",
  };
  GstHarness *enc = parse_harness ("lke2eeenc passphrase=a");
  GstBus *bus = watch (enc->element);

  gst_harness_play (enc);
  gst_harness_push_event (enc, gst_event_new_stream_start ("s"));
  push_caps (enc, broken[__i__]);
  fail_unless_equals_int (count_errors (bus, "codec_data"), 1);
  gst_element_set_bus (enc->element, NULL);
  gst_object_unref (bus);
  gst_harness_teardown (enc);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("states");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, test_ready_empties_the_replay_window);
  tcase_add_loop_test (tc, test_stats_begin_anew_with_a_stream, 0, 2);
  tcase_add_test (tc, test_bytes_of_dropped_and_clear_frames_count);
  tcase_add_test (tc, test_skipped_ivs_are_counted);
  tcase_add_test (tc, test_the_encryptor_says_that_it_failed);
  tcase_add_test (tc, test_an_empty_frame_passes);
  tcase_add_loop_test (tc, test_gap_events_pass, 0, 2);
  tcase_add_test (tc, test_the_decryptor_keeps_metadata);
  tcase_add_loop_test (tc, test_no_frame_is_dropped_for_being_late, 0, 2);
  tcase_add_loop_test (tc, test_refused_caps_post_one_error, 0, 2);
  tcase_add_loop_test (tc, test_broken_codec_data_is_an_error, 0, 3);
  return run_suite (&argc, &argv, suite, "states");
}
