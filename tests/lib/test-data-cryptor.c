/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Data packets: the wire format, there and back, and the errors. */

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

static void
assert_refused (Lke2eeDataCryptor * cryptor, const char *name,
    GBytes * encrypted, GBytes * iv, guint key_index)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) opened = lke2ee_data_cryptor_decrypt (cryptor, encrypted,
      iv, key_index, &error);

  if (opened != NULL || error == NULL)
    g_error ("%s was opened", name);
}

/* @bytes with one bit changed. */
static GBytes *
change_bit (GBytes * bytes, gsize bit)
{
  gsize size;
  const guint8 *data = bytes_peek (bytes, &size);
  guint8 *changed = g_memdup2 (data, size);

  changed[bit / 8] ^= 1 << bit % 8;
  return g_bytes_new_take (changed, size);
}

/* Opens what WebCrypto sealed; what we seal opens in the same way, so it has
 * the same format. */
static void
check_packet (JsonObject * row)
{
  const char *name = row_text (row, "name");
  guint index = row_number (row, "key_index"), sent_index;
  g_autoptr (Lke2eeKeyProvider) provider = provider_for_row (row);
  g_autoptr (Lke2eeDataCryptor) cryptor =
      lke2ee_data_cryptor_new (provider, NULL);
  g_autoptr (GBytes) data = row_bytes (row, "data");
  g_autoptr (GBytes) encrypted = row_bytes (row, "encrypted");
  g_autoptr (GBytes) iv = row_bytes (row, "iv");
  g_autoptr (GBytes) sent_iv = NULL;
  g_autoptr (GError) error = NULL;

  g_autoptr (GBytes) opened =
      lke2ee_data_cryptor_decrypt (cryptor, encrypted, iv, index, &error);
  g_assert_no_error (error);
  assert_bytes (name, opened, data);

  g_autoptr (GBytes) sealed = lke2ee_data_cryptor_encrypt (cryptor, data,
      &sent_iv, &sent_index, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (sent_index, ==, index);
  g_autoptr (GBytes) again = lke2ee_data_cryptor_decrypt (cryptor, sealed,
      sent_iv, sent_index, &error);
  g_assert_no_error (error);
  assert_bytes (name, again, data);
}

static void
test_wire (void)
{
  vectors_each ("packets.json", check_packet);
}

/* Every bit of ciphertext, tag and IV, every truncation, another index. */
static void
check_mutations (JsonObject * row)
{
  const char *name = row_text (row, "name");
  guint index = row_number (row, "key_index");
  g_autoptr (Lke2eeKeyProvider) provider = provider_for_row (row);
  g_autoptr (Lke2eeDataCryptor) cryptor =
      lke2ee_data_cryptor_new (provider, NULL);
  g_autoptr (GBytes) encrypted = row_bytes (row, "encrypted");
  g_autoptr (GBytes) iv = row_bytes (row, "iv");

  for (gsize bit = 0; bit < g_bytes_get_size (encrypted) * 8; bit++) {
    g_autoptr (GBytes) changed = change_bit (encrypted, bit);
    assert_refused (cryptor, name, changed, iv, index);
  }
  for (gsize bit = 0; bit < g_bytes_get_size (iv) * 8; bit++) {
    g_autoptr (GBytes) changed = change_bit (iv, bit);
    assert_refused (cryptor, name, encrypted, changed, index);
  }
  for (gsize cut = 0; cut < g_bytes_get_size (encrypted); cut++) {
    g_autoptr (GBytes) changed = g_bytes_new_from_bytes (encrypted, 0, cut);
    assert_refused (cryptor, name, changed, iv, index);
  }
  for (gsize cut = 0; cut < g_bytes_get_size (iv); cut++) {
    g_autoptr (GBytes) changed = g_bytes_new_from_bytes (iv, 0, cut);
    assert_refused (cryptor, name, encrypted, changed, index);
  }
  assert_refused (cryptor, name, encrypted, iv, index + 1);
  assert_refused (cryptor, name, encrypted, iv, index + 256);
}

static void
test_mutations (void)
{
  vectors_each ("packets.json", check_mutations);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data-cryptor/there-and-back", test_data_packets);
  g_test_add_func ("/data-cryptor/wire", test_wire);
  g_test_add_func ("/data-cryptor/mutations", test_mutations);
  return g_test_run ();
}
