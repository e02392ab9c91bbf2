/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A participant that floods a receiver with garbage, in the widest ratchet
 * window, beside one that plays: what it can cost is bounded. How long a gap it
 * causes is measured by tests/bench/flood.c, as no test is to be timed. */

#include <lke2ee/lke2ee.h>
#include <string.h>

#include "lke2ee-key-provider-private.h"

#define WINDOW 16
#define N_GARBAGE 20000
#define N_GOOD 2000
#define N_SLOTS 2
#define N_HOSTILE 10
#define N_THREADS 2             /* that derive */

/* The linker puts this in front of lke2ee_key_ratchet() (--wrap), which is what
 * derives. */
Lke2eeKey *__real_lke2ee_key_ratchet (Lke2eeKey * key, GError ** error);
Lke2eeKey *__wrap_lke2ee_key_ratchet (Lke2eeKey * key, GError ** error);

static gint n_derived;          /* atomic */
static gint n_derived_while_streaming;  /* atomic */
static GPrivate is_streaming;

/* Steps wait at the gate, so that what is asked for meanwhile queues up behind
 * them. */
#define OPEN G_MAXUINT

static GMutex gate_lock;
static GCond gate_changed;
static guint n_to_pass = OPEN;  /* guarded by gate_lock */
static GPtrArray *order;        /* likewise: keys in the order of their steps */

/* Lets @n more steps pass. */
static void
set_gate (guint n)
{
  g_mutex_lock (&gate_lock);
  n_to_pass = n;
  g_cond_broadcast (&gate_changed);
  g_mutex_unlock (&gate_lock);
}

static void
pass_gate (Lke2eeKey * key)
{
  g_mutex_lock (&gate_lock);
  if (order != NULL)
    g_ptr_array_add (order, key);
  g_cond_broadcast (&gate_changed);
  while (n_to_pass == 0)
    g_cond_wait (&gate_changed, &gate_lock);
  if (n_to_pass != OPEN)
    n_to_pass--;
  g_mutex_unlock (&gate_lock);
}

/* Until so many steps have come to the gate. */
static void
wait_at_gate (guint n)
{
  g_mutex_lock (&gate_lock);
  while (order->len < n)
    g_cond_wait (&gate_changed, &gate_lock);
  g_mutex_unlock (&gate_lock);
}

/* The steps that came before the one from @key; none is noted any more. */
static guint
end_order (Lke2eeKey * key)
{
  guint at = G_MAXUINT;

  g_mutex_lock (&gate_lock);
  g_ptr_array_find (order, key, &at);
  g_clear_pointer (&order, g_ptr_array_unref);
  g_mutex_unlock (&gate_lock);
  return at;
}

Lke2eeKey *
__wrap_lke2ee_key_ratchet (Lke2eeKey * key, GError ** error)
{
  g_atomic_int_inc (&n_derived);
  if (g_private_get (&is_streaming) != NULL)
    g_atomic_int_inc (&n_derived_while_streaming);
  pass_gate (key);
  return __real_lke2ee_key_ratchet (key, error);
}

static Lke2eeFrameCryptor *
new_track (Lke2eeKeyProvider * provider, const char *participant)
{
  return lke2ee_frame_cryptor_new (provider, participant, LKE2EE_CODEC_AUDIO);
}

/* Reads like a frame of slot @index, and no two are the same. */
static GBytes *
garbage (guint number, guint8 index)
{
  guint8 bytes[64] = { 0 };

  memcpy (bytes, &number, sizeof number);
  bytes[62] = 12;
  bytes[63] = index;
  return g_bytes_new (bytes, sizeof bytes);
}

static gpointer
push_garbage (gpointer provider)
{
  g_autoptr (Lke2eeFrameCryptor) track = new_track (provider, "hostile");

  g_private_set (&is_streaming, track);
  for (guint i = 0; i < N_GARBAGE; i++) {
    g_autoptr (GBytes) frame = garbage (i, i % N_SLOTS);
    GBytes *opened = NULL;

    g_assert_cmpint (lke2ee_frame_cryptor_decrypt_bytes (track, frame,
            &opened), ==, LKE2EE_FRAME_AUTHENTICATION_FAILED);
  }
  return NULL;
}

static gpointer
push_good_frames (gpointer provider)
{
  g_autoptr (Lke2eeFrameCryptor) sender = new_track (provider, "good");
  g_autoptr (Lke2eeFrameCryptor) receiver = new_track (provider, "good");
  g_autoptr (GBytes) frame = g_bytes_new_static ("frame", 5);

  g_private_set (&is_streaming, sender);
  for (guint i = 0; i < N_GOOD; i++) {
    g_autoptr (GBytes) sealed = NULL;
    g_autoptr (GBytes) opened = NULL;

    g_assert_cmpint (lke2ee_frame_cryptor_encrypt_bytes (sender, frame,
            &sealed), ==, LKE2EE_FRAME_OK);
    g_assert_cmpint (lke2ee_frame_cryptor_decrypt_bytes (receiver, sealed,
            &opened), ==, LKE2EE_FRAME_OK);
  }
  return NULL;
}

static void
fail_once (Lke2eeFrameCryptor * track, guint slot)
{
  g_autoptr (GBytes) frame = garbage (0, slot);
  GBytes *opened = NULL;

  g_assert_cmpint (lke2ee_frame_cryptor_decrypt_bytes (track, frame,
          &opened), ==, LKE2EE_FRAME_AUTHENTICATION_FAILED);
}

/* Until the window of @slot is complete. */
static void
wait_for_window (Lke2eeFrameCryptor * track, guint slot)
{
  do
    fail_once (track, slot);
  while (lke2ee_frame_cryptor_wait_for_window (track, 60 * G_USEC_PER_SEC,
          NULL));
}

/* Until the window of each slot is complete, one after the other: then garbage
 * makes it wait for nothing. */
static void
wait_for_windows (Lke2eeKeyProvider * provider)
{
  g_autoptr (Lke2eeFrameCryptor) track = new_track (provider, "hostile");
  gint64 deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (g_atomic_int_get (&n_derived) < N_SLOTS * WINDOW
      && g_get_monotonic_time () < deadline) {
    for (guint slot = 0; slot < N_SLOTS; slot++)
      fail_once (track, slot);
    g_thread_yield ();
  }
  for (guint slot = 0; slot < N_SLOTS; slot++)
    wait_for_window (track, slot);
}

/* One window of derivations for each key, however many frames fail and however
 * many tracks do, and none of them on a thread that pushes frames. */
static void
test_derivations (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (FALSE);
  GThreadFunc funcs[] = { push_garbage, push_garbage, push_good_frames };
  GThread *threads[G_N_ELEMENTS (funcs)];

  g_object_set (provider, "ratchet-window-size", WINDOW, NULL);
  lke2ee_key_provider_set_passphrase (provider, "good", "secret", 0, NULL);
  for (guint i = 0; i < N_SLOTS; i++)
    lke2ee_key_provider_set_passphrase (provider, "hostile", "secret", i,
        NULL);
  for (guint i = 0; i < G_N_ELEMENTS (funcs); i++)
    threads[i] = g_thread_new ("track", funcs[i], provider);
  for (guint i = 0; i < G_N_ELEMENTS (funcs); i++)
    g_thread_join (threads[i]);
  wait_for_windows (provider);
  g_assert_cmpint (n_derived, ==, N_SLOTS * WINDOW);
  g_assert_cmpint (n_derived_while_streaming, ==, 0);
}

/* Ten participants are one step on and two of them at the next, when another
 * one ratchets: the key that it needs is the next to be derived. */
static void
test_first_steps_first (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (FALSE);
  Lke2eeFrameCryptor *tracks[N_HOSTILE + 1];

  g_object_set (provider, "ratchet-window-size", 3, NULL);
  order = g_ptr_array_new ();
  set_gate (0);
  for (guint i = 0; i <= N_HOSTILE; i++) {
    g_autofree char *name = g_strdup_printf ("participant %u", i);

    lke2ee_key_provider_set_passphrase (provider, name, "secret", 0, NULL);
    tracks[i] = new_track (provider, name);
    if (i < N_HOSTILE)
      fail_once (tracks[i], 0);
  }
  g_autoptr (Lke2eeKeyRing) ring =
      lke2ee_key_provider_dup_ring (provider, "participant "
      G_STRINGIFY (N_HOSTILE));
  g_autoptr (Lke2eeKey) key = lke2ee_key_ring_dup_key (ring, 0);
  set_gate (N_HOSTILE);
  wait_at_gate (N_HOSTILE + N_THREADS);
  fail_once (tracks[N_HOSTILE], 0);
  set_gate (OPEN);
  for (guint i = 0; i <= N_HOSTILE; i++) {
    wait_for_window (tracks[i], 0);
    g_object_unref (tracks[i]);
  }
  g_assert_cmpuint (end_order (key), ==, N_HOSTILE + N_THREADS);
}

/* A server has every slot of two participants fail, and then a third one
 * ratchets: it waits for the steps at hand and one of each other's, not for
 * their windows. */
static void
test_turns (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (FALSE);
  const char *const names[] = { "mallory", "trudy", "alice" };
  guint n_slots[] = { 16, 16, 1 };

  g_object_set (provider, "ratchet-window-size", WINDOW, NULL);
  order = g_ptr_array_new ();
  set_gate (0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (Lke2eeFrameCryptor) track = new_track (provider, names[i]);

    for (guint slot = 0; slot < n_slots[i]; slot++)
      lke2ee_key_provider_set_passphrase (provider, names[i], "secret", slot,
          NULL);
    for (guint slot = 0; slot < n_slots[i]; slot++)
      fail_once (track, slot);
  }
  g_autoptr (Lke2eeKeyRing) ring =
      lke2ee_key_provider_dup_ring (provider, "alice");
  g_autoptr (Lke2eeKey) key = lke2ee_key_ring_dup_key (ring, 0);
  g_autoptr (Lke2eeFrameCryptor) alice = new_track (provider, "alice");
  fail_once (alice, 0);
  set_gate (OPEN);
  wait_for_window (alice, 0);
  g_assert_cmpuint (end_order (key), <=, 4);
}

static gpointer
wait_in_thread (gpointer data)
{
  GCancellable *cancellable = g_object_get_data (data, "cancellable");

  return GINT_TO_POINTER (lke2ee_frame_cryptor_wait_for_window (data,
          60 * G_USEC_PER_SEC, cancellable));
}

/* Behind the gate no key ever comes: what ends a wait is its time, counted from
 * the first frame that failed and not from each, or a flush. */
static void
test_waits_end (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (FALSE);
  g_autoptr (Lke2eeFrameCryptor) track = new_track (provider, "hostile");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_object_set_data (G_OBJECT (track), "cancellable", cancellable);
  g_object_set (provider, "ratchet-window-size", WINDOW, NULL);
  lke2ee_key_provider_set_passphrase (provider, "hostile", "secret", 0, NULL);
  set_gate (0);
  fail_once (track, 0);
  gint64 begun = g_get_monotonic_time ();
  g_assert_false (lke2ee_frame_cryptor_wait_for_window (track, 1000, NULL));
  while (g_get_monotonic_time () < begun + 1000);
  gint64 before = g_get_monotonic_time ();
  for (guint i = 0; i < 100000; i++)
    g_assert_false (lke2ee_frame_cryptor_wait_for_window (track, 1000, NULL));
  /* Had each of them waited for its own millisecond: 100 seconds. */
  g_assert_cmpint (g_get_monotonic_time () - before, <, 60 * G_USEC_PER_SEC);

  GThread *thread = g_thread_new ("held", wait_in_thread, track);
  g_cancellable_cancel (cancellable);
  g_assert_null (g_thread_join (thread));
  set_gate (OPEN);
}

static void
count (Lke2eeKeyProvider * provider, const char *participant, guint index,
    guint * n)
{
  (*n)++;
}

/* What waits for a main context that nobody iterates does not grow with the
 * flood, whatever it names. */
static void
test_queues (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (FALSE);
  guint n_requests = 0, n_invalid = 0;

  g_object_set (provider, "key-ring-size", 256, "failure-tolerance", 0, NULL);
  lke2ee_key_provider_set_passphrase (provider, "hostile", "secret", 0, NULL);
  g_signal_connect (provider, "request-key", G_CALLBACK (count), &n_requests);
  g_signal_connect (provider, "key-invalid", G_CALLBACK (count), &n_invalid);
  g_autoptr (Lke2eeFrameCryptor) track = new_track (provider, "hostile");
  for (guint i = 0; i < N_GARBAGE; i++) {
    g_autoptr (GBytes) frame = garbage (i, i & 0xff);
    GBytes *opened = NULL;

    lke2ee_frame_cryptor_decrypt_bytes (track, frame, &opened);
  }
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpuint (n_requests, ==, 64);
  g_assert_cmpuint (n_invalid, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flood/derivations", test_derivations);
  g_test_add_func ("/flood/first-steps", test_first_steps_first);
  g_test_add_func ("/flood/turns", test_turns);
  g_test_add_func ("/flood/waits", test_waits_end);
  g_test_add_func ("/flood/queues", test_queues);
  return g_test_run ();
}
