/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The key provider: options, rings, reports. Setting keys is in
 * lke2ee-key-setting.c, using them in lke2ee-key-use.c. */

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

#include "lke2ee-key-window-private.h"
#include "lke2ee-signal-queue-private.h"
#include "lke2ee-wire-private.h"

#include <string.h>

/* What waits for a main context: a room's worth of keys. Requests are what a
 * hostile sender can cause, so they have a bound of their own. */
#define MAX_SIGNALS 4096
#define MAX_REQUEST_SIGNALS 64

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
  guint n_requests;             /* keys being derived: likewise */
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

Lke2eeKeyRing *
lke2ee_key_provider_lookup_ring (Lke2eeKeyProvider * self,
    const char *participant, gboolean create)
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
  return lke2ee_key_provider_lookup_ring (self, participant, TRUE);
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

void
lke2ee_key_provider_report_set (Lke2eeKeyProvider * self,
    const char *participant, guint index)
{
  Lke2eeKeyProviderClass *klass = LKE2EE_KEY_PROVIDER_GET_CLASS (self);

  participant = reported_participant (self, participant);
  if (klass->key_set != NULL)
    klass->key_set (self, participant, index);
  lke2ee_signal_queue_push (PRIVATE (self)->signals,
      signals[SIGNAL_KEY_SET], participant, index, NULL,
      MAX_SIGNALS);
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
      signals[SIGNAL_KEY_RATCHETED], participant, index, material,
      MAX_SIGNALS);
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
      signals[SIGNAL_KEY_INVALID], participant, index, NULL,
      MAX_SIGNALS);
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
      signals[SIGNAL_REQUEST_KEY], participant, index, NULL,
      MAX_REQUEST_SIGNALS);
  return set;
}

/* Requests to set keys */

/* From here on to end_request() the options are fixed. The ring and the place
 * in its order are those of now, however long the derivation takes. */
Lke2eeKeyRing *
lke2ee_key_provider_begin_request (Lke2eeKeyProvider * self,
    const char *participant, gint key_index, Lke2eeKeyOptions * options)
{
  Lke2eeKeyProviderPrivate *priv = PRIVATE (self);

  g_mutex_lock (&priv->lock);
  Lke2eeKeyRing *ring = find_ring (priv, participant, TRUE);
  options->salt = g_bytes_ref (priv->ratchet_salt);
  options->key_size = priv->key_bits / 8;
  options->index =
      lke2ee_key_ring_reserve (ring, key_index, &options->serial);
  priv->n_requests++;
  g_mutex_unlock (&priv->lock);
  return ring;
}

/* @set: whether a key was set. */
void
lke2ee_key_provider_end_request (Lke2eeKeyProvider * self, gboolean set)
{
  Lke2eeKeyProviderPrivate *priv = PRIVATE (self);

  g_mutex_lock (&priv->lock);
  priv->n_requests--;
  priv->has_keys |= set;
  g_mutex_unlock (&priv->lock);
}

/* Takes the ring of @participant out, for its keys to be cleared. NULL if there
 * is none, or it is everyone's. */
Lke2eeKeyRing *
lke2ee_key_provider_take_ring (Lke2eeKeyProvider * self,
    const char *participant)
{
  Lke2eeKeyProviderPrivate *priv = PRIVATE (self);
  Lke2eeKeyRing *ring = NULL;

  g_mutex_lock (&priv->lock);
  if (participant == NULL) {
    ring = find_ring (priv, NULL, FALSE);
  } else if (!priv->shared_key) {
    ring = find_ring (priv, participant, FALSE);
    /* Whoever caches the old ring looks the new one up. */
    if (g_hash_table_remove (priv->rings, participant))
      g_atomic_int_inc (&priv->generation);
  }
  g_mutex_unlock (&priv->lock);
  return ring;
}

/* Calls with the lock held for each participant that has a ring of its own. */
void
lke2ee_key_provider_foreach_ring (Lke2eeKeyProvider * self, GHFunc func,
    gpointer user_data)
{
  g_mutex_lock (&PRIVATE (self)->lock);
  g_hash_table_foreach (PRIVATE (self)->rings, func, user_data);
  g_mutex_unlock (&PRIVATE (self)->lock);
}

/* Derives the ratchet window of a slot in the background, once for each key
 * that the slot holds. */
void
lke2ee_key_provider_derive_window (Lke2eeKeyProvider * self,
    Lke2eeKeyRing * ring, guint index)
{
  g_mutex_lock (&PRIVATE (self)->lock);
  guint size = PRIVATE (self)->ratchet_window_size;
  g_mutex_unlock (&PRIVATE (self)->lock);
  lke2ee_key_window_derive (ring, index, size);
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

/* Options */

/* Called with the lock held. */
static gboolean
options_are_open (Lke2eeKeyProvider * self)
{
  return !PRIVATE (self)->has_keys && PRIVATE (self)->n_requests == 0;
}

/* Not with the lock held: a log handler may look at the provider. */
static void
warn_of_late_option (const char *name)
{
  g_warning ("%s of Lke2eeKeyProvider cannot change once a key is set; "
      "set it before, or make a new provider", name);
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
  gboolean open = options_are_open (self);
  if (open)
    replace_bytes (&priv->ratchet_salt, g_bytes_ref (salt));
  g_mutex_unlock (&priv->lock);
  if (!open)
    warn_of_late_option ("ratchet-salt");
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
  gboolean open = options_are_open (self);
  if (open)
    set_option (priv, id, value);
  g_mutex_unlock (&priv->lock);
  if (!open)
    warn_of_late_option (pspec->name);
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

/* How keys are derived, and who uses which. */
static void
define_key_options (GParamFlags flags)
{
  /**
   * Lke2eeKeyProvider:shared-key:
   *
   * Whether every participant uses the shared ring, as with LiveKit's
   * `ExternalE2EEKeyProvider`.
   * Fixed once a key is set.
   *
   * Since: 0.1
   */
  props[PROP_SHARED_KEY] = g_param_spec_boolean ("shared-key", "Shared key",
      "Every participant uses the shared ring", FALSE, flags);
  /**
   * Lke2eeKeyProvider:ratchet-salt:
   *
   * The salt of both key derivations. For one that is not text see
   * [method@Lke2ee.KeyProvider.set_ratchet_salt_bytes].
   * Fixed once a key is set.
   *
   * Since: 0.1
   */
  props[PROP_RATCHET_SALT] = g_param_spec_string ("ratchet-salt",
      "Ratchet salt", "Salt of the key derivations", LKE2EE_DEFAULT_SALT,
      flags);
  /**
   * Lke2eeKeyProvider:ratchet-window-size:
   *
   * How many ratchet steps of a sender a receiver follows by itself, 0 to
   * 16. They are derived in the background, once for each key.
   * Fixed once a key is set.
   *
   * Since: 0.1
   */
  props[PROP_RATCHET_WINDOW_SIZE] = g_param_spec_uint ("ratchet-window-size",
      "Ratchet window size",
      "Ratchet steps that a receiver follows by itself (0 = none)",
      0, LKE2EE_MAX_RATCHET_WINDOW, 0, flags);
}

/* What a ring of keys is like. */
static void
define_ring_options (GParamFlags flags)
{
  /**
   * Lke2eeKeyProvider:failure-tolerance:
   *
   * How many frames in a row may fail before a key counts as invalid; -1:
   * any number. An invalid key still tries one frame a second.
   * Fixed once a key is set.
   *
   * Since: 0.1
   */
  props[PROP_FAILURE_TOLERANCE] = g_param_spec_int ("failure-tolerance",
      "Failure tolerance",
      "Failed frames in a row after which a key counts as invalid "
      "(-1 = never)", -1, G_MAXINT, -1, flags);
  /**
   * Lke2eeKeyProvider:key-ring-size:
   *
   * How many slots each ring has, 1 to 256. Indices are taken modulo this
   * when a key is set.
   * Fixed once a key is set.
   *
   * Since: 0.1
   */
  props[PROP_KEY_RING_SIZE] = g_param_spec_uint ("key-ring-size",
      "Key ring size", "Slots of each ring", 1, LKE2EE_MAX_RING_SIZE,
      LKE2EE_DEFAULT_RING_SIZE, flags);
  /**
   * Lke2eeKeyProvider:key-size:
   *
   * Bits of the encryption keys: 128, or 256, which only the web SDK has.
   * Fixed once a key is set.
   *
   * Since: 0.1
   */
  props[PROP_KEY_SIZE] = g_param_spec_uint ("key-size", "Key size",
      "Bits of the encryption keys: 128, or 256 (web SDK only)", 128, 256,
      128, flags);
  /**
   * Lke2eeKeyProvider:sif-trailer:
   *
   * What ends the frames that the server injects, `sif_trailer` of the
   * JoinResponse. May be set at any time. For one that is not text see
   * [method@Lke2ee.KeyProvider.set_sif_trailer_bytes].
   *
   * Since: 0.1
   */
  props[PROP_SIF_TRAILER] = g_param_spec_string ("sif-trailer",
      "SIF trailer", "End of server-injected frames (JoinResponse)", NULL,
      flags);
}

static void
install_properties (GObjectClass * object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  define_key_options (flags);
  define_ring_options (flags);
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
