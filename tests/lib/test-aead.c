/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* AES-GCM: Wycheproof, whole and in pieces, on each backend that this machine
 * has. */

#include "lke2ee-aead-private.h"
#include "lke2ee-wire-private.h"
#include "vectors.h"

#include <string.h>

static const Lke2eeAeadBackend *backend;

/* @step: bytes in each piece, or 0 for one call. */
static GBytes *
seal (Lke2eeAead * aead, JsonObject * row, gsize step, guint8 * tag)
{
  g_autoptr (GBytes) iv = row_bytes (row, "iv");
  g_autoptr (GBytes) aad = row_bytes (row, "aad");
  g_autoptr (GBytes) text = row_bytes (row, "msg");
  gsize aad_size, size;
  const guint8 *in = bytes_peek (text, &size);
  const guint8 *aad_data = bytes_peek (aad, &aad_size);
  guint8 *out = g_malloc0 (size + 1);

  if (step == 0) {
    g_assert_true (lke2ee_aead_seal (aead, bytes_peek (iv, NULL), aad_data,
            aad_size, in, size, out, tag));
    return g_bytes_new_take (out, size);
  }
  g_assert_true (lke2ee_aead_start (aead, bytes_peek (iv, NULL), aad_data,
          aad_size));
  for (gsize i = 0; i < size; i += step)
    g_assert_true (lke2ee_aead_update (aead, in + i, MIN (step, size - i),
            out + i));
  g_assert_true (lke2ee_aead_seal_finish (aead, tag));
  return g_bytes_new_take (out, size);
}

/* Opened, the text is that of @row; whether it was. */
static gboolean
opens (Lke2eeAead * aead, JsonObject * row, gsize step)
{
  g_autoptr (GBytes) iv = row_bytes (row, "iv");
  g_autoptr (GBytes) aad = row_bytes (row, "aad");
  g_autoptr (GBytes) text = row_bytes (row, "ct");
  g_autoptr (GBytes) tag = row_bytes (row, "tag");
  g_autoptr (GBytes) want = row_bytes (row, "msg");
  gsize aad_size, size;
  const guint8 *in = bytes_peek (text, &size);
  const guint8 *aad_data = bytes_peek (aad, &aad_size);
  g_autofree guint8 *out = g_malloc0 (size + 1);
  gboolean opened;

  if (step == 0) {
    opened = lke2ee_aead_open (aead, bytes_peek (iv, NULL), aad_data, aad_size,
        in, size, out, bytes_peek (tag, NULL)) == LKE2EE_AEAD_OPENED;
  } else {
    g_assert_true (lke2ee_aead_start (aead, bytes_peek (iv, NULL), aad_data,
            aad_size));
    for (gsize i = 0; i < size; i += step)
      g_assert_true (lke2ee_aead_update (aead, in + i, MIN (step, size - i),
              out + i));
    opened = lke2ee_aead_open_finish (aead, bytes_peek (tag, NULL));
  }
  if (opened)
    g_assert_cmpmem (out, size, bytes_peek (want, NULL), size);
  return opened;
}

static void
check_row (JsonObject * row)
{
  g_autofree char *name =
      g_strdup_printf ("aes-gcm %" G_GINT64_FORMAT, row_number (row, "id"));
  gboolean valid = json_object_get_boolean_member (row, "valid");
  g_autoptr (GBytes) key = row_bytes (row, "key");
  g_autoptr (GBytes) want = row_bytes (row, "ct");
  g_autoptr (GBytes) want_tag = row_bytes (row, "tag");
  gsize key_size;
  const guint8 *key_data = bytes_peek (key, &key_size);
  g_autoptr (Lke2eeAead) sealer =
      lke2ee_aead_new_with (backend, LKE2EE_AEAD_SEAL, key_data, key_size);
  g_autoptr (Lke2eeAead) opener =
      lke2ee_aead_new_with (backend, LKE2EE_AEAD_OPEN, key_data, key_size);

  g_test_message ("%s", name);
  /* Each context many times, as for frames. */
  for (gsize step = 0; step < 100; step += 15)
    g_assert_true (opens (opener, row, step) == valid);
  for (gsize step = 0; valid && step < 100; step += 15) {
    guint8 tag[LKE2EE_TAG_SIZE];
    g_autoptr (GBytes) got = seal (sealer, row, step, tag);
    g_autoptr (GBytes) got_tag = g_bytes_new (tag, sizeof tag);

    assert_bytes (name, got, want);
    assert_bytes (name, got_tag, want_tag);
  }
}

static void
test_wycheproof (gconstpointer data)
{
  backend = data;
  vectors_each ("aes-gcm.json", check_row);
}

/* Messages as long as key frames, past the counts of blocks that a backend
 * handles in one go: what one seals whole, another opens in odd pieces. */
static void
test_long (gconstpointer data)
{
  static const guint8 key[32] = { 1, 2, 3 };
  static const guint8 iv[LKE2EE_IV_SIZE] = { 4, 5, 6 };
  const gsize size = 70001;
  g_autofree guint8 *text = g_malloc (size);
  g_autofree guint8 *sealed = g_malloc (size);
  g_autofree guint8 *opened = g_malloc (size);
  guint8 tag[LKE2EE_TAG_SIZE];

  for (gsize i = 0; i < size; i++)
    text[i] = i * i >> 7;
  for (gsize key_size = 16; key_size <= sizeof key; key_size += 16) {
    g_autoptr (Lke2eeAead) sealer =
        lke2ee_aead_new_with (data, LKE2EE_AEAD_SEAL, key, key_size);
    g_autoptr (Lke2eeAead) opener =
        lke2ee_aead_new_with (lke2ee_aead_find_backend ("openssl"),
        LKE2EE_AEAD_OPEN, key, key_size);

    g_assert_true (lke2ee_aead_seal (sealer, iv, text, 99, text, size, sealed,
            tag));
    g_assert_true (lke2ee_aead_start (opener, iv, text, 99));
    for (gsize i = 0; i < size; i += 1021)
      g_assert_true (lke2ee_aead_update (opener, sealed + i,
              MIN (1021, size - i), opened + i));
    g_assert_true (lke2ee_aead_open_finish (opener, tag));
    g_assert_cmpmem (opened, size, text, size);
  }
}

static void
test_refuses_other_key_sizes (gconstpointer data)
{
  const guint8 key[33] = { 0 };

  for (gsize size = 0; size <= sizeof key; size++) {
    g_autoptr (Lke2eeAead) aead =
        lke2ee_aead_new_with (data, LKE2EE_AEAD_SEAL, key, size);

    g_assert_true ((aead != NULL) == (size == 16 || size == 32));
  }
}

static void
add_tests (const char *name)
{
  const Lke2eeAeadBackend *found = lke2ee_aead_find_backend (name);
  g_autofree char *vectors = g_strdup_printf ("/aead/%s/wycheproof", name);
  g_autofree char *frames = g_strdup_printf ("/aead/%s/long", name);
  g_autofree char *sizes = g_strdup_printf ("/aead/%s/key-sizes", name);

  if (found == NULL)
    return;
  g_test_add_data_func (vectors, found, test_wycheproof);
  g_test_add_data_func (frames, found, test_long);
  g_test_add_data_func (sizes, found, test_refuses_other_key_sizes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_tests ("openssl");
  add_tests ("ipsec-mb");
  return g_test_run ();
}
