/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Keys in the memory of a process that uses them: while they are in use only
 * in guarded memory and in libcrypto's contexts, afterwards nowhere.
 *
 * Usage: memory WAY FILE NAME=HEX...; the secrets to look for, masked, by
 * memory.py. Prints what was found when, and fails if it should not be. */

#include <gst/check/gstharness.h>
#include <lke2ee/lke2ee.h>
#include <string.h>

#include "regions.h"

#define VP8_CAPS "video/x-vp8"
#define MAX_NEEDLES 16

static Needle needles[MAX_NEEDLES];
static guint n_needles;
static gboolean failed;

static void
add_needle (const char *text)
{
  Needle *needle = &needles[n_needles++];
  const char *hex = strchr (text, '=') + 1;

  g_assert_cmpuint (n_needles, <=, MAX_NEEDLES);
  needle->name = g_strndup (text, hex - 1 - text);
  needle->size = strlen (hex) / 2;
  g_assert_cmpuint (needle->size, >=, 16);
  g_assert_cmpuint (needle->size, <=, sizeof needle->masked);
  for (gsize i = 0; i < needle->size; i++)
    needle->masked[i] = g_ascii_xdigit_value (hex[2 * i]) << 4
        | g_ascii_xdigit_value (hex[2 * i + 1]);
}

/* @in_use: then it has to be found where it belongs, or the search is blind. */
static void
look (const char *when, gboolean in_use)
{
  Found found = regions_search (needles, n_needles);
  gboolean good = found.n_elsewhere == 0
      && (in_use ? found.n_guarded > 0
      : found.n_guarded == 0 && found.n_in_libcrypto == 0);

  g_print ("  %s %s: %u guarded, %u in libcrypto, %u elsewhere\n",
      good ? "fine" : "WRONG", when, found.n_guarded, found.n_in_libcrypto,
      found.n_elsewhere);
  failed |= !good;
}

static void
pass_frames (Lke2eeKeyProvider * provider)
{
  g_autoptr (Lke2eeFrameCryptor) cryptor =
      lke2ee_frame_cryptor_new (provider, NULL, LKE2EE_CODEC_VP8);
  g_autoptr (GBytes) frame = g_bytes_new_static ("\x11\x02\x00 frame", 9);

  for (guint i = 0; i < 10; i++) {
    g_autoptr (GBytes) sealed = NULL;
    g_autoptr (GBytes) opened = NULL;

    g_assert_cmpint (lke2ee_frame_cryptor_encrypt_bytes (cryptor, frame,
            &sealed), ==, LKE2EE_FRAME_OK);
    g_assert_cmpint (lke2ee_frame_cryptor_decrypt_bytes (cryptor, sealed,
            &opened), ==, LKE2EE_FRAME_OK);
    g_assert_true (g_bytes_equal (opened, frame));
  }
  look ("while frames run", TRUE);
}

static void
use_and_ratchet (Lke2eeKeyProvider * provider)
{
  g_autoptr (GError) error = NULL;

  pass_frames (provider);
  g_autoptr (GBytes) material =
      lke2ee_key_provider_ratchet_key (provider, NULL, 0, &error);
  g_assert_no_error (error);
  g_assert_nonnull (material);
  look ("after a ratchet", TRUE);
  pass_frames (provider);
}

/* The library */

static void
by_bytes (const char *path, gboolean is_passphrase)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) secret =
      lke2ee_secret_bytes_new_from_file (path, 1024, &error);

  g_assert_no_error (error);
  look ("when the file was read", TRUE);
  if (is_passphrase)
    lke2ee_key_provider_set_passphrase_bytes (provider, NULL, secret, 0,
        &error);
  else
    lke2ee_key_provider_set_key (provider, NULL, secret, LKE2EE_KDF_HKDF, 0,
        &error);
  g_assert_no_error (error);
  look ("when the key was set", TRUE);
  use_and_ratchet (provider);
}

static void
on_set (GObject * provider, GAsyncResult * result, gpointer loop)
{
  g_autoptr (GError) error = NULL;

  lke2ee_key_provider_set_key_finish (LKE2EE_KEY_PROVIDER (provider), result,
      &error);
  g_assert_no_error (error);
  g_main_loop_quit (loop);
}

/* On a worker thread, whose stack is searched as well. */
static void
by_worker (const char *path)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GBytes) secret =
      lke2ee_secret_bytes_new_from_file (path, 1024, NULL);

  lke2ee_key_provider_set_key_async (provider, NULL, secret,
      LKE2EE_KDF_PBKDF2, 0, NULL, on_set, loop);
  g_clear_pointer (&secret, g_bytes_unref);
  g_main_loop_run (loop);
  look ("when the key was set", TRUE);
  use_and_ratchet (provider);
}

/* The elements */

static GstHarness *
new_element (const char *name, const char *property, const char *path)
{
  GstElement *element = gst_element_factory_make (name, NULL);

  g_assert_nonnull (element);
  g_object_set (element, property, path, NULL);
  GstHarness *harness = gst_harness_new_with_element (element, "sink", "src");
  gst_object_unref (element);
  gst_harness_set_caps_str (harness, VP8_CAPS, VP8_CAPS);
  return harness;
}

static void
by_elements (const char *property, const char *path)
{
  GstHarness *enc = new_element ("lke2eeenc", property, path);
  GstHarness *dec = new_element ("lke2eedec", property, path);

  look ("when the elements play", TRUE);
  for (guint i = 0; i < 10; i++) {
    GstBuffer *frame = gst_buffer_new_memdup ("\x11\x02\x00 frame", 9);

    gst_buffer_unref (gst_harness_push_and_pull (dec,
            gst_harness_push_and_pull (enc, frame)));
  }
  look ("while frames run", TRUE);
  gst_harness_teardown (enc);
  gst_harness_teardown (dec);
}

/* What README warns of: a copy in plain memory. This has to be found. */
static void
by_plain_memory (const char *path)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (TRUE);
  g_autofree char *text = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  g_autoptr (GBytes) secret = g_bytes_new (text, size);
  lke2ee_key_provider_set_key (provider, NULL, secret, LKE2EE_KDF_HKDF, 0,
      NULL);
  look ("when the key was set", TRUE);
}

static void
run (const char *way, const char *path)
{
  if (g_str_equal (way, "passphrase-bytes"))
    by_bytes (path, TRUE);
  else if (g_str_equal (way, "key-bytes"))
    by_bytes (path, FALSE);
  else if (g_str_equal (way, "worker"))
    by_worker (path);
  else if (g_str_equal (way, "plain-memory"))
    by_plain_memory (path);
  else if (g_str_has_suffix (way, "-file"))
    by_elements (way, path);
  else
    g_error ("no way '%s'", way);
}

int
main (int argc, char **argv)
{
  regions_watch_libcrypto ();
  gst_init (NULL, NULL);
  g_assert_cmpint (argc, >, 3);
  for (int i = 3; i < argc; i++)
    add_needle (argv[i]);
  look ("before", FALSE);
  run (argv[1], argv[2]);
  look ("when all is released", FALSE);
  return failed ? 1 : 0;
}
