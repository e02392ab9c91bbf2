/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* AES-GCM: Wycheproof, whole and in pieces. */

#include "lke2ee-aead-private.h"
#include "lke2ee-wire-private.h"
#include "vectors.h"

#include <string.h>

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

  g_assert_true (lke2ee_aead_start (aead, bytes_peek (iv, NULL), aad_data,
          aad_size));
  for (gsize i = 0; i < size; i += step)
    g_assert_true (lke2ee_aead_update (aead, in + i, MIN (step, size - i),
            out + i));
  g_assert_true (lke2ee_aead_seal_finish (aead, tag));
  return g_bytes_new_take (out, size);
}

static gboolean
opens (Lke2eeAead * aead, JsonObject * row)
{
  g_autoptr (GBytes) iv = row_bytes (row, "iv");
  g_autoptr (GBytes) aad = row_bytes (row, "aad");
  g_autoptr (GBytes) text = row_bytes (row, "ct");
  g_autoptr (GBytes) tag = row_bytes (row, "tag");
  gsize aad_size, size;
  const guint8 *in = bytes_peek (text, &size);
  const guint8 *aad_data = bytes_peek (aad, &aad_size);
  g_autofree guint8 *out = g_malloc0 (size + 1);

  g_assert_true (lke2ee_aead_start (aead, bytes_peek (iv, NULL), aad_data,
          aad_size));
  g_assert_true (lke2ee_aead_update (aead, in, size, out));
  return lke2ee_aead_open_finish (aead, bytes_peek (tag, NULL));
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
      lke2ee_aead_new (LKE2EE_AEAD_SEAL, key_data, key_size);
  g_autoptr (Lke2eeAead) opener =
      lke2ee_aead_new (LKE2EE_AEAD_OPEN, key_data, key_size);

  g_test_message ("%s", name);
  /* Twice: a context is used for many frames. */
  for (guint i = 0; i < 2; i++)
    g_assert_true (opens (opener, row) == valid);
  for (gsize step = 1; valid && step < 100; step += 15) {
    guint8 tag[LKE2EE_TAG_SIZE];
    g_autoptr (GBytes) got = seal (sealer, row, step, tag);
    g_autoptr (GBytes) got_tag = g_bytes_new (tag, sizeof tag);

    assert_bytes (name, got, want);
    assert_bytes (name, got_tag, want_tag);
  }
}

static void
test_wycheproof (void)
{
  vectors_each ("aes-gcm.json", check_row);
}

static void
test_refuses_other_key_sizes (void)
{
  const guint8 key[33] = { 0 };

  for (gsize size = 0; size <= sizeof key; size++) {
    g_autoptr (Lke2eeAead) aead =
        lke2ee_aead_new (LKE2EE_AEAD_SEAL, key, size);

    g_assert_true ((aead != NULL) == (size == 16 || size == 32));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aead/wycheproof", test_wycheproof);
  g_test_add_func ("/aead/key-sizes", test_refuses_other_key_sizes);
  return g_test_run ();
}
