/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Each option of LiveKit's key providers, by the name that it has there, and
 * what it does to frames in the elements. */

#include "support.h"

#define FRAME "110200 aabbccddee"
#define RAW_KEY "hex:00112233445566778899aabbccddeeff"

static GstHarness *
new_side (const char *element, const char *properties)
{
  g_autofree char *launch = g_strdup_printf ("%s %s", element, properties);

  return new_harness (launch, VP8_CAPS, VP8_CAPS);
}

/* Whether a frame that was sealed with @enc_options opens with @dec_options. */
static gboolean
is_readable (const char *enc_options, const char *dec_options)
{
  GstHarness *enc = new_side ("lke2eeenc", enc_options);
  GstHarness *dec = new_side ("lke2eedec", dec_options);

  gst_harness_push (enc, buffer_from_hex (FRAME));
  gst_harness_push (dec, gst_harness_pull (enc));
  GstBuffer *out = gst_harness_try_pull (dec);
  gboolean readable = out != NULL;
  gst_clear_buffer (&out);
  gst_harness_teardown (enc);
  gst_harness_teardown (dec);
  return readable;
}

GST_START_TEST (test_ratchetSalt)
{
  const char *other = "key=" RAW_KEY " key-provider::ratchet-salt=other";

  fail_unless (is_readable (other, other));
  fail_if (is_readable (other, "key=" RAW_KEY));
  fail_unless (is_readable ("key=" RAW_KEY, "key=" RAW_KEY
          " key-provider::ratchet-salt=LKFrameEncryptionKey"));
}

GST_END_TEST;

GST_START_TEST (test_keySize)
{
  const char *large = "key=" RAW_KEY " key-provider::key-size=256";

  fail_unless (is_readable (large, large));
  fail_if (is_readable (large, "key=" RAW_KEY));
}

GST_END_TEST;

/* The index is reduced when it is set, and the frame carries what is left. */
GST_START_TEST (test_keyringSize)
{
  fail_unless (is_readable ("key=" RAW_KEY " key-index=5 "
          "key-provider::key-ring-size=4", "key=" RAW_KEY " key-index=1"));
  fail_if (is_readable ("key=" RAW_KEY " key-index=5",
          "key=" RAW_KEY " key-provider::key-ring-size=4 key-index=5"));
}

GST_END_TEST;

GST_START_TEST (test_keyIndex)
{
  fail_unless (is_readable ("key=" RAW_KEY " key-index=7",
          "key=" RAW_KEY " key-index=7"));
  fail_if (is_readable ("key=" RAW_KEY " key-index=7",
          "key=" RAW_KEY " key-index=6"));
}

GST_END_TEST;

/* Sends as alice with a provider of kind @shared, whose key is alice's. */
static gboolean
bob_reads_alice (gboolean shared)
{
  Lke2eeKeyProvider *provider = lke2ee_key_provider_new (shared);
  GstHarness *enc = parse_harness ("lke2eeenc participant=alice "
      "passphrase=unused");
  GstHarness *dec = parse_harness ("lke2eedec participant=bob");

  lke2ee_key_provider_set_passphrase (provider, "alice", "secret", 0, NULL);
  g_object_set (enc->element, "passphrase", NULL, "key-provider", provider,
      NULL);
  g_object_set (dec->element, "key-provider", provider, NULL);
  gst_harness_set_src_caps_str (enc, VP8_CAPS);
  gst_harness_set_src_caps_str (dec, VP8_CAPS);
  gst_harness_push (enc, buffer_from_hex (FRAME));
  gst_harness_push (dec, gst_harness_pull (enc));
  GstBuffer *out = gst_harness_try_pull (dec);
  gboolean readable = out != NULL;
  gst_clear_buffer (&out);
  gst_harness_teardown (enc);
  gst_harness_teardown (dec);
  g_object_unref (provider);
  return readable;
}

GST_START_TEST (test_sharedKey)
{
  fail_unless (bob_reads_alice (TRUE));
  fail_if (bob_reads_alice (FALSE));
}

GST_END_TEST;

/* Steps of the sender that a receiver follows at once: as many as its window
 * has. */
static gboolean
follows (guint window, guint steps)
{
  g_autofree char *options = g_strdup_printf ("key=" RAW_KEY
      " ratchet-hold=1000 key-provider::ratchet-window-size=%u", window);
  GstHarness *enc = new_side ("lke2eeenc", "key=" RAW_KEY);
  GstHarness *dec = new_side ("lke2eedec", options);
  GBytes *material;

  for (; steps > 0; steps--) {
    g_signal_emit_by_name (enc->element, "ratchet-key", NULL, 0, &material);
    g_bytes_unref (material);
  }
  gst_harness_push (enc, buffer_from_hex (FRAME));
  gst_harness_push (dec, gst_harness_pull (enc));
  GstBuffer *out = gst_harness_try_pull (dec);
  gboolean readable = out != NULL;
  gst_clear_buffer (&out);
  gst_harness_teardown (enc);
  gst_harness_teardown (dec);
  return readable;
}

GST_START_TEST (test_ratchetWindowSize)
{
  fail_if (follows (0, 1));
  fail_unless (follows (1, 1));
  fail_if (follows (1, 2));
  fail_unless (follows (16, 16));
}

GST_END_TEST;

/* More failures in a row than the tolerance: then even a good frame is not
 * tried, until the key is set again. */
GST_START_TEST (test_failureTolerance)
{
  static const struct
  {
    const char *options;
    gboolean is_shut;
  } rows[] = {
    {"key-provider::failure-tolerance=2", TRUE},
    {"key-provider::failure-tolerance=3", FALSE},
    {"key-provider::failure-tolerance=-1", FALSE},
  };
  g_autofree char *options = g_strdup_printf ("key=" RAW_KEY " %s",
      rows[__i__].options);
  GstHarness *enc = new_side ("lke2eeenc", "key=" RAW_KEY);
  GstHarness *wrong = new_side ("lke2eeenc", "passphrase=wrong");
  GstHarness *dec = new_side ("lke2eedec", options);

  for (guint i = 0; i < 3; i++) {
    gst_harness_push (wrong, buffer_from_hex (FRAME));
    gst_harness_push (dec, gst_harness_pull (wrong));
  }
  for (guint i = 0; i < 2; i++) {
    gst_harness_push (enc, buffer_from_hex (FRAME));
    gst_harness_push (dec, gst_harness_pull (enc));
    GstBuffer *out = gst_harness_try_pull (dec);
    fail_unless ((out == NULL) == (rows[__i__].is_shut && i == 0));
    gst_clear_buffer (&out);
    /* The same key once more: valid again. */
    g_object_set (dec->element, "key", RAW_KEY, NULL);
  }
  gst_harness_teardown (enc);
  gst_harness_teardown (wrong);
  gst_harness_teardown (dec);
}

GST_END_TEST;

GST_START_TEST (test_enabled)
{
  GstHarness *enc = new_side ("lke2eeenc", "key=" RAW_KEY " enabled=false");
  GstBuffer *out = gst_harness_push_and_pull (enc, buffer_from_hex (FRAME));

  assert_buffer_is (out, FRAME);
  gst_buffer_unref (out);
  g_object_set (enc->element, "enabled", TRUE, NULL);
  out = gst_harness_push_and_pull (enc, buffer_from_hex (FRAME));
  fail_unless_equals_int (gst_buffer_get_size (out), 8 + 30);
  gst_buffer_unref (out);
  gst_harness_teardown (enc);
}

GST_END_TEST;

/* The blank VP8 frame of the server, marked with the trailer of the room. */
GST_START_TEST (test_sifTrailer)
{
  static const char blank[] = "100200 9d012a08000800 00070885 85888584 "
      "88028282 759c0c fe 00";
  GstHarness *dec = new_side ("lke2eedec", "key=" RAW_KEY
      " key-provider::sif-trailer=TRAILER");
  GstHarness *other = new_side ("lke2eedec", "key=" RAW_KEY
      " key-provider::sif-trailer=ANOTHER");
  g_autofree char *marked = g_strconcat (blank, "545241494c4552", NULL);

  gst_harness_push (dec, buffer_from_hex (marked));
  fail_unless_equals_uint64 (get_stat (dec->element, "injected"), 1);
  gst_harness_push (other, buffer_from_hex (marked));
  fail_unless_equals_uint64 (get_stat (other->element, "injected"), 0);
  fail_unless_equals_uint64 (get_stat (other->element, "dropped"), 1);
  gst_harness_teardown (dec);
  gst_harness_teardown (other);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("options");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_sharedKey);
  tcase_add_test (tc, test_ratchetSalt);
  tcase_add_test (tc, test_ratchetWindowSize);
  tcase_add_loop_test (tc, test_failureTolerance, 0, 3);
  tcase_add_test (tc, test_keyringSize);
  tcase_add_test (tc, test_keySize);
  tcase_add_test (tc, test_keyIndex);
  tcase_add_test (tc, test_enabled);
  tcase_add_test (tc, test_sifTrailer);
  return run_suite (&argc, &argv, suite, "options");
}
