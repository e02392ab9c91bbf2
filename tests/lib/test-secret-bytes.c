/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Keys from text and from files. */

#include <glib/gstdio.h>
#include <lke2ee/lke2ee.h>
#include <string.h>

#include "vectors.h"

static void
test_text (void)
{
  static const struct
  {
    const char *text, *hex;
  } rows[] = {
    {"hex:00ff10", "00ff10"}, {"hex:", ""}, {"00FF10", "00ff10"},
    {"base64:AP8Q", "00ff10"}, {"base64:AP8=", "00ff"},
    {"base64:AP8", "00ff"}, {"base64:-_-_", "fbffbf"},
    {"base64:+/+/", "fbffbf"},
    /* Bare: hex if it can be, else base64. */
    {"abcd", "abcd"}, {"abcdefgh", "69b71d79f821"}, {"abc", "69b7"},
    {"hex:456", NULL}, {"hex:4g", NULL}, {"base64:XYZ!", NULL},
    {"not a key", NULL}, {"base64:AP8Q=", NULL},
    {"base64:\xc3\xca\x9d\xdf", NULL}, {"2\xc3\xca\x9d", NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) got =
        lke2ee_secret_bytes_new_from_text (rows[i].text, &error);

    g_autofree char *name = g_strescape (rows[i].text, NULL);

    g_test_message ("%s", name);
    if (rows[i].hex != NULL) {
      g_autoptr (GBytes) want = bytes_from_hex (rows[i].hex);

      g_assert_no_error (error);
      assert_bytes (rows[i].text, got, want);
    } else {
      g_assert_error (error, LKE2EE_ERROR, LKE2EE_ERROR_INVALID_KEY);
      /* Half a key is still a secret. */
      g_assert_null (strstr (error->message, rows[i].text));
    }
  }
}

static void
assert_file (const char *path, const char *want, Lke2eeError code,
    const char *substance)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) got = lke2ee_secret_bytes_new_from_file (path, 8, &error);

  if (want != NULL) {
    g_assert_no_error (error);
    g_assert_cmpmem (g_bytes_get_data (got, NULL), g_bytes_get_size (got),
        want, strlen (want));
    return;
  }
  g_assert_error (error, LKE2EE_ERROR, (gint) code);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, substance));
}

static void
test_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("lke2ee-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "key", NULL);

  assert_file (path, NULL, LKE2EE_ERROR_FILE, "No such file");
  assert_file (folder, NULL, LKE2EE_ERROR_FILE, "directory");
  g_file_set_contents (path, "", 0, NULL);
  assert_file (path, NULL, LKE2EE_ERROR_INVALID_KEY, "empty");
  g_file_set_contents (path, "12345678", 8, NULL);
  assert_file (path, "12345678", 0, NULL);
  g_file_set_contents (path, "123456789", 9, NULL);
  assert_file (path, NULL, LKE2EE_ERROR_INVALID_KEY, "larger");
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_equal (void)
{
  static const struct
  {
    const char *a, *b;
    gboolean equal;
  } rows[] = {
    {"00ff10", "00ff10", TRUE}, {"00ff10", "00ff11", FALSE},
    {"00ff10", "01ff10", FALSE}, {"00ff", "00ff10", FALSE}, {"", "", TRUE},
    {"", "00", FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GBytes) a = bytes_from_hex (rows[i].a);
    g_autoptr (GBytes) b = bytes_from_hex (rows[i].b);

    g_test_message ("%s, %s", rows[i].a, rows[i].b);
    g_assert_cmpint (lke2ee_secret_bytes_equal (a, b), ==, rows[i].equal);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret-bytes/text", test_text);
  g_test_add_func ("/secret-bytes/files", test_files);
  g_test_add_func ("/secret-bytes/equal", test_equal);
  return g_test_run ();
}
