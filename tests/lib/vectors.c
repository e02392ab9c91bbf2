/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Test vectors: JSON arrays of objects whose bytes are hex. */

#include "vectors.h"

#include <string.h>

void
vectors_each (const char *file, VectorFunc func)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path =
      g_build_filename (g_getenv ("LKE2EE_VECTORS"), file, NULL);

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  JsonArray *rows = json_node_get_array (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (rows), >, 0);
  for (guint i = 0; i < json_array_get_length (rows); i++)
    func (json_array_get_object_element (rows, i));
}

const char *
row_text (JsonObject * row, const char *name)
{
  return json_object_get_string_member_with_default (row, name, NULL);
}

gint64
row_number (JsonObject * row, const char *name)
{
  return json_object_get_int_member_with_default (row, name, 0);
}

GBytes *
bytes_from_hex (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  for (; hex[0] != '\0'; hex++) {
    guint8 byte;

    if (*hex == ' ')
      continue;
    g_assert_true (g_ascii_isxdigit (hex[0]) && g_ascii_isxdigit (hex[1]));
    byte = g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]);
    g_byte_array_append (bytes, &byte, 1);
    hex++;
  }
  return g_byte_array_free_to_bytes (bytes);
}

GBytes *
row_bytes (JsonObject * row, const char *name)
{
  return bytes_from_hex (row_text (row, name));
}

const guint8 *
bytes_peek (GBytes * bytes, gsize * size)
{
  return g_bytes_get_data (bytes, size);
}

static char *
to_hex (GBytes * bytes)
{
  GString *hex = g_string_new (NULL);
  gsize size;
  const guint8 *data = bytes_peek (bytes, &size);

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (hex, "%02x", data[i]);
  return g_string_free (hex, FALSE);
}

Lke2eeKeyProvider *
provider_for_row (JsonObject * row)
{
  Lke2eeKeyProvider *provider = lke2ee_key_provider_new (TRUE);
  const char *kdf_name = row_text (row, "kdf");
  Lke2eeKdf kdf = strcmp (kdf_name, "hkdf") == 0 ? LKE2EE_KDF_HKDF
      : strcmp (kdf_name, "none") == 0 ? LKE2EE_KDF_NONE : LKE2EE_KDF_PBKDF2;
  gint index = row_number (row, "key_index");
  g_autoptr (GError) error = NULL;

  g_object_set (provider, "ratchet-salt", row_text (row, "salt"), "key-size",
      (guint) row_number (row, "key_size"), "key-ring-size", 256, NULL);
  if (row_text (row, "passphrase") != NULL) {
    lke2ee_key_provider_set_passphrase (provider, NULL,
        row_text (row, "passphrase"), index, &error);
  } else {
    g_autoptr (GBytes) key = row_bytes (row, "key");

    lke2ee_key_provider_set_key (provider, NULL, key, kdf, index, &error);
  }
  g_assert_no_error (error);
  for (gint64 i = 0; i < row_number (row, "ratchets"); i++) {
    GBytes *material =
        lke2ee_key_provider_ratchet_key (provider, NULL, index, &error);

    g_assert_no_error (error);
    g_bytes_unref (material);
  }
  return provider;
}

void
assert_bytes (const char *name, GBytes * got, GBytes * want)
{
  if (g_bytes_equal (got, want))
    return;
  g_error ("%s: got %s, want %s", name, to_hex (got), to_hex (want));
}
