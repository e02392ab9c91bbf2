/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Support for the element tests. */

#include "support.h"

#include <string.h>

GstBuffer *
buffer_from_hex (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  for (; *hex; hex++) {
    guint8 byte;

    if (*hex == ' ')
      continue;
    fail_unless (g_ascii_isxdigit (hex[0]) && g_ascii_isxdigit (hex[1]));
    byte = g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]);
    g_byte_array_append (bytes, &byte, 1);
    hex++;
  }
  /* To wrap them would not work for an empty buffer. */
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, bytes->len, NULL);
  gst_buffer_fill (buffer, 0, bytes->data, bytes->len);
  g_byte_array_unref (bytes);
  return buffer;
}

char *
buffer_to_hex (GstBuffer * buffer)
{
  GString *hex = g_string_new (NULL);
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (gsize i = 0; i < map.size; i++)
    g_string_append_printf (hex, "%02x", map.data[i]);
  gst_buffer_unmap (buffer, &map);
  return g_string_free (hex, FALSE);
}

void
assert_buffer_is (GstBuffer * buffer, const char *hex)
{
  GstBuffer *expected = buffer_from_hex (hex);
  char *want = buffer_to_hex (expected);
  char *got = buffer_to_hex (buffer);

  fail_unless_equals_string (got, want);
  g_free (want);
  g_free (got);
  gst_buffer_unref (expected);
}

/* gst_harness_new_parse() would put the element into a bin. */
GstHarness *
parse_harness (const char *launch)
{
  GError *error = NULL;
  GstElement *element = gst_parse_launch (launch, &error);

  g_assert_no_error (error);
  GstHarness *harness = gst_harness_new_with_element (element, "sink", "src");
  gst_object_unref (element);
  return harness;
}

GstHarness *
new_harness (const char *launch, const char *sink_caps, const char *src_caps)
{
  GstHarness *harness = parse_harness (launch);

  gst_harness_set_src_caps_str (harness, sink_caps);
  if (src_caps != NULL)
    gst_harness_set_sink_caps_str (harness, src_caps);
  return harness;
}

GstHarness *
new_enc (const char *caps)
{
  return new_harness ("lke2eeenc passphrase=\"" PASSPHRASE "\"", caps, caps);
}

GstHarness *
new_dec (const char *caps)
{
  return new_harness ("lke2eedec passphrase=\"" PASSPHRASE "\"", caps, caps);
}

guint64
get_stat (GstElement * element, const char *name)
{
  GstStructure *stats;
  guint64 value = 0;

  g_object_get (element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, name, &value), "no %s", name);
  gst_structure_free (stats);
  return value;
}

/* The equations that CONTRACT and README promise. */
void
assert_stats_add_up (GstElement * element, guint64 buffers_out)
{
  fail_unless_equals_uint64 (get_stat (element, "dropped"),
      get_stat (element, "missing-key")
      + get_stat (element, "authentication-failed")
      + get_stat (element, "malformed") + get_stat (element, "replayed"));
  fail_unless_equals_uint64 (get_stat (element, "frames"),
      buffers_out + get_stat (element, "dropped") + get_stat (element, "held")
      + get_stat (element, "joined"));
}

GstBuffer *
seal (const char *caps, GstBuffer * frame)
{
  GstHarness *enc = new_enc (caps);
  GstBuffer *sealed = gst_harness_push_and_pull (enc, frame);

  gst_harness_teardown (enc);
  return sealed;
}

GstBuffer *
delta (GstBuffer * buffer)
{
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  return buffer;
}

GstBuffer *
seal_wrong (const char *caps, GstBuffer * frame)
{
  GstHarness *enc = new_harness ("lke2eeenc passphrase=other", caps, caps);
  GstBuffer *sealed = gst_harness_push_and_pull (enc, frame);

  gst_harness_teardown (enc);
  return sealed;
}

void
assert_drops (GstHarness * dec, GstBuffer * buffer, const char *stat)
{
  guint64 before = get_stat (dec->element, stat);

  fail_unless_equals_int (gst_harness_push (dec, buffer), GST_FLOW_OK);
  fail_unless (gst_harness_try_pull (dec) == NULL);
  fail_unless_equals_uint64 (get_stat (dec->element, stat), before + 1);
}

void
assert_opens (GstHarness * dec, GstBuffer * buffer, const char *frame)
{
  GstBuffer *out = gst_harness_push_and_pull (dec, buffer);

  assert_buffer_is (out, frame);
  gst_buffer_unref (out);
}

GstBus *
watch (GstElement * element)
{
  GstBus *bus = gst_bus_new ();

  gst_element_set_bus (element, bus);
  return bus;
}

/* The text of the error that setting @launch, an element, to PAUSED posts, or
 * NULL if it does not fail. */
char *
error_text_of_start (const char *launch)
{
  GError *error = NULL;
  GstElement *element = gst_parse_launch (launch, &error);
  GstBus *bus;
  GstMessage *message;
  char *text = NULL;

  fail_unless (element != NULL, "%s", error ? error->message : "");
  bus = watch (element);
  if (gst_element_set_state (element, GST_STATE_PAUSED)
      == GST_STATE_CHANGE_FAILURE) {
    message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
    fail_unless (message != NULL, "%s failed without an error", launch);
    gst_message_parse_error (message, &error, NULL);
    text = g_strdup (error->message);
    g_error_free (error);
    gst_message_unref (message);
    /* One clear error, not two. */
    fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) == NULL);
  }
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  gst_object_unref (bus);
  gst_object_unref (element);
  return text;
}

/* gst_check_init() sees to gst_deinit(), which makes the leaks tracer speak. */
int
run_suite (int *argc, char ***argv, Suite * suite, const char *name)
{
  gst_check_init (argc, argv);
  return gst_check_run_suite (suite, name, __FILE__);
}
