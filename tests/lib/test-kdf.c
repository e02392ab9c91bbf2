/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* PBKDF2 and HKDF: Wycheproof, and what the ratchet relies on. */

#include "lke2ee-kdf-private.h"
#include "vectors.h"

#include <string.h>

static void
check_pbkdf2 (JsonObject * row)
{
  g_autofree char *name =
      g_strdup_printf ("pbkdf2 %" G_GINT64_FORMAT, row_number (row, "id"));
  g_autoptr (GBytes) password = row_bytes (row, "password");
  g_autoptr (GBytes) salt = row_bytes (row, "salt");
  g_autoptr (GBytes) want = row_bytes (row, "dk");
  gsize password_size, salt_size, size = row_number (row, "dkLen");
  const guint8 *password_data = bytes_peek (password, &password_size);
  const guint8 *salt_data = bytes_peek (salt, &salt_size);
  g_autofree guint8 *out = g_malloc (size);

  g_assert_true (lke2ee_pbkdf2_sha256 (password_data, password_size,
          salt_data, salt_size, row_number (row, "iterationCount"), out,
          size));
  g_autoptr (GBytes) got = g_bytes_new (out, size);
  assert_bytes (name, got, want);
}

static void
test_pbkdf2 (void)
{
  vectors_each ("pbkdf2-sha256.json", check_pbkdf2);
}

static void
check_hkdf (JsonObject * row)
{
  g_autofree char *name =
      g_strdup_printf ("hkdf %" G_GINT64_FORMAT, row_number (row, "id"));
  g_autoptr (GBytes) ikm = row_bytes (row, "ikm");
  g_autoptr (GBytes) salt = row_bytes (row, "salt");
  g_autoptr (GBytes) info = row_bytes (row, "info");
  g_autoptr (GBytes) want = row_bytes (row, "okm");
  gsize ikm_size, salt_size, info_size, size = row_number (row, "size");
  const guint8 *ikm_data = bytes_peek (ikm, &ikm_size);
  const guint8 *salt_data = bytes_peek (salt, &salt_size);
  const guint8 *info_data = bytes_peek (info, &info_size);
  g_autofree guint8 *out = g_malloc (size);
  gboolean ok = lke2ee_hkdf_sha256 (ikm_data, ikm_size, salt_data, salt_size,
      info_data, info_size, out, size);

  g_test_message ("%s", name);
  g_assert_true (ok == json_object_get_boolean_member (row, "valid"));
  if (!ok)
    return;
  g_autoptr (GBytes) got = g_bytes_new (out, size);
  assert_bytes (name, got, want);
}

static void
test_hkdf (void)
{
  vectors_each ("hkdf-sha256.json", check_hkdf);
}

/* The first 16 bytes do not depend on how many are asked for: one derivation
 * makes the encryption key and the next material. */
static void
test_shorter_is_a_prefix (void)
{
  g_autoptr (GBytes) salt = g_bytes_new_static ("salt", 4);
  const guint8 material[] = "sixteen bytes and more";
  guint8 whole[32], part[16];
  const Lke2eeKdf kdfs[] = { LKE2EE_KDF_PBKDF2, LKE2EE_KDF_HKDF };

  for (guint i = 0; i < G_N_ELEMENTS (kdfs); i++) {
    g_assert_true (lke2ee_kdf_derive (kdfs[i], material, sizeof material,
            salt, whole, sizeof whole));
    g_assert_true (lke2ee_kdf_derive (kdfs[i], material, sizeof material,
            salt, part, sizeof part));
    g_assert_cmpmem (whole, sizeof part, part, sizeof part);
  }
  g_assert_false (lke2ee_kdf_derive (LKE2EE_KDF_NONE, material,
          sizeof material, salt, whole, sizeof whole));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kdf/pbkdf2", test_pbkdf2);
  g_test_add_func ("/kdf/hkdf", test_hkdf);
  g_test_add_func ("/kdf/prefix", test_shorter_is_a_prefix);
  return g_test_run ();
}
