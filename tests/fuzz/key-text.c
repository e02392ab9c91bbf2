/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The text of a `key` property: hex, base64 or neither, by the same path that
 * the elements go, up to the key in its ring. What is read must be what GLib
 * reads, and no error may show any of the text. */

#include "fuzz.h"

#include "gstlke2eekeysource.h"
#include "lke2ee-wire-private.h"

#include <string.h>

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  static GBytes *keeps_slab;

  fuzz_be_strict ();
  /* While one secret lives its slab stays mapped, which saves system calls. */
  keeps_slab = lke2ee_secret_bytes_new ((const guint8 *) "x", 1);
  return keeps_slab != NULL ? 0 : 1;
}

/* One of our texts, with nothing in it but a size. */
static void
assert_hides (const GError * error, gsize size)
{
  g_autofree char *wrong_size = g_strdup_printf ("A raw key has 16 to 1024 "
      "bytes, this one has %" G_GSIZE_FORMAT "; is it cut off, or a "
      "passphrase?", size);
  const char *texts[] = {
    "The key is not valid hex (an even number of digits 0-9, a-f); "
        "write it as hex:DIGITS or base64:TEXT",
    "The key is not valid base64; write it as hex:DIGITS or base64:TEXT",
    wrong_size,
    NULL,
  };

  g_assert_nonnull (error);
  g_assert_true (g_strv_contains (texts, error->message));
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
    assert_hides (error, 0);
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
  g_autoptr (Lke2eeKeyProvider) provider =
      lke2ee_key_source_dup_provider (keys);
  gsize size = bytes ? g_bytes_get_size (bytes) : 0;

  lke2ee_key_source_set_secret (keys, LKE2EE_SECRET_KEY, text);
  gboolean ok = lke2ee_key_source_apply (keys, -1, &error);

  g_assert_cmpint (ok, ==, size >= LKE2EE_MIN_RAW_KEY_SIZE
      && size <= LKE2EE_MAX_RAW_KEY_SIZE);
  g_assert_cmpint (ok, ==, lke2ee_key_provider_has_key (provider, NULL, 0));
  if (!ok)
    assert_hides (error, size);
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
