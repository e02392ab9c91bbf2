/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Keys of a room: a shared ring and rings per participant. */
#pragma once

#include <gio/gio.h>
#include "lke2ee-kdf.h"
#include "lke2ee-visibility.h"

G_BEGIN_DECLS

#define LKE2EE_TYPE_KEY_PROVIDER (lke2ee_key_provider_get_type ())

LKE2EE_API
G_DECLARE_DERIVABLE_TYPE (Lke2eeKeyProvider, lke2ee_key_provider,
    LKE2EE, KEY_PROVIDER, GObject)

/**
 * Lke2eeKeyProviderClass:
 * @parent_class: the parent class
 * @key_set: a key was set
 * @key_ratcheted: a key was ratcheted, by a call or because a frame proved
 *   that its sender did; @material is the new material
 * @key_invalid: more frames in a row failed than the failure tolerance allows
 * @request_key: a frame needs a key that is not there; %TRUE says that it has
 *   been set now, which saves the frame. At most once a second for each
 *   participant and index
 *
 * Virtual functions of a key provider. They are called at once, on the thread
 * where it happens (often a streaming thread: do not block there), with no lock
 * held. @participant is %NULL for the shared ring.
 *
 * Since: 0.1
 */
struct _Lke2eeKeyProviderClass
{
  GObjectClass parent_class;

  /**
   * Lke2eeKeyProviderClass::key_set:
   * @self: the provider
   * @participant: (nullable): the identity, or %NULL for the shared ring
   * @index: the slot
   *
   * A key was set.
   *
   * Since: 0.1
   */
  void (*key_set) (Lke2eeKeyProvider *self, const char *participant,
      guint index);

  /**
   * Lke2eeKeyProviderClass::key_ratcheted:
   * @self: the provider
   * @participant: (nullable): the identity, or %NULL for the shared ring
   * @index: the slot
   * @material: the new material, in secret memory
   *
   * A key was ratcheted.
   *
   * Since: 0.1
   */
  void (*key_ratcheted) (Lke2eeKeyProvider *self, const char *participant,
      guint index, GBytes *material);

  /**
   * Lke2eeKeyProviderClass::key_invalid:
   * @self: the provider
   * @participant: (nullable): the identity, or %NULL for the shared ring
   * @index: the slot
   *
   * Too many frames in a row failed.
   *
   * Since: 0.1
   */
  void (*key_invalid) (Lke2eeKeyProvider *self, const char *participant,
      guint index);

  /**
   * Lke2eeKeyProviderClass::request_key:
   * @self: the provider
   * @participant: (nullable): the identity, or %NULL for the shared ring
   * @index: the slot
   *
   * A frame needs a key that is not there.
   *
   * Returns: %TRUE if it has been set now, which saves the frame
   *
   * Since: 0.1
   */
  gboolean (*request_key) (Lke2eeKeyProvider *self, const char *participant,
      guint index);

  /*< private >*/
  gpointer padding[8];
};

LKE2EE_API
Lke2eeKeyProvider *lke2ee_key_provider_new (gboolean shared_key);

LKE2EE_API
gboolean lke2ee_key_provider_set_passphrase (Lke2eeKeyProvider *self,
    const char *participant, const char *passphrase, gint key_index,
    GError **error);
LKE2EE_API
gboolean lke2ee_key_provider_set_passphrase_bytes (Lke2eeKeyProvider *self,
    const char *participant, GBytes *passphrase, gint key_index,
    GError **error);
LKE2EE_API
void lke2ee_key_provider_set_passphrase_async (Lke2eeKeyProvider *self,
    const char *participant, const char *passphrase, gint key_index,
    GCancellable *cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
LKE2EE_API
gboolean lke2ee_key_provider_set_passphrase_finish (Lke2eeKeyProvider *self,
    GAsyncResult *result, GError **error);

LKE2EE_API
gboolean lke2ee_key_provider_set_key (Lke2eeKeyProvider *self,
    const char *participant, GBytes *key, Lke2eeKdf kdf, gint key_index,
    GError **error);
LKE2EE_API
void lke2ee_key_provider_set_key_async (Lke2eeKeyProvider *self,
    const char *participant, GBytes *key, Lke2eeKdf kdf, gint key_index,
    GCancellable *cancellable, GAsyncReadyCallback callback,
    gpointer user_data);
LKE2EE_API
gboolean lke2ee_key_provider_set_key_finish (Lke2eeKeyProvider *self,
    GAsyncResult *result, GError **error);

LKE2EE_API
GBytes *lke2ee_key_provider_ratchet_key (Lke2eeKeyProvider *self,
    const char *participant, gint key_index, GError **error);
LKE2EE_API
GBytes *lke2ee_key_provider_export_key (Lke2eeKeyProvider *self,
    const char *participant, gint key_index, GError **error);

LKE2EE_API
gboolean lke2ee_key_provider_set_current_index (Lke2eeKeyProvider *self,
    const char *participant, gint key_index);
LKE2EE_API
gint lke2ee_key_provider_get_current_index (Lke2eeKeyProvider *self,
    const char *participant);
LKE2EE_API
gboolean lke2ee_key_provider_has_key (Lke2eeKeyProvider *self,
    const char *participant, gint key_index);

LKE2EE_API
void lke2ee_key_provider_remove_participant (Lke2eeKeyProvider *self,
    const char *participant);
LKE2EE_API
char **lke2ee_key_provider_list_participants (Lke2eeKeyProvider *self);

LKE2EE_API
void lke2ee_key_provider_set_ratchet_salt_bytes (Lke2eeKeyProvider *self,
    GBytes *salt);
LKE2EE_API
void lke2ee_key_provider_set_sif_trailer_bytes (Lke2eeKeyProvider *self,
    GBytes *trailer);

G_END_DECLS
