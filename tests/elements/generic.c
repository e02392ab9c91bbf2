/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What holds for both elements, whatever they do. */

#include "support.h"

static const char *const names[] = { "lke2eeenc", "lke2eedec" };

GST_START_TEST (test_states_in_any_order)
{
  GstElement *element = gst_element_factory_make (names[__i__], NULL);

  g_object_set (element, "passphrase", PASSPHRASE, NULL);
  for (guint i = 0; i < 20; i++) {
    gst_element_set_state (element, GST_STATE_PLAYING);
    gst_element_set_state (element, i % 2 ? GST_STATE_NULL : GST_STATE_READY);
    gst_element_set_state (element, GST_STATE_PAUSED);
    gst_element_set_state (element, GST_STATE_NULL);
  }
  gst_object_unref (element);
}

GST_END_TEST;

GST_START_TEST (test_secrets_cannot_be_read)
{
  static const char *const secrets[] = { "passphrase", "key" };
  GstElement *element = gst_element_factory_make (names[__i__], NULL);

  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++) {
    GParamSpec *spec = g_object_class_find_property (G_OBJECT_GET_CLASS
        (element), secrets[i]);

    fail_unless (spec != NULL);
    fail_if (spec->flags & G_PARAM_READABLE, "%s can be read", secrets[i]);
    fail_unless (spec->flags & G_PARAM_WRITABLE);
  }
  gst_object_unref (element);
}

GST_END_TEST;

/* Properties, keys and flushes from other threads while frames run. */
GST_START_TEST (test_changes_while_frames_run)
{
  GstHarness *enc = new_enc (VP8_CAPS);
  GstHarness *dec = new_dec (VP8_CAPS);
  GBytes *key = g_bytes_new_static ("0123456789abcdef", 16);
  GValue value = G_VALUE_INIT;
  GstBuffer *frame = buffer_from_hex ("110200aabbcc");
  GstHarnessThread *threads[2];
  gboolean ok;

  g_value_init (&value, G_TYPE_INT);
  g_value_set_int (&value, 3);
  g_signal_emit_by_name (enc->element, "set-key", NULL, key, 3, &ok);
  g_signal_emit_by_name (dec->element, "set-key", NULL, key, 3, &ok);
  threads[0] = gst_harness_stress_property_start_full (enc, "key-index",
      &value, 100);
  GstEvent *reconfigure = gst_event_new_reconfigure ();
  threads[1] = gst_harness_stress_send_upstream_event_start (enc,
      reconfigure);
  for (guint i = 0; i < 2000; i++) {
    GstBuffer *out = gst_harness_push_and_pull (enc, gst_buffer_ref (frame));

    out = gst_harness_push_and_pull (dec, out);
    fail_unless_equals_int (gst_buffer_get_size (out), 6);
    gst_buffer_unref (out);
    if (i % 100 == 0)
      g_signal_emit_by_name (enc->element, "set-passphrase", NULL,
          PASSPHRASE, 0, &ok);
  }
  gst_harness_stress_thread_stop (threads[0]);
  gst_harness_stress_thread_stop (threads[1]);
  gst_event_unref (reconfigure);
  assert_stats_add_up (enc->element, 2000);
  assert_stats_add_up (dec->element, 2000);
  gst_buffer_unref (frame);
  g_bytes_unref (key);
  g_value_unset (&value);
  gst_harness_teardown (enc);
  gst_harness_teardown (dec);
}

GST_END_TEST;

static Suite *
generic_suite (void)
{
  Suite *suite = suite_create ("generic");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_loop_test (tc, test_states_in_any_order, 0,
      G_N_ELEMENTS (names));
  tcase_add_loop_test (tc, test_secrets_cannot_be_read, 0,
      G_N_ELEMENTS (names));
  tcase_add_test (tc, test_changes_while_frames_run);
  return suite;
}

int
main (int argc, char **argv)
{
  return run_suite (&argc, &argv, generic_suite (), "generic");
}
