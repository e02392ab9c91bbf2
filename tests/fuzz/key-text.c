/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The text of a `key` property: hex, base64 or neither, by the same path that
 * the elements go, up to the key in its ring. What is read must be what GLib
 * reads, and no error may show any of the text. */

#include "fuzz.h"

#include "gstlke2eekeysource.h"
#include "lke2ee-wire-private.h"

#include <string.h>

/* As short a piece of text can stand in a message by chance. */
#define MAX_CHANCE_SIZE 8

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  static GBytes *keeps_slab;

  fuzz_be_strict ();
  /* While one secret lives its slab stays mapped, which saves system calls. */
  keeps_slab = lke2ee_secret_bytes_new ((const guint8 *) "x", 1);
  return keeps_slab != NULL ? 0 : 1;
}

static void
assert_hides (const GError * error, const char *text)
{
  g_assert_nonnull (error);
  for (gsize i = 0; strlen (text) >= MAX_CHANCE_SIZE
      && i + MAX_CHANCE_SIZE <= strlen (text); i++) {
    g_autofree char *piece = g_strndup (text + i, MAX_CHANCE_SIZE);

    /* Our own advice begins with these. */
    if (!strstr ("hex:0011... or base64:...", piece)
        && !strstr ("not valid base64; ", piece)
        && !strstr ("not valid hex (an even number of digits 0-9, a-f)", piece))
      g_assert_null (strstr (error->message, piece));
  }
}

static void
assert_is_hex_of (GBytes * bytes, const char *digits)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  g_assert_cmpuint (size * 2, ==, strlen (digits));
  for (gsize i = 0; i < size; i++)
    g_assert_cmpint (data[i], ==, g_ascii_xdigit_value (digits[2 * i]) << 4
        | g_ascii_xdigit_value (digits[2 * i + 1]));
}

/* GLib wants the standard alphabet and padding. */
static void
assert_is_base64_of (GBytes * bytes, const char *text)
{
  g_autoptr (GString) standard = g_string_new (text);
  gsize size;

  g_string_replace (standard, "-", "+", 0);
  g_string_replace (standard, "_", "/", 0);
  while (standard->len % 4 != 0)
    g_string_append_c (standard, '=');
  g_autofree guchar *expected = g_base64_decode (standard->str, &size);

  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
      expected, size);
}

static void
check_reading (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = lke2ee_secret_bytes_new_from_text (text, &error);

  if (bytes == NULL) {
    g_assert_error (error, LKE2EE_ERROR, LKE2EE_ERROR_INVALID_KEY);
    assert_hides (error, text);
  } else if (g_str_has_prefix (text, "hex:")) {
    assert_is_hex_of (bytes, text + strlen ("hex:"));
  } else if (g_str_has_prefix (text, "base64:")) {
    assert_is_base64_of (bytes, text + strlen ("base64:"));
  } else if (strlen (text) % 2 == 0
      && strspn (text, "0123456789abcdefABCDEF") == strlen (text)) {
    assert_is_hex_of (bytes, text);
  } else {
    assert_is_base64_of (bytes, text);
  }
}

static void
check_setting (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = lke2ee_secret_bytes_new_from_text (text, NULL);
  Lke2eeKeySource *keys = lke2ee_key_source_new ();
  gsize size = bytes ? g_bytes_get_size (bytes) : 0;

  lke2ee_key_source_set_secret (keys, LKE2EE_SECRET_KEY, text);
  gboolean ok = lke2ee_key_source_apply (keys, -1, &error);

  g_assert_cmpint (ok, ==, size >= LKE2EE_MIN_RAW_KEY_SIZE
      && size <= LKE2EE_MAX_RAW_KEY_SIZE);
  g_assert_cmpint (ok, ==, lke2ee_key_source_has_key (keys));
  if (!ok)
    assert_hides (error, text);
  lke2ee_key_source_free (keys);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);

  check_reading (text);
  check_setting (text);
  return 0;
}
