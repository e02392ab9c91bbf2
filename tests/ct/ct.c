/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Secrets marked as undefined, under valgrind: it reports each branch and each
 * address that depends on one. (The idea is Adam Langley's ctgrind.)
 *
 * Usage: valgrind ... ct OPERATION; `ct --list` names them. Verdicts, such as
 * whether a tag verified, are public: ct.supp lets the places pass where
 * libcrypto and libsodium branch on them. */

#include <string.h>
#include <valgrind/memcheck.h>

#include "lke2ee-aead-private.h"
#include "lke2ee-kdf-private.h"
#include "lke2ee-key-private.h"
#include "lke2ee-secret-bytes.h"
#include "lke2ee-secret-private.h"
#include "lke2ee-wire-private.h"

#define SECRET(data, size) VALGRIND_MAKE_MEM_UNDEFINED (data, size)
#define PUBLIC(data, size) VALGRIND_MAKE_MEM_DEFINED (data, size)

static Lke2eeSecret *
new_secret (gsize size)
{
  Lke2eeSecret *secret = lke2ee_secret_new (size);
  guint8 *data = lke2ee_secret_peek_writable (secret);

  memset (data, 0x42, size);
  SECRET (data, size);
  return secret;
}

/* The raw key, its copies, its derivation and one step of the ratchet. */
static void
copy_and_derive (void)
{
  g_autoptr (Lke2eeSecret) raw = new_secret (32);
  g_autoptr (Lke2eeSecret) copy =
      lke2ee_secret_new_copy (lke2ee_secret_peek (raw, NULL), 32);
  g_autoptr (GBytes) bytes = lke2ee_secret_to_bytes (copy);
  g_autoptr (GBytes) salt = g_bytes_new_static ("salt", 4);
  g_autoptr (Lke2eeKey) key =
      lke2ee_key_new (LKE2EE_KDF_HKDF, copy, salt, 16, NULL);
  g_autoptr (Lke2eeKey) next = lke2ee_key_ratchet (key, NULL);
  g_autoptr (GBytes) material = lke2ee_key_dup_material (next);

  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 32);
  g_assert_cmpuint (g_bytes_get_size (material), ==, LKE2EE_MATERIAL_SIZE);
}

/* Rounds make no difference to what depends on the passphrase. */
static void
passphrase (void)
{
  g_autoptr (Lke2eeSecret) secret = new_secret (20);
  g_autoptr (Lke2eeSecret) derived = lke2ee_secret_new (32);

  g_assert_true (lke2ee_pbkdf2_sha256 (lke2ee_secret_peek (secret, NULL), 20,
          (const guint8 *) "salt", 4, 3,
          lke2ee_secret_peek_writable (derived), 32));
}

static void
hex (void)
{
  char text[] = "00112233445566778899aAbBcCdDeEfF";

  SECRET (text, strlen ("00112233445566778899aAbBcCdDeEfF"));
  g_autoptr (Lke2eeSecret) secret = lke2ee_secret_new_from_hex (text, 32);
  g_assert_nonnull (secret);
}

static void
base64 (void)
{
  char text[] = "ABEiM0RVZneImaq7zN3u/w==";
  const gsize n_digits = 22;    /* the padding says only how long the key is */

  SECRET (text, n_digits);
  g_autoptr (Lke2eeSecret) secret =
      lke2ee_secret_new_from_base64 (text, strlen ("ABEiM0RVZneImaq7zN3u/w=="));
  g_assert_nonnull (secret);
}

static void
comparison (void)
{
  g_autoptr (Lke2eeSecret) a = new_secret (32);
  g_autoptr (Lke2eeSecret) b = new_secret (32);
  g_autoptr (GBytes) bytes_a = lke2ee_secret_to_bytes (a);
  g_autoptr (GBytes) bytes_b = lke2ee_secret_to_bytes (b);
  gboolean equal = lke2ee_secret_bytes_equal (bytes_a, bytes_b);

  PUBLIC (&equal, sizeof equal);
  g_assert_true (equal);
}

/* Key and plaintext are secret; what goes out is not. */
static void
seal_text (Lke2eeSecret * key, gsize key_size, guint8 * sealed, gsize size,
    guint8 * tag)
{
  g_autoptr (Lke2eeAead) aead = lke2ee_aead_new (LKE2EE_AEAD_SEAL,
      lke2ee_secret_peek (key, NULL), key_size);
  g_autoptr (Lke2eeSecret) text = new_secret (size);
  const guint8 iv[LKE2EE_IV_SIZE] = { 1 };

  g_assert_nonnull (aead);
  g_assert_true (lke2ee_aead_start (aead, iv, (const guint8 *) "header", 6));
  g_assert_true (lke2ee_aead_update (aead, lke2ee_secret_peek (text, NULL),
          size, sealed));
  g_assert_true (lke2ee_aead_seal_finish (aead, tag));
  PUBLIC (sealed, size);
  PUBLIC (tag, LKE2EE_TAG_SIZE);
}

static gboolean
open_text (Lke2eeSecret * key, gsize key_size, const guint8 * sealed,
    gsize size, const guint8 * tag)
{
  g_autoptr (Lke2eeAead) aead = lke2ee_aead_new (LKE2EE_AEAD_OPEN,
      lke2ee_secret_peek (key, NULL), key_size);
  g_autoptr (Lke2eeSecret) text = lke2ee_secret_new (size);
  const guint8 iv[LKE2EE_IV_SIZE] = { 1 };

  g_assert_nonnull (aead);
  g_assert_true (lke2ee_aead_start (aead, iv, (const guint8 *) "header", 6));
  g_assert_true (lke2ee_aead_update (aead, sealed, size,
          lke2ee_secret_peek_writable (text)));
  return lke2ee_aead_open_finish (aead, tag);
}

/* Right and forged tags, long enough for every stride of the cipher. */
static void
seal_and_open (void)
{
  static const gsize sizes[] = { 1, 16, 100, 700 };
  guint8 sealed[700], tag[LKE2EE_TAG_SIZE];

  for (gsize key_size = 16; key_size <= 32; key_size += 16) {
    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
      g_autoptr (Lke2eeSecret) key = new_secret (key_size);

      seal_text (key, key_size, sealed, sizes[i], tag);
      g_assert_true (open_text (key, key_size, sealed, sizes[i], tag));
      tag[3] ^= 1;
      g_assert_false (open_text (key, key_size, sealed, sizes[i], tag));
    }
  }
}

/* What must be reported: a comparison that stops at the first difference, and a
 * table that is looked up by a secret. */
static void
branch (void)
{
  g_autoptr (Lke2eeSecret) a = new_secret (32);
  static volatile gint n_big;

  if (lke2ee_secret_peek (a, NULL)[0] > 0x41)
    n_big++;
}

static void
lookup (void)
{
  static volatile guint8 table[256];
  static volatile guint8 out;
  g_autoptr (Lke2eeSecret) a = new_secret (32);

  out = table[lke2ee_secret_peek (a, NULL)[0]];
  (void) out;
}

static const struct
{
  const char *name;
  void (*run) (void);
} operations[] = {
  {"copy-and-derive", copy_and_derive}, {"passphrase", passphrase},
  {"hex", hex}, {"base64", base64}, {"comparison", comparison},
  {"seal-and-open", seal_and_open},
  {"leak-by-branch", branch}, {"leak-by-lookup", lookup},
};

int
main (int argc, char **argv)
{
  g_assert_cmpint (argc, ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++) {
    if (g_str_equal (argv[1], "--list")) {
      g_print ("%s\n", operations[i].name);
    } else if (g_str_equal (argv[1], operations[i].name)) {
      operations[i].run ();
      return 0;
    }
  }
  return g_str_equal (argv[1], "--list") ? 0 : 2;
}
