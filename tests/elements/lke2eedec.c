/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* lke2eedec: what it opens, what it refuses, how it recovers. */

#include "support.h"

#include <gst/video/video.h>
#include <string.h>

#define KEY_FRAME "100200 9d012a08000800 aabbccddee"
#define DELTA_FRAME "110200 aabbccddee"
#define H264_KEY "00000001 6742c01f0fd91f888884000003000400000300c83c60c920" \
  "00000001 6887cb83cb20 00000001 6588840af2628000a7be"

GST_START_TEST (test_wrong_key_is_dropped_and_counted)
{
  GstHarness *dec = new_dec (VP8_CAPS);

  assert_drops (dec, seal_wrong (VP8_CAPS, buffer_from_hex (KEY_FRAME)),
      "authentication-failed");
  assert_opens (dec, seal (VP8_CAPS, buffer_from_hex (KEY_FRAME)), KEY_FRAME);
  assert_stats_add_up (dec->element, 1);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* Missing keys */

GST_START_TEST (test_play_goes_on_when_the_key_arrives)
{
  GstHarness *dec = new_harness ("lke2eedec", VP8_CAPS, VP8_CAPS);
  gboolean ok = FALSE;

  assert_drops (dec, seal (VP8_CAPS, buffer_from_hex (KEY_FRAME)),
      "missing-key");
  g_signal_emit_by_name (dec->element, "set-passphrase", NULL, PASSPHRASE, 0,
      &ok);
  fail_unless (ok);
  GstBuffer *out = gst_harness_push_and_pull (dec, seal (VP8_CAPS,
          buffer_from_hex (KEY_FRAME)));
  fail_unless (GST_BUFFER_IS_DISCONT (out));
  gst_buffer_unref (out);
  gst_harness_teardown (dec);
}

GST_END_TEST;

static gboolean
on_request_key (GstElement * element, const char *participant, gint index,
    gpointer n)
{
  GBytes *key = g_bytes_new_static ("0123456789abcdef", 16);
  gboolean ok = FALSE;

  (*(guint *) n)++;
  fail_unless_equals_string (participant, "alice");
  g_signal_emit_by_name (element, "set-key", participant, key, index, &ok);
  g_bytes_unref (key);
  return ok;
}

/* A handler that sets the key and returns TRUE saves the frame. */
GST_START_TEST (test_request_key_saves_the_frame)
{
  GstHarness *enc =
      new_harness ("lke2eeenc key=hex:30313233343536373839616263646566 "
      "key-index=5", VP8_CAPS, VP8_CAPS);
  GstHarness *dec =
      new_harness ("lke2eedec participant=alice", VP8_CAPS, VP8_CAPS);
  guint n = 0;

  g_signal_connect (dec->element, "request-key",
      G_CALLBACK (on_request_key), &n);
  assert_opens (dec, gst_harness_push_and_pull (enc,
          buffer_from_hex (KEY_FRAME)), KEY_FRAME);
  fail_unless_equals_int (n, 1);
  gst_harness_teardown (enc);
  gst_harness_teardown (dec);
}

GST_END_TEST;

static gboolean
on_request_nothing (GstElement * element, const char *participant,
    gint index, gpointer n);

/* The index in a frame is anybody's word: one beyond the ring is not asked
 * for, as setting it would replace the key of another slot. */
GST_START_TEST (test_no_request_beyond_the_ring)
{
  GstHarness *enc = new_harness ("lke2eeenc key-index=200 "
      "key-provider::key-ring-size=256 passphrase=\"" PASSPHRASE "\"",
      VP8_CAPS, VP8_CAPS);
  GstHarness *dec = new_harness ("lke2eedec", VP8_CAPS, VP8_CAPS);
  guint n = 0;

  g_signal_connect (dec->element, "request-key",
      G_CALLBACK (on_request_nothing), &n);
  assert_drops (dec, gst_harness_push_and_pull (enc,
          buffer_from_hex (KEY_FRAME)), "missing-key");
  fail_unless_equals_int (n, 0);
  gst_harness_teardown (enc);
  gst_harness_teardown (dec);
}

GST_END_TEST;

static gboolean
on_request_nothing (GstElement * element, const char *participant,
    gint index, gpointer n)
{
  (*(guint *) n)++;
  return FALSE;
}

/* A flood of frames without key: one request, one message, one key unit. */
GST_START_TEST (test_a_flood_is_limited)
{
  GstHarness *dec = new_harness ("lke2eedec", VP8_CAPS, VP8_CAPS);
  GstBus *bus = watch (dec->element);
  GstBuffer *sealed = seal (VP8_CAPS, buffer_from_hex (KEY_FRAME));
  guint n = 0;
  gint64 start = g_get_monotonic_time ();

  g_signal_connect (dec->element, "request-key",
      G_CALLBACK (on_request_nothing), &n);
  for (guint i = 0; i < 1000; i++)
    gst_harness_push (dec, gst_buffer_ref (sealed));
  /* On a machine so slow that this took seconds there may be one each. */
  guint allowed = 1 + (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  fail_unless (n >= 1 && n <= allowed);

  guint n_messages = 0;
  GstMessage *message;
  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT))) {
    const GstStructure *structure = gst_message_get_structure (message);

    fail_unless_equals_string (gst_structure_get_string (structure, "state"),
        "missing-key");
    n_messages++;
    gst_message_unref (message);
  }
  fail_unless (n_messages >= 1 && n_messages <= allowed);

  guint n_events = 0;
  GstEvent *event;
  while ((event = gst_harness_try_pull_upstream_event (dec))) {
    n_events += gst_video_event_is_force_key_unit (event);
    gst_event_unref (event);
  }
  fail_unless (n_events >= 1 && n_events <= allowed);
  gst_buffer_unref (sealed);
  gst_element_set_bus (dec->element, NULL);
  gst_object_unref (bus);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* Replay */

GST_START_TEST (test_a_replayed_frame_is_dropped)
{
  GstHarness *dec = new_dec (VP8_CAPS);
  GstBuffer *sealed = seal (VP8_CAPS, buffer_from_hex (KEY_FRAME));

  assert_opens (dec, gst_buffer_ref (sealed), KEY_FRAME);
  assert_drops (dec, gst_buffer_ref (sealed), "replayed");
  gst_harness_push_event (dec, gst_event_new_flush_start ());
  gst_harness_push_event (dec, gst_event_new_flush_stop (TRUE));
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (dec, gst_event_new_segment (&segment));
  assert_opens (dec, gst_buffer_ref (sealed), KEY_FRAME);
  g_object_set (dec->element, "replay-window", 0, NULL);
  assert_opens (dec, gst_buffer_ref (sealed), KEY_FRAME);
  assert_opens (dec, gst_buffer_ref (sealed), KEY_FRAME);

  /* Another participant is another cryptor, with the same window. */
  g_object_set (dec->element, "replay-window", 8, "participant", "bob", NULL);
  assert_opens (dec, gst_buffer_ref (sealed), KEY_FRAME);
  assert_drops (dec, sealed, "replayed");
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* Key sources */

static void
give_context (GstElement * element, Lke2eeKeyProvider * provider)
{
  GstContext *context = gst_context_new ("lke2ee.key-provider", FALSE);

  gst_structure_set (gst_context_writable_structure (context),
      "key-provider", LKE2EE_TYPE_KEY_PROVIDER, provider, NULL);
  gst_element_set_context (element, context);
  gst_context_unref (context);
}

GST_START_TEST (test_takes_a_provider)
{
  gboolean by_context = __i__;
  Lke2eeKeyProvider *provider = lke2ee_key_provider_new (FALSE);
  gpointer alive = provider;
  GstHarness *dec = parse_harness ("lke2eedec participant=bob");

  g_object_add_weak_pointer (G_OBJECT (provider), &alive);
  fail_unless (lke2ee_key_provider_set_passphrase (provider, "bob",
          PASSPHRASE, 0, NULL));
  gst_harness_set_src_caps_str (dec, VP8_CAPS);
  if (by_context) {
    give_context (dec->element, provider);
  } else {
    g_object_set (dec->element, "key-provider", provider, NULL);
  }
  g_object_unref (provider);

  assert_opens (dec, seal (VP8_CAPS, buffer_from_hex (KEY_FRAME)), KEY_FRAME);
  g_object_set (dec->element, "participant", "mallory", NULL);
  assert_drops (dec, seal (VP8_CAPS, buffer_from_hex (KEY_FRAME)),
      "missing-key");
  gst_harness_teardown (dec);
  fail_unless (alive == NULL, "the provider leaks");
}

GST_END_TEST;

/* A provider that comes while the element plays on a secret of its own would
 * silently replace that: it is refused, until the secret is unset. */
GST_START_TEST (test_keeps_its_own_key)
{
  gboolean by_context = __i__;
  Lke2eeKeyProvider *provider = lke2ee_key_provider_new (TRUE);
  GstHarness *dec = new_dec (VP8_CAPS);
  GstBus *bus = watch (dec->element);

  for (guint i = 0; i < 2; i++) {
    if (by_context)
      give_context (dec->element, provider);
    else
      g_object_set (dec->element, "key-provider", provider, NULL);
    GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
    fail_unless_equals_int (message != NULL, i == 0);
    gst_clear_message (&message);
    if (i == 0)
      assert_opens (dec, seal (VP8_CAPS, buffer_from_hex (KEY_FRAME)),
          KEY_FRAME);
    else
      assert_drops (dec, seal (VP8_CAPS, buffer_from_hex (KEY_FRAME)),
          "missing-key");
    g_object_set (dec->element, "passphrase", NULL, NULL);
  }
  gst_element_set_bus (dec->element, NULL);
  gst_object_unref (bus);
  gst_harness_teardown (dec);
  g_assert_finalize_object (provider);
}

GST_END_TEST;

GST_START_TEST (test_asks_for_a_context)
{
  GstElement *dec = gst_element_factory_make ("lke2eedec", NULL);
  GstBus *bus = watch (dec);
  const gchar *type = NULL;

  gst_element_set_state (dec, GST_STATE_PAUSED);
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_NEED_CONTEXT);
  fail_unless (message != NULL);
  gst_message_parse_context_type (message, &type);
  fail_unless_equals_string (type, "lke2ee.key-provider");
  gst_message_unref (message);
  gst_element_set_state (dec, GST_STATE_NULL);
  gst_element_set_bus (dec, NULL);
  gst_object_unref (bus);
  gst_object_unref (dec);
}

GST_END_TEST;

/* Options of the ring have names on a command line, in any order. */
GST_START_TEST (test_ring_options_are_child_properties)
{
  GError *error = NULL;
  GstElement *dec = gst_parse_launch ("lke2eedec passphrase=x "
      "key-provider::ratchet-window-size=8 key-provider::key-ring-size=4 "
      "key-provider::ratchet-salt=pepper", &error);
  guint window, size;
  char *salt;

  g_assert_no_error (error);
  gst_element_set_state (dec, GST_STATE_PAUSED);
  gst_child_proxy_get (GST_CHILD_PROXY (dec),
      "key-provider::ratchet-window-size", &window,
      "key-provider::key-ring-size", &size,
      "key-provider::ratchet-salt", &salt, NULL);
  fail_unless_equals_int (window, 8);
  fail_unless_equals_int (size, 4);
  fail_unless_equals_string (salt, "pepper");
  g_free (salt);
  gst_element_set_state (dec, GST_STATE_NULL);
  gst_object_unref (dec);
}

GST_END_TEST;

/* The other side steps on by itself: the decryptor follows in the background,
 * and says so. */
GST_START_TEST (test_follows_a_ratchet)
{
  GstHarness *enc = new_harness
      ("lke2eeenc key=hex:00112233445566778899aabbccddeeff", VP8_CAPS,
      VP8_CAPS);
  GstHarness *dec = new_harness ("lke2eedec "
      "key=hex:00112233445566778899aabbccddeeff "
      "key-provider::ratchet-window-size=8", VP8_CAPS, VP8_CAPS);
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  GBytes *material = NULL;
  GstBuffer *out = NULL;

  g_object_set (dec->element, "ratchet-hold", 0, NULL);
  for (guint i = 0; i < 3; i++) {
    g_signal_emit_by_name (enc->element, "ratchet-key", NULL, 0, &material);
    fail_unless (material != NULL);
    g_clear_pointer (&material, g_bytes_unref);
  }
  while (out == NULL && g_get_monotonic_time () < deadline) {
    gst_harness_push (enc, buffer_from_hex (KEY_FRAME));
    gst_harness_push (dec, gst_harness_pull (enc));
    out = gst_harness_try_pull (dec);
    g_thread_yield ();
  }
  fail_unless (out != NULL, "never followed");
  assert_buffer_is (out, KEY_FRAME);
  gst_buffer_unref (out);
  fail_unless_equals_uint64 (get_stat (dec->element, "ratcheted"), 1);
  assert_stats_add_up (dec->element, 1);
  gst_harness_teardown (enc);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* Held for the derivation, no frame is lost; garbage is held only while there
 * is something to derive. PBKDF2, as HKDF is too quick to be waited for. */
GST_START_TEST (test_loses_no_frame_to_a_ratchet)
{
  GstHarness *enc = new_enc (VP8_CAPS);
  GstHarness *dec = new_harness ("lke2eedec passphrase=\"" PASSPHRASE "\" "
      "key-provider::ratchet-window-size=2 ratchet-hold=1000", VP8_CAPS,
      VP8_CAPS);
  GBytes *material = NULL;

  for (guint i = 1; i <= 3; i++) {
    g_signal_emit_by_name (enc->element, "ratchet-key", NULL, 0, &material);
    g_clear_pointer (&material, g_bytes_unref);
    gst_harness_push (enc, buffer_from_hex (KEY_FRAME));
    assert_opens (dec, gst_harness_pull (enc), KEY_FRAME);
    fail_unless_equals_uint64 (get_stat (dec->element, "ratcheted"), i);
    assert_drops (dec, seal_wrong (VP8_CAPS, buffer_from_hex (KEY_FRAME)),
        "authentication-failed");
  }
  assert_stats_add_up (dec->element, 3);
  gst_harness_teardown (enc);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* What can be held is latency, and without a window nothing is. */
GST_START_TEST (test_hold_is_latency)
{
  static const struct
  {
    guint window, hold, latency_ms;
  } rows[] = { {0, 100, 0}, {8, 100, 100}, {8, 30, 30}, {8, 0, 0} };
  g_autofree char *launch = g_strdup_printf ("lke2eedec ratchet-hold=%u "
      "key-provider::ratchet-window-size=%u", rows[__i__].hold,
      rows[__i__].window);
  GstHarness *dec = new_harness (launch, VP8_CAPS, VP8_CAPS);

  gst_harness_set_upstream_latency (dec, 20 * GST_MSECOND);
  fail_unless_equals_uint64 (gst_harness_query_latency (dec),
      (20 + rows[__i__].latency_ms) * GST_MSECOND);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* A downstream that takes only avc gets lengths, sets in band. */
GST_START_TEST (test_gives_avc_where_only_that_is_taken)
{
  GstHarness *dec = new_harness ("lke2eedec passphrase=\"" PASSPHRASE "\"",
      H264_CAPS, "video/x-h264,stream-format=avc,alignment=au");

  assert_opens (dec, seal (H264_CAPS, buffer_from_hex (H264_KEY)),
      "00000018 6742c01f0fd91f888884000003000400000300c83c60c920"
      "00000006 6887cb83cb20 0000000a 6588840af2628000a7be");
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* Where several formats are taken byte-stream comes out, whatever downstream
 * names first. */
GST_START_TEST (test_prefers_byte_stream)
{
  GstHarness *dec = new_harness ("lke2eedec passphrase=\"" PASSPHRASE "\"",
      H264_CAPS, "video/x-h264,stream-format={avc,byte-stream},alignment=au");

  assert_opens (dec, seal (H264_CAPS, buffer_from_hex (H264_KEY)), H264_KEY);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* Nobody encrypts nothing; a frame that opens to it is no frame. */
GST_START_TEST (test_an_empty_plaintext_is_malformed)
{
  GstHarness *dec = new_harness ("lke2eedec "
      "key=hex:00000000000000000000000000000000", VP9_CAPS, VP9_CAPS);
  Lke2eeKeyProvider *provider = lke2ee_key_provider_new (TRUE);
  GBytes *zeros = g_bytes_new_static ("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
      16);

  lke2ee_key_provider_set_key (provider, NULL, zeros, LKE2EE_KDF_NONE, 0,
      NULL);
  g_object_set (dec->element, "key", NULL, NULL);
  g_object_set (dec->element, "key-provider", provider, NULL);
  /* GCM of nothing under the zero key and IV (NIST's first test case). */
  assert_drops (dec, buffer_from_hex ("58e2fccefa7e3061367f1d57a4e7455a"
          "000000000000000000000000 0c 00"), "malformed");
  assert_stats_add_up (dec->element, 0);
  g_bytes_unref (zeros);
  g_object_unref (provider);
  gst_harness_teardown (dec);
}

GST_END_TEST;

static Suite *
lke2eedec_suite (void)
{
  Suite *suite = suite_create ("lke2eedec");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, test_wrong_key_is_dropped_and_counted);
  tcase_add_test (tc, test_play_goes_on_when_the_key_arrives);
  tcase_add_test (tc, test_request_key_saves_the_frame);
  tcase_add_test (tc, test_a_flood_is_limited);
  tcase_add_test (tc, test_a_replayed_frame_is_dropped);
  tcase_add_loop_test (tc, test_takes_a_provider, 0, 2);
  tcase_add_loop_test (tc, test_keeps_its_own_key, 0, 2);
  tcase_add_test (tc, test_asks_for_a_context);
  tcase_add_test (tc, test_ring_options_are_child_properties);
  tcase_add_test (tc, test_follows_a_ratchet);
  tcase_add_test (tc, test_loses_no_frame_to_a_ratchet);
  tcase_add_loop_test (tc, test_hold_is_latency, 0, 4);
  tcase_add_test (tc, test_gives_avc_where_only_that_is_taken);
  tcase_add_test (tc, test_prefers_byte_stream);
  tcase_add_test (tc, test_no_request_beyond_the_ring);
  tcase_add_test (tc, test_an_empty_plaintext_is_malformed);
  return suite;
}

int
main (int argc, char **argv)
{
  return run_suite (&argc, &argv, lke2eedec_suite (), "lke2eedec");
}
