/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Calls that fail when a test says so. */

#include "faults.h"

#include <gst/gst.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <string.h>

static const char *armed;
static guint nth_fails;         /* 0: none */
static gint n_calls;            /* atomic; of armed */
static gint has_failed;         /* atomic */

void
fault_arm (const char *name, guint nth)
{
  armed = name;
  nth_fails = nth;
  g_atomic_int_set (&n_calls, 0);
  g_atomic_int_set (&has_failed, FALSE);
}

gboolean
fault_disarm (void)
{
  armed = NULL;
  return g_atomic_int_get (&has_failed);
}

guint
fault_count_calls (void)
{
  return g_atomic_int_get (&n_calls);
}

static gboolean
fails (const char *name)
{
  if (armed == NULL || strcmp (armed, name) != 0
      || (guint) g_atomic_int_add (&n_calls, 1) + 1 != nth_fails)
    return FALSE;
  g_atomic_int_set (&has_failed, TRUE);
  return TRUE;
}

/* *INDENT-OFF* */
#define WRAP(type, name, parameters, arguments, failure) \
  type __real_##name parameters; \
  type __wrap_##name parameters; \
  type __wrap_##name parameters \
  { \
    return fails (#name) ? failure : __real_##name arguments; \
  }

WRAP (EVP_CIPHER_CTX *, EVP_CIPHER_CTX_new, (void), (), NULL)
WRAP (int, EVP_CipherInit_ex, (EVP_CIPHER_CTX * context,
    const EVP_CIPHER * cipher, ENGINE * engine, const unsigned char *key,
    const unsigned char *iv, int encrypts),
    (context, cipher, engine, key, iv, encrypts), 0)
WRAP (int, EVP_CipherUpdate, (EVP_CIPHER_CTX * context, unsigned char *out,
    int *out_size, const unsigned char *in, int in_size),
    (context, out, out_size, in, in_size), 0)
WRAP (int, EVP_CipherFinal_ex, (EVP_CIPHER_CTX * context, unsigned char *out,
    int *out_size), (context, out, out_size), 0)
WRAP (int, EVP_CIPHER_CTX_ctrl, (EVP_CIPHER_CTX * context, int type, int arg,
    void *pointer), (context, type, arg, pointer), 0)
WRAP (EVP_KDF *, EVP_KDF_fetch, (OSSL_LIB_CTX * context, const char *name,
    const char *properties), (context, name, properties), NULL)
WRAP (EVP_KDF_CTX *, EVP_KDF_CTX_new, (EVP_KDF * kdf), (kdf), NULL)
WRAP (int, EVP_KDF_derive, (EVP_KDF_CTX * context, unsigned char *key,
    size_t size, const OSSL_PARAM params[]), (context, key, size, params), 0)
WRAP (int, PKCS5_PBKDF2_HMAC, (const char *password, int password_size,
    const unsigned char *salt, int salt_size, int iterations,
    const EVP_MD * digest, int size, unsigned char *out),
    (password, password_size, salt, salt_size, iterations, digest, size,
    out), 0)
WRAP (void *, sodium_malloc, (const size_t size), (size), NULL)
WRAP (GstBuffer *, gst_buffer_new_allocate, (GstAllocator * allocator,
    gsize size, GstAllocationParams * params), (allocator, size, params),
    NULL)
/* *INDENT-ON* */

const char *const fault_names[] = {
  "EVP_CIPHER_CTX_new", "EVP_CipherInit_ex", "EVP_CipherUpdate",
  "EVP_CipherFinal_ex", "EVP_CIPHER_CTX_ctrl", "EVP_KDF_fetch",
  "EVP_KDF_CTX_new", "EVP_KDF_derive", "PKCS5_PBKDF2_HMAC", "sodium_malloc",
  "gst_buffer_new_allocate",
};
const guint fault_n_names = G_N_ELEMENTS (fault_names);
