/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Raw OpenSSL, nothing around it. */

#include "yardstick.h"

#include <openssl/evp.h>
#include <string.h>

struct _Yardstick
{
  const BenchFrame *frame;
  EVP_CIPHER_CTX *context;
  guint8 *in;
  guint8 *out;
  guint64 iv[2];
};

Yardstick *
yardstick_new (const BenchFrame * frame)
{
  static const guint8 key[16] = { 1, 2, 3 };
  Yardstick *self = g_new0 (Yardstick, 1);

  self->frame = frame;
  self->in = bench_frame_new_data (frame);
  self->out = g_malloc (frame->size + 16);
  self->context = EVP_CIPHER_CTX_new ();
  g_assert_true (EVP_EncryptInit_ex (self->context, EVP_aes_128_gcm (), NULL,
          key, NULL) == 1);
  return self;
}

void
yardstick_free (Yardstick * self)
{
  EVP_CIPHER_CTX_free (self->context);
  g_free (self->in);
  g_free (self->out);
  g_free (self);
}

void
yardstick_run (gpointer data, guint n)
{
  Yardstick *self = data;
  gsize header_size = self->frame->header_size;
  gsize size = self->frame->size;
  gint written, ok = 1;

  for (guint i = 0; i < n; i++) {
    self->iv[0]++;
    ok &= EVP_EncryptInit_ex (self->context, NULL, NULL, NULL,
        (guint8 *) self->iv);
    ok &= EVP_EncryptUpdate (self->context, NULL, &written, self->in,
        header_size);
    ok &= EVP_EncryptUpdate (self->context, self->out + header_size, &written,
        self->in + header_size, size - header_size);
    ok &= EVP_EncryptFinal_ex (self->context, self->out + size, &written);
    ok &= EVP_CIPHER_CTX_ctrl (self->context, EVP_CTRL_AEAD_GET_TAG, 16,
        self->out + size);
  }
  g_assert_cmpint (ok, ==, 1);
}
