/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Start codes and emulation prevention, against a byte-by-byte reading of the
 * rule. */

#include "lke2ee-nal-private.h"

#include <glib.h>
#include <string.h>

static gsize
naive_escape (const guint8 * in, gsize size, guint8 * out)
{
  gsize n = 0;
  guint zeros = 0;

  for (gsize i = 0; i < size; i++) {
    if (zeros >= 2 && in[i] <= 3) {
      out[n++] = 3;
      zeros = 0;
    }
    out[n++] = in[i];
    zeros = in[i] == 0 ? zeros + 1 : 0;
  }
  return n;
}

static gsize
naive_unescape (const guint8 * in, gsize size, guint8 * out)
{
  gsize n = 0;

  for (gsize i = 0; i < size;) {
    if (i + 2 < size && in[i] == 0 && in[i + 1] == 0 && in[i + 2] == 3) {
      out[n++] = 0;
      out[n++] = 0;
      i += 3;
    } else {
      out[n++] = in[i++];
    }
  }
  return n;
}

static gssize
naive_start_code (const guint8 * in, gsize size)
{
  for (gsize i = 0; i + 2 < size; i++) {
    if (in[i] == 0 && in[i + 1] == 0 && in[i + 2] == 1)
      return i;
  }
  return -1;
}

static void
check (const guint8 * in, gsize size)
{
  g_autofree guint8 *want = g_malloc (size * 2 + 1);
  g_autofree guint8 *got = g_malloc (lke2ee_nal_max_escaped_size (size) + 1);
  g_autofree guint8 *back = g_malloc (size * 2 + 1);
  g_autofree guint8 *want_back = g_malloc (size * 2 + 1);
  gsize n = naive_escape (in, size, want);

  memcpy (got, in, size);
  g_assert_cmpuint (lke2ee_nal_escaped_size (in, size), ==, n);
  g_assert_cmpuint (n, <=, lke2ee_nal_max_escaped_size (size));
  gsize m = lke2ee_nal_escape_in_place (got, size);
  g_assert_cmpmem (got, m, want, n);
  m = lke2ee_nal_unescape (got, n, back);
  g_assert_cmpmem (back, m, in, size);

  /* What is not escaped, too: hostile input is read the same way. */
  gsize k = naive_unescape (in, size, want_back);
  m = lke2ee_nal_unescape (in, size, back);
  g_assert_cmpmem (back, m, want_back, k);
  g_assert_true (lke2ee_nal_has_escape (in, size) == (k != size));
  g_assert_cmpint (lke2ee_nal_find_start_code (in, size), ==,
      naive_start_code (in, size));
}

/* Mostly zeros and small bytes: every rule is hit all the time. */
static void
test_zero_rich (void)
{
  guint8 data[600];

  for (guint round = 0; round < 20000; round++) {
    gsize size = g_test_rand_int_range (0, sizeof data);
    gint most = g_test_rand_int_range (1, 6);

    for (gsize i = 0; i < size; i++)
      data[i] = g_test_rand_int_range (0, most);
    check (data, size);
  }
}

/* One pattern at each place of a buffer of larger bytes: no block boundary is
 * a blind spot. */
static void
test_each_place (void)
{
  static const guint8 patterns[][4] = {
    {0, 0, 0, 1}, {0, 0, 1, 9}, {0, 0, 3, 9}, {0, 0, 3, 0}, {0, 0, 2, 0},
    {9, 0, 0, 0}, {0, 0, 0, 0}, {9, 0, 0, 4},
  };
  guint8 data[600];

  for (guint p = 0; p < G_N_ELEMENTS (patterns); p++) {
    for (gsize size = 4; size < sizeof data; size += 17) {
      for (gsize at = 0; at + 4 <= size; at++) {
        memset (data, 0xaa, size);
        memcpy (data + at, patterns[p], 4);
        check (data, size);
      }
    }
  }
}

/* Hits that lie further apart, up to more than a block. */
static void
test_sparse (void)
{
  guint8 data[2000];

  for (guint round = 0; round < 2000; round++) {
    gsize size = g_test_rand_int_range (0, sizeof data);
    gint rarity = g_test_rand_int_range (2, 30);

    for (gsize i = 0; i < size; i++)
      data[i] = g_test_rand_int_range (0, rarity) == 0 ? 0
          : g_test_rand_int_range (0, 256);
    check (data, size);
  }
}

static void
test_small (void)
{
  guint8 data[4];

  for (gsize size = 0; size <= 4; size++) {
    for (guint n = 0; n < 625; n++) {
      guint digits = n;

      for (gsize i = 0; i < size; i++, digits /= 5)
        data[i] = digits % 5;
      check (data, size);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nal/small", test_small);
  g_test_add_func ("/nal/each-place", test_each_place);
  g_test_add_func ("/nal/zero-rich", test_zero_rich);
  g_test_add_func ("/nal/sparse", test_sparse);
  return g_test_run ();
}
