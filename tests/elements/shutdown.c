/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Streams that end while something is under way: a frame that is held for a
 * ratchet window, keys that are being derived. */

#include "support.h"

#define FRAME "110200 aabbccddee"
#define HOLD_MS 1000
#define N_ROUNDS 10
#define N_HOSTILE 40
#define N_SETTERS 20

static void
on_set (GObject * source, GAsyncResult * result, gpointer n_left)
{
  fail_unless (lke2ee_key_provider_set_passphrase_finish
      (LKE2EE_KEY_PROVIDER (source), result, NULL));
  (*(guint *) n_left)--;
}

/* Participants whose frames are garbage: their windows keep the threads that
 * derive busy for seconds, so that a frame beside them is held to the end. */
static Lke2eeKeyProvider *
keep_threads_busy (void)
{
  Lke2eeKeyProvider *provider = lke2ee_key_provider_new (FALSE);
  GBytes *sealed = g_bytes_new_take (g_malloc0 (64), 64);
  guint n_left = N_HOSTILE;

  ((guint8 *) g_bytes_get_data (sealed, NULL))[62] = 12;
  g_object_set (provider, "ratchet-window-size", 16, NULL);
  for (guint i = 0; i < N_HOSTILE; i++) {
    g_autofree char *name = g_strdup_printf ("hostile %u", i);

    lke2ee_key_provider_set_passphrase_async (provider, name, PASSPHRASE, 0,
        NULL, on_set, &n_left);
  }
  while (n_left > 0)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < N_HOSTILE; i++) {
    g_autofree char *name = g_strdup_printf ("hostile %u", i);
    g_autoptr (Lke2eeFrameCryptor) track =
        lke2ee_frame_cryptor_new (provider, name, LKE2EE_CODEC_AUDIO);
    GBytes *opened = NULL;

    fail_unless_equals_int (lke2ee_frame_cryptor_decrypt_bytes (track, sealed,
            &opened), LKE2EE_FRAME_AUTHENTICATION_FAILED);
  }
  g_bytes_unref (sealed);
  return provider;
}

/* Ends their windows too. */
static void
let_threads_go (Lke2eeKeyProvider * provider)
{
  g_auto (GStrv) names = lke2ee_key_provider_list_participants (provider);

  fail_unless_equals_int (g_strv_length (names), N_HOSTILE);
  for (guint i = 0; names[i] != NULL; i++)
    lke2ee_key_provider_remove_participant (provider, names[i]);
  g_object_unref (provider);
}

static gpointer
push_wrong_frame (gpointer dec)
{
  GstHarness *enc = new_harness ("lke2eeenc passphrase=other", VP8_CAPS,
      VP8_CAPS);
  GstBuffer *sealed =
      gst_harness_push_and_pull (enc, buffer_from_hex (FRAME));

  gst_harness_teardown (enc);
  gst_harness_push (dec, sealed);
  return NULL;
}

/* Until the frame is inside the element, which is where it is held. */
static void
wait_for_the_frame (GstHarness * dec)
{
  GstPad *pad = gst_element_get_static_pad (dec->element, "sink");
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (GST_PAD_STREAM_TRYLOCK (pad)) {
    GST_PAD_STREAM_UNLOCK (pad);
    fail_unless (g_get_monotonic_time () < deadline, "no frame came");
    g_thread_yield ();
  }
  gst_object_unref (pad);
}

static void
flush (GstHarness * dec)
{
  gst_harness_push_event (dec, gst_event_new_flush_start ());
  gst_harness_push_event (dec, gst_event_new_flush_stop (TRUE));
}

static void
stop (GstHarness * dec)
{
  gst_element_set_state (dec->element, GST_STATE_READY);
}

/* Neither waits until the frame's time is over. */
GST_START_TEST (test_ends_a_hold)
{
  void (*const ends[]) (GstHarness * dec) = { flush, stop };
  Lke2eeKeyProvider *hostile = keep_threads_busy ();
  gint64 waited = 0;

  for (guint i = 0; i < N_ROUNDS; i++) {
    GstHarness *dec = new_harness ("lke2eedec passphrase=\"" PASSPHRASE "\" "
        "key-provider::ratchet-window-size=16 ratchet-hold="
        G_STRINGIFY (HOLD_MS), VP8_CAPS, VP8_CAPS);
    GThread *thread = g_thread_new ("push", push_wrong_frame, dec);

    wait_for_the_frame (dec);
    waited -= g_get_monotonic_time ();
    ends[__i__] (dec);
    g_thread_join (thread);
    waited += g_get_monotonic_time ();
    assert_stats_add_up (dec->element, 0);
    gst_harness_teardown (dec);
  }
  fail_unless (waited < N_ROUNDS * HOLD_MS * 1000 / 2,
      "%d frames were held for %d ms", N_ROUNDS, (gint) (waited / 1000));
  let_threads_go (hostile);
}

GST_END_TEST;

/* Keys that are on their way to an element when it goes still arrive, and then
 * nothing is left of either. */
GST_START_TEST (test_setters_outlive_the_element)
{
  GstHarness *dec = parse_harness ("lke2eedec");
  GObject *provider = gst_child_proxy_get_child_by_name
      (GST_CHILD_PROXY (dec->element), "key-provider");
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  gboolean alive = TRUE;
  guint n_left = N_SETTERS;
  GWeakRef weak;

  for (guint i = 0; i < N_SETTERS; i++)
    lke2ee_key_provider_set_passphrase_async (LKE2EE_KEY_PROVIDER (provider),
        NULL, PASSPHRASE, i % 16, NULL, on_set, &n_left);
  g_weak_ref_init (&weak, provider);
  g_object_unref (provider);
  gst_harness_teardown (dec);
  while (n_left > 0)
    g_main_context_iteration (NULL, TRUE);
  /* The last reference is that of the thread which derived. */
  while (alive && g_get_monotonic_time () < deadline) {
    GObject *object = g_weak_ref_get (&weak);

    alive = object != NULL;
    g_clear_object (&object);
    g_thread_yield ();
  }
  fail_if (alive, "the provider leaks");
  g_weak_ref_clear (&weak);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("shutdown");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_loop_test (tc, test_ends_a_hold, 0, 2);
  tcase_add_test (tc, test_setters_outlive_the_element);
  return run_suite (&argc, &argv, suite, "shutdown");
}
