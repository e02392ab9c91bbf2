/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The trailer of an encrypted frame: written and read. */

#include "lke2ee-trailer-private.h"

static void
test_trailer (void)
{
  guint8 bytes[LKE2EE_TRAILER_SIZE];
  const guint8 iv[LKE2EE_IV_SIZE] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
  Lke2eeTrailer trailer;

  lke2ee_trailer_write (bytes, iv, 255);
  g_assert_true (lke2ee_trailer_parse (bytes + sizeof bytes, sizeof bytes,
          &trailer));
  g_assert_cmpmem (trailer.iv, 12, iv, 12);
  g_assert_cmpuint (trailer.key_index, ==, 255);
  g_assert_false (lke2ee_trailer_parse (bytes + sizeof bytes,
          sizeof bytes - 1, &trailer));
  bytes[12] = 11;
  g_assert_false (lke2ee_trailer_parse (bytes + sizeof bytes, sizeof bytes,
          &trailer));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trailer", test_trailer);
  return g_test_run ();
}
