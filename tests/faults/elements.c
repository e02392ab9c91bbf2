/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The elements when what they stand on fails or goes away: libcrypto, secret
 * memory, output buffers, the provider, the key file, the pipeline itself.
 * Never a crash, never a frame in the clear, and an error that says what. */

#include "faults.h"

#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <lke2ee/lke2ee.h>
#include <string.h>

GST_PLUGIN_STATIC_DECLARE (lke2ee);

#define KEY "key=hex:30313233343536373839616263646566"
#define BODY "a body that is never to be seen in the clear"
#define N_CYCLES 1000

static const struct
{
  const char *name, *caps, *header;
  gsize header_size;
} codecs[] = {
  {"opus", "audio/x-opus,channel-mapping-family=0", "\x78", 1},
  {"vp8", "video/x-vp8", "\x11\x02\x00", 3},
  {"vp9", "video/x-vp9", "\x82", 1},
  {"h264", "video/x-h264,stream-format=byte-stream,alignment=au",
      "\x00\x00\x00\x01\x41\x9a", 6},
  {"h265", "video/x-h265,stream-format=byte-stream,alignment=au",
      "\x00\x00\x00\x01\x02\x01", 6},
};

static GstBuffer *
new_frame (guint codec)
{
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) codecs[codec].header,
      codecs[codec].header_size);
  g_byte_array_append (bytes, (const guint8 *) BODY, strlen (BODY));
  gsize size = bytes->len;
  return gst_buffer_new_wrapped (g_byte_array_free (bytes, FALSE), size);
}

static gboolean
shows_body (GstBuffer * buffer)
{
  g_auto (GstBufferMapInfo) map = GST_MAP_INFO_INIT;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (gsize i = 0; i + 8 <= map.size; i++) {
    if (memcmp (map.data + i, BODY, 8) == 0)
      return TRUE;
  }
  return FALSE;
}

static GstHarness *
new_element (const char *launch, const char *caps, GstBus * bus)
{
  g_autoptr (GError) error = NULL;
  GstElement *element = gst_parse_launch (launch, &error);

  g_assert_no_error (error);
  gst_element_set_bus (element, bus);
  GstHarness *harness = gst_harness_new_with_element (element, "sink", "src");
  gst_object_unref (element);
  if (caps != NULL)
    gst_harness_set_caps_str (harness, caps, caps);
  return harness;
}

static void
free_element (GstHarness * harness)
{
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

/* Pulls and throws away what is sealed; returns how many. */
static guint
drain_sealed (GstHarness * enc)
{
  GstBuffer *buffer;
  guint n = 0;

  for (; (buffer = gst_harness_try_pull (enc)) != NULL; n++) {
    fail_if (shows_body (buffer));
    gst_buffer_unref (buffer);
  }
  return n;
}

/* One error, and its text is for people. */
static void
assert_one_error (GstBus * bus, GQuark domain, gint code)
{
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;

  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, domain, code), "%s", error->message);
  fail_unless (strlen (error->message) > 20, "%s", error->message);
  gst_message_unref (message);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) == NULL);
}

/* Calls that fail */

/* An element that runs, or NULL if it did not start. */
static GstHarness *
start_element (const char *launch, const char *caps, GstBus * bus)
{
  g_autoptr (GError) error = NULL;
  GstElement *element = gst_parse_launch (launch, &error);
  GstHarness *harness = NULL;

  g_assert_no_error (error);
  gst_element_set_bus (element, bus);
  if (gst_element_set_state (element, GST_STATE_PAUSED)
      == GST_STATE_CHANGE_SUCCESS) {
    harness = gst_harness_new_with_element (element, "sink", "src");
    gst_harness_set_caps_str (harness, caps, caps);
  } else {
    gst_element_set_state (element, GST_STATE_NULL);
    gst_element_set_bus (element, NULL);
  }
  gst_object_unref (element);
  return harness;
}

/* One frame through a new element, NULL if any of that failed. */
static GstBuffer *
pass (const char *launch, const char *caps, GstBus * bus, GstBuffer * in)
{
  GstHarness *harness = start_element (launch, caps, bus);

  if (harness == NULL) {
    gst_buffer_unref (in);
    return NULL;
  }
  gst_harness_push (harness, in);
  GstBuffer *out = gst_harness_try_pull (harness);
  free_element (harness);
  return out;
}

/* A frame sealed and opened by new elements. */
static gboolean
run_once (guint codec, GstBus * bus)
{
  const char *caps = codecs[codec].caps;

  /* Old messages keep old elements, and their keys, alive. */
  gst_bus_set_flushing (bus, TRUE);
  gst_bus_set_flushing (bus, FALSE);
  GstBuffer *out = pass ("lke2eeenc " KEY, caps, bus, new_frame (codec));

  if (out == NULL)
    return FALSE;
  fail_if (shows_body (out));
  out = pass ("lke2eedec " KEY, caps, bus, out);
  gboolean ok = out != NULL;
  gst_clear_buffer (&out);
  return ok;
}

/* At the tag libcrypto does not tell a failure of its own from a forgery. */
static gboolean
may_be_silent (const char *name)
{
  return g_str_equal (name, "EVP_CipherFinal_ex")
      || g_str_equal (name, "EVP_CIPHER_CTX_ctrl");
}

/* FALSE if there were fewer calls than that: IVs are drawn until one suits. */
static gboolean
try_fault (const char *name, guint nth, guint codec, GstBus * bus)
{
  fault_arm (name, nth);
  gboolean ok = run_once (codec, bus);
  if (!fault_disarm ()) {
    fail_unless (ok);
    return FALSE;
  }
  fail_if (ok, "%s: call %u of %s failed, and nobody saw it",
      codecs[codec].name, nth, name);
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL || may_be_silent (name),
      "%s: call %u of %s: no error", codecs[codec].name, nth, name);
  g_clear_pointer (&message, gst_message_unref);
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) == NULL);
  fail_unless (run_once (codec, bus));
  return TRUE;
}

/* Each call of each function once: the frame is lost, and why is told once. */
GST_START_TEST (test_calls_that_fail)
{
  const char *name = fault_names[__i__];
  GstBus *bus = gst_bus_new ();
  guint n_failed = 0;

  for (guint codec = 0; codec < G_N_ELEMENTS (codecs); codec++) {
    fault_arm (name, 0);
    fail_unless (run_once (codec, bus));
    guint n_calls = fault_count_calls ();
    fault_disarm ();
    for (guint nth = 1; nth <= n_calls; nth++)
      n_failed += try_fault (name, nth, codec, bus);
  }
  /* A raw key takes no PBKDF2. */
  fail_unless (n_failed >= G_N_ELEMENTS (codecs)
      || g_str_equal (name, "PKCS5_PBKDF2_HMAC"), "%u", n_failed);
  gst_bus_set_flushing (bus, TRUE);
  gst_object_unref (bus);
}

GST_END_TEST;

/* Things that go away */

typedef struct
{
  GstElement *element;
  gint n_changes;               /* atomic */
  gint stop;                    /* atomic */
} Changer;

/* On a thread of its own, as applications do it. */
static gpointer
change_providers (gpointer data)
{
  Changer *changer = data;
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef", 16);

  while (!g_atomic_int_get (&changer->stop)) {
    Lke2eeKeyProvider *provider = lke2ee_key_provider_new (TRUE);

    lke2ee_key_provider_set_key (provider, NULL, key, LKE2EE_KDF_HKDF, 0,
        NULL);
    g_object_set (changer->element, "key-provider", provider, NULL);
    g_object_unref (provider);
    g_object_set (changer->element, "key-provider", NULL, NULL);
    g_atomic_int_inc (&changer->n_changes);
  }
  return NULL;
}

/* The application's reference is gone at once, while frames run: each of them
 * goes out sealed, and opens, as all providers have the same key. */
GST_START_TEST (test_providers_come_and_go)
{
  GstHarness *enc = new_element ("lke2eeenc " KEY, codecs[1].caps, NULL);
  GstHarness *dec = new_element ("lke2eedec " KEY, codecs[1].caps, NULL);
  Changer changer = { enc->element, 0, FALSE };
  GThread *thread = g_thread_new ("providers", change_providers, &changer);
  guint n = 0;

  while (n < 1000 || g_atomic_int_get (&changer.n_changes) < 200) {
    GstBuffer *sealed = gst_harness_push_and_pull (enc, new_frame (1));

    fail_if (shows_body (sealed));
    gst_harness_push (dec, sealed);
    n++;
  }
  g_atomic_int_set (&changer.stop, TRUE);
  g_thread_join (thread);
  fail_unless_equals_int (gst_harness_buffers_received (dec), n);
  free_element (enc);
  free_element (dec);
}

GST_END_TEST;

static GstPadProbeReturn
stop_on_buffer (GstPad * pad, GstPadProbeInfo * info, gpointer element)
{
  gst_element_set_state (element, GST_STATE_NULL);
  return GST_PAD_PROBE_OK;
}

/* Downstream shuts the element down while it is pushing to it. */
GST_START_TEST (test_null_within_a_push)
{
  GstBus *bus = gst_bus_new ();

  for (guint codec = 0; codec < G_N_ELEMENTS (codecs); codec++) {
    GstHarness *enc = new_element ("lke2eeenc " KEY, codecs[codec].caps, bus);

    gst_pad_add_probe (enc->sinkpad, GST_PAD_PROBE_TYPE_BUFFER,
        stop_on_buffer, enc->element, NULL);
    gst_harness_push (enc, new_frame (codec));
    drain_sealed (enc);
    fail_unless (gst_harness_push (enc, new_frame (codec)) != GST_FLOW_OK);
    free_element (enc);
  }
  gst_object_unref (bus);
}

GST_END_TEST;

static gboolean
stop_on_request (GstElement * element, const char *participant, gint index,
    gpointer user_data)
{
  gst_element_set_state (element, GST_STATE_NULL);
  return FALSE;
}

/* The application gives up in the middle of a frame, when it is asked for a
 * key that it does not have. */
GST_START_TEST (test_null_within_a_signal)
{
  static const char *const elements[] = { "lke2eeenc", "lke2eedec" };
  GstBus *bus = gst_bus_new ();

  for (guint i = 0; i < G_N_ELEMENTS (elements); i++) {
    GstElement *element = gst_element_factory_make (elements[i], NULL);
    GstBuffer *frame = new_frame (1);

    g_signal_connect (element, "request-key", G_CALLBACK (stop_on_request),
        NULL);
    gst_element_set_bus (element, bus);
    GstHarness *harness =
        gst_harness_new_with_element (element, "sink", "src");
    gst_object_unref (element);
    gst_harness_set_caps_str (harness, codecs[1].caps, codecs[1].caps);
    if (i == 1) {
      /* Something that names a key index. */
      GstBuffer *trailer = gst_buffer_new_memdup ("0123456789ab\x0c\x00", 14);
      frame = gst_buffer_append (frame, trailer);
    }
    gst_harness_push (harness, frame);
    fail_unless_equals_int (drain_sealed (harness), 0);
    free_element (harness);
  }
  gst_object_unref (bus);
}

GST_END_TEST;

GST_START_TEST (test_state_cycles)
{
  GstBus *bus = gst_bus_new ();
  GstHarness *enc = new_element ("lke2eeenc " KEY, codecs[1].caps, bus);

  for (guint i = 0; i < N_CYCLES; i++) {
    gst_element_set_state (enc->element, i % 2 ? GST_STATE_READY
        : GST_STATE_NULL);
    fail_unless_equals_int (gst_element_set_state (enc->element,
            GST_STATE_PLAYING), GST_STATE_CHANGE_SUCCESS);
    gst_harness_push_event (enc, gst_event_new_stream_start ("cycle"));
    gst_harness_set_src_caps_str (enc, codecs[1].caps);
    fail_unless_equals_int (gst_harness_push (enc, new_frame (1)),
        GST_FLOW_OK);
    fail_unless_equals_int (drain_sealed (enc), 1);
  }
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) == NULL);
  free_element (enc);
  gst_object_unref (bus);
}

GST_END_TEST;

/* Every codec after every other, while frames run. */
GST_START_TEST (test_caps_change_all_the_time)
{
  GstBus *bus = gst_bus_new ();
  GstHarness *enc = new_element ("lke2eeenc " KEY, NULL, bus);
  GstHarness *dec = new_element ("lke2eedec " KEY, NULL, bus);
  GRand *random = g_rand_new_with_seed (11);

  for (guint i = 0; i < 500; i++) {
    guint codec = g_rand_int_range (random, 0, G_N_ELEMENTS (codecs));
    GstBuffer *frame = new_frame (codec);

    gst_harness_set_caps_str (enc, codecs[codec].caps, codecs[codec].caps);
    gst_harness_set_caps_str (dec, codecs[codec].caps, codecs[codec].caps);
    GstBuffer *sealed =
        gst_harness_push_and_pull (enc, gst_buffer_ref (frame));
    fail_if (shows_body (sealed));
    GstBuffer *opened = gst_harness_push_and_pull (dec, sealed);
    fail_unless_equals_int (gst_buffer_get_size (opened),
        gst_buffer_get_size (frame));
    fail_unless (shows_body (opened));
    gst_buffer_unref (opened);
    gst_buffer_unref (frame);
  }
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) == NULL);
  g_rand_free (random);
  free_element (enc);
  free_element (dec);
  gst_object_unref (bus);
}

GST_END_TEST;

/* The key file */

static void
restart (GstHarness * harness, GstStateChangeReturn expected)
{
  gst_element_set_state (harness->element, GST_STATE_NULL);
  fail_unless_equals_int (gst_element_set_state (harness->element,
          GST_STATE_PLAYING), expected);
  if (expected != GST_STATE_CHANGE_SUCCESS)
    return;
  gst_harness_push_event (harness, gst_event_new_stream_start ("again"));
  gst_harness_set_src_caps_str (harness, codecs[1].caps);
}

static void
write_file (const char *path, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static gboolean
is_understood (GstHarness * enc, const char *key)
{
  g_autofree char *launch = g_strdup_printf ("lke2eedec key=%s", key);
  GstHarness *dec = new_element (launch, codecs[1].caps, NULL);

  fail_unless_equals_int (gst_harness_push (enc, new_frame (1)), GST_FLOW_OK);
  GstBuffer *sealed = gst_harness_pull (enc);
  fail_if (shows_body (sealed));
  gst_harness_push (dec, sealed);
  gboolean understood = gst_harness_buffers_received (dec) == 1;
  free_element (dec);
  return understood;
}

#define FIRST_KEY "0123456789abcdef"
#define FIRST_HEX "hex:30313233343536373839616263646566"
#define SECOND_KEY "fedcba9876543210"
#define SECOND_HEX "hex:66656463626139383736353433323130"

/* While it runs the file may go or change: the key stays that of the start. The
 * next start takes what is there then, or fails and names the file. */
GST_START_TEST (test_key_file_changes)
{
  g_autofree char *folder = g_dir_make_tmp ("lke2ee-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "key", NULL);
  g_autofree char *launch = g_strdup_printf ("lke2eeenc key-file=%s", path);
  GstBus *bus = gst_bus_new ();

  write_file (path, FIRST_KEY);
  GstHarness *enc = new_element (launch, codecs[1].caps, bus);
  fail_unless (is_understood (enc, FIRST_HEX));
  write_file (path, SECOND_KEY);
  fail_unless (is_understood (enc, FIRST_HEX));
  restart (enc, GST_STATE_CHANGE_SUCCESS);
  fail_unless (is_understood (enc, SECOND_HEX));
  g_unlink (path);
  fail_unless (is_understood (enc, SECOND_HEX));
  fail_unless (gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR) == NULL);

  restart (enc, GST_STATE_CHANGE_FAILURE);
  assert_one_error (bus, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ);
  fail_unless (gst_harness_push (enc, new_frame (1)) != GST_FLOW_OK);
  fail_unless_equals_int (drain_sealed (enc), 0);

  write_file (path, "too short");
  restart (enc, GST_STATE_CHANGE_FAILURE);
  assert_one_error (bus, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS);
  write_file (path, FIRST_KEY);
  restart (enc, GST_STATE_CHANGE_SUCCESS);
  fail_unless (is_understood (enc, FIRST_HEX));
  free_element (enc);
  gst_object_unref (bus);
  g_unlink (path);
  g_rmdir (folder);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  /* The backend whose calls are put between. */
  g_setenv ("LKE2EE_AEAD", "openssl", TRUE);
  gst_check_init (&argc, &argv);
  GST_PLUGIN_STATIC_REGISTER (lke2ee);

  Suite *suite = suite_create ("faults");
  TCase *tcase = tcase_create ("all");
  tcase_set_timeout (tcase, 200);
  tcase_add_loop_test (tcase, test_calls_that_fail, 0, fault_n_names);
  tcase_add_test (tcase, test_providers_come_and_go);
  tcase_add_test (tcase, test_null_within_a_push);
  tcase_add_test (tcase, test_null_within_a_signal);
  tcase_add_test (tcase, test_state_cycles);
  tcase_add_test (tcase, test_caps_change_all_the_time);
  tcase_add_test (tcase, test_key_file_changes);
  suite_add_tcase (suite, tcase);
  return gst_check_run_suite (suite, "faults", __FILE__);
}
