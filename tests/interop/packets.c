/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Our side of the tests of data packets against LiveKit's SDKs: liblke2ee's
 * data cryptor, fed with packets from JSON. Reads cases from standard input and
 * writes them back with their packets encrypted or decrypted; a refused packet
 * is null. Usage: packets encrypt|decrypt */

#include <json-glib/json-glib.h>
#include <lke2ee/lke2ee.h>
#include <stdio.h>
#include <string.h>

static GBytes *
get_bytes (JsonObject * object, const char *name)
{
  gsize size;
  guchar *data = g_base64_decode (json_object_get_string_member (object,
          name), &size);

  return g_bytes_new_take (data, size);
}

static void
set_bytes (JsonObject * object, const char *name, GBytes * bytes)
{
  gsize size;
  const guchar *data = g_bytes_get_data (bytes, &size);
  g_autofree char *base64 = g_base64_encode (data, size);

  json_object_set_string_member (object, name, base64);
}

static Lke2eeKeyProvider *
new_provider (JsonObject * job)
{
  Lke2eeKeyProvider *provider = lke2ee_key_provider_new (TRUE);
  const char *kdf = json_object_get_string_member (job, "kdf");
  gint index = json_object_get_int_member (job, "key_index");
  g_autoptr (GError) error = NULL;

  g_object_set (provider,
      "ratchet-salt", json_object_get_string_member (job, "salt"),
      "key-size", (guint) json_object_get_int_member (job, "key_size"), NULL);
  if (strcmp (kdf, "pbkdf2") == 0) {
    lke2ee_key_provider_set_passphrase (provider, NULL,
        json_object_get_string_member (job, "passphrase"), index, &error);
  } else {
    g_autoptr (GBytes) key = lke2ee_secret_bytes_new_from_text
        (json_object_get_string_member (job, "key"), NULL);

    lke2ee_key_provider_set_key (provider, NULL, key,
        strcmp (kdf, "hkdf") == 0 ? LKE2EE_KDF_HKDF : LKE2EE_KDF_NONE, index,
        &error);
  }
  if (error != NULL)
    g_error ("%s", error->message);
  return provider;
}

/* TRUE if @packet was changed into its encrypted form. */
static gboolean
encrypt (Lke2eeDataCryptor * cryptor, JsonObject * packet)
{
  g_autoptr (GBytes) data = get_bytes (packet, "data");
  g_autoptr (GBytes) iv = NULL;
  guint index;
  g_autoptr (GBytes) encrypted =
      lke2ee_data_cryptor_encrypt (cryptor, data, &iv, &index, NULL);

  if (encrypted == NULL)
    return FALSE;
  set_bytes (packet, "data", encrypted);
  set_bytes (packet, "iv", iv);
  json_object_set_int_member (packet, "key_index", index);
  return TRUE;
}

static gboolean
decrypt (Lke2eeDataCryptor * cryptor, JsonObject * packet)
{
  g_autoptr (GBytes) encrypted = get_bytes (packet, "data");
  g_autoptr (GBytes) iv = get_bytes (packet, "iv");
  g_autoptr (GBytes) data = lke2ee_data_cryptor_decrypt (cryptor, encrypted,
      iv, json_object_get_int_member (packet, "key_index"), NULL);

  if (data == NULL)
    return FALSE;
  set_bytes (packet, "data", data);
  return TRUE;
}

static void
run_job (JsonObject * job, gboolean encrypts)
{
  g_autoptr (Lke2eeKeyProvider) provider = new_provider (job);
  g_autoptr (Lke2eeDataCryptor) cryptor =
      lke2ee_data_cryptor_new (provider, NULL);
  JsonArray *packets = json_object_get_array_member (job, "packets");
  JsonArray *results = json_array_new ();

  for (guint i = 0; i < json_array_get_length (packets); i++) {
    JsonObject *packet = json_array_get_object_element (packets, i);

    if (encrypts ? encrypt (cryptor, packet) : decrypt (cryptor, packet))
      json_array_add_object_element (results, json_object_ref (packet));
    else
      json_array_add_null_element (results);
  }
  json_object_set_array_member (job, "packets", results);
}

int
main (int argc, char **argv)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GIOChannel) input = g_io_channel_unix_new (0);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_io_channel_read_to_end (input, &text, NULL, NULL);
  if (argc != 2 || !json_parser_load_from_data (parser, text, -1, &error))
    g_error ("usage: packets encrypt|decrypt < cases.json");

  JsonArray *jobs = json_node_get_array (json_parser_get_root (parser));
  for (guint i = 0; i < json_array_get_length (jobs); i++)
    run_job (json_array_get_object_element (jobs, i),
        strcmp (argv[1], "encrypt") == 0);
  g_autofree char *out = json_to_string (json_parser_get_root (parser), FALSE);
  fputs (out, stdout);
  return 0;
}
