/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Parts of a recording: when one begins, and what is in it. The frames are a
 * real encoder's; the files are read back with a real demuxer. */

#include "recording.h"

#include <glib/gstdio.h>
#include <gst/app/gstappsink.h>

#include "numbers.h"

#define FRAME_MS 40

typedef struct
{
  char *folder;
  Index *index;
  Recording *recording;
  Track *audio;
  Track *video;
  GstElement *audio_source;
  GstElement *video_source;
} Fixture;

static GstElement *
start (const char *launch)
{
  GstElement *pipeline = gst_parse_launch (launch, NULL);

  g_assert_nonnull (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return pipeline;
}

static void
set_up (Fixture * self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("lke2ee-recording-XXXXXX", NULL);
  self->index = index_new ("room", 0);
  self->recording = recording_new (self->folder,
      index_get_participant (self->index, "ann"), FALSE);
  self->audio = track_new ("ann", "A", "audio/opus", FALSE);
  self->video = track_new ("ann", "V", "video/VP8", TRUE);
  self->audio_source = start ("audiotestsrc samplesperbuffer=1920 ! "
      "audio/x-raw,rate=48000,channels=2 ! opusenc frame-size=40 ! "
      "appsink name=sink sync=false max-buffers=1");
  self->video_source = start ("videotestsrc ! "
      "video/x-raw,width=64,height=64,framerate=25/1 ! "
      "vp8enc deadline=1 keyframe-max-dist=10 ! "
      "appsink name=sink sync=false max-buffers=1");
}

static void
tear_down (Fixture * self, gconstpointer data)
{
  const char *name;

  gst_element_set_state (self->audio_source, GST_STATE_NULL);
  gst_element_set_state (self->video_source, GST_STATE_NULL);
  gst_object_unref (self->audio_source);
  gst_object_unref (self->video_source);
  track_unref (self->audio);
  track_unref (self->video);
  index_free (self->index);
  GDir *dir = g_dir_open (self->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (self->folder, name, NULL);

    g_unlink (path);
  }
  g_dir_close (dir);
  g_rmdir (self->folder);
  g_free (self->folder);
}

/* The next frame of a track, at a time of ours. */
static void
take (Fixture * self, Track * track, gint64 time)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (track->is_video ?
          self->video_source : self->audio_source), "sink");
  g_autoptr (GstSample) sample =
      gst_app_sink_pull_sample (GST_APP_SINK (sink));
  Frame *frame = frame_new (track, sample);

  g_assert_nonnull (frame);
  frame->time = time;
  g_assert_true (recording_take (self->recording, frame, NULL));
}

static void
take_both (Fixture * self, gint64 from, gint64 to)
{
  for (gint64 time = from; time < to; time += FRAME_MS) {
    take (self, self->audio, time);
    take (self, self->video, time);
  }
}

static void
finish (Fixture * self)
{
  g_assert_true (recording_free (self->recording, NULL));
}

static const IndexPart *
get_part (Fixture * self, guint number)
{
  IndexParticipant *ann = index_get_participant (self->index, "ann");

  g_assert_cmpuint (number, <, ann->parts->len);
  return ann->parts->pdata[number];
}

/* How many frames a demuxer finds in track @number of a part. */
static guint
count_frames (Fixture * self, const IndexPart * part, guint number)
{
  const IndexTrack *track = part->tracks->pdata[number];
  g_autofree char *launch = g_strdup_printf ("filesrc location=\"%s/%s\" ! "
      "matroskademux name=d d.%s_0 ! appsink name=sink sync=false",
      self->folder, part->file, track->kind);
  g_autoptr (GstElement) pipeline = start (launch);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline),
      "sink");
  GstSample *sample;
  guint n = 0;

  while ((sample = gst_app_sink_pull_sample (GST_APP_SINK (sink)))) {
    g_assert_true (n > 0 || !GST_BUFFER_FLAG_IS_SET (gst_sample_get_buffer
            (sample), GST_BUFFER_FLAG_DELTA_UNIT));
    gst_sample_unref (sample);
    n++;
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return n;
}

static void
expect_track (Fixture * self, const IndexPart * part, guint number,
    guint n_frames)
{
  const IndexTrack *track = part->tracks->pdata[number];

  g_assert_cmpuint (track->frames, ==, n_frames);
  g_assert_cmpuint (count_frames (self, part, number), ==, n_frames);
}

static void
test_one_part (Fixture * self, gconstpointer data)
{
  recording_open_track (self->recording, self->audio);
  recording_open_track (self->recording, self->video);
  take_both (self, 0, 2000);
  finish (self);
  g_assert_cmpuint (index_get_participant (self->index, "ann")->parts->len, ==,
      1);
  expect_track (self, get_part (self, 0), 0, 50);
  expect_track (self, get_part (self, 0), 1, 50);
}

/* The microphone alone for a second, then the camera comes: another part,
 * without a frame lost. */
static void
test_late_track (Fixture * self, gconstpointer data)
{
  recording_open_track (self->recording, self->audio);
  for (gint64 time = 0; time < 1000; time += FRAME_MS)
    take (self, self->audio, time);
  recording_open_track (self->recording, self->video);
  take (self, self->video, 1000);
  g_assert_cmpstr (recording_get_part (self->recording), ==, "ann-2.mkv");
  take (self, self->audio, 1000);
  take_both (self, 1040, 2000);
  finish (self);
  g_assert_cmpuint (get_part (self, 0)->tracks->len, ==, 1);
  g_assert_cmpuint (get_part (self, 1)->tracks->len, ==, 2);
  g_assert_cmpint (self->audio->n_frames, ==, 50);
  expect_track (self, get_part (self, 1), 1, 25);
}

/* The other way round: the picture goes on in the old part until its next key
 * frame, which is asked for. */
static void
test_late_audio (Fixture * self, gconstpointer data)
{
  recording_open_track (self->recording, self->video);
  for (gint64 time = 0; time < 600; time += FRAME_MS)
    take (self, self->video, time);
  recording_open_track (self->recording, self->audio);
  take (self, self->audio, 600);
  g_assert_true (g_atomic_int_get (&self->video->wants_key_frame));
  take_both (self, 640, 2000);
  finish (self);
  /* A key frame each ten frames. */
  expect_track (self, get_part (self, 0), 0, 20);
  g_assert_cmpint (self->video->n_frames, ==, 15 + 34);
  g_assert_cmpint (self->video->n_dropped, ==, 0);
  g_assert_cmpint (self->audio->n_frames, ==, 35);
}

/* A muted camera holds back nothing of the microphone. */
static void
test_muted (Fixture * self, gconstpointer data)
{
  recording_open_track (self->recording, self->audio);
  recording_open_track (self->recording, self->video);
  take_both (self, 0, 400);
  recording_mute (self->recording, self->video, TRUE);
  for (gint64 time = 400; time < 4400; time += FRAME_MS)
    take (self, self->audio, time);
  g_assert_cmpint (self->audio->n_frames, ==, 110);
  take_both (self, 4400, 4800);
  finish (self);
  const IndexTrack *video = get_part (self, 0)->tracks->pdata[1];
  const Gap *gap = &g_array_index (video->gaps.found, Gap, 0);
  g_assert_cmpuint (video->gaps.found->len, ==, 1);
  g_assert_cmpint (gap->from, ==, 360);
  g_assert_cmpint (gap->to, ==, 4400);
  g_assert_cmpstr (gap->reason, ==, "muted");
}

/* Nor does one that is muted from the beginning delay the first part. */
static void
test_muted_first (Fixture * self, gconstpointer data)
{
  recording_open_track (self->recording, self->audio);
  recording_open_track (self->recording, self->video);
  recording_mute (self->recording, self->video, TRUE);
  take (self, self->audio, 0);
  g_assert_cmpint (self->audio->n_frames, ==, 1);
  finish (self);
}

/* An announced track that never delivers delays the first part, and is named
 * with the reason. */
static void
test_silent_track (Fixture * self, gconstpointer data)
{
  const GPtrArray *unrecorded =
      index_get_participant (self->index, "ann")->unrecorded;

  recording_open_track (self->recording, self->audio);
  recording_open_track (self->recording, self->video);
  g_assert_cmpuint (unrecorded->len, ==, 2);
  for (gint64 time = 0; time < 4000; time += FRAME_MS)
    take (self, self->audio, time);
  g_assert_cmpint (self->audio->n_frames, ==, 100);
  recording_note (self->recording, self->video, "decryption-failed");
  self->video->n_dropped = 5;
  recording_refresh_index (self->recording);
  finish (self);
  expect_track (self, get_part (self, 0), 0, 100);
  g_assert_cmpuint (unrecorded->len, ==, 1);
  const IndexTrack *track = unrecorded->pdata[0];
  g_assert_cmpstr (track->sid, ==, self->video->sid);
  g_assert_cmpuint (track->dropped, ==, 5);
  g_assert_cmpstr (gaps_get_reason (&track->gaps), ==, "decryption-failed");
}

static void
test_unwritable (Fixture * self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Recording *recording = recording_new ("/does/not/exist",
      index_get_participant (self->index, "ann"), FALSE);

  finish (self);
  self->recording = recording;
  recording_open_track (recording, self->audio);
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (self->audio_source), "sink");
  g_autoptr (GstSample) sample =
      gst_app_sink_pull_sample (GST_APP_SINK (sink));
  g_assert_false (recording_take (recording, frame_new (self->audio, sample),
          &error));
  g_assert_nonnull (strstr (error->message, "No such file or directory"));
  recording_free (recording, NULL);
}

/* The number of the test picture survives encoding. */
static void
test_numbers (void)
{
  const guint16 numbers[] = { 0, 1, 0x5555, 0xaaaa, 0xffff, 12345 };
  GstVideoInfo info;
  GstVideoFrame frame;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, 320, 180);
  g_autoptr (GstBuffer) buffer = gst_buffer_new_and_alloc (info.size);
  gst_buffer_memset (buffer, 0, 128, info.size);
  g_assert_true (gst_video_frame_map (&frame, &info, buffer,
          GST_MAP_READWRITE));
  g_assert_cmpint (numbers_read (&frame), ==, -1);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    numbers_draw (&frame, numbers[i]);
    g_assert_cmpint (numbers_read (&frame), ==, numbers[i]);
  }
  gst_video_frame_unmap (&frame);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*func) (Fixture *, gconstpointer);
  } tests[] = {
    {"/recording/one-part", test_one_part},
    {"/recording/late-track", test_late_track},
    {"/recording/late-audio", test_late_audio},
    {"/recording/muted", test_muted},
    {"/recording/muted-first", test_muted_first},
    {"/recording/silent-track", test_silent_track},
    {"/recording/unwritable", test_unwritable},
  };

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].func,
        tear_down);
  g_test_add_func ("/recording/numbers", test_numbers);
  return g_test_run ();
}
