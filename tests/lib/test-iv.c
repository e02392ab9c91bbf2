/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* IVs: never twice, never one that an escape could fall into. */

#include "lke2ee-iv-private.h"
#include "vectors.h"

#include <string.h>

static gboolean
attracts_escape (const guint8 * iv)
{
  for (guint i = 0; i + 2 < LKE2EE_IV_SIZE; i++) {
    if (iv[i] == 0 && iv[i + 1] == 0 && iv[i + 2] <= 3)
      return TRUE;
  }
  return iv[0] == 0 && iv[1] <= 3;
}

/* Starts next to what must be skipped: luck would hardly find them. */
static void
test_skips (void)
{
  static const struct
  {
    const char *start, *first;
    gboolean skips;
  } rows[] = {
    {"0102030405060708090a0b0c", "0102030405060708090a0b0c", FALSE},
    {"000000000000000000000000", "000400000400000400000400", TRUE},
    {"0003ffffffffffffffffffff", "000400000400000400000400", TRUE},
    {"000400000400000400000400", "000400000400000400000400", FALSE},
    {"01000003ffffffffffffffff", "010000040000040000040000", TRUE},
    {"010203040506070809000000", "010203040506070809000004", TRUE},
    {"010203040506070809000003", "010203040506070809000004", TRUE},
    {"010203040506070809000004", "010203040506070809000004", FALSE},
    {"0102030405060708090a0000", "0102030405060708090a0000", FALSE},
    {"00050000020000010a0b0c0d", "000500000400000400000400", TRUE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GBytes) start = bytes_from_hex (rows[i].start);
    g_autoptr (GBytes) want = bytes_from_hex (rows[i].first);
    guint8 iv[LKE2EE_IV_SIZE];
    Lke2eeIv self;

    lke2ee_iv_init_at (&self, bytes_peek (start, NULL));
    g_assert_true ((lke2ee_iv_next (&self, iv) > 0) == rows[i].skips);
    g_autoptr (GBytes) got = g_bytes_new (iv, sizeof iv);
    assert_bytes (rows[i].start, got, want);
  }
}

/* As numbers they only grow, so none comes twice. */
static void
test_grows (void)
{
  static const char *const starts[] = {
    "0000000000000000000000ff", "01000003fffffffffffffff0",
    "0102030405060708090000f0", "01020304050607ffffffff00",
    "010203040506000000000000", "0102030405ffffffffffffff",
  };

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++) {
    g_autoptr (GBytes) start = bytes_from_hex (starts[i]);
    guint8 iv[LKE2EE_IV_SIZE], last[LKE2EE_IV_SIZE];
    Lke2eeIv self;

    lke2ee_iv_init_at (&self, bytes_peek (start, NULL));
    lke2ee_iv_next (&self, last);
    for (guint n = 0; n < 300000; n++) {
      lke2ee_iv_next (&self, iv);
      g_assert_false (attracts_escape (iv));
      g_assert_cmpint (memcmp (last, iv, sizeof iv), <, 0);
      memcpy (last, iv, sizeof iv);
    }
  }
}

static void
test_starts_are_random (void)
{
  Lke2eeIv a, b;
  guint8 iv_a[LKE2EE_IV_SIZE], iv_b[LKE2EE_IV_SIZE];

  lke2ee_iv_init (&a);
  lke2ee_iv_init (&b);
  lke2ee_iv_next (&a, iv_a);
  lke2ee_iv_next (&b, iv_b);
  g_assert_cmpint (memcmp (iv_a, iv_b, sizeof iv_a), !=, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/iv/skips", test_skips);
  g_test_add_func ("/iv/grows", test_grows);
  g_test_add_func ("/iv/random", test_starts_are_random);
  return g_test_run ();
}
