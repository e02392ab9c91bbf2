/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The H.264 SPS that lke2eeenc seals: one that libwebrtc has no reason to
 * rewrite, otherwise the same. */

#include <gst/codecparsers/gsth264parser.h>

#include "support.h"

#define PPS "68ce3c80"
#define IDR "6588840af2628000a7be"

typedef struct
{
  const char *name, *sps;
  gboolean kept;
  gboolean warns;
  gint64 delay;                 /* from DTS to PTS */
} SpsRow;

static const SpsRow rows[] = {
  {"no VUI", "6742000af841a2", FALSE, FALSE, 0},
  {"no VUI, and frames that wait", "6742000af841a2", TRUE, TRUE, 1},
  {"x264 tune=zerolatency",
        "6742c015da0507ec05a830303528000003000800000301e478b175", TRUE, FALSE,
      0},
  {"x264 with B-frames: num_reorder_frames=2",
        "67640014acd94141fb016a0c0c0d4a000003000200000300791e28532c", TRUE,
      TRUE, 1},
  {"openh264", "6742c00d8c8d40a0f900f08846a0", TRUE, FALSE, 0},
  {"VUI with timing, no restriction",
      "6742c01fd9005005bb0110000003001000000303c0f183e480", FALSE, FALSE, 0},
  {"broken", "6742ff", TRUE, FALSE, 0},
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

static guint
count_warnings (GstBus * bus)
{
  guint n = 0;
  GstMessage *message;

  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING))) {
    n++;
    gst_message_unref (message);
  }
  return n;
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
  for (guint i = 0; i < 2; i++) {
    GstBuffer *in = buffer_from_hex (unit);

    GST_BUFFER_DTS (in) = i * GST_SECOND;
    GST_BUFFER_PTS (in) = i * GST_SECOND + row->delay;
    gst_harness_push (enc, gst_buffer_ref (in));
    GstBuffer *out = gst_harness_pull (enc);
    if (row->kept) {
      assert_buffer_is (out, unit);
    } else {
      GstH264SPS before, after;

      parse_sps (in, &before);
      parse_sps (out, &after);
      assert_left_alone (&after);
      assert_same_picture (&before, &after);
    }
    gst_buffer_unref (in);
    gst_buffer_unref (out);
  }
  fail_unless_equals_int (count_warnings (bus), row->warns);
  gst_element_set_bus (enc->element, NULL);
  gst_object_unref (bus);
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
  return run_suite (&argc, &argv, suite, "sps");
}
