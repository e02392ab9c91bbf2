/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The library when libcrypto or secret memory fail: for each of their
 * functions, each of its calls once. The call that fails is told of, nothing
 * is left in the clear, and the next frame works again. */

#include "faults.h"

#include <lke2ee/lke2ee.h>
#include <string.h>

#define BODY "a body that is never to be seen in the clear"
#define HEADER "\x11\x02\x00"
#define FRAME HEADER BODY
#define FRAME_SIZE (sizeof FRAME - 1)
#define HEADER_SIZE 3

/* What one go through everything came to. */
typedef struct
{
  guint n_steps;
  guint n_failed;
} Outcome;

static gboolean
contains_body (const guint8 * data, gsize size)
{
  static const char body[] = BODY;

  for (gsize i = 0; i + 8 <= size; i++) {
    for (gsize j = 0; j + 8 < sizeof body; j++) {
      if (memcmp (data + i, &body[j], 8) == 0)
        return TRUE;
    }
  }
  return FALSE;
}

static void
note (Outcome * outcome, gboolean ok)
{
  outcome->n_steps++;
  outcome->n_failed += !ok;
}

static void
note_error (Outcome * outcome, gboolean ok, GError ** error)
{
  note (outcome, ok);
  g_assert_cmpint (ok, ==, *error == NULL);
  if (!ok)
    g_assert_true (g_error_matches (*error, LKE2EE_ERROR, LKE2EE_ERROR_KDF)
        || g_error_matches (*error, LKE2EE_ERROR, LKE2EE_ERROR_MEMORY)
        || g_error_matches (*error, LKE2EE_ERROR, LKE2EE_ERROR_CRYPTO)
        || g_error_matches (*error, LKE2EE_ERROR, LKE2EE_ERROR_MISSING_KEY));
  g_clear_error (error);
}

static void
set_keys (Lke2eeKeyProvider * provider, Outcome * outcome)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef", 16);
  g_autoptr (GError) error = NULL;
  gboolean ok = lke2ee_key_provider_set_key (provider, NULL, key,
      LKE2EE_KDF_HKDF, 0, &error);

  note_error (outcome, ok, &error);
  g_autoptr (GBytes) material =
      lke2ee_key_provider_ratchet_key (provider, NULL, 0, &error);
  if (!ok)
    g_clear_error (&error);
  else
    note_error (outcome, material != NULL, &error);
}

/* Takes a tenth of a second. */
static void
set_passphrase (Lke2eeKeyProvider * provider, Outcome * outcome)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = lke2ee_key_provider_set_passphrase (provider, NULL,
      "passphrase", 0, &error);

  note_error (outcome, ok, &error);
}

static gboolean
seal (Lke2eeFrameCryptor * cryptor, guint8 * sealed, gsize capacity,
    gsize * size)
{
  static const char frame[] = FRAME;
  const GOutputVector pieces[] = {
    {frame, 10}, {&frame[10], FRAME_SIZE - 10},
  };
  Lke2eeFrameResult result = lke2ee_frame_cryptor_encrypt (cryptor, pieces,
      G_N_ELEMENTS (pieces), -1, sealed, capacity, size);

  g_assert_false (contains_body (sealed, capacity));
  if (result != LKE2EE_FRAME_OK)
    g_assert_true (result == LKE2EE_FRAME_INTERNAL_ERROR
        || result == LKE2EE_FRAME_MISSING_KEY);
  return result == LKE2EE_FRAME_OK;
}

static gboolean
open_sealed (Lke2eeFrameCryptor * cryptor, const guint8 * sealed, gsize size)
{
  const GOutputVector piece = { sealed, size };
  g_autofree guint8 *out = g_malloc0 (size);
  gsize out_size;
  Lke2eeFrameResult result = lke2ee_frame_cryptor_decrypt (cryptor, &piece, 1,
      -1, out, size, &out_size);

  if (result == LKE2EE_FRAME_OK) {
    g_assert_cmpmem (out, out_size, FRAME, FRAME_SIZE);
    return TRUE;
  }
  /* libcrypto does not tell its own failure from a wrong tag at the end. */
  g_assert_true (result == LKE2EE_FRAME_INTERNAL_ERROR
      || result == LKE2EE_FRAME_AUTHENTICATION_FAILED);
  g_assert_false (contains_body (out, size));
  return FALSE;
}

static void
pass_frame (Lke2eeFrameCryptor * cryptor, Outcome * outcome)
{
  guint8 sealed[FRAME_SIZE * 2] = { 0 };
  gsize size;
  gboolean ok = seal (cryptor, sealed, sizeof sealed, &size);

  note (outcome, ok);
  if (ok)
    note (outcome, open_sealed (cryptor, sealed, size));
}

static void
pass_packet (Lke2eeDataCryptor * cryptor, Outcome * outcome)
{
  g_autoptr (GBytes) packet = g_bytes_new_static (BODY, strlen (BODY));
  g_autoptr (GBytes) iv = NULL;
  g_autoptr (GError) error = NULL;
  guint index;
  g_autoptr (GBytes) sealed =
      lke2ee_data_cryptor_encrypt (cryptor, packet, &iv, &index, &error);

  note_error (outcome, sealed != NULL, &error);
  if (sealed == NULL)
    return;
  g_autoptr (GBytes) opened =
      lke2ee_data_cryptor_decrypt (cryptor, sealed, iv, index, &error);
  note_error (outcome, opened != NULL, &error);
}

static Outcome
go_through (const char *name, guint nth, guint * n_calls, gboolean * failed)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);
  g_autoptr (Lke2eeFrameCryptor) frames =
      lke2ee_frame_cryptor_new (provider, NULL, LKE2EE_CODEC_VP8);
  g_autoptr (Lke2eeDataCryptor) packets =
      lke2ee_data_cryptor_new (provider, NULL);
  Outcome outcome = { 0, 0 };
  Outcome again = { 0, 0 };

  fault_arm (name, nth);
  if (g_str_equal (name, "PKCS5_PBKDF2_HMAC"))
    set_passphrase (provider, &outcome);
  set_keys (provider, &outcome);
  pass_frame (frames, &outcome);
  pass_packet (packets, &outcome);
  *n_calls = fault_count_calls ();
  *failed = fault_disarm ();

  /* Nothing fails any more: all is well again, with the same objects. */
  set_keys (provider, &again);
  pass_frame (frames, &again);
  pass_packet (packets, &again);
  g_assert_cmpuint (again.n_failed, ==, 0);
  return outcome;
}

static void
test_fault (gconstpointer data)
{
  const char *name = data;
  guint n_calls, n_then;
  gboolean failed;
  Outcome outcome = go_through (name, 0, &n_calls, &failed);

  g_assert_false (failed);
  g_assert_cmpuint (outcome.n_failed, ==, 0);
  g_assert_cmpuint (n_calls, >, 0);
  for (guint nth = 1; nth <= n_calls; nth++) {
    outcome = go_through (name, nth, &n_then, &failed);
    g_assert_true (failed);
    g_assert_cmpuint (outcome.n_failed, >, 0);
  }
}

/* A context that could not be made is made with the next frame, though the key
 * is the same as before. */
static void
test_frames_go_on_under_the_same_key (void)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);
  g_autoptr (Lke2eeFrameCryptor) cryptor =
      lke2ee_frame_cryptor_new (provider, NULL, LKE2EE_CODEC_VP8);
  Outcome outcome = { 0, 0 };

  set_keys (provider, &outcome);
  for (guint nth = 1; nth <= 2; nth++) {
    fault_arm ("EVP_CIPHER_CTX_new", 1);
    pass_frame (cryptor, &outcome);
    g_assert_true (fault_disarm ());
    g_assert_cmpuint (outcome.n_failed, ==, nth);
  }
  pass_frame (cryptor, &outcome);
  g_assert_cmpuint (outcome.n_failed, ==, 2);
}

int
main (int argc, char **argv)
{
  /* The backend whose calls are put between. */
  g_setenv ("LKE2EE_AEAD", "openssl", TRUE);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < fault_n_names; i++) {
    g_autofree char *path = g_strconcat ("/faults/", fault_names[i], NULL);

    if (!g_str_has_prefix (fault_names[i], "gst_"))
      g_test_add_data_func (path, fault_names[i], test_fault);
  }
  g_test_add_func ("/faults/same-key", test_frames_go_on_under_the_same_key);
  return g_test_run ();
}
