/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A ratchet step against one PBKDF2 of OpenSSL: a ratio of 1 means that a step
 * is one derivation. */

#include "harness.h"
#include <lke2ee/lke2ee.h>

#include <openssl/evp.h>
#include <string.h>

#define SALT "LKFrameEncryptionKey"
#define ITERATIONS 100000

static void
derive (gpointer data, guint n)
{
  guint8 derived[32];

  for (guint i = 0; i < n; i++)
    g_assert_true (PKCS5_PBKDF2_HMAC ("passphrase", 10, (guint8 *) SALT,
            strlen (SALT), ITERATIONS, EVP_sha256 (), sizeof derived,
            derived) == 1);
}

static void
ratchet (gpointer provider, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autoptr (GBytes) material =
        lke2ee_key_provider_ratchet_key (provider, NULL, 0, NULL);

    g_assert_nonnull (material);
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);

  g_assert_true (lke2ee_key_provider_set_passphrase (provider, NULL,
          "passphrase", 0, NULL));
  BenchResult result = bench_compare (derive, NULL, ratchet, provider);
  bench_print ("ratchet", "one step", &result);
  return 0;
}
