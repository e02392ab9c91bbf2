/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Secret memory: slabs, wiping, text. */

#include "lke2ee-secret-private.h"

#include <string.h>

#define N_MANY 20000

/* 20,000 keys: slabs, not three pages each. */
static void
test_many (void)
{
  g_autofree Lke2eeSecret **secrets = g_new0 (Lke2eeSecret *, N_MANY);

  for (guint i = 0; i < N_MANY; i++) {
    guint32 value[8] = { i, ~i };

    secrets[i] = lke2ee_secret_new_copy (value, sizeof value);
    g_assert_nonnull (secrets[i]);
  }
  for (guint i = 0; i < N_MANY; i++) {
    gsize size;
    const guint32 *value =
        (const guint32 *) lke2ee_secret_peek (secrets[i], &size);

    g_assert_cmpuint (size, ==, 32);
    g_assert_cmpuint (value[0], ==, i);
    g_assert_cmpuint (value[1], ==, ~i);
    lke2ee_secret_unref (secrets[i]);
  }
}

/* A cell that is given back is wiped at once: its neighbour keeps the slab
 * mapped, so it can be looked at. */
static void
test_wiped_when_released (void)
{
  Lke2eeSecret *neighbour = lke2ee_secret_new (16);
  Lke2eeSecret *secret = lke2ee_secret_new_copy ("very secret text", 16);
  const volatile guint8 *data = lke2ee_secret_peek (secret, NULL);

  lke2ee_secret_unref (secret);
  for (guint i = 0; i < 16; i++)
    g_assert_cmpuint (data[i], ==, 0);
  lke2ee_secret_unref (neighbour);
}

static void
test_sizes (void)
{
  static const gsize sizes[] = { 0, 1, 63, 64, 65, 1024, 70000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (Lke2eeSecret) secret = lke2ee_secret_new (sizes[i]);
    gsize size;

    g_assert_nonnull (secret);
    memset (lke2ee_secret_peek_writable (secret), 0xff, sizes[i]);
    lke2ee_secret_peek (secret, &size);
    g_assert_cmpuint (size, ==, sizes[i]);
    lke2ee_secret_truncate (secret, sizes[i] / 2);
    g_autoptr (GBytes) bytes = lke2ee_secret_to_bytes (secret);
    g_assert_cmpuint (g_bytes_get_size (bytes), ==, sizes[i] / 2);
  }
}

/* Ciphers read their key tables with aligned loads. */
static void
test_alignment (void)
{
  static const gsize sizes[] = { 32, 100, 1216, 1280 };
  Lke2eeSecret *secrets[G_N_ELEMENTS (sizes)][20];

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    for (guint j = 0; j < 20; j++) {
      secrets[i][j] = lke2ee_secret_new (sizes[i]);
      guint8 *data = lke2ee_secret_peek_writable (secrets[i][j]);

      g_assert_cmpuint ((guintptr) data % 64, ==, 0);
      memset (data, i * 20 + j, sizes[i]);
    }
  }
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    for (guint j = 0; j < 20; j++) {
      const guint8 *data = lke2ee_secret_peek (secrets[i][j], NULL);

      g_assert_cmpuint (data[0], ==, i * 20 + j);
      g_assert_cmpuint (data[sizes[i] - 1], ==, i * 20 + j);
      lke2ee_secret_unref (secrets[i][j]);
    }
  }
}

static void
test_comparison (void)
{
  g_assert_true (lke2ee_memory_equal ("abcd", "abcd", 4));
  g_assert_false (lke2ee_memory_equal ("abcd", "abce", 4));
  for (guint bit = 0; bit < 128; bit++) {
    guint8 tag[16] = "a tag of a frame", other[16];

    memcpy (other, tag, sizeof tag);
    g_assert_true (lke2ee_tags_equal (tag, other));
    other[bit / 8] ^= 1 << bit % 8;
    g_assert_false (lke2ee_tags_equal (tag, other));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret/many", test_many);
  g_test_add_func ("/secret/wiped", test_wiped_when_released);
  g_test_add_func ("/secret/sizes", test_sizes);
  g_test_add_func ("/secret/alignment", test_alignment);
  g_test_add_func ("/secret/comparison", test_comparison);
  return g_test_run ();
}
