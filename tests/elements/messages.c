/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What an element says of its state: signal, property, bus. */

#include "support.h"

#define KEY_FRAME "100200 9d012a08000800 aabbccddee"

/* Pushes a frame that opens, or one that was sealed with another key. */
static void
push (GstHarness * dec, gboolean good)
{
  GstHarness *enc = good ? new_enc (VP8_CAPS)
      : new_harness ("lke2eeenc passphrase=another", VP8_CAPS, VP8_CAPS);
  GstBuffer *sealed =
      gst_harness_push_and_pull (enc, buffer_from_hex (KEY_FRAME));

  gst_harness_teardown (enc);
  gst_harness_push (dec, sealed);
  GstBuffer *out = gst_harness_try_pull (dec);
  fail_unless_equals_int (out != NULL, good);
  gst_clear_buffer (&out);
}

static void
unwatch (GstHarness * dec, GstBus * bus)
{
  gst_element_set_bus (dec->element, NULL);
  gst_object_unref (bus);
  gst_harness_teardown (dec);
}

GST_START_TEST (test_state_message)
{
  GstHarness *dec = new_harness ("lke2eedec participant=alice track-id=TR_1 "
      "passphrase=\"" PASSPHRASE "\"", VP8_CAPS, VP8_CAPS);
  GstBus *bus = watch (dec->element);
  gint index = -1, state;
  guint64 dropped = 99;

  push (dec, TRUE);
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT);
  fail_unless (gst_message_has_name (message, "lke2ee-state"));
  const GstStructure *structure = gst_message_get_structure (message);
  fail_unless_equals_string (gst_structure_get_string (structure,
          "participant"), "alice");
  fail_unless_equals_string (gst_structure_get_string (structure,
          "track-id"), "TR_1");
  fail_unless_equals_string (gst_structure_get_string (structure, "state"),
      "ok");
  fail_unless (gst_structure_get_int (structure, "key-index", &index));
  fail_unless_equals_int (index, 0);
  fail_unless (gst_structure_get_uint64 (structure, "frames-dropped",
          &dropped));
  fail_unless_equals_uint64 (dropped, 0);
  gst_message_unref (message);
  g_object_get (dec->element, "state", &state, NULL);
  fail_unless_equals_int (state, LKE2EE_CRYPTION_STATE_OK);
  unwatch (dec, bus);
}

GST_END_TEST;

/* ok, failed, ok within a second: the last state still gets its message, when
 * its second is over, though no frame comes any more. */
GST_START_TEST (test_last_state_is_posted_within_a_second)
{
  static const char *const order[] =
      { "ok", "decryption-failed", "ok" };
  GstHarness *dec = new_dec (VP8_CAPS);
  GstBus *bus = watch (dec->element);

  push (dec, TRUE);
  push (dec, FALSE);
  push (dec, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    GstMessage *message = gst_bus_timed_pop_filtered (bus, 5 * GST_SECOND,
        GST_MESSAGE_ELEMENT);

    fail_unless (message != NULL, "no message for %s", order[i]);
    fail_unless_equals_string (gst_structure_get_string
        (gst_message_get_structure (message), "state"), order[i]);
    gst_message_unref (message);
  }
  unwatch (dec, bus);
}

GST_END_TEST;

/* However often the state changes: one message a second for each. */
GST_START_TEST (test_states_that_take_turns)
{
  GstHarness *dec = new_dec (VP8_CAPS);
  GstBus *bus = watch (dec->element);
  gint64 start = g_get_monotonic_time ();
  GstMessage *message;
  guint n = 0;

  for (guint i = 0; i < 20; i++)
    push (dec, i % 2 == 0);
  guint seconds = (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT))) {
    n++;
    gst_message_unref (message);
  }
  fail_unless (n >= 2 && n <= 2 * (1 + seconds), "%u messages in %u s", n,
      seconds);
  unwatch (dec, bus);
}

GST_END_TEST;

static void
note_change (GstElement * element, Lke2eeCryptionState old,
    Lke2eeCryptionState new, GString * log)
{
  g_string_append_printf (log, "%d>%d ", old, new);
}

static void
count_notify (GstElement * element, GParamSpec * spec, guint * n)
{
  (*n)++;
}

/* Signal and notify come with each change, and only then. */
GST_START_TEST (test_state_changed)
{
  GstHarness *dec = new_dec (VP8_CAPS);
  GString *log = g_string_new (NULL);
  guint n = 0;

  g_signal_connect (dec->element, "state-changed", G_CALLBACK (note_change),
      log);
  g_signal_connect (dec->element, "notify::state", G_CALLBACK (count_notify),
      &n);
  push (dec, TRUE);
  push (dec, TRUE);
  push (dec, FALSE);
  push (dec, FALSE);
  push (dec, TRUE);
  g_autofree char *want = g_strdup_printf ("%d>%d %d>%d %d>%d ",
      LKE2EE_CRYPTION_STATE_NEW, LKE2EE_CRYPTION_STATE_OK,
      LKE2EE_CRYPTION_STATE_OK, LKE2EE_CRYPTION_STATE_DECRYPTION_FAILED,
      LKE2EE_CRYPTION_STATE_DECRYPTION_FAILED, LKE2EE_CRYPTION_STATE_OK);
  fail_unless_equals_string (log->str, want);
  fail_unless_equals_int (n, 3);
  g_string_free (log, TRUE);
  gst_harness_teardown (dec);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("messages");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 60);
  tcase_add_test (tc, test_state_message);
  tcase_add_test (tc, test_last_state_is_posted_within_a_second);
  tcase_add_test (tc, test_states_that_take_turns);
  tcase_add_test (tc, test_state_changed);
  return run_suite (&argc, &argv, suite, "messages");
}
