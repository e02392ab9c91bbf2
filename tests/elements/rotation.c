/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Keys that change while a pipeline plays: sender and receiver with a queue
 * between them, so that frames of the old key are still on their way, and one
 * provider. */

#include <gst/app/app.h>

#include "support.h"

#define FRAME "110200 aabbccddee"
#define N_ROTATIONS 200
#define FRAMES_PER_ROTATION 5

typedef struct _Stream Stream;

struct _Stream
{
  Lke2eeKeyProvider *provider;
  GstElement *pipeline;
  GstElement *src;
  GstElement *dec;
  GstElement *sink;
};

static void
stream_start (Stream * self)
{
  GError *error = NULL;

  self->provider = lke2ee_key_provider_new (TRUE);
  self->pipeline = gst_parse_launch ("appsrc name=src format=time "
      "caps=video/x-vp8 ! lke2eeenc name=enc ! queue max-size-buffers=0 "
      "max-size-bytes=0 max-size-time=0 ! lke2eedec name=dec ! "
      "appsink name=sink sync=false", &error);
  g_assert_no_error (error);
  self->src = gst_bin_get_by_name (GST_BIN (self->pipeline), "src");
  self->dec = gst_bin_get_by_name (GST_BIN (self->pipeline), "dec");
  self->sink = gst_bin_get_by_name (GST_BIN (self->pipeline), "sink");
  gst_child_proxy_set (GST_CHILD_PROXY (self->pipeline),
      "enc::key-provider", self->provider, "dec::key-provider",
      self->provider, NULL);
}

static void
stream_play (Stream * self)
{
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static void
stream_push (Stream * self, guint n_frames)
{
  for (guint i = 0; i < n_frames; i++)
    fail_unless_equals_int (gst_app_src_push_buffer (GST_APP_SRC (self->src),
            buffer_from_hex (FRAME)), GST_FLOW_OK);
}

/* Ends the stream and counts what came out of it, each as it went in. */
static guint
stream_finish (Stream * self)
{
  GstSample *sample;
  guint n_frames = 0;

  gst_app_src_end_of_stream (GST_APP_SRC (self->src));
  while ((sample = gst_app_sink_pull_sample (GST_APP_SINK (self->sink)))) {
    assert_buffer_is (gst_sample_get_buffer (sample), FRAME);
    gst_sample_unref (sample);
    n_frames++;
  }
  assert_stats_add_up (self->dec, n_frames);
  return n_frames;
}

static void
stream_stop (Stream * self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->src);
  gst_object_unref (self->dec);
  gst_object_unref (self->sink);
  gst_object_unref (self->pipeline);
  g_assert_finalize_object (self->provider);
}

static void
set_key (Stream * self, guint number, gint index)
{
  g_autofree char *text = g_strdup_printf ("key number %06u", number);
  g_autoptr (GBytes) key = g_bytes_new (text, strlen (text));

  fail_unless (lke2ee_key_provider_set_key (self->provider, NULL, key,
          LKE2EE_KDF_HKDF, index, NULL));
}

static void
rotate_to_next_slot (Stream * self, guint number)
{
  set_key (self, number, number % 16);
}

static void
set_same_slot (Stream * self, guint number)
{
  set_key (self, number, 0);
}

/* The next key lies ready; only the sender's slot changes. */
static void
rotate_by_index (Stream * self, guint number)
{
  lke2ee_key_provider_set_current_index (self->provider, NULL, number % 16);
}

static void
ratchet (Stream * self, guint number)
{
  g_autoptr (GBytes) material =
      lke2ee_key_provider_ratchet_key (self->provider, NULL, 0, NULL);

  fail_unless (material != NULL);
}

/* Waits until so many frames went through @element. */
static void
wait_for_frames (GstElement * element, guint n_frames)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (get_stat (element, "frames") < n_frames) {
    fail_unless (g_get_monotonic_time () < deadline, "frames do not arrive");
    g_thread_yield ();
  }
}

/* A slot has one key before its own, so a sender is at most so many rotations
 * ahead of its frames as come round to the slot again. */
static const struct
{
  const char *name;
  void (*rotate) (Stream * self, guint number);
  guint max_ahead;
} rows[] = {
  {"a fresh key in the next slot", rotate_to_next_slot, 16},
  {"the next slot", rotate_by_index, N_ROTATIONS},
  {"a fresh key in the same slot", set_same_slot, 1},
  {"a ratchet", ratchet, 1},
};

GST_START_TEST (test_200_rotations_lose_nothing)
{
  Stream stream;

  stream_start (&stream);
  for (gint i = 15; i >= 0; i--)
    set_key (&stream, i, i);
  stream_play (&stream);
  for (guint i = 1; i <= N_ROTATIONS; i++) {
    stream_push (&stream, FRAMES_PER_ROTATION);
    if (i > rows[__i__].max_ahead)
      wait_for_frames (stream.dec,
          (i - rows[__i__].max_ahead) * FRAMES_PER_ROTATION);
    rows[__i__].rotate (&stream, i);
  }
  fail_unless_equals_int (stream_finish (&stream),
      N_ROTATIONS * FRAMES_PER_ROTATION);
  fail_unless_equals_uint64 (get_stat (stream.dec, "dropped"), 0);
  stream_stop (&stream);
}

GST_END_TEST;

/* A participant who is removed while playing misses its key from its next frame
 * on, and plays again when it gets one. */
GST_START_TEST (test_remove_while_playing)
{
  Stream stream;

  stream_start (&stream);
  set_key (&stream, 1, 0);
  stream_play (&stream);
  stream_push (&stream, 10);
  wait_for_frames (stream.dec, 10);
  lke2ee_key_provider_remove_participant (stream.provider, NULL);
  stream_push (&stream, 10);
  GstElement *enc = gst_bin_get_by_name (GST_BIN (stream.pipeline), "enc");
  wait_for_frames (enc, 20);
  set_key (&stream, 2, 0);
  stream_push (&stream, 10);
  fail_unless_equals_int (stream_finish (&stream), 20);
  fail_unless_equals_uint64 (get_stat (enc, "missing-key"), 10);
  gst_object_unref (enc);
  stream_stop (&stream);
}

GST_END_TEST;

/* A real encoder, whose only key frame was lost before the receiver had the
 * key: it makes another one when the key is there, because lke2eedec asks. */
GST_START_TEST (test_a_late_key)
{
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch ("videotestsrc ! "
      "video/x-raw,width=16,height=16 ! vp8enc deadline=1 "
      "keyframe-max-dist=1000000 ! lke2eeenc passphrase=late ! queue ! "
      "lke2eedec name=dec wait-for-keyframe=true ! "
      "appsink name=sink sync=false max-buffers=1", &error);
  gboolean ok = FALSE;

  g_assert_no_error (error);
  GstElement *dec = gst_bin_get_by_name (GST_BIN (pipeline), "dec");
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  wait_for_frames (dec, 10);
  fail_unless (get_stat (dec, "missing-key") >= 10);
  g_signal_emit_by_name (dec, "set-passphrase", NULL, "late", 0, &ok);
  fail_unless (ok);
  GstSample *sample = gst_app_sink_try_pull_sample (GST_APP_SINK (sink),
      20 * GST_SECOND);
  fail_unless (sample != NULL, "no key frame came");
  fail_if (GST_BUFFER_FLAG_IS_SET (gst_sample_get_buffer (sample),
          GST_BUFFER_FLAG_DELTA_UNIT));
  gst_sample_unref (sample);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (dec);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("rotation");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 60);
  tcase_add_loop_test (tc, test_200_rotations_lose_nothing, 0,
      G_N_ELEMENTS (rows));
  tcase_add_test (tc, test_remove_while_playing);
  tcase_add_test (tc, test_a_late_key);
  return run_suite (&argc, &argv, suite, "rotation");
}
