/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Our side of the tests against LiveKit's SDKs: the real elements, fed with
 * frames from JSON. Reads cases from standard input and writes them back.
 *
 *     frames encrypt|decrypt   frames through lke2eeenc or lke2eedec; a
 *                              refused frame is null
 *     frames capture           fills in what real encoders make
 */

#include <gst/check/gstharness.h>
#include <json-glib/json-glib.h>
#include <lke2ee/lke2ee.h>
#include <stdio.h>
#include <string.h>

/* Members of a case */

static const char *
get_string (JsonObject * job, const char *name)
{
  return json_object_get_string_member_with_default (job, name, NULL);
}

static GstBuffer *
dup_frame (JsonNode * node)
{
  gsize size;
  guchar *data = g_base64_decode (json_object_get_string_member
      (json_node_get_object (node), "data"), &size);
  GstBuffer *buffer = gst_buffer_new_wrapped (data, size);

  if (!json_object_get_boolean_member (json_node_get_object (node), "key"))
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  return buffer;
}

static JsonNode *
new_frame_node (GstBuffer * buffer)
{
  JsonObject *frame = json_object_new ();
  JsonNode *node = json_node_alloc ();
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_READ);
  g_autofree char *base64 = g_base64_encode (map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  json_object_set_string_member (frame, "data", base64);
  json_object_set_boolean_member (frame, "key",
      !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT));
  return json_node_init_object (node, frame);
}

/* Elements */

static void
configure (GstElement * element, JsonObject * job, gboolean encrypts)
{
  g_autoptr (GObject) provider =
      gst_child_proxy_get_child_by_name (GST_CHILD_PROXY (element),
      "key-provider");
  const char *sif = get_string (job, "sif_trailer");

  g_object_set (provider, "ratchet-salt", get_string (job, "salt"),
      "key-size", (guint) json_object_get_int_member (job, "key_size"), NULL);
  g_object_set (element, "key-index",
      (gint) json_object_get_int_member (job, "key_index"), NULL);
  if (!encrypts) {
    g_object_set (provider, "ratchet-window-size",
        (guint) json_object_get_int_member_with_default (job,
            "ratchet_window", 0), NULL);
    g_object_set (element, "ratchet-hold", 1000, NULL);
  }
  if (sif != NULL) {
    gsize size;
    g_autofree guchar *trailer = g_base64_decode (sif, &size);
    g_autofree char *text = g_strndup ((const char *) trailer, size);

    g_object_set (provider, "sif-trailer", text, NULL);
  }
  if (encrypts && json_object_get_boolean_member_with_default (job,
          "metadata", FALSE))
    gst_util_set_object_arg (G_OBJECT (element), "frame-metadata",
        "timestamp+frame-id");
}

/* A key as it is, without derivation, takes the library's own call. */
static void
set_key (GstElement * element, JsonObject * job)
{
  const char *kdf = get_string (job, "kdf");

  if (strcmp (kdf, "pbkdf2") == 0) {
    g_object_set (element, "passphrase", get_string (job, "passphrase"),
        NULL);
  } else if (strcmp (kdf, "hkdf") == 0) {
    g_object_set (element, "key", get_string (job, "key"), NULL);
  } else {
    g_autoptr (GObject) provider =
        gst_child_proxy_get_child_by_name (GST_CHILD_PROXY (element),
        "key-provider");
    g_autoptr (GBytes) key =
        lke2ee_secret_bytes_new_from_text (get_string (job, "key"), NULL);

    lke2ee_key_provider_set_key (LKE2EE_KEY_PROVIDER (provider), NULL, key,
        LKE2EE_KDF_NONE, (gint) json_object_get_int_member (job, "key_index"),
        NULL);
  }
}

static GstHarness *
new_harness (JsonObject * job, gboolean encrypts)
{
  GstElement *element =
      gst_element_factory_make (encrypts ? "lke2eeenc" : "lke2eedec", NULL);

  configure (element, job, encrypts);
  set_key (element, job);
  GstHarness *harness = gst_harness_new_with_element (element, "sink", "src");
  gst_harness_set_src_caps_str (harness, get_string (job, "caps"));
  gst_harness_set_sink_caps_str (harness, get_string (job, "out_caps"));
  gst_object_unref (element);
  return harness;
}

static void
ratchet (GstElement * element)
{
  g_autoptr (GBytes) material = NULL;

  g_signal_emit_by_name (element, "ratchet-key", NULL, -1, &material);
  if (material == NULL)
    g_error ("the key could not be ratcheted");
}

/* @ratchet_every: before each so many frames a step; 0: none. */
static JsonArray *
run_frames (GstHarness * harness, JsonArray * frames, guint ratchet_every)
{
  JsonArray *results = json_array_new ();

  for (guint i = 0; i < json_array_get_length (frames); i++) {
    if (ratchet_every > 0 && i > 0 && i % ratchet_every == 0)
      ratchet (harness->element);
    gst_harness_push (harness, dup_frame (json_array_get_element (frames,
                i)));
    g_autoptr (GstBuffer) out = gst_harness_try_pull (harness);

    if (out != NULL)
      json_array_add_element (results, new_frame_node (out));
    else
      json_array_add_null_element (results);
  }
  return results;
}

static void
run_job (JsonObject * job, gboolean encrypts)
{
  GstHarness *harness = new_harness (job, encrypts);
  JsonArray *results =
      run_frames (harness, json_object_get_array_member (job, "frames"),
      encrypts ? json_object_get_int_member_with_default (job,
          "ratchet_every", 0) : 0);

  json_object_set_array_member (job, "frames", results);
  gst_harness_teardown (harness);
}

/* Real encoders */

static void
add_sample (GstElement * sink, GstBuffer * buffer, GstPad * pad,
    gpointer frames)
{
  json_array_add_element (frames, new_frame_node (buffer));
}

static void
capture (JsonObject * job)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *launch = g_strdup_printf ("%s ! %s ! "
      "fakesink name=sink signal-handoffs=true",
      get_string (job, "encoder"), get_string (job, "caps"));
  g_autoptr (GstElement) pipeline = gst_parse_launch (launch, &error);
  JsonArray *frames = json_array_new ();

  if (error != NULL)
    g_error ("%s: %s", launch, error->message);
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_signal_connect (sink, "handoff", G_CALLBACK (add_sample), frames);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
      60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  if (message == NULL || GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS)
    g_error ("%s: no end of stream", launch);

  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  g_autofree char *text = gst_caps_to_string (caps);
  json_object_set_string_member (job, "caps", text);
  json_object_set_array_member (job, "frames", frames);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static char *
read_all (void)
{
  g_autoptr (GIOChannel) input = g_io_channel_unix_new (0);
  char *text = NULL;

  g_io_channel_read_to_end (input, &text, NULL, NULL);
  return text;
}

int
main (int argc, char **argv)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  gst_init (&argc, &argv);
  g_autofree char *text = read_all ();
  if (argc != 2 || !json_parser_load_from_data (parser, text, -1, &error))
    g_error ("usage: frames encrypt|decrypt|capture < cases.json");

  JsonArray *jobs = json_node_get_array (json_parser_get_root (parser));
  for (guint i = 0; i < json_array_get_length (jobs); i++) {
    JsonObject *job = json_array_get_object_element (jobs, i);

    if (strcmp (argv[1], "capture") == 0)
      capture (job);
    else
      run_job (job, strcmp (argv[1], "encrypt") == 0);
  }
  g_autofree char *out = json_to_string (json_parser_get_root (parser), FALSE);
  fputs (out, stdout);
  return 0;
}
