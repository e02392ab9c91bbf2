/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The H.264 SPS that lke2eeenc seals: one that libwebrtc has no reason to
 * rewrite, otherwise the same. */

#include <gst/codecparsers/gsth264parser.h>

#include "support.h"

#define PPS "68ce3c80"
#define IDR "6588840af2628000a7be"
/* 176x144, one reference frame, no VUI; pic_order_cnt_type 0 and 2 */
#define MAIN "674d400af4162720"
#define MAIN_TYPE_2 "674d400ada0b1390"

typedef struct
{
  const char *name, *sps;
  gboolean kept;
  const char *warns;            /* reason of the element message, or NULL */
  gint64 delay;                 /* from DTS to PTS; NO_DTS: there is none */
  gboolean goes_back;           /* a frame is shown before the one before it */
} SpsRow;

#define NO_DTS G_MAXINT64

static const SpsRow rows[] = {
  {"Baseline, no VUI", "6742000af841a2", FALSE, NULL, 0},
  {"Baseline, no VUI, no DTS", "6742000af841a2", FALSE, NULL, NO_DTS},
  {"Baseline, no VUI, and frames that wait", "6742000af841a2", TRUE,
      "b-frames", 1},
  {"Main, no VUI", MAIN, FALSE, NULL, 0},
  {"Main, no VUI, and frames that wait", MAIN, TRUE, "b-frames", 1},
  {"Main, no VUI, no DTS: nothing is written that may be wrong", MAIN, TRUE,
      "unknown-order", NO_DTS},
  {"Main, no VUI, no DTS, and frames that wait", MAIN, TRUE, "b-frames",
      NO_DTS, TRUE},
  {"Main, pic_order_cnt_type 2, whatever the times say", MAIN_TYPE_2, FALSE,
      NULL, 1},
  {"x264 tune=zerolatency",
        "6742c015da0507ec05a830303528000003000800000301e478b175", TRUE, NULL,
      0},
  {"x264 with B-frames: num_reorder_frames=2",
        "67640014acd94141fb016a0c0c0d4a000003000200000300791e28532c", TRUE,
      "b-frames", 1},
  {"openh264", "6742c00d8c8d40a0f900f08846a0", TRUE, NULL, 0},
  {"VUI with timing, no restriction",
      "6742c01fd9005005bb0110000003001000000303c0f183e480", FALSE, NULL, 0},
  {"broken", "6742ff", TRUE, NULL, 0},
};

/* The SPS of an access unit that begins with one. */
static void
parse_sps (GstBuffer * unit, GstH264SPS * sps)
{
  GstH264NalParser *parser = gst_h264_nal_parser_new ();
  GstMapInfo map;
  GstH264NalUnit nal;

  fail_unless (gst_buffer_map (unit, &map, GST_MAP_READ));
  fail_unless_equals_int (gst_h264_parser_identify_nalu (parser, map.data, 0,
          map.size, &nal), GST_H264_PARSER_OK);
  fail_unless_equals_int (gst_h264_parse_sps (&nal, sps),
      GST_H264_PARSER_OK);
  gst_buffer_unmap (unit, &map);
  gst_h264_nal_parser_free (parser);
}

/* libwebrtc's own question (common_video/h264/sps_vui_rewriter.cc). */
static void
assert_left_alone (const GstH264SPS * sps)
{
  const GstH264VUIParams *vui = &sps->vui_parameters;

  fail_unless (sps->vui_parameters_present_flag);
  fail_unless (vui->bitstream_restriction_flag);
  fail_unless_equals_int (vui->num_reorder_frames, 0);
  fail_unless (vui->max_dec_frame_buffering <= sps->num_ref_frames);
}

static void
assert_same_picture (const GstH264SPS * a, const GstH264SPS * b)
{
  fail_unless_equals_int (a->profile_idc, b->profile_idc);
  fail_unless_equals_int (a->level_idc, b->level_idc);
  fail_unless_equals_int (a->width, b->width);
  fail_unless_equals_int (a->height, b->height);
  fail_unless_equals_int (a->num_ref_frames, b->num_ref_frames);
  fail_unless_equals_int (a->pic_order_cnt_type, b->pic_order_cnt_type);
  fail_unless_equals_int (a->vui_parameters.timing_info_present_flag,
      b->vui_parameters.timing_info_present_flag);
  fail_unless_equals_int (a->vui_parameters.time_scale,
      b->vui_parameters.time_scale);
}

/* The last warning of a stream, for machines; for people there is one of
 * B-frames. */
static void
assert_warns (GstBus * bus, const char *reason)
{
  gint for_people = g_strcmp0 (reason, "b-frames") == 0;
  g_autofree char *last = NULL;
  GstMessage *message;

  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING
              | GST_MESSAGE_ELEMENT))) {
    const GstStructure *structure = gst_message_get_structure (message);

    if (gst_structure_has_name (structure, "lke2ee-warning")) {
      g_free (last);
      last = g_strdup (gst_structure_get_string (structure, "reason"));
    } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING) {
      for_people--;
    }
    gst_message_unref (message);
  }
  fail_unless_equals_string (last, reason);
  fail_unless_equals_int (for_people, 0);
}

static void
set_times (const SpsRow * row, guint i, GstBuffer * in)
{
  GstClockTime time = (i + 1) * GST_SECOND;

  GST_BUFFER_PTS (in) = time + (row->delay == NO_DTS ? 0 : row->delay);
  if (row->delay != NO_DTS)
    GST_BUFFER_DTS (in) = time;
  if (row->goes_back && i % 2 == 1)
    GST_BUFFER_PTS (in) -= 3 * GST_SECOND / 2;
}

static void
assert_sps_of (const SpsRow * row, GstBuffer * in, GstBuffer * out)
{
  GstH264SPS before, after;

  parse_sps (in, &before);
  parse_sps (out, &after);
  assert_left_alone (&after);
  assert_same_picture (&before, &after);
}

/* Not enabled, so that what would be sealed can be seen. */
GST_START_TEST (test_sps)
{
  const SpsRow *row = &rows[__i__];
  GstHarness *enc = new_harness ("lke2eeenc enabled=false", H264_CAPS,
      H264_CAPS);
  GstBus *bus = watch (enc->element);
  g_autofree char *unit = g_strconcat ("00000001", row->sps, "00000001" PPS
      "00000001" IDR, NULL);

  GST_INFO ("%s", row->name);
  for (guint i = 0; i < 3; i++) {
    GstBuffer *in = buffer_from_hex (unit);

    set_times (row, i, in);
    gst_harness_push (enc, gst_buffer_ref (in));
    GstBuffer *out = gst_harness_pull (enc);
    if (row->kept)
      assert_buffer_is (out, unit);
    else
      assert_sps_of (row, in, out);
    gst_buffer_unref (in);
    gst_buffer_unref (out);
  }
  assert_warns (bus, row->warns);
  gst_element_set_bus (enc->element, NULL);
  gst_object_unref (bus);
  gst_harness_teardown (enc);
}

GST_END_TEST;

/* A stream whose first frame does not show that others wait: from the next key
 * frame on it has the SPS that it came with. */
GST_START_TEST (test_frames_that_wait_later)
{
  GstHarness *enc = new_harness ("lke2eeenc enabled=false", H264_CAPS,
      H264_CAPS);
  static const char unit[] = "00000001" MAIN "00000001" PPS "00000001" IDR;

  for (guint i = 0; i < 2; i++) {
    GstBuffer *in = buffer_from_hex (unit);

    GST_BUFFER_DTS (in) = i * GST_SECOND;
    GST_BUFFER_PTS (in) = i * 2 * GST_SECOND;
    GstBuffer *out = gst_harness_push_and_pull (enc, in);
    if (i == 1)
      assert_buffer_is (out, unit);
    gst_buffer_unref (out);
  }
  gst_harness_teardown (enc);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("sps");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_sps, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tc, test_frames_that_wait_later);
  return run_suite (&argc, &argv, suite, "sps");
}
