/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* One provider, many threads: tracks that run while others set, switch,
 * ratchet and remove keys. What is asserted holds for any order of theirs; that
 * they never touch the same memory at once is for ThreadSanitizer to say. */

#include <lke2ee/lke2ee.h>
#include <string.h>

#define N_FRAMES 3000

static const char *const participants[] = { NULL, "alice", "bob" };

typedef struct _Fixture Fixture;

struct _Fixture
{
  Lke2eeKeyProvider *provider;
  gint n_running;               /* atomic; tracks that have frames left */
};

static GBytes *
key_of (guint number)
{
  guint8 bytes[16];

  memset (bytes, number & 0xff, sizeof bytes);
  return g_bytes_new (bytes, sizeof bytes);
}

static void
set_up (Fixture * self, gconstpointer data)
{
  self->provider = lke2ee_key_provider_new (FALSE);
  g_object_set (self->provider, "ratchet-window-size", 4,
      "failure-tolerance", 10, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (participants); i++) {
    g_autoptr (GBytes) key = key_of (1);

    lke2ee_key_provider_set_key (self->provider, participants[i], key,
        LKE2EE_KDF_HKDF, 0, NULL);
  }
}

static void
tear_down (Fixture * self, gconstpointer data)
{
  GWeakRef weak;

  while (g_main_context_iteration (NULL, FALSE));
  g_weak_ref_init (&weak, self->provider);
  g_object_unref (self->provider);
  /* Keys that are still being set in the background hold it until then. */
  for (;;) {
    g_autoptr (GObject) alive = g_weak_ref_get (&weak);

    if (alive == NULL)
      break;
    g_thread_yield ();
  }
  g_weak_ref_clear (&weak);
}

/* A track of its own sender and receiver. Its frames open, or the keys have
 * moved on in between. */
static gpointer
run_track (gpointer data)
{
  Fixture *self = data;
  g_autoptr (Lke2eeFrameCryptor) sender =
      lke2ee_frame_cryptor_new (self->provider, "alice", LKE2EE_CODEC_AUDIO);
  g_autoptr (Lke2eeFrameCryptor) receiver =
      lke2ee_frame_cryptor_new (self->provider, "alice", LKE2EE_CODEC_AUDIO);
  g_autoptr (GBytes) frame = g_bytes_new_static ("frame", 5);
  guint n_opened = 0;

  for (guint i = 0; i < N_FRAMES; i++) {
    g_autoptr (GBytes) sealed = NULL;
    g_autoptr (GBytes) opened = NULL;

    if (lke2ee_frame_cryptor_encrypt_bytes (sender, frame, &sealed)
        != LKE2EE_FRAME_OK)
      continue;
    if (lke2ee_frame_cryptor_decrypt_bytes (receiver, sealed, &opened)
        != LKE2EE_FRAME_OK)
      continue;
    g_assert_true (g_bytes_equal (opened, frame));
    n_opened++;
  }
  g_atomic_int_add (&self->n_running, -1);
  return GUINT_TO_POINTER (n_opened);
}

/* Garbage for bob, whose slot turns invalid and whose window is derived. */
static gpointer
run_garbage (gpointer data)
{
  Fixture *self = data;
  g_autoptr (Lke2eeFrameCryptor) receiver =
      lke2ee_frame_cryptor_new (self->provider, "bob", LKE2EE_CODEC_AUDIO);
  guint8 bytes[64] = { 0 };

  bytes[62] = 12;
  g_autoptr (GBytes) garbage = g_bytes_new (bytes, sizeof bytes);
  for (guint i = 0; i < N_FRAMES; i++) {
    GBytes *opened = NULL;

    g_assert_cmpint (lke2ee_frame_cryptor_decrypt_bytes (receiver, garbage,
            &opened), !=, LKE2EE_FRAME_OK);
    g_assert_null (opened);
  }
  return NULL;
}

static gpointer
run_setter (gpointer data)
{
  Fixture *self = data;

  for (guint i = 0; g_atomic_int_get (&self->n_running) > 0; i++) {
    g_autoptr (GBytes) key = key_of (i);

    g_assert_true (lke2ee_key_provider_set_key (self->provider,
            participants[i % 3], key, LKE2EE_KDF_HKDF, i % 20, NULL));
    lke2ee_key_provider_set_key_async (self->provider, "alice", key,
        LKE2EE_KDF_HKDF, i % 16, NULL, NULL, NULL);
    lke2ee_key_provider_set_current_index (self->provider, "alice", i % 16);
  }
  return NULL;
}

static gpointer
run_ratcheter (gpointer data)
{
  Fixture *self = data;
  g_autoptr (GBytes) material = NULL;
  g_autoptr (GBytes) exported = NULL;
  guint n_exported = 0;

  for (guint i = 0; g_atomic_int_get (&self->n_running) > 0; i++) {
    g_clear_pointer (&material, g_bytes_unref);
    g_clear_pointer (&exported, g_bytes_unref);
    /* Either is NULL while the slot is empty. */
    material = lke2ee_key_provider_ratchet_key (self->provider,
        participants[i % 3], -1, NULL);
    exported = lke2ee_key_provider_export_key (self->provider, "alice", -1,
        NULL);
    g_assert_true (material == NULL || g_bytes_get_size (material) == 32);
    n_exported += exported != NULL;
  }
  return GUINT_TO_POINTER (n_exported);
}

static gpointer
run_remover (gpointer data)
{
  Fixture *self = data;

  for (guint i = 0; g_atomic_int_get (&self->n_running) > 0; i++) {
    g_auto (GStrv) names =
        lke2ee_key_provider_list_participants (self->provider);
    g_autoptr (GBytes) trailer = key_of (i);

    g_assert_cmpuint (g_strv_length (names), <=, 2);
    lke2ee_key_provider_set_sif_trailer_bytes (self->provider, trailer);
    if (i % 50 == 0)
      lke2ee_key_provider_remove_participant (self->provider, "bob");
    lke2ee_key_provider_has_key (self->provider, "bob", i % 16);
    lke2ee_key_provider_get_current_index (self->provider, "alice");
  }
  return NULL;
}

static void
count_signal (Lke2eeKeyProvider * provider, const char *participant,
    guint index, guint * n)
{
  (*n)++;
}

static void
test_threads (Fixture * self, gconstpointer data)
{
  static const struct
  {
    const char *name;
    GThreadFunc func;
  } rows[] = {
    {"track 1", run_track}, {"track 2", run_track}, {"garbage", run_garbage},
    {"setter", run_setter}, {"ratcheter", run_ratcheter},
    {"remover", run_remover},
  };
  GThread *threads[G_N_ELEMENTS (rows)];
  guint n_signals = 0;
  guint results[G_N_ELEMENTS (rows)];

  g_atomic_int_set (&self->n_running, 2);
  g_signal_connect (self->provider, "key-set", G_CALLBACK (count_signal),
      &n_signals);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    threads[i] = g_thread_new (rows[i].name, rows[i].func, self);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    results[i] = GPOINTER_TO_UINT (g_thread_join (threads[i]));
  guint n_opened = results[0] + results[1];
  while (g_main_context_iteration (NULL, FALSE));
  g_test_message ("%u of %u frames opened, %u signals", n_opened,
      2 * N_FRAMES, n_signals);
  /* A frame can fail if its key is set twice while it is under way, and keys
   * are set as fast as the machine can. */
  g_assert_cmpuint (n_opened, >, 0);
  g_assert_cmpuint (n_signals, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/stress/threads", Fixture, NULL, set_up, test_threads,
      tear_down);
  return g_test_run ();
}
