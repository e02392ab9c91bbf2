/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The key provider as an application sees it. */

#include <gmodule.h>
#include <lke2ee/lke2ee.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lke2ee-kdf-private.h"
#include "lke2ee-key-provider-private.h"
#include "vectors.h"

/* A provider that notes what its vfuncs are told, and on which thread. */

#define TEST_TYPE_PROVIDER (test_provider_get_type ())
G_DECLARE_FINAL_TYPE (TestProvider, test_provider, TEST, PROVIDER,
    Lke2eeKeyProvider)

struct _TestProvider
{
  Lke2eeKeyProvider parent_instance;
  GString *log;
  GThread *thread;
};

G_DEFINE_FINAL_TYPE (TestProvider, test_provider, LKE2EE_TYPE_KEY_PROVIDER);

static void
note (Lke2eeKeyProvider * provider, const char *what, const char *participant,
    guint index)
{
  TestProvider *self = TEST_PROVIDER (provider);

  self->thread = g_thread_self ();
  g_string_append_printf (self->log, "%s %s %u;", what,
      participant ? participant : "(shared)", index);
}

static void
on_set (Lke2eeKeyProvider * self, const char *participant, guint index)
{
  note (self, "set", participant, index);
}

static void
on_ratcheted (Lke2eeKeyProvider * self, const char *participant, guint index,
    GBytes * material)
{
  g_assert_cmpuint (g_bytes_get_size (material), ==, 32);
  note (self, "ratcheted", participant, index);
}

static gboolean
on_request (Lke2eeKeyProvider * self, const char *participant, guint index)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef", 16);

  note (self, "request", participant, index);
  return lke2ee_key_provider_set_key (self, participant, key,
      LKE2EE_KDF_HKDF, index, NULL);
}

static void
test_provider_finalize (GObject * object)
{
  g_string_free (TEST_PROVIDER (object)->log, TRUE);
  G_OBJECT_CLASS (test_provider_parent_class)->finalize (object);
}

static void
test_provider_class_init (TestProviderClass * klass)
{
  Lke2eeKeyProviderClass *provider = LKE2EE_KEY_PROVIDER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = test_provider_finalize;
  provider->key_set = on_set;
  provider->key_ratcheted = on_ratcheted;
  provider->request_key = on_request;
}

static void
test_provider_init (TestProvider * self)
{
  self->log = g_string_new (NULL);
}

static void
test_vfuncs (void)
{
  g_autoptr (TestProvider) self = g_object_new (TEST_TYPE_PROVIDER, NULL);
  Lke2eeKeyProvider *provider = LKE2EE_KEY_PROVIDER (self);
  g_autoptr (Lke2eeFrameCryptor) cryptor =
      lke2ee_frame_cryptor_new (provider, "alice", LKE2EE_CODEC_AUDIO);
  g_autoptr (GBytes) frame = g_bytes_new_static ("x1", 2);
  g_autoptr (GBytes) sealed = NULL;

  /* The frame that lacked a key is saved by the provider that sets it. */
  g_assert_cmpint (lke2ee_frame_cryptor_encrypt_bytes (cryptor, frame,
          &sealed), ==, LKE2EE_FRAME_OK);
  g_assert_cmpstr (self->log->str, ==, "request alice 0;set alice 0;");
  g_assert_true (self->thread == g_thread_self ());
  g_autoptr (GBytes) material =
      lke2ee_key_provider_ratchet_key (provider, "alice", 0, NULL);
  g_assert_nonnull (material);
  g_assert_nonnull (strstr (self->log->str, "ratcheted alice 0;"));
}

/* Signals wait for the main context, once for each slot. */

static void
count_signal (Lke2eeKeyProvider * provider, const char *participant,
    guint index, guint * n)
{
  (*n)++;
}

static void
test_signals_are_queued_and_coalesced (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef", 16);
  guint n = 0;

  g_signal_connect (provider, "key-set", G_CALLBACK (count_signal), &n);
  for (guint i = 0; i < 1000; i++)
    lke2ee_key_provider_set_key (provider, NULL, key, LKE2EE_KDF_HKDF, i % 3,
        NULL);
  g_assert_cmpuint (n, ==, 0);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpuint (n, ==, 3);
}

static void
test_pending_signals_hold_no_reference (void)
{
  Lke2eeKeyProvider *provider = lke2ee_key_provider_new (TRUE);
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef", 16);
  gpointer alive = provider;

  g_object_add_weak_pointer (G_OBJECT (provider), &alive);
  lke2ee_key_provider_set_key (provider, NULL, key, LKE2EE_KDF_HKDF, 0, NULL);
  g_object_unref (provider);
  g_assert_null (alive);
  while (g_main_context_iteration (NULL, FALSE));
}

static void
test_refuses_bad_keys (void)
{
  static const struct
  {
    const char *name;
    gsize size;
    Lke2eeKdf kdf;
    gint index;
    gint code;                  /* -1: taken */
  } rows[] = {
    {"15 bytes", 15, LKE2EE_KDF_HKDF, 0, LKE2EE_ERROR_INVALID_KEY},
    {"16 bytes", 16, LKE2EE_KDF_HKDF, 0, -1},
    {"1024 bytes", 1024, LKE2EE_KDF_HKDF, 0, -1},
    {"1025 bytes", 1025, LKE2EE_KDF_HKDF, 0, LKE2EE_ERROR_INVALID_KEY},
    {"17 bytes, none", 17, LKE2EE_KDF_NONE, 0, LKE2EE_ERROR_INVALID_KEY},
    {"16 bytes, none", 16, LKE2EE_KDF_NONE, 0, -1},
    {"index 255", 16, LKE2EE_KDF_HKDF, 255, -1},
    {"index 256", 16, LKE2EE_KDF_HKDF, 256, LKE2EE_ERROR_KEY_INDEX},
    {"index -1", 16, LKE2EE_KDF_HKDF, -1, -1},
    {"index -2", 16, LKE2EE_KDF_HKDF, -2, LKE2EE_ERROR_KEY_INDEX},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);
    g_autoptr (GBytes) key =
        g_bytes_new_take (g_malloc0 (rows[i].size), rows[i].size);
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", rows[i].name);
    lke2ee_key_provider_set_key (provider, NULL, key, rows[i].kdf,
        rows[i].index, &error);
    if (rows[i].code < 0)
      g_assert_no_error (error);
    else
      g_assert_error (error, LKE2EE_ERROR, rows[i].code);
  }
}

static void
test_refuses_bad_passphrases (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);
  g_autoptr (GError) error = NULL;

  g_assert_false (lke2ee_key_provider_set_passphrase (provider, NULL, "", 0,
          &error));
  g_assert_error (error, LKE2EE_ERROR, LKE2EE_ERROR_INVALID_KEY);
  g_clear_error (&error);
  g_assert_false (lke2ee_key_provider_set_passphrase (provider, NULL, "\xff",
          0, &error));
  g_assert_error (error, LKE2EE_ERROR, LKE2EE_ERROR_INVALID_KEY);
  g_assert_false (lke2ee_key_provider_has_key (provider, NULL, 0));
}

static void
test_rings_of_participants (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (FALSE);
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef", 16);

  lke2ee_key_provider_set_key (provider, "alice", key, LKE2EE_KDF_HKDF, 18,
      NULL);
  lke2ee_key_provider_set_key (provider, NULL, key, LKE2EE_KDF_HKDF, 5, NULL);
  g_assert_true (lke2ee_key_provider_has_key (provider, "alice", 2));
  g_assert_false (lke2ee_key_provider_has_key (provider, "alice", 5));
  g_assert_false (lke2ee_key_provider_has_key (provider, "bob", 2));
  g_assert_cmpint (lke2ee_key_provider_get_current_index (provider, "alice"),
      ==, 2);
  g_auto (GStrv) names = lke2ee_key_provider_list_participants (provider);
  g_assert_cmpuint (g_strv_length (names), ==, 1);
  g_assert_cmpstr (names[0], ==, "alice");
  g_autoptr (GBytes) exported =
      lke2ee_key_provider_export_key (provider, "alice", -1, NULL);
  assert_bytes ("export", exported, key);

  lke2ee_key_provider_remove_participant (provider, "alice");
  g_assert_false (lke2ee_key_provider_has_key (provider, "alice", 2));
  g_assert_true (lke2ee_key_provider_has_key (provider, NULL, 5));
}

static void
test_options_are_fixed_by_the_first_key (void)
{
  static const struct
  {
    const char *name;
    gint value;
  } rows[] = {
    {"ratchet-window-size", 4}, {"failure-tolerance", 10},
    {"key-ring-size", 4}, {"key-size", 256}, {"shared-key", FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);
    g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef", 16);
    gint before, after;

    g_object_get (provider, rows[i].name, &before, NULL);
    g_object_set (provider, rows[i].name, rows[i].value, NULL);
    g_object_get (provider, rows[i].name, &after, NULL);
    g_assert_cmpint (after, ==, rows[i].value);
    g_object_set (provider, rows[i].name, before, NULL);
    lke2ee_key_provider_set_key (provider, NULL, key, LKE2EE_KDF_HKDF, 0,
        NULL);
    g_test_expect_message ("lke2ee", G_LOG_LEVEL_WARNING,
        "*once a key is set*");
    g_object_set (provider, rows[i].name, rows[i].value, NULL);
    g_test_assert_expected_messages ();
    g_object_get (provider, rows[i].name, &after, NULL);
    g_assert_cmpint (after, ==, before);
  }
}

/* More failures in a row than the tolerance: once, however many follow. */
static void
test_key_invalid (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef", 16);
  g_autoptr (Lke2eeFrameCryptor) cryptor =
      lke2ee_frame_cryptor_new (provider, NULL, LKE2EE_CODEC_AUDIO);
  guint8 data[64] = { 0 };
  guint n = 0;

  data[62] = 12;
  g_autoptr (GBytes) frame = g_bytes_new (data, sizeof data);
  g_object_set (provider, "failure-tolerance", 2, NULL);
  lke2ee_key_provider_set_key (provider, NULL, key, LKE2EE_KDF_HKDF, 0, NULL);
  g_signal_connect (provider, "key-invalid", G_CALLBACK (count_signal), &n);
  for (guint i = 0; i < 10; i++) {
    GBytes *opened = NULL;

    while (g_main_context_iteration (NULL, FALSE));
    g_assert_cmpuint (n, ==, i < 3 ? 0 : 1);
    lke2ee_frame_cryptor_decrypt_bytes (cryptor, frame, &opened);
  }
}

/* Signals come where the provider was made: in the context that was the thread
 * default there. */
static void
test_signals_in_the_creators_context (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef", 16);
  guint n = 0;

  g_main_context_push_thread_default (context);
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);
  g_main_context_pop_thread_default (context);
  g_signal_connect (provider, "key-set", G_CALLBACK (count_signal), &n);
  lke2ee_key_provider_set_key (provider, NULL, key, LKE2EE_KDF_HKDF, 0, NULL);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpuint (n, ==, 0);
  while (g_main_context_iteration (context, FALSE));
  g_assert_cmpuint (n, ==, 1);
}

/* Asynchronous setters */

static void
on_done (GObject * source, GAsyncResult * result, gpointer n_left)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (lke2ee_key_provider_set_passphrase_finish
      (LKE2EE_KEY_PROVIDER (source), result, &error));
  g_assert_no_error (error);
  (*(guint *) n_left)--;
}

static void
set_passphrases (Lke2eeKeyProvider * provider, guint n, guint * n_left)
{
  *n_left = n;
  for (guint i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf ("participant %u", i);

    lke2ee_key_provider_set_passphrase_async (provider, name, "secret", 0,
        NULL, on_done, n_left);
  }
}

static void
test_async (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (FALSE);
  guint n_left;

  set_passphrases (provider, 20, &n_left);
  g_assert_cmpuint (n_left, ==, 20);
  while (n_left > 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (lke2ee_key_provider_has_key (provider, "participant 19", 0));
}

static void
on_other_task (GObject * source, GAsyncResult * result, gpointer done)
{
  *(gboolean *) done = TRUE;
}

static void
do_nothing (GTask * task, gpointer source, gpointer data,
    GCancellable * cancellable)
{
  g_task_return_boolean (task, TRUE);
}

/* A room's passphrases hold up neither the main context nor the threads that
 * an application's file and network calls use. */
static void
test_async_is_in_nobodys_way (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (FALSE);
  g_autoptr (GTask) other = NULL;
  gboolean done = FALSE;
  guint n_left;

  set_passphrases (provider, 60, &n_left);
  other = g_task_new (NULL, NULL, on_other_task, &done);
  g_task_run_in_thread (other, do_nothing);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_left, >, 30);
  while (n_left > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
on_key_done (GObject * source, GAsyncResult * result, gpointer n_left)
{
  g_assert_true (lke2ee_key_provider_set_key_finish (LKE2EE_KEY_PROVIDER
          (source), result, NULL));
  (*(guint *) n_left)--;
}

static void
test_1000_participants (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (FALSE);
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef", 16);
  guint n_left = 1000;

  for (guint i = 0; i < 1000; i++) {
    g_autofree char *name = g_strdup_printf ("participant %u", i);

    lke2ee_key_provider_set_key_async (provider, name, key, LKE2EE_KDF_HKDF,
        0, NULL, on_key_done, &n_left);
  }
  while (n_left > 0)
    g_main_context_iteration (NULL, TRUE);
  g_auto (GStrv) names = lke2ee_key_provider_list_participants (provider);
  g_assert_cmpuint (g_strv_length (names), ==, 1000);
}

/* Without a callback nothing waits for a main context, which nobody may
 * iterate: the provider goes when its last user does. */
static void
test_async_without_callback (void)
{
  Lke2eeKeyProvider *provider = lke2ee_key_provider_new (TRUE);
  GWeakRef weak;

  g_weak_ref_init (&weak, provider);
  lke2ee_key_provider_set_passphrase_async (provider, NULL, "secret", 3, NULL,
      NULL, NULL);
  while (!lke2ee_key_provider_has_key (provider, NULL, 3))
    g_thread_yield ();
  g_object_unref (provider);
  for (;;) {
    g_autoptr (GObject) alive = g_weak_ref_get (&weak);

    if (alive == NULL)
      break;
    g_thread_yield ();
  }
  g_weak_ref_clear (&weak);
}

static void
on_cancelled (GObject * source, GAsyncResult * result, gpointer done)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (lke2ee_key_provider_set_passphrase_finish
      (LKE2EE_KEY_PROVIDER (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *(gboolean *) done = TRUE;
}

/* The linker puts this in front of g_task_return_error(): the thread that
 * returns goes no further until the callback has run. */
void __real_g_task_return_error (GTask * task, GError * error);
G_MODULE_EXPORT void __wrap_g_task_return_error (GTask * task,
    GError * error);

static GMutex return_lock;
static GCond return_released;
static gboolean is_return_held; /* guarded by return_lock */

static void
hold_return (gboolean hold)
{
  g_mutex_lock (&return_lock);
  is_return_held = hold;
  g_cond_broadcast (&return_released);
  g_mutex_unlock (&return_lock);
}

void
__wrap_g_task_return_error (GTask * task, GError * error)
{
  __real_g_task_return_error (task, error);
  g_mutex_lock (&return_lock);
  while (is_return_held)
    g_cond_wait (&return_released, &return_lock);
  g_mutex_unlock (&return_lock);
}

/* What was cancelled before it began set nothing and fixed nothing, from its
 * callback on. */
static void
test_cancelled (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gboolean done = FALSE;
  guint size;

  hold_return (TRUE);
  g_cancellable_cancel (cancellable);
  lke2ee_key_provider_set_passphrase_async (provider, NULL, "secret", 0,
      cancellable, on_cancelled, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (lke2ee_key_provider_has_key (provider, NULL, 0));
  g_object_set (provider, "key-ring-size", 4, NULL);
  g_object_get (provider, "key-ring-size", &size, NULL);
  g_assert_cmpuint (size, ==, 4);
  hold_return (FALSE);
}

/* A key that is still being derived neither replaces a later one nor brings a
 * participant back. */
static void
test_later_calls_win (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (FALSE);
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef", 16);
  guint n_left = 2;

  lke2ee_key_provider_set_passphrase_async (provider, "alice", "old", 0, NULL,
      on_done, &n_left);
  lke2ee_key_provider_set_passphrase_async (provider, "bob", "old", 0, NULL,
      on_done, &n_left);
  lke2ee_key_provider_set_key (provider, "alice", key, LKE2EE_KDF_HKDF, 0,
      NULL);
  lke2ee_key_provider_remove_participant (provider, "bob");
  while (n_left > 0)
    g_main_context_iteration (NULL, TRUE);
  g_autoptr (GBytes) now =
      lke2ee_key_provider_export_key (provider, "alice", 0, NULL);
  assert_bytes ("alice", now, key);
  g_assert_false (lke2ee_key_provider_has_key (provider, "bob", 0));
}

/* Someone who leaves takes nothing along where all share one key. */
static void
test_removing_one_of_all (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);

  lke2ee_key_provider_set_passphrase (provider, NULL, "secret", 0, NULL);
  lke2ee_key_provider_remove_participant (provider, "bob");
  g_assert_true (lke2ee_key_provider_has_key (provider, NULL, 0));
  lke2ee_key_provider_remove_participant (provider, NULL);
  g_assert_false (lke2ee_key_provider_has_key (provider, NULL, 0));
}

/* A handler of request-key may make the ring smaller than the index it is
 * asked for. */

#define SHRINKING_TYPE_PROVIDER (shrinking_provider_get_type ())
G_DECLARE_FINAL_TYPE (ShrinkingProvider, shrinking_provider, SHRINKING,
    PROVIDER, Lke2eeKeyProvider)

struct _ShrinkingProvider
{
  Lke2eeKeyProvider parent_instance;
};

G_DEFINE_FINAL_TYPE (ShrinkingProvider, shrinking_provider,
    LKE2EE_TYPE_KEY_PROVIDER);

static gboolean
on_request_shrink (Lke2eeKeyProvider * self, const char *participant,
    guint index)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef", 16);

  g_object_set (self, "key-ring-size", 1, NULL);
  return lke2ee_key_provider_set_key (self, NULL, key, LKE2EE_KDF_HKDF, 0,
      NULL);
}

static void
shrinking_provider_class_init (ShrinkingProviderClass * klass)
{
  LKE2EE_KEY_PROVIDER_CLASS (klass)->request_key = on_request_shrink;
}

static void
shrinking_provider_init (ShrinkingProvider * self)
{
}

static void
test_a_ring_that_shrinks (void)
{
  g_autoptr (Lke2eeKeyProvider) provider =
      g_object_new (SHRINKING_TYPE_PROVIDER, "key-ring-size", 256, NULL);
  g_autoptr (Lke2eeFrameCryptor) cryptor =
      lke2ee_frame_cryptor_new (provider, NULL, LKE2EE_CODEC_AUDIO);
  guint8 data[64] = { 0 };
  GBytes *opened = NULL;

  data[62] = 12;
  data[63] = 255;
  g_autoptr (GBytes) frame = g_bytes_new (data, sizeof data);
  g_assert_cmpint (lke2ee_frame_cryptor_decrypt_bytes (cryptor, frame,
          &opened), ==, LKE2EE_FRAME_MISSING_KEY);
}

/* The linker puts this in front of lke2ee_key_ratchet(), to count. */
Lke2eeKey *__real_lke2ee_key_ratchet (Lke2eeKey * key, GError ** error);
Lke2eeKey *__wrap_lke2ee_key_ratchet (Lke2eeKey * key, GError ** error);

static int n_derived;           /* atomic */

Lke2eeKey *
__wrap_lke2ee_key_ratchet (Lke2eeKey * key, GError ** error)
{
  g_atomic_int_inc (&n_derived);
  return __real_lke2ee_key_ratchet (key, error);
}

/* A ratchet window in the making keeps no provider and no ring alive where no
 * main context is iterated. */
static void
test_a_window_ends_by_itself (void)
{
  Lke2eeKeyProvider *provider = lke2ee_key_provider_new (TRUE);
  Lke2eeFrameCryptor *cryptor;
  guint8 data[64] = { 0 };
  GBytes *opened = NULL;

  data[62] = 12;
  g_autoptr (GBytes) frame = g_bytes_new (data, sizeof data);
  g_object_set (provider, "ratchet-window-size", 16, NULL);
  lke2ee_key_provider_set_passphrase (provider, NULL, "secret", 0, NULL);
  cryptor = lke2ee_frame_cryptor_new (provider, NULL, LKE2EE_CODEC_AUDIO);
  for (guint i = 0; i < 100; i++)
    lke2ee_frame_cryptor_decrypt_bytes (cryptor, frame, &opened);
  g_autoptr (Lke2eeKeyRing) ring =
      lke2ee_key_provider_dup_ring (provider, NULL);
  int before = g_atomic_int_get (&n_derived);
  g_object_unref (cryptor);
  g_assert_finalize_object (provider);
  lke2ee_key_ring_clear (ring);
  /* At most the step at hand is derived to its end. */
  lke2ee_key_ring_wait_for_window (ring, 0,
      lke2ee_key_ring_get_generation (ring),
      G_USEC_PER_SEC, NULL);
  g_assert_cmpint (g_atomic_int_get (&n_derived), <=, before + 1);
}

static void
keep_threads_busy (void)
{
  for (guint i = 0; i < 50; i++) {
    Lke2eeKeyProvider *provider = lke2ee_key_provider_new (TRUE);

    lke2ee_key_provider_set_passphrase_async (provider, NULL, "secret", 0,
        NULL, NULL, NULL);
    g_object_unref (provider);
  }
}

/* A program may exit while keys are being derived; libcrypto, which is torn
 * down then, is not to be in use any more. */
static void
test_exit_while_deriving (void)
{
  if (!g_test_subprocess ()) {
    for (guint i = 0; i < 20; i++) {
      g_test_trap_subprocess (NULL, 0, 0);
      g_test_trap_assert_passed ();
    }
    return;
  }
  keep_threads_busy ();
  exit (0);
}

static gboolean is_child;

/* Leaves when the library's own handler is through. Those behind it free
 * memory, and AddressSanitizer's cannot be freed in a child: a thread that is
 * not there may have locked it. */
static void
leave (void)
{
  if (is_child)
    _exit (0);
}

/* A child of fork() does not have the threads that derive, and is not to wait
 * for them when it exits. */
static void
test_exit_of_a_child (void)
{
  if (!g_test_subprocess ()) {
    g_test_trap_subprocess (NULL, 0, 0);
    g_test_trap_assert_passed ();
    return;
  }
  /* Behind libcrypto's handler and before our own, as what is registered last
   * runs first. */
  lke2ee_kdf_init_library ();
  atexit (leave);
  keep_threads_busy ();
  pid_t child = fork ();
  if (child == 0) {
    is_child = TRUE;
    /* Killed by it, if it waits. */
    alarm (20);
    exit (1);
  }
  gint status;
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/key-provider/vfuncs", test_vfuncs);
  g_test_add_func ("/key-provider/signals",
      test_signals_are_queued_and_coalesced);
  g_test_add_func ("/key-provider/pending",
      test_pending_signals_hold_no_reference);
  g_test_add_func ("/key-provider/bad-keys", test_refuses_bad_keys);
  g_test_add_func ("/key-provider/bad-passphrases",
      test_refuses_bad_passphrases);
  g_test_add_func ("/key-provider/rings", test_rings_of_participants);
  g_test_add_func ("/key-provider/options",
      test_options_are_fixed_by_the_first_key);
  g_test_add_func ("/key-provider/invalid", test_key_invalid);
  g_test_add_func ("/key-provider/context",
      test_signals_in_the_creators_context);
  g_test_add_func ("/key-provider/async", test_async);
  g_test_add_func ("/key-provider/async-beside-others",
      test_async_is_in_nobodys_way);
  g_test_add_func ("/key-provider/1000-participants",
      test_1000_participants);
  g_test_add_func ("/key-provider/async-without-callback",
      test_async_without_callback);
  g_test_add_func ("/key-provider/cancelled", test_cancelled);
  g_test_add_func ("/key-provider/later-calls", test_later_calls_win);
  g_test_add_func ("/key-provider/remove", test_removing_one_of_all);
  g_test_add_func ("/key-provider/shrinking", test_a_ring_that_shrinks);
  g_test_add_func ("/key-provider/window", test_a_window_ends_by_itself);
  g_test_add_func ("/key-provider/exit", test_exit_while_deriving);
  g_test_add_func ("/key-provider/exit-of-a-child", test_exit_of_a_child);
  return g_test_run ();
}
