/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What ciphertext has to read like, and that sealed frames do. */

#include <lke2ee/lke2ee.h>

#include "lke2ee-iv-choice-private.h"
#include "vectors.h"

typedef struct
{
  const char *name;
  Lke2eeCodec codec;
  const char *frame;
  gsize header_size;
  const char *accepted, *refused;       /* first ciphertext bytes, or NULL */
} Row;

/* 0x82: profile 0, key. 0x86: delta. 0xb0 and 0xb2: profile 3. 0x88: shows an
 * existing frame. */
static const Row rows[] = {
  {"vp9 key frame", LKE2EE_CODEC_VP9, "82498342", 0, "80829092a3", "840042c2"},
  {"vp9 key frame never looks like profile 3", LKE2EE_CODEC_VP9, "82498342",
      0, "80", "b0b8"},
  {"vp9 delta frame", LKE2EE_CODEC_VP9, "86000000", 0, "8600ffb6",
      "8082b0b8b9"},
  {"vp9 of profile 3", LKE2EE_CODEC_VP9, "b0498342", 0, "80", "84b0"},
  {"vp9 shows a frame again", LKE2EE_CODEC_VP9, "88", 0, "00ff", "80"},
  /* 88 = 1 0001000: first_mb 0, slice_type 7; then pps_id 1 = 0. */
  {"h264 idr of x264", LKE2EE_CODEC_H264, "00000001 6588 84000000", 6,
      "80ff84", "007f"},
  /* pps_id 010 = 1 */
  {"h264 idr with another pps", LKE2EE_CODEC_H264, "00000001 6588 44000000",
      6, "405f", "80006000"},
  /* b8 = 1 011 1 000: all three are in the clear byte. */
  {"h264 idr of openh264", LKE2EE_CODEC_H264, "00000001 65b8 00000000", 6},
  {"h264 delta slice", LKE2EE_CODEC_H264, "00000001 4188 84000000", 6},
  {"h264 slice that ends there", LKE2EE_CODEC_H264, "00000001 6588", 6},
  {"h264 numbers too long", LKE2EE_CODEC_H264, "00000001 6588 01000000", 6},
  {"h264 numbers that do not end", LKE2EE_CODEC_H264,
      "00000001 6588 00000000", 6},
  {"h265", LKE2EE_CODEC_H265, "00000001 2601 af098000", 6},
  {"vp8", LKE2EE_CODEC_VP8, "110200 aabbcc", 3},
  {"audio", LKE2EE_CODEC_AUDIO, "78 010203", 1},
};

static void
check_bytes (const Lke2eeIvChoice * choice, const Row * row, const char *hex,
    gboolean want)
{
  g_autoptr (GBytes) bytes = bytes_from_hex (hex);
  gsize size;
  const guint8 *data = bytes_peek (bytes, &size);

  for (gsize i = 0; i < size; i++) {
    const guint8 ciphertext[LKE2EE_IV_CHOICE_MAX_SIZE] = { data[i] };

    if (lke2ee_iv_choice_accepts (choice, ciphertext) != want)
      g_error ("%s: %02x", row->name, data[i]);
  }
}

static void
test_rules (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GBytes) frame = bytes_from_hex (rows[i].frame);
    GOutputVector piece;
    const Lke2eeVectors vectors = { &piece, 1 };
    Lke2eeIvChoice choice;

    g_test_message ("%s", rows[i].name);
    piece.buffer = bytes_peek (frame, &piece.size);
    g_assert_true (lke2ee_iv_choice_init (&choice, rows[i].codec, &vectors,
            rows[i].header_size) == (rows[i].accepted != NULL));
    if (rows[i].accepted == NULL)
      continue;
    check_bytes (&choice, &rows[i], rows[i].accepted, TRUE);
    check_bytes (&choice, &rows[i], rows[i].refused, FALSE);
  }
}

/* As the server reads it (livekit pkg/sfu, IsVP9KeyFrame). */
static gboolean
server_takes_for_key (guint8 b)
{
  if ((b & 0xc0) != 0x80)
    return FALSE;
  return (b >> 4 & 3) == 3 ? (b & 6) == 0 : (b & 0xc) == 0;
}

static void
test_sealed_vp9 (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);
  g_autoptr (Lke2eeFrameCryptor) cryptor =
      lke2ee_frame_cryptor_new (provider, NULL, LKE2EE_CODEC_VP9);

  lke2ee_key_provider_set_passphrase (provider, NULL, "secret", 0, NULL);
  for (guint i = 0; i < 2000; i++) {
    const guint8 data[] = { i % 10 ? 0x86 : 0x82, 0x49, 0x83, 0x42 };
    g_autoptr (GBytes) frame = g_bytes_new (data, 1 + i % 4);
    g_autoptr (GBytes) sealed = NULL;

    lke2ee_frame_cryptor_encrypt_bytes (cryptor, frame, &sealed);
    const guint8 *bytes = bytes_peek (sealed, NULL);
    g_assert_true (server_takes_for_key (bytes[0]) == (i % 10 == 0));
  }
  g_assert_cmpuint (lke2ee_frame_cryptor_get_n_iv_skipped (cryptor), >, 200);
}

/* The linker puts this in front of lke2ee_iv_choice_accepts() (--wrap). */
gboolean __real_lke2ee_iv_choice_accepts (const Lke2eeIvChoice * choice,
    const guint8 * ciphertext);
gboolean __wrap_lke2ee_iv_choice_accepts (const Lke2eeIvChoice * choice,
    const guint8 * ciphertext);

static gboolean none_will_do;

gboolean
__wrap_lke2ee_iv_choice_accepts (const Lke2eeIvChoice * choice,
    const guint8 * ciphertext)
{
  return !none_will_do && __real_lke2ee_iv_choice_accepts (choice,
      ciphertext);
}

/* A frame for which no IV will do is sent all the same, after so many tries,
 * each of which used an IV up. */
static void
test_bounded (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);
  g_autoptr (Lke2eeFrameCryptor) cryptor =
      lke2ee_frame_cryptor_new (provider, NULL, LKE2EE_CODEC_VP9);
  g_autoptr (GBytes) frame = g_bytes_new_static ("\x82\x49", 2);
  g_autoptr (GBytes) sealed = NULL;
  g_autoptr (GBytes) opened = NULL;

  lke2ee_key_provider_set_passphrase (provider, NULL, "secret", 0, NULL);
  none_will_do = TRUE;
  g_assert_cmpint (lke2ee_frame_cryptor_encrypt_bytes (cryptor, frame,
          &sealed), ==, LKE2EE_FRAME_OK);
  none_will_do = FALSE;
  /* Runs that a peer could not read are stepped over besides, now and then. */
  g_assert_cmpuint (lke2ee_frame_cryptor_get_n_iv_skipped (cryptor), >=,
      LKE2EE_IV_CHOICE_MAX_TRIES);
  g_assert_cmpuint (lke2ee_frame_cryptor_get_n_iv_skipped (cryptor), <,
      LKE2EE_IV_CHOICE_MAX_TRIES + 16);
  g_assert_cmpint (lke2ee_frame_cryptor_decrypt_bytes (cryptor, sealed,
          &opened), ==, LKE2EE_FRAME_OK);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/iv-choice/rules", test_rules);
  g_test_add_func ("/iv-choice/vp9", test_sealed_vp9);
  g_test_add_func ("/iv-choice/bounded", test_bounded);
  return g_test_run ();
}
