/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A recording of ciphertext, played twice by way of a seek: frames that come
 * again because a player went back are no replay. */

#include <gst/app/app.h>

#include "support.h"

#include <glib/gstdio.h>

#define N_FRAMES 60
#define SECRET "passphrase=\"" PASSPHRASE "\""

static void
run_to_its_end (GstElement * pipeline)
{
  GstBus *bus = gst_element_get_bus (pipeline);

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  GstMessage *message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL
      && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_message_unref (message);
  gst_object_unref (bus);
}

static void
record (const char *path)
{
  g_autofree char *launch = g_strdup_printf ("videotestsrc num-buffers=%u ! "
      "video/x-raw,width=64,height=48,framerate=30/1 ! vp8enc deadline=1 "
      "keyframe-max-dist=10 ! lke2eeenc " SECRET " ! matroskamux ! "
      "filesink location=%s", N_FRAMES, path);
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch (launch, &error);

  g_assert_no_error (error);
  run_to_its_end (pipeline);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

static guint
count_frames (GstElement * sink)
{
  GstSample *sample;
  guint n = 0;

  while ((sample = gst_app_sink_pull_sample (GST_APP_SINK (sink)))) {
    n++;
    gst_sample_unref (sample);
  }
  return n;
}

GST_START_TEST (test_seek)
{
  g_autofree char *folder = g_dir_make_tmp ("lke2ee-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "secret.mkv", NULL);
  g_autofree char *launch = g_strdup_printf ("filesrc location=%s ! "
      "matroskademux ! lke2eedec name=dec " SECRET " ! vp8dec ! "
      "appsink name=sink sync=false", path);

  record (path);
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  GstElement *dec = gst_bin_get_by_name (GST_BIN (pipeline), "dec");
  GstElement *sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  fail_unless_equals_int (count_frames (sink), N_FRAMES);
  fail_unless (gst_element_seek_simple (pipeline, GST_FORMAT_TIME,
          GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_KEY_UNIT, 0));
  fail_unless_equals_int (count_frames (sink), N_FRAMES);
  fail_unless_equals_uint64 (get_stat (dec, "replayed"), 0);
  assert_stats_add_up (dec, 2 * N_FRAMES);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (dec);
  gst_object_unref (sink);
  gst_object_unref (pipeline);
  g_unlink (path);
  g_rmdir (folder);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("seek");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, test_seek);
  return run_suite (&argc, &argv, suite, "seek");
}
