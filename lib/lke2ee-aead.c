/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* AES-GCM over libcrypto; the only user of its ciphers. */

#include "lke2ee-aead-private.h"
#include "lke2ee-wire-private.h"

#include <openssl/evp.h>

/* The context is all there is: no wrapper to allocate. */
#define CONTEXT(self) ((EVP_CIPHER_CTX *) (self))

/* Fetched once: an implicit fetch per context costs half of its creation. */
static const EVP_CIPHER *
cipher_for_key_size (gsize key_size)
{
  static EVP_CIPHER *aes_128, *aes_256;
  static gsize fetched;

  if (g_once_init_enter (&fetched)) {
    aes_128 = EVP_CIPHER_fetch (NULL, "AES-128-GCM", NULL);
    aes_256 = EVP_CIPHER_fetch (NULL, "AES-256-GCM", NULL);
    g_once_init_leave (&fetched, 1);
  }
  switch (key_size) {
    case 16:
      return aes_128;
    case 32:
      return aes_256;
    default:
      return NULL;
  }
}

/* NULL if @key_size is not 16 or 32, or libcrypto failed. */
Lke2eeAead *
lke2ee_aead_new (Lke2eeAeadDirection direction, const guint8 * key,
    gsize key_size)
{
  const EVP_CIPHER *cipher = cipher_for_key_size (key_size);
  EVP_CIPHER_CTX *context = cipher ? EVP_CIPHER_CTX_new () : NULL;

  if (context == NULL)
    return NULL;
  /* The default IV length of GCM is LKE2EE_IV_SIZE already. */
  if (EVP_CipherInit_ex (context, cipher, NULL, key, NULL,
          direction == LKE2EE_AEAD_SEAL) != 1) {
    EVP_CIPHER_CTX_free (context);
    return NULL;
  }
  return (Lke2eeAead *) context;
}

/* Wipes the key schedule. */
void
lke2ee_aead_free (Lke2eeAead * self)
{
  EVP_CIPHER_CTX_free (CONTEXT (self));
}

gboolean
lke2ee_aead_start (Lke2eeAead * self, const guint8 * iv,
    const guint8 * aad, gsize aad_size)
{
  int written;

  if (aad_size > G_MAXINT)
    return FALSE;
  if (EVP_CipherInit_ex (CONTEXT (self), NULL, NULL, NULL, iv, -1) != 1)
    return FALSE;
  return aad_size == 0
      || EVP_CipherUpdate (CONTEXT (self), NULL, &written, aad,
      (int) aad_size) == 1;
}

gboolean
lke2ee_aead_update (Lke2eeAead * self, const guint8 * in, gsize size,
    guint8 * out)
{
  int written;

  if (size > G_MAXINT)
    return FALSE;
  return size == 0
      || EVP_CipherUpdate (CONTEXT (self), out, &written, in, (int) size) == 1;
}

gboolean
lke2ee_aead_seal_finish (Lke2eeAead * self, guint8 * tag)
{
  int written;

  return EVP_CipherFinal_ex (CONTEXT (self), tag, &written) == 1
      && EVP_CIPHER_CTX_ctrl (CONTEXT (self), EVP_CTRL_AEAD_GET_TAG,
      LKE2EE_TAG_SIZE, tag) == 1;
}

gboolean
lke2ee_aead_open_finish (Lke2eeAead * self, const guint8 * tag)
{
  guint8 none[LKE2EE_TAG_SIZE];
  int written;

  return EVP_CIPHER_CTX_ctrl (CONTEXT (self), EVP_CTRL_AEAD_SET_TAG,
      LKE2EE_TAG_SIZE, (void *) tag) == 1
      && EVP_CipherFinal_ex (CONTEXT (self), none, &written) == 1;
}
