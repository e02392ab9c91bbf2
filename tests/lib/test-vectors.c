/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Frames in several pieces, read as if they were one. */

#include "lke2ee-vectors-private.h"

static const GOutputVector pieces[] = {
  {"ab", 2}, {NULL, 0}, {"c", 1}, {"defg", 4}, {"", 0},
};

static const Lke2eeVectors frame = { pieces, G_N_ELEMENTS (pieces) };

/* Each offset with each size. */
static void
test_copy (void)
{
  const char *whole = "abcdefg";

  g_assert_cmpuint (lke2ee_vectors_get_size (&frame), ==, 7);
  for (gsize offset = 0; offset <= 7; offset++) {
    for (gsize size = 0; size <= 7 - offset; size++) {
      guint8 out[8] = "-------";

      lke2ee_vectors_copy (&frame, offset, size, out);
      g_assert_cmpmem (out, size, whole + offset, size);
      g_assert_cmpint (out[size], ==, size < 7 ? '-' : '\0');
    }
  }
}

static void
test_peek (void)
{
  static const struct
  {
    gsize offset;
    const char *want;
    gsize size;
  } rows[] = {
    {0, "ab", 2}, {1, "b", 1}, {2, "c", 1}, {3, "defg", 4}, {6, "g", 1},
    {7, NULL, 0},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    gsize size;
    const guint8 *data = lke2ee_vectors_peek (&frame, rows[i].offset, &size);

    g_assert_cmpmem (data, size, rows[i].want, rows[i].size);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vectors/copy", test_copy);
  g_test_add_func ("/vectors/peek", test_peek);
  return g_test_run ();
}
