/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The library with the caller's buffers, all of the frame format included:
 * key, IV, header, trailer, escaping, and back. */

#include "harness.h"
#include "yardstick.h"

typedef struct _Subject Subject;

struct _Subject
{
  Lke2eeFrameCryptor *cryptor;
  GOutputVector frame;
  guint8 *out;
  gsize capacity;
};

static Lke2eeFrameCryptor *
new_cryptor (Lke2eeCodec codec)
{
  static const guint8 key[16] = { 1, 2, 3 };
  g_autoptr (GBytes) bytes = g_bytes_new_static (key, sizeof key);
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);

  g_assert_true (lke2ee_key_provider_set_key (provider, NULL, bytes,
          LKE2EE_KDF_NONE, 0, NULL));
  return lke2ee_frame_cryptor_new (provider, NULL, codec);
}

static void
encrypt (gpointer data, guint n)
{
  Subject *self = data;
  gsize size;

  for (guint i = 0; i < n; i++)
    g_assert_true (lke2ee_frame_cryptor_encrypt (self->cryptor, &self->frame,
            1, -1, self->out, self->capacity, &size) == LKE2EE_FRAME_OK);
}

static void
decrypt (gpointer data, guint n)
{
  Subject *self = data;
  gsize size;

  for (guint i = 0; i < n; i++)
    g_assert_true (lke2ee_frame_cryptor_decrypt (self->cryptor, &self->frame,
            1, -1, self->out, self->capacity, &size) == LKE2EE_FRAME_OK);
}

static void
compare (const BenchFrame * frame, const char *backend)
{
  g_autofree guint8 *in = bench_frame_new_data (frame);
  gsize capacity =
      lke2ee_codec_get_max_encrypted_size (frame->codec, frame->size);
  g_autofree guint8 *sealed = g_malloc (capacity);
  g_autofree guint8 *opened = g_malloc (capacity);
  g_autoptr (Lke2eeFrameCryptor) cryptor = new_cryptor (frame->codec);
  Yardstick *yardstick = yardstick_new (frame);
  Subject subject = { cryptor, {in, frame->size}, sealed, capacity };
  g_autofree char *row = g_strdup_printf ("library, %s", backend);
  BenchResult result =
      bench_compare (yardstick_run, yardstick, encrypt, &subject);

  bench_print (row, frame->name, &result);

  g_autofree char *back = g_strdup_printf ("library, %s, decrypting", backend);
  gsize size;

  lke2ee_frame_cryptor_encrypt (cryptor, &subject.frame, 1, -1, sealed,
      capacity, &size);
  subject = (Subject) { cryptor, {sealed, size}, opened, capacity };
  result = bench_compare (yardstick_run, yardstick, decrypt, &subject);
  bench_print (back, frame->name, &result);
  yardstick_free (yardstick);
}

int
main (int argc, char **argv)
{
  const char *backend = g_getenv ("LKE2EE_AEAD");

  for (guint i = 0; i < BENCH_N_FRAMES; i++) {
    if (bench_frame_is_wanted (&bench_frames[i], argc, argv))
      compare (&bench_frames[i], backend ? backend : "default");
  }
  return 0;
}
