/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The key provider: options, rings, setters. What is slow (PBKDF2) runs on the
 * caller's thread in the plain setters and on a worker thread in the _async
 * ones, never with the lock held. */

/**
 * Lke2eeKeyProvider:
 *
 * Holds the keys of a room: one shared ring, and a ring for each participant.
 *
 * With `shared-key` every participant uses the shared ring, as LiveKit's
 * `ExternalE2EEKeyProvider` does. Without it a participant has only the keys
 * that were set under its identity.
 *
 * A provider is thread-safe. Derive from it to fetch keys on demand, see
 * [vfunc@Lke2ee.KeyProvider.request_key]. The signals are emitted in the main
 * context that was the thread default where the provider was made; they are
 * coalesced and bounded.
 *
 * ```c
 * g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);
 * lke2ee_key_provider_set_passphrase (provider, NULL, passphrase, 0, &error);
 * g_object_set (enc, "key-provider", provider, NULL);
 * ```
 *
 * Since: 0.1
 */

#include "lke2ee-key-provider-private.h"

#include "lke2ee-error.h"
#include "lke2ee-signal-queue-private.h"
#include "lke2ee-wire-private.h"

#include <string.h>

typedef struct _Lke2eeKeyProviderPrivate Lke2eeKeyProviderPrivate;

struct _Lke2eeKeyProviderPrivate
{
  Lke2eeSignalQueue *signals;
  gint generation;              /* atomic */
  GMutex lock;
  /* guarded by lock */
  GHashTable *rings;            /* identity -> Lke2eeKeyRing */
  Lke2eeKeyRing *shared_ring;   /* NULL until it is asked for */
  gboolean has_keys;            /* a key was set: the options are fixed */
  gboolean shared_key;
  GBytes *ratchet_salt;
  guint ratchet_window_size;
  gint failure_tolerance;
  guint key_ring_size;
  guint key_bits;
  GBytes *sif_trailer;
};

enum
{
  PROP_SHARED_KEY = 1,
  PROP_RATCHET_SALT,
  PROP_RATCHET_WINDOW_SIZE,
  PROP_FAILURE_TOLERANCE,
  PROP_KEY_RING_SIZE,
  PROP_KEY_SIZE,
  PROP_SIF_TRAILER,
  N_PROPS
};

enum
{
  SIGNAL_KEY_SET,
  SIGNAL_KEY_RATCHETED,
  SIGNAL_KEY_INVALID,
  SIGNAL_REQUEST_KEY,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_TYPE_WITH_PRIVATE (Lke2eeKeyProvider, lke2ee_key_provider,
    G_TYPE_OBJECT);

#define PRIVATE(self) ((Lke2eeKeyProviderPrivate *) \
    lke2ee_key_provider_get_instance_private (self))

/* Rings */

/* Called with the lock held, and only while no key is set. */
static void
drop_rings (Lke2eeKeyProviderPrivate * priv)
{
  g_hash_table_remove_all (priv->rings);
  g_clear_pointer (&priv->shared_ring, lke2ee_key_ring_unref);
  g_atomic_int_inc (&priv->generation);
}

static Lke2eeKeyRing *
new_ring (Lke2eeKeyProviderPrivate * priv)
{
  return lke2ee_key_ring_new (priv->key_ring_size, priv->failure_tolerance);
}

/* Called with the lock held; @create: make the ring if there is none. */
static Lke2eeKeyRing *
find_ring (Lke2eeKeyProviderPrivate * priv, const char *participant,
    gboolean create)
{
  Lke2eeKeyRing *ring;

  if (participant == NULL || priv->shared_key) {
    if (priv->shared_ring == NULL && create)
      priv->shared_ring = new_ring (priv);
    ring = priv->shared_ring;
  } else {
    ring = g_hash_table_lookup (priv->rings, participant);
    if (ring == NULL && create) {
      ring = new_ring (priv);
      g_hash_table_insert (priv->rings, g_strdup (participant), ring);
    }
  }
  return ring != NULL ? lke2ee_key_ring_ref (ring) : NULL;
}

static Lke2eeKeyRing *
lookup_ring (Lke2eeKeyProvider * self, const char *participant,
    gboolean create)
{
  Lke2eeKeyProviderPrivate *priv = PRIVATE (self);

  g_mutex_lock (&priv->lock);
  Lke2eeKeyRing *ring = find_ring (priv, participant, create);
  g_mutex_unlock (&priv->lock);
  return ring;
}

Lke2eeKeyRing *
lke2ee_key_provider_dup_ring (Lke2eeKeyProvider * self,
    const char *participant)
{
  return lookup_ring (self, participant, TRUE);
}

gint
lke2ee_key_provider_get_generation (Lke2eeKeyProvider * self)
{
  return g_atomic_int_get (&PRIVATE (self)->generation);
}

GBytes *
lke2ee_key_provider_dup_sif_trailer (Lke2eeKeyProvider * self)
{
  Lke2eeKeyProviderPrivate *priv = PRIVATE (self);
  GBytes *trailer = NULL;

  g_mutex_lock (&priv->lock);
  if (priv->sif_trailer != NULL)
    trailer = g_bytes_ref (priv->sif_trailer);
  g_mutex_unlock (&priv->lock);
  return trailer;
}

/* The identity that is reported: none where all share a ring. */
static const char *
reported_participant (Lke2eeKeyProvider * self, const char *participant)
{
  gboolean shared;

  g_mutex_lock (&PRIVATE (self)->lock);
  shared = PRIVATE (self)->shared_key;
  g_mutex_unlock (&PRIVATE (self)->lock);
  return shared ? NULL : participant;
}

/* Reports */

static void
report_set (Lke2eeKeyProvider * self, const char *participant, guint index)
{
  Lke2eeKeyProviderClass *klass = LKE2EE_KEY_PROVIDER_GET_CLASS (self);

  participant = reported_participant (self, participant);
  if (klass->key_set != NULL)
    klass->key_set (self, participant, index);
  lke2ee_signal_queue_push (PRIVATE (self)->signals,
      signals[SIGNAL_KEY_SET], participant, index, NULL);
}

void
lke2ee_key_provider_report_ratcheted (Lke2eeKeyProvider * self,
    const char *participant, guint index, Lke2eeKey * key)
{
  Lke2eeKeyProviderClass *klass = LKE2EE_KEY_PROVIDER_GET_CLASS (self);
  g_autoptr (GBytes) material = lke2ee_key_dup_material (key);

  participant = reported_participant (self, participant);
  if (klass->key_ratcheted != NULL)
    klass->key_ratcheted (self, participant, index, material);
  lke2ee_signal_queue_push (PRIVATE (self)->signals,
      signals[SIGNAL_KEY_RATCHETED], participant, index, material);
}

void
lke2ee_key_provider_report_invalid (Lke2eeKeyProvider * self,
    const char *participant, guint index)
{
  Lke2eeKeyProviderClass *klass = LKE2EE_KEY_PROVIDER_GET_CLASS (self);

  participant = reported_participant (self, participant);
  if (klass->key_invalid != NULL)
    klass->key_invalid (self, participant, index);
  lke2ee_signal_queue_push (PRIVATE (self)->signals,
      signals[SIGNAL_KEY_INVALID], participant, index, NULL);
}

/* The caller has checked the rate limit of the slot. */
gboolean
lke2ee_key_provider_request_key (Lke2eeKeyProvider * self,
    const char *participant, guint index)
{
  Lke2eeKeyProviderClass *klass = LKE2EE_KEY_PROVIDER_GET_CLASS (self);
  gboolean set = FALSE;

  participant = reported_participant (self, participant);
  if (klass->request_key != NULL)
    set = klass->request_key (self, participant, index);
  lke2ee_signal_queue_push (PRIVATE (self)->signals,
      signals[SIGNAL_REQUEST_KEY], participant, index, NULL);
  return set;
}

/* Setting keys */

typedef struct _Request Request;

/* A checked request to set a key, ready to be derived on any thread. */
struct _Request
{
  char *participant;
  Lke2eeKdf kdf;
  Lke2eeSecret *material;
  GBytes *salt;
  guint key_size;
  gint key_index;
};

static void
request_free (Request * request)
{
  g_free (request->participant);
  lke2ee_secret_unref (request->material);
  g_bytes_unref (request->salt);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free);

static gboolean
check_key_index (gint key_index, GError ** error)
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
check_raw_key (gsize size, Lke2eeKdf kdf, guint key_bits, GError ** error)
{
  if (kdf == LKE2EE_KDF_NONE && size != key_bits / 8) {
    g_set_error (error, LKE2EE_ERROR, LKE2EE_ERROR_INVALID_KEY,
        "A key without derivation has to have the cipher's %u bytes, "
        "not %" G_GSIZE_FORMAT, key_bits / 8, size);
    return FALSE;
  }
  if (size < LKE2EE_MIN_RAW_KEY_SIZE || size > LKE2EE_MAX_RAW_KEY_SIZE) {
    g_set_error (error, LKE2EE_ERROR, LKE2EE_ERROR_INVALID_KEY,
        "A raw key has %d to %d bytes, this one has %" G_GSIZE_FORMAT,
        LKE2EE_MIN_RAW_KEY_SIZE, LKE2EE_MAX_RAW_KEY_SIZE, size);
    return FALSE;
  }
  return TRUE;
}

static guint
get_key_bits (Lke2eeKeyProvider * self)
{
  g_mutex_lock (&PRIVATE (self)->lock);
  guint key_bits = PRIVATE (self)->key_bits;
  g_mutex_unlock (&PRIVATE (self)->lock);
  return key_bits;
}

/* Copies a checked secret into a request; from here on the options are
 * fixed. */
static Request *
request_new (Lke2eeKeyProvider * self, const char *participant,
    gconstpointer data, gsize size, Lke2eeKdf kdf, gint key_index,
    GError ** error)
{
  Lke2eeKeyProviderPrivate *priv = PRIVATE (self);
  Lke2eeSecret *material;

  if (!check_key_index (key_index, error))
    return NULL;
  material = lke2ee_secret_new_copy (data, size);
  if (material == NULL) {
    g_set_error_literal (error, LKE2EE_ERROR, LKE2EE_ERROR_MEMORY,
        "No secret memory left for the key");
    return NULL;
  }

  Request *request = g_new0 (Request, 1);
  request->participant = g_strdup (participant);
  request->kdf = kdf;
  request->material = material;
  request->key_index = key_index;
  g_mutex_lock (&priv->lock);
  priv->has_keys = TRUE;
  request->salt = g_bytes_ref (priv->ratchet_salt);
  request->key_size = priv->key_bits / 8;
  g_mutex_unlock (&priv->lock);
  return request;
}

/* Derives and stores. */
static gboolean
request_run (Lke2eeKeyProvider * self, Request * request, GError ** error)
{
  g_autoptr (Lke2eeKeyRing) ring = NULL;
  g_autoptr (Lke2eeKey) key =
      lke2ee_key_new (request->kdf, request->material, request->salt,
      request->key_size, error);

  if (key == NULL)
    return FALSE;
  ring = lookup_ring (self, request->participant, TRUE);
  guint index = lke2ee_key_ring_reduce_index (ring, request->key_index);
  lke2ee_key_ring_set_key (ring, index, key);
  report_set (self, request->participant, index);
  return TRUE;
}

static void
request_thread (GTask * task, gpointer source, gpointer task_data,
    GCancellable * cancellable)
{
  GError *error = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (request_run (source, task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
request_run_async (Lke2eeKeyProvider * self, Request * request,
    GError * error, gpointer tag, GCancellable * cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task =
      g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  if (request == NULL) {
    g_task_return_error (task, error);
    return;
  }
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
  g_task_run_in_thread (task, request_thread);
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

  if (!check_raw_key (size, kdf, get_key_bits (self), error))
    return NULL;
  return request_new (self, participant, data, size, kdf, key_index, error);
}

/**
 * lke2ee_key_provider_new:
 * @shared_key: whether every participant uses the shared ring
 *
 * Makes a provider without keys.
 *
 * Returns: (transfer full): a new provider
 *
 * Since: 0.1
 */
Lke2eeKeyProvider *
lke2ee_key_provider_new (gboolean shared_key)
{
  return g_object_new (LKE2EE_TYPE_KEY_PROVIDER, "shared-key", shared_key,
      NULL);
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

  return request != NULL && request_run (self, request, error);
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

  return request != NULL && request_run (self, request, error);
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

  return request != NULL && request_run (self, request, error);
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

/* Using keys */

/* The key of a slot and its ring, or an error that names the slot. */
static Lke2eeKey *
dup_key_of_slot (Lke2eeKeyProvider * self, const char *participant,
    gint key_index, Lke2eeKeyRing ** ring, guint * index, GError ** error)
{
  Lke2eeKey *key = NULL;

  *ring = NULL;
  if (!check_key_index (key_index, error))
    return NULL;
  *ring = lookup_ring (self, participant, FALSE);
  if (*ring != NULL) {
    *index = lke2ee_key_ring_reduce_index (*ring, key_index);
    key = lke2ee_key_ring_dup_key (*ring, *index);
  }
  if (key == NULL)
    g_set_error (error, LKE2EE_ERROR, LKE2EE_ERROR_MISSING_KEY,
        "No key is set at index %d of %s%s; set one first", key_index,
        participant ? "participant " : "the shared ring",
        participant ? participant : "");
  return key;
}

/**
 * lke2ee_key_provider_ratchet_key:
 * @self: a provider
 * @participant: (nullable): an identity, or %NULL for the shared ring
 * @key_index: slot, 0 to 255, taken modulo the ring size; -1: the current one
 * @error: return location for an error
 *
 * Steps a key on: the new material is derived from the old one. One derivation;
 * with PBKDF2 tens of milliseconds. The old key still decrypts for 2 seconds.
 *
 * The wire demands that the encryption key before the ratchet is the beginning
 * of the new material: whoever is handed the returned bytes can read the epoch
 * before them too. When someone joins or leaves, set a fresh key instead.
 *
 * Returns: (transfer full): the new material in secret memory, or %NULL with
 *   [error@Lke2ee.Error] MISSING_KEY, KEY_INDEX, KDF (keys without derivation
 *   cannot be ratcheted) or MEMORY
 *
 * Since: 0.1
 */
GBytes *
lke2ee_key_provider_ratchet_key (Lke2eeKeyProvider * self,
    const char *participant, gint key_index, GError ** error)
{
  g_return_val_if_fail (LKE2EE_IS_KEY_PROVIDER (self), NULL);

  for (;;) {
    g_autoptr (Lke2eeKeyRing) ring = NULL;
    guint index;
    g_autoptr (Lke2eeKey) old =
        dup_key_of_slot (self, participant, key_index, &ring, &index, error);
    g_autoptr (Lke2eeKey) next =
        old != NULL ? lke2ee_key_ratchet (old, error) : NULL;

    if (next == NULL)
      return NULL;
    if (lke2ee_key_ring_replace_key (ring, index, old, next)) {
      lke2ee_key_provider_report_ratcheted (self, participant, index, next);
      return lke2ee_key_dup_material (next);
    }
    /* The key was changed meanwhile: ratchet that one. */
  }
}

/**
 * lke2ee_key_provider_export_key:
 * @self: a provider
 * @participant: (nullable): an identity, or %NULL for the shared ring
 * @key_index: slot, 0 to 255, taken modulo the ring size; -1: the current one
 * @error: return location for an error
 *
 * Gives out the material of a slot: what was set, or what it was ratcheted to.
 *
 * Returns: (transfer full): the material in secret memory, or %NULL with
 *   [error@Lke2ee.Error] MISSING_KEY or KEY_INDEX
 *
 * Since: 0.1
 */
GBytes *
lke2ee_key_provider_export_key (Lke2eeKeyProvider * self,
    const char *participant, gint key_index, GError ** error)
{
  g_autoptr (Lke2eeKeyRing) ring = NULL;
  guint index;

  g_return_val_if_fail (LKE2EE_IS_KEY_PROVIDER (self), NULL);

  g_autoptr (Lke2eeKey) key =
      dup_key_of_slot (self, participant, key_index, &ring, &index, error);

  return key != NULL ? lke2ee_key_dup_material (key) : NULL;
}

/**
 * lke2ee_key_provider_set_current_index:
 * @self: a provider
 * @participant: (nullable): an identity, or %NULL for the shared ring
 * @key_index: slot, 0 to 255, taken modulo the ring size
 *
 * Chooses the slot that senders of this ring use from their next frame on. The
 * slot may still be empty; then they miss a key until one is set there.
 *
 * Returns: %FALSE if @key_index is out of range
 *
 * Since: 0.1
 */
gboolean
lke2ee_key_provider_set_current_index (Lke2eeKeyProvider * self,
    const char *participant, gint key_index)
{
  g_return_val_if_fail (LKE2EE_IS_KEY_PROVIDER (self), FALSE);

  if (key_index < 0 || key_index >= LKE2EE_MAX_RING_SIZE)
    return FALSE;
  g_autoptr (Lke2eeKeyRing) ring = lookup_ring (self, participant, TRUE);
  lke2ee_key_ring_set_current_index (ring, key_index);
  return TRUE;
}

/**
 * lke2ee_key_provider_get_current_index:
 * @self: a provider
 * @participant: (nullable): an identity, or %NULL for the shared ring
 *
 * Returns: the slot that senders use, 0 to 255; 0 for an unknown participant
 *
 * Since: 0.1
 */
gint
lke2ee_key_provider_get_current_index (Lke2eeKeyProvider * self,
    const char *participant)
{
  g_return_val_if_fail (LKE2EE_IS_KEY_PROVIDER (self), 0);

  g_autoptr (Lke2eeKeyRing) ring = lookup_ring (self, participant, FALSE);

  return ring != NULL ? lke2ee_key_ring_get_current_index (ring) : 0;
}

/**
 * lke2ee_key_provider_has_key:
 * @self: a provider
 * @participant: (nullable): an identity, or %NULL for the shared ring
 * @key_index: slot, 0 to 255, taken modulo the ring size; -1: the current one
 *
 * Returns: whether a key is set there
 *
 * Since: 0.1
 */
gboolean
lke2ee_key_provider_has_key (Lke2eeKeyProvider * self,
    const char *participant, gint key_index)
{
  g_autoptr (Lke2eeKeyRing) ring = NULL;
  guint index;

  g_return_val_if_fail (LKE2EE_IS_KEY_PROVIDER (self), FALSE);

  g_autoptr (Lke2eeKey) key =
      dup_key_of_slot (self, participant, key_index, &ring, &index, NULL);

  return key != NULL;
}

/**
 * lke2ee_key_provider_remove_participant:
 * @self: a provider
 * @participant: (nullable): an identity, or %NULL for the shared ring
 *
 * Forgets all keys of a participant. Its streams miss a key from their next
 * frame on.
 *
 * Since: 0.1
 */
void
lke2ee_key_provider_remove_participant (Lke2eeKeyProvider * self,
    const char *participant)
{
  Lke2eeKeyProviderPrivate *priv = PRIVATE (self);

  g_return_if_fail (LKE2EE_IS_KEY_PROVIDER (self));

  g_autoptr (Lke2eeKeyRing) ring = lookup_ring (self, participant, FALSE);

  if (ring == NULL)
    return;
  lke2ee_key_ring_clear (ring);
  g_mutex_lock (&priv->lock);
  if (participant != NULL && !priv->shared_key) {
    /* Whoever caches the old ring looks the new one up. */
    g_hash_table_remove (priv->rings, participant);
    g_atomic_int_inc (&priv->generation);
  }
  g_mutex_unlock (&priv->lock);
}

/**
 * lke2ee_key_provider_list_participants:
 * @self: a provider
 *
 * Returns: (transfer full) (array zero-terminated=1): identities that have a
 *   key of their own, in no order; the shared ring is not among them
 *
 * Since: 0.1
 */
char **
lke2ee_key_provider_list_participants (Lke2eeKeyProvider * self)
{
  Lke2eeKeyProviderPrivate *priv = PRIVATE (self);
  GHashTableIter iter;
  gpointer participant, ring;

  g_return_val_if_fail (LKE2EE_IS_KEY_PROVIDER (self), NULL);

  GPtrArray *names = g_ptr_array_new ();
  g_mutex_lock (&priv->lock);
  g_hash_table_iter_init (&iter, priv->rings);
  while (g_hash_table_iter_next (&iter, &participant, &ring)) {
    if (!lke2ee_key_ring_is_empty (ring))
      g_ptr_array_add (names, g_strdup (participant));
  }
  g_mutex_unlock (&priv->lock);
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (names, FALSE);
}

/* The ratchet window */

typedef struct _Window Window;

struct _Window
{
  Lke2eeKeyRing *ring;
  guint index;
  guint size;
  Lke2eeKey *base;
};

static void
window_free (Window * window)
{
  lke2ee_key_ring_unref (window->ring);
  lke2ee_key_unref (window->base);
  g_free (window);
}

/* Each key is offered as soon as it is there: senders are mostly one step
 * on. */
static void
window_thread (GTask * task, gpointer source, gpointer task_data,
    GCancellable * cancellable)
{
  Window *window = task_data;
  g_autoptr (Lke2eeKey) key = lke2ee_key_ref (window->base);

  for (guint i = 0; i < window->size; i++) {
    Lke2eeKey *next = lke2ee_key_ratchet (key, NULL);

    if (next == NULL)
      break;
    lke2ee_key_unref (key);
    key = next;
    lke2ee_key_ring_add_to_window (window->ring, window->index, window->base,
        key);
  }
  g_task_return_boolean (task, TRUE);
}

/* Derives the ratchet window of a slot in the background, once for each key
 * that the slot holds. */
void
lke2ee_key_provider_derive_window (Lke2eeKeyProvider * self,
    Lke2eeKeyRing * ring, guint index)
{
  Lke2eeKeyProviderPrivate *priv = PRIVATE (self);

  g_mutex_lock (&priv->lock);
  guint size = priv->ratchet_window_size;
  g_mutex_unlock (&priv->lock);
  if (size == 0)
    return;
  Lke2eeKey *base = lke2ee_key_ring_begin_window (ring, index);
  if (base == NULL)
    return;

  Window *window = g_new0 (Window, 1);
  window->ring = lke2ee_key_ring_ref (ring);
  window->index = index;
  window->size = size;
  window->base = base;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_task_data (task, window, (GDestroyNotify) window_free);
  g_task_run_in_thread (task, window_thread);
}

/* Options */

/* Called with the lock held. */
static gboolean
options_are_open (Lke2eeKeyProvider * self, const char *name)
{
  if (!PRIVATE (self)->has_keys)
    return TRUE;
  g_warning ("%s of Lke2eeKeyProvider cannot change once a key is set; "
      "set it before, or make a new provider", name);
  return FALSE;
}

static void
replace_bytes (GBytes ** where, GBytes * bytes)
{
  g_clear_pointer (where, g_bytes_unref);
  *where = bytes;
}

static GBytes *
bytes_from_string (const char *text)
{
  return text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
}

/* NULL if @bytes are not text. */
static char *
bytes_to_string (GBytes * bytes)
{
  gsize size = 0;
  const char *data = bytes ? g_bytes_get_data (bytes, &size) : NULL;

  if (data == NULL || !g_utf8_validate (data, size, NULL))
    return NULL;
  return g_strndup (data, size);
}

/**
 * lke2ee_key_provider_set_ratchet_salt_bytes:
 * @self: a provider
 * @salt: the salt of both key derivations
 *
 * Sets `ratchet-salt` to bytes that need not be text. Refused with a warning
 * once a key is set.
 *
 * Since: 0.1
 */
void
lke2ee_key_provider_set_ratchet_salt_bytes (Lke2eeKeyProvider * self,
    GBytes * salt)
{
  Lke2eeKeyProviderPrivate *priv = PRIVATE (self);

  g_return_if_fail (LKE2EE_IS_KEY_PROVIDER (self));
  g_return_if_fail (salt != NULL);

  g_mutex_lock (&priv->lock);
  if (options_are_open (self, "ratchet-salt"))
    replace_bytes (&priv->ratchet_salt, g_bytes_ref (salt));
  g_mutex_unlock (&priv->lock);
}

/**
 * lke2ee_key_provider_set_sif_trailer_bytes:
 * @self: a provider
 * @trailer: (nullable): `sif_trailer` of LiveKit's JoinResponse, or %NULL
 *
 * Sets the bytes that end the frames which the server injects. Possible at any
 * time; frames take it from the next one on.
 *
 * Since: 0.1
 */
void
lke2ee_key_provider_set_sif_trailer_bytes (Lke2eeKeyProvider * self,
    GBytes * trailer)
{
  Lke2eeKeyProviderPrivate *priv = PRIVATE (self);

  g_return_if_fail (LKE2EE_IS_KEY_PROVIDER (self));

  g_mutex_lock (&priv->lock);
  replace_bytes (&priv->sif_trailer,
      trailer != NULL ? g_bytes_ref (trailer) : NULL);
  g_atomic_int_inc (&priv->generation);
  g_mutex_unlock (&priv->lock);
}

/* Called with the lock held, the options being open. */
static void
set_option (Lke2eeKeyProviderPrivate * priv, guint id, const GValue * value)
{
  switch (id) {
    case PROP_SHARED_KEY:
      priv->shared_key = g_value_get_boolean (value);
      break;
    case PROP_RATCHET_SALT:
      replace_bytes (&priv->ratchet_salt,
          g_value_get_string (value) == NULL ?
          bytes_from_string (LKE2EE_DEFAULT_SALT) :
          bytes_from_string (g_value_get_string (value)));
      break;
    case PROP_RATCHET_WINDOW_SIZE:
      priv->ratchet_window_size = g_value_get_uint (value);
      break;
    case PROP_FAILURE_TOLERANCE:
      priv->failure_tolerance = g_value_get_int (value);
      break;
    case PROP_KEY_RING_SIZE:
      priv->key_ring_size = g_value_get_uint (value);
      break;
    case PROP_KEY_SIZE:
      priv->key_bits = g_value_get_uint (value);
      break;
    default:
      g_assert_not_reached ();
  }
  /* Rings made so far have no keys, but the old size. */
  drop_rings (priv);
}

static void
lke2ee_key_provider_set_property (GObject * object, guint id,
    const GValue * value, GParamSpec * pspec)
{
  Lke2eeKeyProvider *self = LKE2EE_KEY_PROVIDER (object);
  Lke2eeKeyProviderPrivate *priv = PRIVATE (self);

  if (id == PROP_SIF_TRAILER) {
    g_autoptr (GBytes) trailer =
        bytes_from_string (g_value_get_string (value));
    lke2ee_key_provider_set_sif_trailer_bytes (self, trailer);
    return;
  }
  if (id == PROP_KEY_SIZE && g_value_get_uint (value) != 128
      && g_value_get_uint (value) != 256) {
    g_warning ("key-size %u is not an AES-GCM key size of LiveKit; "
        "use 128 or 256", g_value_get_uint (value));
    return;
  }
  g_mutex_lock (&priv->lock);
  if (options_are_open (self, pspec->name))
    set_option (priv, id, value);
  g_mutex_unlock (&priv->lock);
}

static void
lke2ee_key_provider_get_property (GObject * object, guint id,
    GValue * value, GParamSpec * pspec)
{
  Lke2eeKeyProviderPrivate *priv = PRIVATE (LKE2EE_KEY_PROVIDER (object));

  g_mutex_lock (&priv->lock);
  switch (id) {
    case PROP_SHARED_KEY:
      g_value_set_boolean (value, priv->shared_key);
      break;
    case PROP_RATCHET_SALT:
      g_value_take_string (value, bytes_to_string (priv->ratchet_salt));
      break;
    case PROP_RATCHET_WINDOW_SIZE:
      g_value_set_uint (value, priv->ratchet_window_size);
      break;
    case PROP_FAILURE_TOLERANCE:
      g_value_set_int (value, priv->failure_tolerance);
      break;
    case PROP_KEY_RING_SIZE:
      g_value_set_uint (value, priv->key_ring_size);
      break;
    case PROP_KEY_SIZE:
      g_value_set_uint (value, priv->key_bits);
      break;
    case PROP_SIF_TRAILER:
      g_value_take_string (value, bytes_to_string (priv->sif_trailer));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  g_mutex_unlock (&priv->lock);
}

static void
lke2ee_key_provider_finalize (GObject * object)
{
  Lke2eeKeyProviderPrivate *priv = PRIVATE (LKE2EE_KEY_PROVIDER (object));

  lke2ee_signal_queue_free (priv->signals);
  g_hash_table_unref (priv->rings);
  g_clear_pointer (&priv->shared_ring, lke2ee_key_ring_unref);
  g_bytes_unref (priv->ratchet_salt);
  g_clear_pointer (&priv->sif_trailer, g_bytes_unref);
  g_mutex_clear (&priv->lock);
  G_OBJECT_CLASS (lke2ee_key_provider_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass * object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  props[PROP_SHARED_KEY] = g_param_spec_boolean ("shared-key", "Shared key",
      "Every participant uses the shared ring", FALSE, flags);
  props[PROP_RATCHET_SALT] = g_param_spec_string ("ratchet-salt",
      "Ratchet salt", "Salt of the key derivations", LKE2EE_DEFAULT_SALT,
      flags);
  props[PROP_RATCHET_WINDOW_SIZE] = g_param_spec_uint ("ratchet-window-size",
      "Ratchet window size",
      "Ratchet steps that a receiver follows by itself (0 = none)",
      0, LKE2EE_MAX_RATCHET_WINDOW, 0, flags);
  props[PROP_FAILURE_TOLERANCE] = g_param_spec_int ("failure-tolerance",
      "Failure tolerance",
      "Failed frames in a row after which a key counts as invalid "
      "(-1 = never)", -1, G_MAXINT, -1, flags);
  props[PROP_KEY_RING_SIZE] = g_param_spec_uint ("key-ring-size",
      "Key ring size", "Slots of each ring", 1, LKE2EE_MAX_RING_SIZE,
      LKE2EE_DEFAULT_RING_SIZE, flags);
  props[PROP_KEY_SIZE] = g_param_spec_uint ("key-size", "Key size",
      "Bits of the encryption keys: 128, or 256 (web SDK only)", 128, 256,
      128, flags);
  props[PROP_SIF_TRAILER] = g_param_spec_string ("sif-trailer",
      "SIF trailer", "End of server-injected frames (JoinResponse)", NULL,
      flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static guint
new_signal (const char *name, gboolean has_material)
{
  return g_signal_new (name, LKE2EE_TYPE_KEY_PROVIDER, G_SIGNAL_RUN_LAST, 0,
      NULL, NULL, NULL, G_TYPE_NONE, has_material ? 3 : 2, G_TYPE_STRING,
      G_TYPE_UINT, G_TYPE_BYTES);
}

static void
lke2ee_key_provider_class_init (Lke2eeKeyProviderClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = lke2ee_key_provider_set_property;
  object_class->get_property = lke2ee_key_provider_get_property;
  object_class->finalize = lke2ee_key_provider_finalize;
  install_properties (object_class);

  /**
   * Lke2eeKeyProvider::key-set:
   * @self: the provider
   * @participant: (nullable): the identity, or %NULL for the shared ring
   * @index: the slot
   *
   * A key was set.
   *
   * Since: 0.1
   */
  signals[SIGNAL_KEY_SET] = new_signal ("key-set", FALSE);

  /**
   * Lke2eeKeyProvider::key-ratcheted:
   * @self: the provider
   * @participant: (nullable): the identity, or %NULL for the shared ring
   * @index: the slot
   * @material: the new material
   *
   * A key was ratcheted, by a call or by a frame that proved it.
   *
   * Since: 0.1
   */
  signals[SIGNAL_KEY_RATCHETED] = new_signal ("key-ratcheted", TRUE);

  /**
   * Lke2eeKeyProvider::key-invalid:
   * @self: the provider
   * @participant: (nullable): the identity, or %NULL for the shared ring
   * @index: the slot
   *
   * More frames in a row failed than `failure-tolerance` allows.
   *
   * Since: 0.1
   */
  signals[SIGNAL_KEY_INVALID] = new_signal ("key-invalid", FALSE);

  /**
   * Lke2eeKeyProvider::request-key:
   * @self: the provider
   * @participant: (nullable): the identity, or %NULL for the shared ring
   * @index: the slot
   *
   * Frames need a key that is not there. Set it with one of the `_async`
   * setters; until then frames are dropped.
   *
   * Since: 0.1
   */
  signals[SIGNAL_REQUEST_KEY] = new_signal ("request-key", FALSE);
}

static void
lke2ee_key_provider_init (Lke2eeKeyProvider * self)
{
  Lke2eeKeyProviderPrivate *priv = PRIVATE (self);

  g_mutex_init (&priv->lock);
  priv->signals = lke2ee_signal_queue_new (G_OBJECT (self));
  priv->rings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      (GDestroyNotify) lke2ee_key_ring_unref);
  priv->ratchet_salt = bytes_from_string (LKE2EE_DEFAULT_SALT);
  priv->failure_tolerance = -1;
  priv->key_ring_size = LKE2EE_DEFAULT_RING_SIZE;
  priv->key_bits = 128;
}
