/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Data packets: there and back, and the errors. */

#include <lke2ee/lke2ee.h>

#include "vectors.h"

/* Data packets share keys and IVs with frames. */
static void
test_data_packets (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);
  g_autoptr (Lke2eeDataCryptor) cryptor =
      lke2ee_data_cryptor_new (provider, NULL);
  g_autoptr (GBytes) data = g_bytes_new_static ("payload", 7);
  g_autoptr (GError) error = NULL;
  GBytes *iv = NULL;
  guint index;

  g_assert_null (lke2ee_data_cryptor_encrypt (cryptor, data, &iv, &index,
          &error));
  g_assert_error (error, LKE2EE_ERROR, LKE2EE_ERROR_MISSING_KEY);
  g_clear_error (&error);
  lke2ee_key_provider_set_passphrase (provider, NULL, "secret", 4, NULL);
  g_autoptr (GBytes) sealed =
      lke2ee_data_cryptor_encrypt (cryptor, data, &iv, &index, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (sealed), ==, 23);
  g_assert_cmpuint (g_bytes_get_size (iv), ==, 12);
  g_assert_cmpuint (index, ==, 4);
  g_autoptr (GBytes) opened =
      lke2ee_data_cryptor_decrypt (cryptor, sealed, iv, index, &error);
  assert_bytes ("data", opened, data);

  g_assert_null (lke2ee_data_cryptor_decrypt (cryptor, sealed, iv, 5,
          &error));
  g_assert_error (error, LKE2EE_ERROR, LKE2EE_ERROR_MISSING_KEY);
  g_clear_error (&error);
  g_assert_null (lke2ee_data_cryptor_decrypt (cryptor, data, iv, index,
          &error));
  g_assert_error (error, LKE2EE_ERROR, LKE2EE_ERROR_CRYPTO);
  g_bytes_unref (iv);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data-cryptor", test_data_packets);
  return g_test_run ();
}
