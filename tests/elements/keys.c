/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Where the elements' keys come from: files, slots, providers, contexts. */

#include "support.h"

#include <glib/gstdio.h>
#include <string.h>

#define FRAME "110200 aabbccddee"

static const char *const names[] = { "lke2eeenc", "lke2eedec" };

/* A file with @size bytes of @data, to be removed with remove_file(). */
static char *
write_file (const char *data, gsize size)
{
  GError *error = NULL;
  char *path = NULL;
  gint fd = g_file_open_tmp ("lke2ee-XXXXXX", &path, &error);

  g_assert_no_error (error);
  fail_unless (g_close (fd, NULL));
  fail_unless (g_file_set_contents (path, data, size, NULL));
  return path;
}

static void
remove_file (char *path)
{
  g_unlink (path);
  g_free (path);
}

/* Whether @dec opens what an encryptor seals whose key is in the file @path. */
static gboolean
opens_from (GstHarness * dec, const char *property, const char *path)
{
  g_autofree char *launch = g_strdup_printf ("lke2eeenc %s=%s", property,
      path);
  GstHarness *enc = new_harness (launch, VP8_CAPS, VP8_CAPS);

  gst_harness_push (enc, buffer_from_hex (FRAME));
  gst_harness_push (dec, gst_harness_pull (enc));
  GstBuffer *out = gst_harness_try_pull (dec);
  gboolean opens = out != NULL;
  gst_clear_buffer (&out);
  gst_harness_teardown (enc);
  return opens;
}

/* One newline is an editor's; whatever else stands there is the passphrase. */
GST_START_TEST (test_one_newline_of_a_passphrase_file_is_dropped)
{
  static const struct
  {
    const char *content, *passphrase;
  } rows[] = {
    {"secret", "secret"}, {"secret\n", "secret"}, {"secret\n\n", "secret\n"},
    {"secret\r\n", "secret\r"}, {" secret \n", " secret "},
    {"se\ncret\n", "se\ncret"}, {"\nsecret", "\nsecret"},
  };
  const char *content = rows[__i__].content;
  char *path = write_file (content, strlen (content));
  GstHarness *dec = parse_harness ("lke2eedec");

  g_object_set (dec->element, "passphrase", rows[__i__].passphrase, NULL);
  gst_harness_set_src_caps_str (dec, VP8_CAPS);
  fail_unless (opens_from (dec, "passphrase-file", path), "row %d", __i__);
  gst_harness_teardown (dec);
  remove_file (path);
}

GST_END_TEST;

/* A newline at the end of a raw key is a byte of it, and it goes through HKDF,
 * as the property "key" does. */
GST_START_TEST (test_a_key_file_holds_raw_bytes)
{
  static const struct
  {
    const char *content, *key;
  } rows[] = {
    {"0123456789abcdef", "hex:30313233343536373839616263646566"},
    {"0123456789abcde\n", "hex:3031323334353637383961626364650a"},
    {"\x80\xff\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f",
        "hex:80ff0102030405060708090a0b0c0d0e0f"},
  };
  const char *content = rows[__i__].content;
  char *path = write_file (content, strlen (content));
  GstHarness *dec = parse_harness ("lke2eedec");

  g_object_set (dec->element, "key", rows[__i__].key, NULL);
  gst_harness_set_src_caps_str (dec, VP8_CAPS);
  fail_unless (opens_from (dec, "key-file", path), "row %d", __i__);
  gst_harness_teardown (dec);
  remove_file (path);
}

GST_END_TEST;

/* Which file it was stands in the error; what was in it does not. */
GST_START_TEST (test_errors_name_the_file)
{
  static const struct
  {
    const char *property, *content, *substance;
  } rows[] = {
    {"passphrase-file", "\xff\xfe-secret", "not UTF-8"},
    {"passphrase-file", "\n", "is empty"},
    {"key-file", "short-secret", "has 12"},
  };
  const char *content = rows[__i__ / 2].content;
  char *path = write_file (content, strlen (content));
  g_autofree char *launch = g_strdup_printf ("%s %s=%s", names[__i__ % 2],
      rows[__i__ / 2].property, path);
  g_autofree char *text = error_text_of_start (launch);

  fail_unless (text != NULL, "%s: no error", launch);
  fail_unless (strstr (text, path) != NULL, "'%s'", text);
  fail_unless (strstr (text, rows[__i__ / 2].substance) != NULL, "'%s'",
      text);
  fail_unless (strstr (text, "secret") == NULL, "'%s'", text);
  remove_file (path);
}

GST_END_TEST;

static GstContext *
new_context (Lke2eeKeyProvider * provider)
{
  GstContext *context = gst_context_new ("lke2ee.key-provider", FALSE);

  gst_structure_set (gst_context_writable_structure (context),
      "key-provider", LKE2EE_TYPE_KEY_PROVIDER, provider, NULL);
  return context;
}

/* Two answers to the question of the key are none. */
GST_START_TEST (test_a_secret_beside_a_provider_is_refused)
{
  GstElement *element = gst_element_factory_make (names[__i__], NULL);
  Lke2eeKeyProvider *provider = lke2ee_key_provider_new (TRUE);
  GstBus *bus = watch (element);
  GError *error = NULL;

  g_object_set (element, "passphrase", PASSPHRASE, "key-provider", provider,
      NULL);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_PAUSED),
      GST_STATE_CHANGE_FAILURE);
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (strstr (error->message,
          "Both passphrase and a key provider are set") != NULL, "'%s'",
      error->message);
  g_error_free (error);
  gst_message_unref (message);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  gst_object_unref (bus);
  gst_object_unref (element);
  g_object_unref (provider);
}

GST_END_TEST;

static gboolean
answer_context_query (GstPad * pad, GstObject * parent, GstQuery * query)
{
  const char *type = NULL;

  if (GST_QUERY_TYPE (query) != GST_QUERY_CONTEXT
      || !gst_query_parse_context_type (query, &type)
      || strcmp (type, "lke2ee.key-provider") != 0)
    return gst_pad_query_default (pad, parent, query);
  gst_query_set_context (query,
      g_object_get_data (G_OBJECT (pad), "lke2ee-context"));
  return TRUE;
}

/* A neighbour that has a provider hands it on: then nobody else is asked. */
GST_START_TEST (test_takes_the_provider_of_a_neighbour)
{
  gboolean upstream = __i__;
  Lke2eeKeyProvider *provider = lke2ee_key_provider_new (TRUE);
  GstContext *context = new_context (provider);
  GstElement *dec = gst_element_factory_make ("lke2eedec", NULL);
  GstBus *bus = watch (dec);
  GstPad *pad = gst_element_get_static_pad (dec, upstream ? "sink" : "src");
  GstPad *neighbour = gst_pad_new ("neighbour",
      upstream ? GST_PAD_SRC : GST_PAD_SINK);

  g_object_set_data (G_OBJECT (neighbour), "lke2ee-context", context);
  gst_pad_set_query_function (neighbour, answer_context_query);
  gst_pad_set_active (neighbour, TRUE);
  fail_unless_equals_int (upstream ? gst_pad_link (neighbour, pad)
      : gst_pad_link (pad, neighbour), GST_PAD_LINK_OK);

  guint refs = G_OBJECT (provider)->ref_count;
  gst_element_set_state (dec, GST_STATE_PAUSED);
  fail_unless_equals_int (G_OBJECT (provider)->ref_count, refs + 1);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_NEED_CONTEXT) == NULL);

  gst_element_set_state (dec, GST_STATE_NULL);
  gst_element_set_bus (dec, NULL);
  gst_object_unref (bus);
  gst_object_unref (dec);
  gst_object_unref (pad);
  gst_object_unref (neighbour);
  gst_context_unref (context);
  g_object_unref (provider);
}

GST_END_TEST;

/* The slot is that of key-index when the stream starts. */
GST_START_TEST (test_key_index_changed_in_ready)
{
  GstElement *element = gst_element_factory_make (names[__i__], NULL);
  GObject *provider = gst_child_proxy_get_child_by_name
      (GST_CHILD_PROXY (element), "key-provider");
  static const gint indexes[] = { -1, 3, 5 };

  g_object_set (element, "key", "hex:00112233445566778899aabbccddeeff", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (indexes); i++) {
    gint slot = MAX (indexes[i], 0);

    g_object_set (element, "key-index", indexes[i], NULL);
    fail_if (lke2ee_key_provider_has_key (LKE2EE_KEY_PROVIDER (provider),
            NULL, slot));
    gst_element_set_state (element, GST_STATE_PAUSED);
    fail_unless (lke2ee_key_provider_has_key (LKE2EE_KEY_PROVIDER (provider),
            NULL, slot), "slot %d", slot);
    gst_element_set_state (element, GST_STATE_READY);
  }
  gst_element_set_state (element, GST_STATE_NULL);
  g_object_unref (provider);
  gst_object_unref (element);
}

GST_END_TEST;

/* Options that keys depend on stay as they were when the first key was set. */
GST_START_TEST (test_ring_options_are_refused_after_the_first_key)
{
  GstHarness *dec = new_dec (VP8_CAPS);
  guint size;

  g_test_expect_message ("lke2ee", G_LOG_LEVEL_WARNING,
      "*key-ring-size*cannot change once a key is set*");
  gst_child_proxy_set (GST_CHILD_PROXY (dec->element),
      "key-provider::key-ring-size", 4, NULL);
  g_test_assert_expected_messages ();
  gst_child_proxy_get (GST_CHILD_PROXY (dec->element),
      "key-provider::key-ring-size", &size, NULL);
  fail_unless_equals_int (size, 16);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* A key has 128 bits, or 256 in browsers; the property's range has more. */
GST_START_TEST (test_a_wrong_key_size_is_refused)
{
  GstElement *element = gst_element_factory_make (names[__i__], NULL);
  guint size;

  g_test_expect_message ("lke2ee", G_LOG_LEVEL_WARNING,
      "key-size 200 is not an AES-GCM key size*");
  gst_child_proxy_set (GST_CHILD_PROXY (element), "key-provider::key-size",
      200, NULL);
  g_test_assert_expected_messages ();
  gst_child_proxy_get (GST_CHILD_PROXY (element), "key-provider::key-size",
      &size, NULL);
  fail_unless_equals_int (size, 128);
  gst_object_unref (element);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("keys");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_loop_test (tc, test_one_newline_of_a_passphrase_file_is_dropped,
      0, 7);
  tcase_add_loop_test (tc, test_a_key_file_holds_raw_bytes, 0, 3);
  tcase_add_loop_test (tc, test_errors_name_the_file, 0, 6);
  tcase_add_loop_test (tc, test_a_secret_beside_a_provider_is_refused, 0, 2);
  tcase_add_loop_test (tc, test_takes_the_provider_of_a_neighbour, 0, 2);
  tcase_add_loop_test (tc, test_key_index_changed_in_ready, 0, 2);
  tcase_add_test (tc, test_ring_options_are_refused_after_the_first_key);
  tcase_add_loop_test (tc, test_a_wrong_key_size_is_refused, 0, 2);
  return run_suite (&argc, &argv, suite, "keys");
}
