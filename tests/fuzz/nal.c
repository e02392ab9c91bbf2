/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Start codes, escaping and headers of H.264 and H.265, each against the same
 * thing written byte by byte. */

#include "fuzz.h"

#include "lke2ee-nal-private.h"

#include <string.h>

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_be_strict ();
  return 0;
}

static gssize
find_start_code_slowly (const guint8 * data, gsize size)
{
  for (gsize i = 0; i + 2 < size; i++) {
    if (data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1)
      return i;
  }
  return -1;
}

/* client-sdk-js writeRbsp. @out has room for twice @size. */
static gsize
escape_slowly (const guint8 * data, gsize size, guint8 * out)
{
  gsize written = 0;
  guint zeros = 0;

  for (gsize i = 0; i < size; i++) {
    if (zeros >= 2 && data[i] <= 3) {
      out[written++] = 3;
      zeros = 0;
    }
    out[written++] = data[i];
    zeros = data[i] == 0 ? zeros + 1 : 0;
  }
  return written;
}

/* client-sdk-js parseRbsp */
static gsize
unescape_slowly (const guint8 * data, gsize size, guint8 * out)
{
  gsize written = 0;

  for (gsize i = 0; i < size; i++) {
    if (i >= 2 && data[i] == 3 && data[i - 1] == 0 && data[i - 2] == 0)
      continue;
    out[written++] = data[i];
  }
  return written;
}

static void
check_escaping (const guint8 * data, gsize size)
{
  g_autofree guint8 *escaped = g_malloc (lke2ee_nal_max_escaped_size (size));
  g_autofree guint8 *expected = g_malloc (2 * size);
  gsize expected_size = escape_slowly (data, size, expected);

  if (size > 0)
    memcpy (escaped, data, size);
  gsize escaped_size = lke2ee_nal_escape_in_place (escaped, size);

  g_assert_cmpmem (escaped, escaped_size, expected, expected_size);
  g_assert_cmpuint (lke2ee_nal_escaped_size (data, size), ==, escaped_size);
  g_assert_cmpint (lke2ee_nal_find_start_code (escaped, escaped_size), ==, -1);

  g_autofree guint8 *back = g_malloc (escaped_size);
  gsize back_size = lke2ee_nal_unescape (escaped, escaped_size, back);
  g_assert_cmpmem (back, back_size, data, size);
}

static void
check_unescaping (const guint8 * data, gsize size)
{
  g_autofree guint8 *out = g_malloc (size);
  g_autofree guint8 *expected = g_malloc (size);
  gsize expected_size = unescape_slowly (data, size, expected);
  gsize out_size = lke2ee_nal_unescape (data, size, out);

  g_assert_cmpmem (out, out_size, expected, expected_size);
  g_assert_cmpint (lke2ee_nal_has_escape (data, size), ==, out_size < size);
}

/* The header ends two bytes into a slice: behind a start code, with a NAL unit
 * header that says so. */
static void
check_header (Lke2eeCodec codec, const guint8 * data, gsize size)
{
  gssize header_size = lke2ee_codec_find_header_size (codec, data, size);

  if (header_size < 0)
    return;
  g_assert_cmpint (header_size, >=, 5);
  g_assert_cmpint (header_size, <=, size);
  const guint8 *nal = data + header_size - 2;
  guint type = codec == LKE2EE_CODEC_H264 ? nal[0] & 0x1f : nal[0] >> 1 & 0x3f;
  g_assert_true (nal[-1] == 1 && nal[-2] == 0 && nal[-3] == 0);
  g_assert_true (codec == LKE2EE_CODEC_H264 ? type == 1 || type == 5
      : type <= 9 || (type >= 16 && type <= 21));
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  Input input = { data, size };
  g_autofree guint8 *copy = input_take_copy (&input, size, &size);

  g_assert_cmpint (lke2ee_nal_find_start_code (copy, size), ==,
      find_start_code_slowly (copy, size));
  check_escaping (copy, size);
  check_unescaping (copy, size);
  check_header (LKE2EE_CODEC_H264, copy, size);
  check_header (LKE2EE_CODEC_H265, copy, size);
  return 0;
}
