/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* An immutable key.
 *
 *     material --KDF--> 32 bytes = material of the next ratchet step
 *                       first 16 (32) of them = encryption key of this step
 *
 * PBKDF2 and HKDF make the same first bytes whatever length is asked for, so
 * one derivation gives both. (It also means that whoever is handed ratcheted
 * material can read the epoch before it. The wire demands that.) */

#include "lke2ee-key-private.h"

#include "lke2ee-error.h"
#include "lke2ee-kdf-private.h"
#include "lke2ee-wire-private.h"

struct _Lke2eeKey
{
  gatomicrefcount ref_count;
  Lke2eeKdf kdf;
  guint key_size;               /* of the encryption key, in bytes */
  GBytes *salt;
  Lke2eeSecret *material;
  Lke2eeSecret *derived;        /* KDF_NONE: the same as material */
};

static Lke2eeSecret *
derive (Lke2eeKdf kdf, Lke2eeSecret * material, GBytes * salt,
    GError ** error)
{
  g_autoptr (Lke2eeSecret) derived = NULL;
  gsize size;
  const guint8 *data = lke2ee_secret_peek (material, &size);

  if (kdf == LKE2EE_KDF_NONE)
    return lke2ee_secret_ref (material);

  derived = lke2ee_secret_new (LKE2EE_MATERIAL_SIZE);
  if (derived == NULL) {
    g_set_error_literal (error, LKE2EE_ERROR, LKE2EE_ERROR_MEMORY,
        "No secret memory left for a derived key");
    return NULL;
  }
  if (!lke2ee_kdf_derive (kdf, data, size, salt,
          lke2ee_secret_peek_writable (derived), LKE2EE_MATERIAL_SIZE)) {
    g_set_error_literal (error, LKE2EE_ERROR, LKE2EE_ERROR_KDF,
        "libcrypto could not derive the key; does its configuration "
        "provide PBKDF2, HKDF and SHA-256?");
    return NULL;
  }
  return g_steal_pointer (&derived);
}

/* Derives: slow with PBKDF2. @key_size in bytes, 16 or 32. */
Lke2eeKey *
lke2ee_key_new (Lke2eeKdf kdf, Lke2eeSecret * material, GBytes * salt,
    guint key_size, GError ** error)
{
  Lke2eeSecret *derived = derive (kdf, material, salt, error);

  if (derived == NULL)
    return NULL;

  Lke2eeKey *self = g_new0 (Lke2eeKey, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->kdf = kdf;
  self->key_size = key_size;
  self->salt = g_bytes_ref (salt);
  self->material = lke2ee_secret_ref (material);
  self->derived = derived;
  return self;
}

/* The key one step on. Derives: slow with PBKDF2. */
Lke2eeKey *
lke2ee_key_ratchet (Lke2eeKey * self, GError ** error)
{
  if (!lke2ee_key_can_ratchet (self)) {
    g_set_error_literal (error, LKE2EE_ERROR, LKE2EE_ERROR_KDF,
        "A key that was set without derivation cannot be ratcheted; "
        "set it as passphrase or with HKDF");
    return NULL;
  }
  return lke2ee_key_new (self->kdf, self->derived, self->salt,
      self->key_size, error);
}

Lke2eeKey *
lke2ee_key_ref (Lke2eeKey * self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
lke2ee_key_unref (Lke2eeKey * self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  lke2ee_secret_unref (self->material);
  lke2ee_secret_unref (self->derived);
  g_bytes_unref (self->salt);
  g_free (self);
}

gboolean
lke2ee_key_can_ratchet (const Lke2eeKey * self)
{
  return self->kdf != LKE2EE_KDF_NONE;
}

const guint8 *
lke2ee_key_peek_encryption_key (const Lke2eeKey * self, gsize * size)
{
  *size = self->key_size;
  return lke2ee_secret_peek (self->derived, NULL);
}

GBytes *
lke2ee_key_dup_material (Lke2eeKey * self)
{
  return lke2ee_secret_to_bytes (self->material);
}
