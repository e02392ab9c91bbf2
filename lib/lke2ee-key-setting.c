/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Setting keys: checks, derivation, storing. What is slow (PBKDF2) runs on the
 * caller's thread in the plain setters and on two threads of our own in the
 * _async ones, never with a lock held. Not on GTask's threads, which the
 * application's file and network calls share: a room's passphrases would hold
 * those up for many seconds. */

#include "lke2ee-error.h"
#include "lke2ee-key-provider-private.h"
#include "lke2ee-wire-private.h"
#include "lke2ee-worker-private.h"

#include <string.h>

#define N_THREADS 2

typedef struct _Request Request;

/* A checked request to set a key, ready to be derived on any thread. */
struct _Request
{
  Lke2eeKeyProvider *provider;
  char *participant;
  Lke2eeKdf kdf;
  Lke2eeSecret *material;
  Lke2eeKeyRing *ring;
  Lke2eeKeyOptions options;
  gboolean has_ended;
  GTask *task;                  /* to return to, or NULL */
};

/* @set: whether a key was set. From here on the options of a provider without
 * keys are open again. */
static void
request_end (Request * request, gboolean set)
{
  if (!request->has_ended)
    lke2ee_key_provider_end_request (request->provider, set);
  request->has_ended = TRUE;
}

static void
request_free (Request * request)
{
  request_end (request, FALSE);
  g_free (request->participant);
  g_clear_pointer (&request->material, lke2ee_secret_unref);
  g_clear_pointer (&request->ring, lke2ee_key_ring_unref);
  g_bytes_unref (request->options.salt);
  g_object_unref (request->provider);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free);

gboolean
lke2ee_key_provider_check_index (gint key_index, GError ** error)
{
  if (key_index >= -1 && key_index < LKE2EE_MAX_RING_SIZE)
    return TRUE;
  g_set_error (error, LKE2EE_ERROR, LKE2EE_ERROR_KEY_INDEX,
      "Key index %d is out of range; use 0 to 255, or -1 for the current one",
      key_index);
  return FALSE;
}

static gboolean
check_passphrase (const char *data, gsize size, GError ** error)
{
  if (size > 0 && g_utf8_validate (data, size, NULL))
    return TRUE;
  g_set_error (error, LKE2EE_ERROR, LKE2EE_ERROR_INVALID_KEY,
      size == 0 ? "The passphrase is empty; set one of at least a character"
      : "The passphrase is not UTF-8; for raw bytes set a key instead");
  return FALSE;
}

static gboolean
check_raw_key (gsize size, GError ** error)
{
  if (size < LKE2EE_MIN_RAW_KEY_SIZE || size > LKE2EE_MAX_RAW_KEY_SIZE) {
    g_set_error (error, LKE2EE_ERROR, LKE2EE_ERROR_INVALID_KEY,
        "A raw key has %d to %d bytes, this one has %" G_GSIZE_FORMAT
        "; is it cut off, or a passphrase?",
        LKE2EE_MIN_RAW_KEY_SIZE, LKE2EE_MAX_RAW_KEY_SIZE, size);
    return FALSE;
  }
  return TRUE;
}

/* Copies a checked secret into a request; from here on the options are
 * fixed. */
static Request *
request_new (Lke2eeKeyProvider * self, const char *participant,
    gconstpointer data, gsize size, Lke2eeKdf kdf, gint key_index,
    GError ** error)
{
  Lke2eeSecret *material;

  if (!lke2ee_key_provider_check_index (key_index, error))
    return NULL;
  material = lke2ee_secret_new_copy (data, size);
  if (material == NULL) {
    g_set_error_literal (error, LKE2EE_ERROR, LKE2EE_ERROR_MEMORY,
        "No secret memory left for the key");
    return NULL;
  }

  Request *request = g_new0 (Request, 1);
  request->provider = g_object_ref (self);
  request->participant = g_strdup (participant);
  request->kdf = kdf;
  request->material = material;
  request->ring = lke2ee_key_provider_begin_request (self, participant,
      key_index, &request->options);
  if (kdf == LKE2EE_KDF_NONE && size != request->options.key_size) {
    g_set_error (error, LKE2EE_ERROR, LKE2EE_ERROR_INVALID_KEY,
        "A key without derivation has to have the cipher's %u bytes, "
        "not %" G_GSIZE_FORMAT, request->options.key_size, size);
    g_clear_pointer (&request, request_free);
  }
  return request;
}

/* Derives and stores. A later request for the slot that was faster stays. */
static gboolean
request_run (Request * request, GError ** error)
{
  const Lke2eeKeyOptions *options = &request->options;
  g_autoptr (Lke2eeKey) key = lke2ee_key_new (request->kdf,
      request->material, options->salt, options->key_size, error);

  g_clear_pointer (&request->material, lke2ee_secret_unref);
  if (key == NULL)
    return FALSE;
  if (lke2ee_key_ring_set_key (request->ring, options->index, key,
          options->serial))
    lke2ee_key_provider_report_set (request->provider, request->participant,
        options->index);
  request_end (request, TRUE);
  return TRUE;
}

static gboolean
request_run_unless_cancelled (Request * request, GError ** error)
{
  GCancellable *cancellable =
      request->task ? g_task_get_cancellable (request->task) : NULL;

  if (lke2ee_worker_is_stopping ()) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
        "The process is exiting");
    return FALSE;
  }
  return !g_cancellable_set_error_if_cancelled (cancellable, error)
      && request_run (request, error);
}

/* Without a callback there is no GTask: its end waits for a main context to be
 * iterated, and with it would the provider. */
static void
run_queued (gpointer data, gpointer user_data)
{
  g_autoptr (Request) request = data;
  g_autoptr (GTask) task = request->task;
  GError *error = NULL;
  gboolean set = request_run_unless_cancelled (request, &error);

  lke2ee_worker_end_job ();
  /* Before the callback, which may set options. */
  request_end (request, set);
  if (task == NULL)
    g_clear_error (&error);
  else if (set)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
request_queue (Request * request)
{
  static GThreadPool *pool;
  static gsize once;

  if (g_once_init_enter (&once)) {
    pool = lke2ee_worker_pool_new (run_queued, N_THREADS, NULL);
    g_once_init_leave (&once, 1);
  }
  lke2ee_worker_begin_job ();
  g_thread_pool_push (pool, request, NULL);
}

/* @request: NULL if @error says why. */
static void
request_run_async (Lke2eeKeyProvider * self, Request * request,
    GError * error, gpointer tag, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  if (callback == NULL && cancellable == NULL) {
    if (request != NULL)
      request_queue (request);
    g_clear_error (&error);
    return;
  }
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  /* Once it is derived the key is set, and that is what is reported. */
  g_task_set_check_cancellable (task, FALSE);
  if (request == NULL) {
    g_task_return_error (task, error);
    return;
  }
  request->task = g_steal_pointer (&task);
  request_queue (request);
}

static Request *
passphrase_request_new (Lke2eeKeyProvider * self, const char *participant,
    const char *data, gsize size, gint key_index, GError ** error)
{
  if (!check_passphrase (data, size, error))
    return NULL;
  return request_new (self, participant, data, size, LKE2EE_KDF_PBKDF2,
      key_index, error);
}

static Request *
key_request_new (Lke2eeKeyProvider * self, const char *participant,
    GBytes * key, Lke2eeKdf kdf, gint key_index, GError ** error)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (key, &size);

  if (!(kdf == LKE2EE_KDF_NONE || check_raw_key (size, error)))
    return NULL;
  return request_new (self, participant, data, size, kdf, key_index, error);
}

/**
 * lke2ee_key_provider_set_passphrase:
 * @self: a provider
 * @participant: (nullable): an identity, or %NULL for the shared ring
 * @passphrase: the passphrase, UTF-8, not empty
 * @key_index: slot, 0 to 255, taken modulo the ring size; -1: the current one
 * @error: return location for an error
 *
 * Sets a key from a passphrase (PBKDF2) and makes its slot the current one.
 * Takes tens of milliseconds: use the `_async` variant where that matters.
 *
 * Returns: %TRUE if the key was set; %FALSE with [error@Lke2ee.Error]
 *   INVALID_KEY, KEY_INDEX, KDF or MEMORY, and then the old key stays
 *
 * Since: 0.1
 */
gboolean
lke2ee_key_provider_set_passphrase (Lke2eeKeyProvider * self,
    const char *participant, const char *passphrase, gint key_index,
    GError ** error)
{
  g_return_val_if_fail (LKE2EE_IS_KEY_PROVIDER (self), FALSE);
  g_return_val_if_fail (passphrase != NULL, FALSE);

  g_autoptr (Request) request =
      passphrase_request_new (self, participant, passphrase,
      strlen (passphrase), key_index, error);

  return request != NULL && request_run (request, error);
}

/**
 * lke2ee_key_provider_set_passphrase_bytes:
 * @self: a provider
 * @participant: (nullable): an identity, or %NULL for the shared ring
 * @passphrase: the passphrase, UTF-8, not empty, without a closing zero
 * @key_index: slot, 0 to 255, taken modulo the ring size; -1: the current one
 * @error: return location for an error
 *
 * The same as [method@Lke2ee.KeyProvider.set_passphrase], for a passphrase
 * that is kept in secret memory ([func@Lke2ee.secret_bytes_new_from_file]).
 *
 * Returns: %TRUE if the key was set; %FALSE with [error@Lke2ee.Error], and
 *   then the old key stays
 *
 * Since: 0.1
 */
gboolean
lke2ee_key_provider_set_passphrase_bytes (Lke2eeKeyProvider * self,
    const char *participant, GBytes * passphrase, gint key_index,
    GError ** error)
{
  gsize size;

  g_return_val_if_fail (LKE2EE_IS_KEY_PROVIDER (self), FALSE);
  g_return_val_if_fail (passphrase != NULL, FALSE);

  const char *data = g_bytes_get_data (passphrase, &size);
  g_autoptr (Request) request =
      passphrase_request_new (self, participant, data, size, key_index,
      error);

  return request != NULL && request_run (request, error);
}

/**
 * lke2ee_key_provider_set_passphrase_async:
 * @self: a provider
 * @participant: (nullable): an identity, or %NULL for the shared ring
 * @passphrase: the passphrase, UTF-8, not empty; copied
 * @key_index: slot, 0 to 255, taken modulo the ring size; -1: the current one
 * @cancellable: (nullable): a cancellable; it works until the derivation starts
 * @callback: (scope async): called in the caller's main context
 * @user_data: for @callback
 *
 * Sets a key from a passphrase, deriving it on a worker thread.
 *
 * Since: 0.1
 */
void
lke2ee_key_provider_set_passphrase_async (Lke2eeKeyProvider * self,
    const char *participant, const char *passphrase, gint key_index,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  GError *error = NULL;

  g_return_if_fail (LKE2EE_IS_KEY_PROVIDER (self));
  g_return_if_fail (passphrase != NULL);

  Request *request = passphrase_request_new (self, participant, passphrase,
      strlen (passphrase), key_index, &error);

  request_run_async (self, request, error,
      lke2ee_key_provider_set_passphrase_async, cancellable, callback,
      user_data);
}

/**
 * lke2ee_key_provider_set_passphrase_finish:
 * @self: a provider
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Lke2ee.KeyProvider.set_passphrase_async].
 *
 * Returns: %TRUE if the key was set; %FALSE with [error@Lke2ee.Error] or
 *   G_IO_ERROR_CANCELLED
 *
 * Since: 0.1
 */
gboolean
lke2ee_key_provider_set_passphrase_finish (Lke2eeKeyProvider * self,
    GAsyncResult * result, GError ** error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * lke2ee_key_provider_set_key:
 * @self: a provider
 * @participant: (nullable): an identity, or %NULL for the shared ring
 * @key: 16 to 1024 bytes; with %LKE2EE_KDF_NONE as many as the cipher's key
 * @kdf: how the encryption key is made from them
 * @key_index: slot, 0 to 255, taken modulo the ring size; -1: the current one
 * @error: return location for an error
 *
 * Sets a raw key and makes its slot the current one. With %LKE2EE_KDF_PBKDF2
 * this takes tens of milliseconds, else microseconds. @key is copied into
 * secret memory; to leave no other copy make it with
 * [func@Lke2ee.secret_bytes_new].
 *
 * Returns: %TRUE if the key was set; %FALSE with [error@Lke2ee.Error]
 *   INVALID_KEY, KEY_INDEX, KDF or MEMORY, and then the old key stays
 *
 * Since: 0.1
 */
gboolean
lke2ee_key_provider_set_key (Lke2eeKeyProvider * self,
    const char *participant, GBytes * key, Lke2eeKdf kdf, gint key_index,
    GError ** error)
{
  g_return_val_if_fail (LKE2EE_IS_KEY_PROVIDER (self), FALSE);
  g_return_val_if_fail (key != NULL, FALSE);

  g_autoptr (Request) request =
      key_request_new (self, participant, key, kdf, key_index, error);

  return request != NULL && request_run (request, error);
}

/**
 * lke2ee_key_provider_set_key_async:
 * @self: a provider
 * @participant: (nullable): an identity, or %NULL for the shared ring
 * @key: 16 to 1024 bytes; with %LKE2EE_KDF_NONE as many as the cipher's key
 * @kdf: how the encryption key is made from them
 * @key_index: slot, 0 to 255, taken modulo the ring size; -1: the current one
 * @cancellable: (nullable): a cancellable; it works until the derivation starts
 * @callback: (scope async): called in the caller's main context
 * @user_data: for @callback
 *
 * Sets a raw key, deriving on a worker thread.
 *
 * Since: 0.1
 */
void
lke2ee_key_provider_set_key_async (Lke2eeKeyProvider * self,
    const char *participant, GBytes * key, Lke2eeKdf kdf, gint key_index,
    GCancellable * cancellable, GAsyncReadyCallback callback,
    gpointer user_data)
{
  GError *error = NULL;

  g_return_if_fail (LKE2EE_IS_KEY_PROVIDER (self));
  g_return_if_fail (key != NULL);

  Request *request =
      key_request_new (self, participant, key, kdf, key_index, &error);

  request_run_async (self, request, error, lke2ee_key_provider_set_key_async,
      cancellable, callback, user_data);
}

/**
 * lke2ee_key_provider_set_key_finish:
 * @self: a provider
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Lke2ee.KeyProvider.set_key_async].
 *
 * Returns: %TRUE if the key was set; %FALSE with [error@Lke2ee.Error] or
 *   G_IO_ERROR_CANCELLED
 *
 * Since: 0.1
 */
gboolean
lke2ee_key_provider_set_key_finish (Lke2eeKeyProvider * self,
    GAsyncResult * result, GError ** error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
