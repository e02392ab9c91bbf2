/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Using keys: ratchet, export, the current index, who has which. */

#include "lke2ee-error.h"
#include "lke2ee-key-provider-private.h"
#include "lke2ee-wire-private.h"

/* The key of a slot and its ring, or an error that names the slot. */
static Lke2eeKey *
dup_key_of_slot (Lke2eeKeyProvider * self, const char *participant,
    gint key_index, Lke2eeKeyRing ** ring, guint * index, GError ** error)
{
  Lke2eeKey *key = NULL;

  *ring = NULL;
  if (!lke2ee_key_provider_check_index (key_index, error))
    return NULL;
  *ring = lke2ee_key_provider_lookup_ring (self, participant, FALSE);
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
  g_autoptr (Lke2eeKeyRing) ring =
      lke2ee_key_provider_lookup_ring (self, participant, TRUE);
  lke2ee_key_ring_set_current_index (ring, key_index);
  return TRUE;
}

/**
 * lke2ee_key_provider_get_current_index:
 * @self: a provider
 * @participant: (nullable): an identity, or %NULL for the shared ring
 *
 * Tells which slot senders use.
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

  g_autoptr (Lke2eeKeyRing) ring =
      lke2ee_key_provider_lookup_ring (self, participant, FALSE);

  return ring != NULL ? lke2ee_key_ring_get_current_index (ring) : 0;
}

/**
 * lke2ee_key_provider_has_key:
 * @self: a provider
 * @participant: (nullable): an identity, or %NULL for the shared ring
 * @key_index: slot, 0 to 255, taken modulo the ring size; -1: the current one
 *
 * Looks whether a slot has a key.
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
 * Forgets all keys of a participant, and those that are being derived for it.
 * Its streams miss a key from their next frame on. With `shared-key` a
 * participant has none of its own, and this does nothing.
 *
 * Since: 0.1
 */
void
lke2ee_key_provider_remove_participant (Lke2eeKeyProvider * self,
    const char *participant)
{
  g_return_if_fail (LKE2EE_IS_KEY_PROVIDER (self));

  g_autoptr (Lke2eeKeyRing) ring =
      lke2ee_key_provider_take_ring (self, participant);

  if (ring != NULL)
    lke2ee_key_ring_clear (ring);
}

static void
collect_participant (gpointer participant, gpointer ring, gpointer names)
{
  if (!lke2ee_key_ring_is_empty (ring))
    g_ptr_array_add (names, g_strdup (participant));
}

/**
 * lke2ee_key_provider_list_participants:
 * @self: a provider
 *
 * Lists who has keys of their own.
 *
 * Returns: (transfer full) (array zero-terminated=1): identities that have a
 *   key of their own, in no order; the shared ring is not among them
 *
 * Since: 0.1
 */
char **
lke2ee_key_provider_list_participants (Lke2eeKeyProvider * self)
{
  g_return_val_if_fail (LKE2EE_IS_KEY_PROVIDER (self), NULL);

  GPtrArray *names = g_ptr_array_new ();
  lke2ee_key_provider_foreach_ring (self, collect_participant, names);
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (names, FALSE);
}
