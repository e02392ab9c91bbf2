/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Keys and rings: slots, states, candidates, ratchet windows. */

#include "lke2ee-error.h"
#include "lke2ee-key-ring-private.h"
#include "vectors.h"

#include <string.h>

static Lke2eeKey *
new_key (const char *text, Lke2eeKdf kdf)
{
  g_autoptr (Lke2eeSecret) material =
      lke2ee_secret_new_copy (text, strlen (text));
  g_autoptr (GBytes) salt = g_bytes_new_static ("salt", 4);

  return lke2ee_key_new (kdf, material, salt, 16, NULL);
}

/* The encryption key is the beginning of the next material. */
static void
test_ratchet (void)
{
  g_autoptr (Lke2eeKey) key = new_key ("0123456789abcdef", LKE2EE_KDF_HKDF);
  g_autoptr (Lke2eeKey) next = lke2ee_key_ratchet (key, NULL);
  g_autoptr (GBytes) material = lke2ee_key_dup_material (next);
  gsize size, next_size;
  const guint8 *data = lke2ee_key_peek_encryption_key (key, &size);
  const guint8 *next_data =
      lke2ee_key_peek_encryption_key (next, &next_size);

  g_assert_cmpuint (size, ==, 16);
  g_assert_cmpuint (g_bytes_get_size (material), ==, 32);
  g_assert_cmpmem (data, size, g_bytes_get_data (material, NULL), 16);
  g_assert_cmpint (memcmp (data, next_data, 16), !=, 0);
}

static void
test_no_ratchet_without_derivation (void)
{
  g_autoptr (Lke2eeKey) key = new_key ("0123456789abcdef", LKE2EE_KDF_NONE);
  g_autoptr (GError) error = NULL;

  g_assert_null (lke2ee_key_ratchet (key, &error));
  g_assert_error (error, LKE2EE_ERROR, LKE2EE_ERROR_KDF);
}

static guint
n_candidates (Lke2eeKeyRing * ring, guint index)
{
  gint64 expires;
  g_autoptr (GPtrArray) keys =
      lke2ee_key_ring_dup_candidates (ring, index, &expires);

  return keys->len;
}

static void
set_key (Lke2eeKeyRing * ring, gint index, Lke2eeKey * key)
{
  guint64 serial;
  guint slot = lke2ee_key_ring_reserve (ring, index, &serial);

  g_assert_true (lke2ee_key_ring_set_key (ring, slot, key, serial));
}

static void
test_slots (void)
{
  g_autoptr (Lke2eeKeyRing) ring = lke2ee_key_ring_new (4, -1);
  g_autoptr (Lke2eeKey) a = new_key ("aaaaaaaaaaaaaaaa", LKE2EE_KDF_NONE);
  g_autoptr (Lke2eeKey) b = new_key ("bbbbbbbbbbbbbbbb", LKE2EE_KDF_NONE);
  gint generation = lke2ee_key_ring_get_generation (ring);

  g_assert_true (lke2ee_key_ring_is_empty (ring));
  g_assert_cmpuint (lke2ee_key_ring_reduce_index (ring, 7), ==, 3);
  g_assert_cmpuint (n_candidates (ring, 3), ==, 0);

  set_key (ring, 3, a);
  g_assert_cmpint (lke2ee_key_ring_get_generation (ring), !=, generation);
  g_assert_cmpuint (lke2ee_key_ring_get_current_index (ring), ==, 3);
  g_assert_cmpuint (lke2ee_key_ring_reduce_index (ring, -1), ==, 3);
  g_assert_cmpuint (n_candidates (ring, 3), ==, 1);
  g_assert_cmpuint (n_candidates (ring, 2), ==, 0);

  /* The key before goes on for what is in flight. */
  set_key (ring, 3, b);
  g_assert_cmpuint (n_candidates (ring, 3), ==, 2);

  /* Whoever derived from a key that is gone comes too late. */
  g_assert_false (lke2ee_key_ring_replace_key (ring, 3, a, a));
  g_assert_true (lke2ee_key_ring_replace_key (ring, 3, b, a));

  lke2ee_key_ring_clear (ring);
  g_assert_true (lke2ee_key_ring_is_empty (ring));
  g_assert_cmpuint (n_candidates (ring, 3), ==, 0);
}

/* A derivation that takes longer than that of a later request does not undo
 * it, nor does it bring back what was cleared. */
static void
test_later_requests_win (void)
{
  g_autoptr (Lke2eeKeyRing) ring = lke2ee_key_ring_new (4, -1);
  g_autoptr (Lke2eeKey) a = new_key ("aaaaaaaaaaaaaaaa", LKE2EE_KDF_NONE);
  g_autoptr (Lke2eeKey) b = new_key ("bbbbbbbbbbbbbbbb", LKE2EE_KDF_NONE);
  guint64 first, second, third;

  g_assert_cmpuint (lke2ee_key_ring_reserve (ring, 1, &first), ==, 1);
  g_assert_cmpuint (lke2ee_key_ring_reserve (ring, 1, &second), ==, 1);
  g_assert_cmpuint (lke2ee_key_ring_reserve (ring, 2, &third), ==, 2);
  g_assert_true (lke2ee_key_ring_set_key (ring, 2, b, third));
  g_assert_true (lke2ee_key_ring_set_key (ring, 1, b, second));
  g_assert_false (lke2ee_key_ring_set_key (ring, 1, a, first));
  g_autoptr (Lke2eeKey) now = lke2ee_key_ring_dup_key (ring, 1);
  g_assert_true (now == b);
  g_assert_cmpuint (lke2ee_key_ring_get_current_index (ring), ==, 2);

  g_assert_cmpuint (lke2ee_key_ring_reserve (ring, -1, &first), ==, 2);
  lke2ee_key_ring_clear (ring);
  g_assert_false (lke2ee_key_ring_set_key (ring, 2, a, first));
  g_assert_true (lke2ee_key_ring_is_empty (ring));
}

/* READY, INVALID after more failures in a row than the tolerance, READY again
 * by a success, a new key or a ratchet. */
static void
test_failure_tolerance (void)
{
  static const gint tolerances[] = { -1, 0, 1, 10 };

  for (guint t = 0; t < G_N_ELEMENTS (tolerances); t++) {
    g_autoptr (Lke2eeKeyRing) ring = lke2ee_key_ring_new (16, tolerances[t]);
    g_autoptr (Lke2eeKey) key = new_key ("aaaaaaaaaaaaaaaa", LKE2EE_KDF_HKDF);

    set_key (ring, 0, key);
    for (gint i = 0; i < tolerances[t]; i++)
      g_assert_false (lke2ee_key_ring_failed (ring, 0));
    lke2ee_key_ring_succeeded (ring, 0);
    for (gint i = 0; i < tolerances[t]; i++)
      g_assert_false (lke2ee_key_ring_failed (ring, 0));
    g_assert_true (lke2ee_key_ring_may_try (ring, 0));
    g_assert_true (lke2ee_key_ring_failed (ring, 0) == (tolerances[t] >= 0));
    g_assert_true (lke2ee_key_ring_may_try (ring, 0) == (tolerances[t] < 0));
    set_key (ring, 0, key);
    g_assert_true (lke2ee_key_ring_may_try (ring, 0));
  }
}

/* With a tolerance of 10 a hostile server could shut a slot for good with 11
 * frames: an invalid one tries one frame a second, and a success brings it
 * back. */
static void
test_an_invalid_slot_tries_again (void)
{
  g_autoptr (Lke2eeKeyRing) ring = lke2ee_key_ring_new (16, 0);
  g_autoptr (Lke2eeKey) key = new_key ("aaaaaaaaaaaaaaaa", LKE2EE_KDF_HKDF);

  set_key (ring, 0, key);
  g_assert_true (lke2ee_key_ring_failed (ring, 0));
  for (guint i = 0; i < 3; i++) {
    g_assert_false (lke2ee_key_ring_may_try (ring, 0));
    lke2ee_key_ring_pass_time (ring, G_USEC_PER_SEC);
    g_assert_true (lke2ee_key_ring_may_try (ring, 0));
    g_assert_false (lke2ee_key_ring_failed (ring, 0));
  }
  lke2ee_key_ring_succeeded (ring, 0);
  g_assert_true (lke2ee_key_ring_may_try (ring, 0));
  g_assert_true (lke2ee_key_ring_may_try (ring, 0));
}

/* What is in flight still opens with the key before, for two seconds. */
static void
test_the_key_before (void)
{
  g_autoptr (Lke2eeKeyRing) ring = lke2ee_key_ring_new (16, -1);
  g_autoptr (Lke2eeKey) a = new_key ("aaaaaaaaaaaaaaaa", LKE2EE_KDF_HKDF);
  g_autoptr (Lke2eeKey) b = new_key ("bbbbbbbbbbbbbbbb", LKE2EE_KDF_HKDF);

  set_key (ring, 0, a);
  g_assert_cmpuint (n_candidates (ring, 0), ==, 1);
  set_key (ring, 0, b);
  g_assert_cmpuint (n_candidates (ring, 0), ==, 2);
  lke2ee_key_ring_pass_time (ring, 19 * G_USEC_PER_SEC / 10);
  g_assert_cmpuint (n_candidates (ring, 0), ==, 2);
  lke2ee_key_ring_pass_time (ring, G_USEC_PER_SEC / 10);
  g_assert_cmpuint (n_candidates (ring, 0), ==, 1);
}

static void
test_requests_are_limited (void)
{
  g_autoptr (Lke2eeKeyRing) ring = lke2ee_key_ring_new (16, -1);
  g_autoptr (Lke2eeKey) key = new_key ("aaaaaaaaaaaaaaaa", LKE2EE_KDF_HKDF);

  g_assert_true (lke2ee_key_ring_should_request (ring, 0));
  g_assert_false (lke2ee_key_ring_should_request (ring, 0));
  g_assert_true (lke2ee_key_ring_should_request (ring, 1));
  lke2ee_key_ring_pass_time (ring, G_USEC_PER_SEC);
  g_assert_true (lke2ee_key_ring_should_request (ring, 0));
  set_key (ring, 2, key);
  g_assert_false (lke2ee_key_ring_should_request (ring, 2));
}

static void
test_window (void)
{
  g_autoptr (Lke2eeKeyRing) ring = lke2ee_key_ring_new (16, -1);
  g_autoptr (Lke2eeKey) key = new_key ("aaaaaaaaaaaaaaaa", LKE2EE_KDF_HKDF);
  g_autoptr (Lke2eeKey) next = lke2ee_key_ratchet (key, NULL);

  g_assert_null (lke2ee_key_ring_begin_window (ring, 0));
  set_key (ring, 0, key);
  g_autoptr (Lke2eeKey) base = lke2ee_key_ring_begin_window (ring, 0);
  g_assert_true (base == key);
  /* Once for each key, however many frames fail. */
  g_assert_null (lke2ee_key_ring_begin_window (ring, 0));

  g_assert_false (lke2ee_key_ring_accept_ratchet (ring, 0, next));
  lke2ee_key_ring_add_to_window (ring, 0, base, next);
  g_assert_cmpuint (n_candidates (ring, 0), ==, 2);
  lke2ee_key_ring_set_current_index (ring, 5);
  g_assert_true (lke2ee_key_ring_accept_ratchet (ring, 0, next));
  g_assert_cmpuint (lke2ee_key_ring_get_current_index (ring), ==, 0);
  g_autoptr (Lke2eeKey) now = lke2ee_key_ring_dup_key (ring, 0);
  g_assert_true (now == next);

  /* A window that comes too late is not taken. */
  g_assert_false (lke2ee_key_ring_add_to_window (ring, 0, base, next));
  g_assert_cmpuint (n_candidates (ring, 0), ==, 2);
}

/* Frames that fail before all keys could be tried do not count. */
static void
test_no_failure_while_the_window_is_derived (void)
{
  g_autoptr (Lke2eeKeyRing) ring = lke2ee_key_ring_new (16, 0);
  g_autoptr (Lke2eeKey) key = new_key ("aaaaaaaaaaaaaaaa", LKE2EE_KDF_HKDF);

  set_key (ring, 0, key);
  g_autoptr (Lke2eeKey) base = lke2ee_key_ring_begin_window (ring, 0);
  g_assert_false (lke2ee_key_ring_failed (ring, 0));
  g_assert_true (lke2ee_key_ring_may_try (ring, 0));
  lke2ee_key_ring_end_window (ring, 0, base);
  g_assert_true (lke2ee_key_ring_failed (ring, 0));
  g_assert_false (lke2ee_key_ring_may_try (ring, 0));
}

/* A participant's many slots take nobody else's turn: the second has to wait,
 * and its frames do not count until then. A slot that got a new key does not
 * wait for itself. */
static void
test_one_window_at_a_time (void)
{
  g_autoptr (Lke2eeKeyRing) ring = lke2ee_key_ring_new (16, 0);
  g_autoptr (Lke2eeKey) a = new_key ("aaaaaaaaaaaaaaaa", LKE2EE_KDF_HKDF);
  g_autoptr (Lke2eeKey) b = new_key ("bbbbbbbbbbbbbbbb", LKE2EE_KDF_HKDF);

  set_key (ring, 1, b);
  set_key (ring, 0, a);
  g_autoptr (Lke2eeKey) first = lke2ee_key_ring_begin_window (ring, 0);
  g_assert_true (first == a);
  g_assert_null (lke2ee_key_ring_begin_window (ring, 1));
  g_assert_false (lke2ee_key_ring_failed (ring, 1));

  set_key (ring, 0, b);
  g_autoptr (Lke2eeKey) second = lke2ee_key_ring_begin_window (ring, 0);
  g_assert_true (second == b);
  lke2ee_key_ring_end_window (ring, 0, first);
  g_assert_null (lke2ee_key_ring_begin_window (ring, 1));
  lke2ee_key_ring_end_window (ring, 0, second);
  g_autoptr (Lke2eeKey) third = lke2ee_key_ring_begin_window (ring, 1);
  g_assert_true (third == b);
}

/* Under a shared key a server can name the slots that nobody uses any more: the
 * one that is in use does not wait for theirs. */
static void
test_the_current_slot_waits_for_no_window (void)
{
  g_autoptr (Lke2eeKeyRing) ring = lke2ee_key_ring_new (16, 0);
  g_autoptr (Lke2eeKey) key = new_key ("aaaaaaaaaaaaaaaa", LKE2EE_KDF_HKDF);

  for (guint slot = 0; slot < 3; slot++)
    set_key (ring, slot, key);
  g_autoptr (Lke2eeKey) old = lke2ee_key_ring_begin_window (ring, 0);
  g_assert_nonnull (old);
  g_autoptr (Lke2eeKey) current = lke2ee_key_ring_begin_window (ring, 2);
  g_assert_nonnull (current);
  lke2ee_key_ring_end_window (ring, 2, current);
  g_assert_null (lke2ee_key_ring_begin_window (ring, 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/key/ratchet", test_ratchet);
  g_test_add_func ("/key/none", test_no_ratchet_without_derivation);
  g_test_add_func ("/key-ring/slots", test_slots);
  g_test_add_func ("/key-ring/order", test_later_requests_win);
  g_test_add_func ("/key-ring/tolerance", test_failure_tolerance);
  g_test_add_func ("/key-ring/invalid", test_an_invalid_slot_tries_again);
  g_test_add_func ("/key-ring/key-before", test_the_key_before);
  g_test_add_func ("/key-ring/requests", test_requests_are_limited);
  g_test_add_func ("/key-ring/window", test_window);
  g_test_add_func ("/key-ring/one-window", test_one_window_at_a_time);
  g_test_add_func ("/key-ring/pending-window",
      test_no_failure_while_the_window_is_derived);
  g_test_add_func ("/key-ring/current-window",
      test_the_current_slot_waits_for_no_window);
  return g_test_run ();
}
