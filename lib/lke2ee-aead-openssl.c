/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* AES-GCM over libcrypto; the only user of its ciphers. */

#include "lke2ee-aead-backend-private.h"
#include "lke2ee-wire-private.h"

#include <openssl/evp.h>

typedef struct _Aead Aead;

struct _Aead
{
  Lke2eeAead parent;
  EVP_CIPHER_CTX *context;
};

#define CONTEXT(self) (((Aead *) (self))->context)

static gboolean
is_available (void)
{
  return TRUE;
}

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
  return key_size == 16 ? aes_128 : aes_256;
}

static Lke2eeAead *
aead_new (Lke2eeAeadDirection direction, const guint8 * key, gsize key_size)
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

  Aead *self = g_new0 (Aead, 1);
  self->context = context;
  return &self->parent;
}

static void
aead_free (Lke2eeAead * self)
{
  EVP_CIPHER_CTX_free (CONTEXT (self));
  g_free (self);
}

static gboolean
start (Lke2eeAead * self, const guint8 * iv, const guint8 * aad,
    gsize aad_size)
{
  int written;

  if (EVP_CipherInit_ex (CONTEXT (self), NULL, NULL, NULL, iv, -1) != 1)
    return FALSE;
  return aad_size == 0
      || EVP_CipherUpdate (CONTEXT (self), NULL, &written, aad,
      (int) aad_size) == 1;
}

static gboolean
update (Lke2eeAead * self, const guint8 * in, gsize size, guint8 * out)
{
  int written;

  return size == 0
      || EVP_CipherUpdate (CONTEXT (self), out, &written, in, (int) size) == 1;
}

static gboolean
seal_finish (Lke2eeAead * self, guint8 * tag)
{
  int written;

  return EVP_CipherFinal_ex (CONTEXT (self), tag, &written) == 1
      && EVP_CIPHER_CTX_ctrl (CONTEXT (self), EVP_CTRL_AEAD_GET_TAG,
      LKE2EE_TAG_SIZE, tag) == 1;
}

static gboolean
open_finish (Lke2eeAead * self, const guint8 * tag)
{
  guint8 none[LKE2EE_TAG_SIZE];
  int written;

  return EVP_CIPHER_CTX_ctrl (CONTEXT (self), EVP_CTRL_AEAD_SET_TAG,
      LKE2EE_TAG_SIZE, (void *) tag) == 1
      && EVP_CipherFinal_ex (CONTEXT (self), none, &written) == 1;
}

static gboolean
seal (Lke2eeAead * self, const guint8 * iv, const guint8 * aad,
    gsize aad_size, const guint8 * in, gsize size, guint8 * out, guint8 * tag)
{
  return start (self, iv, aad, aad_size) && update (self, in, size, out)
      && seal_finish (self, tag);
}

static Lke2eeAeadResult
open (Lke2eeAead * self, const guint8 * iv, const guint8 * aad,
    gsize aad_size, const guint8 * in, gsize size, guint8 * out,
    const guint8 * tag)
{
  if (!start (self, iv, aad, aad_size) || !update (self, in, size, out))
    return LKE2EE_AEAD_FAILED;
  return open_finish (self, tag) ? LKE2EE_AEAD_OPENED
      : LKE2EE_AEAD_NOT_AUTHENTIC;
}

const Lke2eeAeadBackend lke2ee_aead_openssl = {
  .name = "openssl",
  .is_available = is_available,
  .new = aead_new,
  .free = aead_free,
  .seal = seal,
  .open = open,
  .start = start,
  .update = update,
  .seal_finish = seal_finish,
  .open_finish = open_finish,
};
