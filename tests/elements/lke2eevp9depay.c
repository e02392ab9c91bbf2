/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* lke2eevp9depay: a buffer per layer frame, and what happens to losses. */

#include "support.h"

#include "rtp-support.h"

#define RTP_CAPS "application/x-rtp,media=video,clock-rate=90000," \
  "encoding-name=VP9,payload=96"

static GstHarness *
new_depay (const char *properties)
{
  g_autofree char *launch =
      g_strdup_printf ("lke2eevp9depay %s", properties);
  GstHarness *depay = new_harness (launch, RTP_CAPS, NULL);

  return depay;
}

static void
push (GstHarness * depay, guint16 seq, guint32 rtp_time, gboolean marker,
    const char *payload)
{
  gst_harness_push (depay, new_packet (seq, rtp_time, marker, payload));
}

static guint
count_key_requests (GstHarness * depay)
{
  guint n = 0;
  GstEvent *event;

  while ((event = gst_harness_try_pull_upstream_event (depay)) != NULL) {
    n += GST_EVENT_TYPE (event) == GST_EVENT_CUSTOM_UPSTREAM;
    gst_event_unref (event);
  }
  return n;
}

static void
assert_frame (GstHarness * depay, const char *hex, gboolean is_delta,
    gboolean ends_picture)
{
  GstBuffer *frame = gst_harness_try_pull (depay);

  fail_unless (frame != NULL, "no %s", hex);
  assert_buffer_is (frame, hex);
  fail_unless (GST_BUFFER_FLAG_IS_SET (frame, GST_BUFFER_FLAG_DELTA_UNIT)
      == is_delta);
  fail_unless (GST_BUFFER_FLAG_IS_SET (frame, GST_BUFFER_FLAG_MARKER)
      == ends_picture);
  gst_buffer_unref (frame);
}

static void
assert_caps (GstHarness * depay, const char *want)
{
  GstCaps *caps = gst_pad_get_current_caps (depay->sinkpad);
  GstCaps *expected = gst_caps_from_string (want);

  fail_unless (gst_caps_is_strictly_equal (caps, expected), "%" GST_PTR_FORMAT,
      caps);
  gst_caps_unref (caps);
  gst_caps_unref (expected);
}

/* Descriptors: each row is one packet with one whole frame, "f0f1". */

static const struct
{
  const char *name, *payload;
  gint is_delta;                /* -1: dropped */
} descriptors[] = {
  {"no PictureID", "0c f0f1", FALSE},
  {"7-bit PictureID", "8c 01 f0f1", FALSE},
  {"15-bit PictureID", "8c 8001 f0f1", FALSE},
  {"delta frame", "cc 8001 f0f1", TRUE},
  {"layer, not flexible", "ac 8001 00 05 f0f1", FALSE},
  {"needs the layer below", "ac 8001 03 05 f0f1", TRUE},
  {"flexible", "bc 8001 00 f0f1", FALSE},
  {"flexible with references", "fc 8001 00 0306 f0f1", TRUE},
  {"three references at most", "fc 8001 00 030303 f0f1", TRUE},
  {"structure: three sizes", "8e 8001 50 0001000100020002 00040004 f0f1",
      FALSE},
  {"structure: a group of two", "8e 8001 08 02 0401 080102 f0f1", FALSE},
  {"nothing behind the descriptor", "8c 8001", -1},
  {"cut in the PictureID", "8c 80", -1},
  {"cut in the layer", "ac 8001 00", -1},
  {"cut in a size", "8e 8001 10 0001 00", -1},
  {"cut in the group", "8e 8001 08 ff 04", -1},
  {"one byte", "00", -1},
};

GST_START_TEST (test_descriptors)
{
  GstHarness *depay = new_depay ("");

  push (depay, 1, 3000, TRUE, descriptors[__i__].payload);
  if (descriptors[__i__].is_delta >= 0)
    assert_frame (depay, "f0f1", descriptors[__i__].is_delta, TRUE);
  fail_unless (gst_harness_try_pull (depay) == NULL, "%s",
      descriptors[__i__].name);
  fail_unless_equals_int (count_key_requests (depay),
      descriptors[__i__].is_delta < 0);
  gst_harness_teardown (depay);
}

GST_END_TEST;

/* Two layers, the first in two packets. All frames have the picture's time,
 * though packets come later and later. */
GST_START_TEST (test_layers)
{
  GstHarness *depay = new_depay ("");
  GstBuffer *late = new_packet (3, 3000, TRUE, "ac 8001 03 05 cccc");

  push (depay, 1, 3000, FALSE, "aa 8001 00 05 30 0140 00b4 0280 0168 aaaa");
  push (depay, 2, 3000, FALSE, "a4 8001 00 05 bbbb");
  GST_BUFFER_PTS (late) += 5 * GST_MSECOND;
  gst_harness_push (depay, late);

  GstBuffer *frame = gst_harness_pull (depay);
  GstClockTime pts = GST_BUFFER_PTS (frame);
  assert_buffer_is (frame, "aaaabbbb");
  fail_if (GST_BUFFER_FLAG_IS_SET (frame, GST_BUFFER_FLAG_MARKER));
  gst_buffer_unref (frame);
  frame = gst_harness_pull (depay);
  assert_buffer_is (frame, "cccc");
  fail_unless (GST_BUFFER_FLAG_IS_SET (frame, GST_BUFFER_FLAG_MARKER));
  fail_unless_equals_uint64 (GST_BUFFER_PTS (frame), pts);
  gst_buffer_unref (frame);
  assert_caps (depay,
      "video/x-vp9,alignment=frame,width=640,height=360");
  gst_harness_teardown (depay);
}

GST_END_TEST;

GST_START_TEST (test_one_layer_is_a_whole_picture)
{
  GstHarness *depay = new_depay ("");

  push (depay, 1, 3000, TRUE, "8e 8001 10 0280 0168 aaaa");
  assert_frame (depay, "aaaa", FALSE, TRUE);
  assert_caps (depay,
      "video/x-vp9,alignment=super-frame,width=640,height=360");
  gst_harness_teardown (depay);
}

GST_END_TEST;

/* A frame of which a packet is missing does not come out. */

typedef struct
{
  const char *name;
  const char *packets[4];       /* seq counts on; NULL: lost; "": padding */
  const char *frames[4];
  gboolean same_picture;        /* else each packet has a time of its own */
  gint n_requests;              /* besides one */
} LossRow;

/* Layers 0, 1 and 2 of a key picture: 1 and 2 need the one below. */
#define LAYER_0 "ac 8001 00 05"
#define LAYER_1 "ac 8001 03 05"
#define LAYER_2 "ac 8001 05 05"

static const LossRow losses[] = {
  {"in the middle", {"88 8001 aa", NULL, "84 8001 cc", "cc 8002 dd"},
      {"dd"}},
  {"the beginning", {"cc 8001 aa", NULL, "c4 8002 bb", "cc 8003 cc"},
      {"aa", "cc"}},
  {"the end", {"88 8001 aa", NULL, "cc 8002 cc", "cc 8003 dd"},
      {"cc", "dd"}},
  {"an end without beginning", {"c4 8001 aa", "cc 8002 bb"}, {"bb"}},
  {"a beginning without end", {"c8 8001 aa", "cc 8002 bb"}, {"bb"}},
  {"an end of another time", {"c8 8001 aa", "c4 8001 bb", "cc 8002 cc"},
      {"cc"}},
  {"a whole frame", {"8c 8001 aa", NULL, "cc 8003 cc"}, {"aa", "cc"}},
  {"nothing: padding", {"8c 8001 aa", "", "cc 8002 cc"}, {"aa", "cc"},
      FALSE, -1},
  {"a frame in front of padding", {"8c 8001 aa", NULL, "", "cc 8003 cc"},
      {"aa", "cc"}},
  {"no layer", {LAYER_0 "aa", LAYER_1 "bb", LAYER_2 "cc"},
      {"aa", "bb", "cc"}, TRUE, -1},
  {"the first layer", {LAYER_0 "aa", NULL, LAYER_1 "bb", LAYER_2 "cc"},
      {"aa"}, TRUE},
  {"half of the first layer",
        {"a8 8001 00 05 aa", NULL, LAYER_1 "bb", LAYER_2 "cc"}, {NULL}, TRUE},
  {"a layer of the picture before",
        {LAYER_0 "aa", NULL, "ec 8002 00 06 bb", "ec 8002 03 06 cc"},
      {"aa", "bb", "cc"}},
  {"the middle layer", {LAYER_0 "aa", NULL, LAYER_2 "cc"}, {"aa"}, TRUE},
};

GST_START_TEST (test_losses)
{
  const LossRow *row = &losses[__i__];
  GstHarness *depay = new_depay ("");

  for (guint i = 0; i < G_N_ELEMENTS (row->packets); i++) {
    if (row->packets[i] != NULL)
      push (depay, 10 + i, row->same_picture ? 3000 : 3000 * (1 + i), TRUE,
          row->packets[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (row->frames); i++) {
    GstBuffer *frame = gst_harness_try_pull (depay);

    fail_unless ((frame != NULL) == (row->frames[i] != NULL), "%s: frame %u",
        row->name, i);
    if (frame != NULL) {
      assert_buffer_is (frame, row->frames[i]);
      gst_buffer_unref (frame);
    }
  }
  fail_unless_equals_int (count_key_requests (depay), 1 + row->n_requests);
  gst_harness_teardown (depay);
}

GST_END_TEST;

/* A frame that never ends, and pictures that never do, keep no memory. */
GST_START_TEST (test_endless_frames)
{
  GstHarness *depay = new_depay ("");

  push (depay, 1, 3000, FALSE, "88 8001 aa");
  for (guint i = 0; i < 1000; i++)
    push (depay, 2 + i, 6000 + i, FALSE, "80 8001 bb");
  push (depay, 1002, 3000, TRUE, "84 8001 cc");
  fail_unless (gst_harness_try_pull (depay) == NULL);
  gst_harness_teardown (depay);
}

GST_END_TEST;

/* Nor one of one time: 33 MiB are more than a frame can have. */
GST_START_TEST (test_a_frame_that_is_too_large)
{
  const gsize size = 60000;
  const guint n = 33 * 1024 * 1024 / size;
  GstHarness *depay = new_depay ("");
  GstBuffer *middle = new_packet (0, 3000, FALSE, "80 8001 bb");

  push (depay, 0, 3000, FALSE, "88 8001 aa");
  for (guint i = 1; i <= n; i++) {
    GstBuffer *packet = gst_buffer_append (gst_buffer_copy_deep (middle),
        gst_buffer_new_allocate (NULL, size, NULL));
    GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

    gst_rtp_buffer_map (packet, GST_MAP_READWRITE, &rtp);
    gst_rtp_buffer_set_seq (&rtp, i);
    gst_rtp_buffer_unmap (&rtp);
    gst_harness_push (depay, packet);
  }
  push (depay, n + 1, 3000, TRUE, "84 8001 cc");
  fail_unless (gst_harness_try_pull (depay) == NULL);
  fail_unless_equals_int (count_key_requests (depay), 1);
  gst_buffer_unref (middle);
  gst_harness_teardown (depay);
}

GST_END_TEST;

GST_START_TEST (test_waits_for_a_key_frame_if_asked)
{
  GstHarness *depay =
      new_depay ("wait-for-keyframe=true request-keyframe=false");

  push (depay, 1, 3000, TRUE, "8c 8001 aa");
  push (depay, 2, 6000, TRUE, "c8 8002 bb");
  push (depay, 4, 9000, TRUE, "cc 8003 cc");
  push (depay, 5, 12000, TRUE, "8c 8004 dd");
  push (depay, 6, 15000, TRUE, "cc 8005 ee");
  assert_frame (depay, "aa", FALSE, TRUE);
  assert_frame (depay, "dd", FALSE, TRUE);
  assert_frame (depay, "ee", TRUE, TRUE);
  fail_unless_equals_int (count_key_requests (depay), 0);
  gst_harness_teardown (depay);
}

GST_END_TEST;

#define KEY_PACKET "8e 8001 18 0280 0168 01 04 01"
#define FRAME "00112233445566778899"

/* Also where no frame was cut. rtpvp9depay holds back the same frames, but asks
 * again for each of them. */
GST_START_TEST (test_waits_after_the_loss_of_a_whole_frame)
{
  const char *elements[] = { "lke2eevp9depay", "rtpvp9depay" };
  g_autofree char *launch = g_strconcat (elements[__i__],
      " wait-for-keyframe=true request-keyframe=true", NULL);
  GstHarness *depay = new_harness (launch, RTP_CAPS, NULL);

  push (depay, 1, 3000, TRUE, KEY_PACKET "aa" FRAME);
  push (depay, 3, 9000, TRUE, "cc 8003 cc" FRAME);
  push (depay, 4, 12000, TRUE, "cc 8004 dd" FRAME);
  push (depay, 5, 15000, TRUE, KEY_PACKET "ee" FRAME);
  for (guint i = 0; i < 2; i++) {
    GstBuffer *frame = gst_harness_try_pull (depay);

    fail_unless (frame != NULL);
    assert_buffer_is (frame, i == 0 ? "aa" FRAME : "ee" FRAME);
    gst_buffer_unref (frame);
  }
  fail_unless (gst_harness_try_pull (depay) == NULL);
  guint n_requests = count_key_requests (depay);
  fail_unless (n_requests == 1 || (__i__ == 1 && n_requests > 1), "%u",
      n_requests);
  gst_harness_teardown (depay);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("lke2eevp9depay");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_descriptors, 0, G_N_ELEMENTS (descriptors));
  tcase_add_test (tc, test_layers);
  tcase_add_test (tc, test_one_layer_is_a_whole_picture);
  tcase_add_loop_test (tc, test_losses, 0, G_N_ELEMENTS (losses));
  tcase_add_test (tc, test_endless_frames);
  tcase_add_test (tc, test_a_frame_that_is_too_large);
  tcase_add_test (tc, test_waits_for_a_key_frame_if_asked);
  tcase_add_loop_test (tc, test_waits_after_the_loss_of_a_whole_frame, 0, 2);
  return run_suite (&argc, &argv, suite, "lke2eevp9depay");
}
