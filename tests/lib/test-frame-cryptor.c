/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Frames: the wire vectors, what is refused, pieces, rotation, ratchet. */

#include <lke2ee/lke2ee.h>
#include <string.h>

#include "lke2ee-frame-cryptor-private.h"
#include "vectors.h"

static Lke2eeCodec
codec_from_name (const char *name)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (LKE2EE_TYPE_CODEC);

  return g_enum_get_value_by_nick (klass, name)->value;
}

/* Opens what WebCrypto sealed, and seals to the same bytes with its IV. */
static void
check_wire (JsonObject * row)
{
  const char *name = row_text (row, "name");
  g_autoptr (Lke2eeKeyProvider) provider = provider_for_row (row);
  g_autoptr (Lke2eeFrameCryptor) cryptor =
      lke2ee_frame_cryptor_new (provider, NULL,
      codec_from_name (row_text (row, "codec")));
  g_autoptr (GBytes) frame = row_bytes (row, "frame");
  g_autoptr (GBytes) encrypted = row_bytes (row, "encrypted");
  g_autoptr (GBytes) iv = row_bytes (row, "iv");
  g_autoptr (GBytes) opened = NULL;
  g_autoptr (GBytes) sealed = NULL;

  g_test_message ("%s", name);
  g_assert_cmpint (lke2ee_frame_cryptor_decrypt_bytes (cryptor, encrypted,
          &opened), ==, LKE2EE_FRAME_OK);
  assert_bytes (name, opened, frame);
  g_assert_cmpint (lke2ee_frame_cryptor_get_last_key_index (cryptor), ==,
      row_number (row, "key_index"));

  lke2ee_sender_set_iv (lke2ee_frame_cryptor_peek_sender (cryptor),
      bytes_peek (iv, NULL));
  g_assert_cmpint (lke2ee_frame_cryptor_encrypt_bytes (cryptor, frame,
          &sealed), ==, LKE2EE_FRAME_OK);
  /* Ours steps over IVs that need escapes or make ciphertext read wrong. */
  if (lke2ee_frame_cryptor_get_n_iv_skipped (cryptor) > 0)
    g_assert_false (g_bytes_equal (sealed, encrypted));
  else
    assert_bytes (name, sealed, encrypted);
}

static void
test_wire (void)
{
  vectors_each ("wire.json", check_wire);
}

/* Every bit, every truncation, every extension. */

static void
assert_refused (Lke2eeFrameCryptor * cryptor, const guint8 * data, gsize size,
    const char *name, gsize which)
{
  g_autoptr (GBytes) frame = g_bytes_new (data, size);
  g_autoptr (GBytes) opened = NULL;
  Lke2eeFrameResult result =
      lke2ee_frame_cryptor_decrypt_bytes (cryptor, frame, &opened);

  if (opened != NULL)
    g_error ("%s: %" G_GSIZE_FORMAT " was opened", name, which);
  g_assert_cmpint (result, !=, LKE2EE_FRAME_INTERNAL_ERROR);
}

static void
check_mutations (JsonObject * row)
{
  const char *name = row_text (row, "name");
  g_autoptr (Lke2eeKeyProvider) provider = provider_for_row (row);
  g_autoptr (Lke2eeFrameCryptor) cryptor =
      lke2ee_frame_cryptor_new (provider, NULL,
      codec_from_name (row_text (row, "codec")));
  g_autoptr (GBytes) encrypted = row_bytes (row, "encrypted");
  gsize size;
  const guint8 *data = bytes_peek (encrypted, &size);
  guint8 changed[512] = { 0 };

  memcpy (changed, data, size);
  for (gsize bit = 0; bit < size * 8; bit++) {
    changed[bit / 8] ^= 1 << bit % 8;
    assert_refused (cryptor, changed, size, name, bit);
    changed[bit / 8] ^= 1 << bit % 8;
  }
  for (gsize cut = 1; cut < size; cut++)
    assert_refused (cryptor, changed, cut, name, cut);
  for (gsize more = 1; more <= 40; more++)
    assert_refused (cryptor, changed, size + more, name, more);
}

static void
test_mutations (void)
{
  vectors_each ("wire.json", check_mutations);
}

/* A frame in two pieces, cut anywhere, is the same frame. */
static void
check_pieces (JsonObject * row)
{
  g_autoptr (Lke2eeKeyProvider) provider = provider_for_row (row);
  g_autoptr (Lke2eeFrameCryptor) cryptor =
      lke2ee_frame_cryptor_new (provider, NULL,
      codec_from_name (row_text (row, "codec")));
  g_autoptr (GBytes) frame = row_bytes (row, "frame");
  g_autoptr (GBytes) encrypted = row_bytes (row, "encrypted");
  gsize size, frame_size, out_size;
  const guint8 *data = bytes_peek (encrypted, &size);
  const guint8 *frame_data = bytes_peek (frame, &frame_size);
  guint8 out[1024], again[1024];

  for (gsize cut = 0; cut <= size; cut++) {
    const GOutputVector pieces[] = { {data, cut}, {data + cut, size - cut} };

    g_assert_cmpint (lke2ee_frame_cryptor_decrypt (cryptor, pieces, 2, -1,
            out, sizeof out, &out_size), ==, LKE2EE_FRAME_OK);
    g_assert_cmpmem (out, out_size, frame_data, frame_size);
  }
  for (gsize cut = 0; cut <= frame_size; cut++) {
    const GOutputVector pieces[] =
        { {frame_data, cut}, {frame_data + cut, frame_size - cut} };

    g_assert_cmpint (lke2ee_frame_cryptor_encrypt (cryptor, pieces, 2, -1,
            out, sizeof out, &out_size), ==, LKE2EE_FRAME_OK);
    const GOutputVector sealed = { out, out_size };
    g_assert_cmpint (lke2ee_frame_cryptor_decrypt (cryptor, &sealed, 1, -1,
            again, sizeof again, &out_size), ==, LKE2EE_FRAME_OK);
    g_assert_cmpmem (again, out_size, frame_data, frame_size);
  }
}

static void
test_pieces (void)
{
  vectors_each ("wire.json", check_pieces);
}

/* Any bytes of any size, each codec, there and back. */
static void
test_round_trips (void)
{
  static const guint8 starts[][6] = {
    [LKE2EE_CODEC_AUDIO] = {0x78}, [LKE2EE_CODEC_VP8] = {0x11},
    [LKE2EE_CODEC_VP9] = {0x82},
    [LKE2EE_CODEC_H264] = {0, 0, 0, 1, 0x41, 0x9a},
    [LKE2EE_CODEC_H265] = {0, 0, 0, 1, 0x02, 0x01},
  };
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);

  lke2ee_key_provider_set_passphrase (provider, NULL, "secret", 0, NULL);
  for (guint codec = 0; codec < G_N_ELEMENTS (starts); codec++) {
    g_autoptr (Lke2eeFrameCryptor) cryptor =
        lke2ee_frame_cryptor_new (provider, NULL, codec);

    for (guint round = 0; round < 500; round++) {
      gsize size = g_test_rand_int_range (6, round < 490 ? 3000 : 2000000);
      guint8 *data = g_malloc (size);
      g_autoptr (GBytes) sealed = NULL;
      g_autoptr (GBytes) opened = NULL;

      for (gsize i = 0; i < size; i++)
        data[i] = round % 2 ? 0 : i * 7;
      memcpy (data, starts[codec], 6);
      g_autoptr (GBytes) frame = g_bytes_new_take (data, size);
      g_assert_cmpint (lke2ee_frame_cryptor_encrypt_bytes (cryptor, frame,
              &sealed), ==, LKE2EE_FRAME_OK);
      g_assert_cmpint (lke2ee_frame_cryptor_decrypt_bytes (cryptor, sealed,
              &opened), ==, LKE2EE_FRAME_OK);
      g_assert_true (g_bytes_equal (opened, frame));
    }
  }
}

/* Outcomes */

static void
test_outcomes (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);
  g_autoptr (Lke2eeFrameCryptor) cryptor =
      lke2ee_frame_cryptor_new (provider, NULL, LKE2EE_CODEC_AUDIO);
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) frame = g_bytes_new_static ("x123", 4);
  GBytes *out = NULL;

  g_assert_cmpint (lke2ee_frame_cryptor_encrypt_bytes (cryptor, empty, &out),
      ==, LKE2EE_FRAME_EMPTY);
  g_assert_cmpint (lke2ee_frame_cryptor_encrypt_bytes (cryptor, frame, &out),
      ==, LKE2EE_FRAME_MISSING_KEY);
  g_assert_null (out);
  lke2ee_key_provider_set_passphrase (provider, NULL, "a", 3, NULL);
  g_autoptr (GBytes) sealed = NULL;
  g_assert_cmpint (lke2ee_frame_cryptor_encrypt_bytes (cryptor, frame,
          &sealed), ==, LKE2EE_FRAME_OK);

  lke2ee_frame_cryptor_set_replay_window (cryptor, 4);
  g_assert_cmpint (lke2ee_frame_cryptor_decrypt_bytes (cryptor, sealed, &out),
      ==, LKE2EE_FRAME_OK);
  g_clear_pointer (&out, g_bytes_unref);
  g_assert_cmpint (lke2ee_frame_cryptor_decrypt_bytes (cryptor, sealed, &out),
      ==, LKE2EE_FRAME_REPLAYED);
  g_assert_null (out);
  lke2ee_frame_cryptor_reset_replay (cryptor);
  g_assert_cmpint (lke2ee_frame_cryptor_decrypt_bytes (cryptor, sealed, &out),
      ==, LKE2EE_FRAME_OK);
  g_clear_pointer (&out, g_bytes_unref);

  lke2ee_key_provider_remove_participant (provider, NULL);
  lke2ee_frame_cryptor_reset_replay (cryptor);
  g_assert_cmpint (lke2ee_frame_cryptor_decrypt_bytes (cryptor, sealed, &out),
      ==, LKE2EE_FRAME_MISSING_KEY);
  lke2ee_key_provider_set_passphrase (provider, NULL, "a", 3, NULL);
  g_assert_cmpint (lke2ee_frame_cryptor_decrypt_bytes (cryptor, sealed, &out),
      ==, LKE2EE_FRAME_OK);
  g_clear_pointer (&out, g_bytes_unref);
}

/* A sender steps on; a receiver with a window follows, once its window is
 * derived in the background. */
static void
test_ratchet (void)
{
  g_autoptr (Lke2eeKeyProvider) sender = lke2ee_key_provider_new (TRUE);
  g_autoptr (Lke2eeKeyProvider) receiver = lke2ee_key_provider_new (TRUE);
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef", 16);
  g_autoptr (GBytes) frame = g_bytes_new_static ("x123", 4);
  g_autoptr (Lke2eeFrameCryptor) seal =
      lke2ee_frame_cryptor_new (sender, NULL, LKE2EE_CODEC_AUDIO);
  g_autoptr (Lke2eeFrameCryptor) open =
      lke2ee_frame_cryptor_new (receiver, NULL, LKE2EE_CODEC_AUDIO);

  g_object_set (receiver, "ratchet-window-size", 8, NULL);
  lke2ee_key_provider_set_key (sender, NULL, key, LKE2EE_KDF_HKDF, 0, NULL);
  lke2ee_key_provider_set_key (receiver, NULL, key, LKE2EE_KDF_HKDF, 0, NULL);
  for (guint step = 1; step <= 20; step++) {
    g_autoptr (GBytes) material =
        lke2ee_key_provider_ratchet_key (sender, NULL, 0, NULL);
    g_autoptr (GBytes) sealed = NULL;
    g_autoptr (GBytes) opened = NULL;
    gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

    lke2ee_frame_cryptor_encrypt_bytes (seal, frame, &sealed);
    while (opened == NULL && g_get_monotonic_time () < deadline)
      lke2ee_frame_cryptor_decrypt_bytes (open, sealed, &opened);
    g_assert_nonnull (opened);
    assert_bytes ("ratcheted", opened, frame);
    g_assert_cmpuint (lke2ee_frame_cryptor_get_n_ratcheted (open), ==, step);
    g_autoptr (GBytes) followed =
        lke2ee_key_provider_export_key (receiver, NULL, 0, NULL);
    assert_bytes ("material", followed, material);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frame-cryptor/wire", test_wire);
  g_test_add_func ("/frame-cryptor/mutations", test_mutations);
  g_test_add_func ("/frame-cryptor/pieces", test_pieces);
  g_test_add_func ("/frame-cryptor/round-trips", test_round_trips);
  g_test_add_func ("/frame-cryptor/outcomes", test_outcomes);
  g_test_add_func ("/frame-cryptor/ratchet", test_ratchet);
  return g_test_run ();
}
