/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Key derivation over libcrypto. PBKDF2 takes tens of milliseconds: never on a
 * streaming thread. */

#include "lke2ee-kdf-private.h"
#include "lke2ee-secret-private.h"
#include "lke2ee-wire-private.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

gboolean
lke2ee_pbkdf2_sha256 (const guint8 * password, gsize password_size,
    const guint8 * salt, gsize salt_size, guint iterations,
    guint8 * out, gsize out_size)
{
  if (password_size > G_MAXINT || salt_size > G_MAXINT || out_size > G_MAXINT)
    return FALSE;
  return PKCS5_PBKDF2_HMAC ((const char *) password, (int) password_size,
      salt, (int) salt_size, (int) iterations, EVP_sha256 (), (int) out_size,
      out) == 1;
}

/* OpenSSL refuses NULL even where the size is 0, as in an empty GBytes. */
static OSSL_PARAM
octets (const char *name, const guint8 * data, gsize size)
{
  return OSSL_PARAM_construct_octet_string (name,
      data != NULL ? (void *) data : (void *) "", size);
}

gboolean
lke2ee_hkdf_sha256 (const guint8 * ikm, gsize ikm_size,
    const guint8 * salt, gsize salt_size, const guint8 * info, gsize info_size,
    guint8 * out, gsize out_size)
{
  EVP_KDF *kdf = EVP_KDF_fetch (NULL, "HKDF", NULL);
  EVP_KDF_CTX *context = kdf ? EVP_KDF_CTX_new (kdf) : NULL;
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_KDF_PARAM_DIGEST,
        (char *) "SHA256", 0),
    octets (OSSL_KDF_PARAM_KEY, ikm, ikm_size),
    octets (OSSL_KDF_PARAM_SALT, salt, salt_size),
    octets (OSSL_KDF_PARAM_INFO, info, info_size),
    OSSL_PARAM_construct_end (),
  };
  gboolean ok = context != NULL
      && EVP_KDF_derive (context, out, out_size, params) == 1;

  EVP_KDF_CTX_free (context);
  EVP_KDF_free (kdf);
  return ok;
}

static gboolean
derive (Lke2eeKdf kdf, const guint8 * material, gsize material_size,
    GBytes * salt, guint8 * out, gsize out_size)
{
  static const guint8 zero_info[LKE2EE_HKDF_INFO_SIZE];
  gsize salt_size;
  const guint8 *salt_data = g_bytes_get_data (salt, &salt_size);

  switch (kdf) {
    case LKE2EE_KDF_PBKDF2:
      return lke2ee_pbkdf2_sha256 (material, material_size, salt_data,
          salt_size, LKE2EE_PBKDF2_ITERATIONS, out, out_size);
    case LKE2EE_KDF_HKDF:
      return lke2ee_hkdf_sha256 (material, material_size, salt_data,
          salt_size, zero_info, sizeof zero_info, out, out_size);
    case LKE2EE_KDF_NONE:
    default:
      return FALSE;
  }
}

/* @out_size bytes from @material with LiveKit's parameters. */
gboolean
lke2ee_kdf_derive (Lke2eeKdf kdf, const guint8 * material,
    gsize material_size, GBytes * salt, guint8 * out, gsize out_size)
{
  gboolean ok = derive (kdf, material, material_size, salt, out, out_size);

  /* OpenSSL 3.0 leaves the last block of HKDF there, which is the key. */
  lke2ee_stack_wipe ();
  return ok;
}

void
lke2ee_kdf_init_library (void)
{
  /* Anything but 0, for which it does nothing. */
  OPENSSL_init_crypto (OPENSSL_INIT_LOAD_CRYPTO_STRINGS, NULL);
}
