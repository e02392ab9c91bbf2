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

  void (*key_set) (Lke2eeKeyProvider *self, const char *participant,
      guint index);
  void (*key_ratcheted) (Lke2eeKeyProvider *self, const char *participant,
      guint index, GBytes *material);
  void (*key_invalid) (Lke2eeKeyProvider *self, const char *participant,
      guint index);
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
