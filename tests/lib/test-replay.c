/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The replay window. */

#include "lke2ee-replay-private.h"

#include <string.h>

static void
make_iv (guint8 * iv, guint32 n)
{
  memset (iv, 0x5a, LKE2EE_IV_SIZE);
  memcpy (iv + 3, &n, sizeof n);
}

/* Remembers exactly the last ones, however many came before. */
static void
test_window (void)
{
  static const guint windows[] = { 1, 2, 7, 64, 1000 };
  guint8 iv[LKE2EE_IV_SIZE];

  for (guint w = 0; w < G_N_ELEMENTS (windows); w++) {
    Lke2eeReplay *replay = lke2ee_replay_new (windows[w]);

    for (guint n = 0; n < 3000; n++) {
      make_iv (iv, n);
      g_assert_false (lke2ee_replay_contains (replay, 3, iv));
      lke2ee_replay_add (replay, 3, iv);
      g_assert_true (lke2ee_replay_contains (replay, 3, iv));
      g_assert_false (lke2ee_replay_contains (replay, 4, iv));
      if (n >= windows[w]) {
        make_iv (iv, n - windows[w]);
        g_assert_false (lke2ee_replay_contains (replay, 3, iv));
        make_iv (iv, n - windows[w] + 1);
        g_assert_true (lke2ee_replay_contains (replay, 3, iv));
      }
    }
    lke2ee_replay_clear (replay);
    make_iv (iv, 2999);
    g_assert_false (lke2ee_replay_contains (replay, 3, iv));
    lke2ee_replay_free (replay);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/replay/window", test_window);
  return g_test_run ();
}
