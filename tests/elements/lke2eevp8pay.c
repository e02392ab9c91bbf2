/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* lke2eevp8pay: descriptors byte by byte, and how frames are cut. */

#include "support.h"

#include <string.h>

#include "rtp-support.h"

#define KEY_FRAME "100200 9d012a08000800 aabbccddeeff00112233445566778899"
#define DELTA_FRAME "110200 aabbccddee"

typedef struct
{
  const char *name, *properties, *frame;
  GstBufferFlags flags;
  /* Of each packet in turn: descriptor and what follows it. */
  const char *packets[4];
} PayRow;

static const PayRow rows[] = {
  {"15-bit PictureID", "picture-id-offset=258", DELTA_FRAME, 0,
      {"90 80 8102" DELTA_FRAME}},
  {"7-bit PictureID", "picture-id-mode=7-bit picture-id-offset=258",
      DELTA_FRAME, 0, {"90 80 02" DELTA_FRAME}},
  {"no PictureID", "picture-id-mode=none", DELTA_FRAME, 0,
      {"10" DELTA_FRAME}},
  {"droppable", "picture-id-mode=none", DELTA_FRAME,
      GST_BUFFER_FLAG_DROPPABLE, {"30" DELTA_FRAME}},
  /* 28 - 12 of the RTP header - 4 of the descriptor = 12 bytes. */
  {"S on the first packet only", "mtu=28 picture-id-offset=1", KEY_FRAME, 0,
        {"90 80 8001 100200 9d012a08000800 aabb",
          "80 80 8001 ccddeeff0011223344556677", "80 80 8001 8899"}},
};

GST_START_TEST (test_packets)
{
  const PayRow *row = &rows[__i__];
  GstHarness *pay = new_pay ("lke2eevp8pay", row->properties, VP8_CAPS);
  guint n = 0;

  while (n < G_N_ELEMENTS (row->packets) && row->packets[n] != NULL)
    n++;
  push_with_flags (pay, row->frame, row->flags);
  fail_unless_equals_int (gst_harness_buffers_in_queue (pay), n);
  for (guint i = 0; i < n; i++) {
    GstBuffer *packet = gst_harness_pull (pay);

    assert_payload_is (packet, row->packets[i]);
    fail_unless (has_marker (packet) == (i == n - 1), "%s: marker",
        row->name);
    gst_buffer_unref (packet);
  }
  gst_harness_teardown (pay);
}

GST_END_TEST;

static guint32
push_with_offset (GstHarness * pay, GstClockTime pts, guint64 offset)
{
  GstBuffer *frame = buffer_from_hex (DELTA_FRAME);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  GST_BUFFER_PTS (frame) = pts;
  GST_BUFFER_OFFSET (frame) = offset;
  fail_unless_equals_int (gst_harness_push (pay, frame), GST_FLOW_OK);
  GstBuffer *packet = gst_harness_pull (pay);
  fail_unless (gst_rtp_buffer_map (packet, GST_MAP_READ, &rtp));
  guint32 time = gst_rtp_buffer_get_timestamp (&rtp);
  gst_rtp_buffer_unmap (&rtp);
  gst_buffer_unref (packet);
  return time;
}

/* 90,000 a second, whatever the encoder uses the offset of a buffer for; that
 * of vp8enc is in nanoseconds. */
GST_START_TEST (test_rtp_time)
{
  GstHarness *pay = new_pay ("lke2eevp8pay", "", VP8_CAPS);
  guint32 start = push_with_offset (pay, 0, 40 * GST_MSECOND);

  fail_unless_equals_int (push_with_offset (pay, 40 * GST_MSECOND,
          80 * GST_MSECOND) - start, 3600);
  fail_unless_equals_int (push_with_offset (pay, GST_SECOND,
          2 * GST_SECOND) - start, 90000);
  gst_harness_teardown (pay);
}

GST_END_TEST;

/* What vp8enc says of a frame. */
static void
add_layer (GstBuffer * frame, guint layer, gboolean sync)
{
  static const char *tags[] = { NULL };

  if (gst_meta_get_info ("GstVP8Meta") == NULL)
    gst_meta_register_custom ("GstVP8Meta", tags, NULL, NULL, NULL);
  gst_structure_set (gst_custom_meta_get_structure
      (gst_buffer_add_custom_meta (frame, "GstVP8Meta")),
      "use-temporal-scaling", G_TYPE_BOOLEAN, TRUE,
      "layer-sync", G_TYPE_BOOLEAN, sync, "layer-id", G_TYPE_UINT, layer,
      "tl0picidx", G_TYPE_UINT, 77, NULL);
}

/* The clear bytes of a key frame stand in its first packet, whatever the MTU:
 * here one that contributing sources use up. */
GST_START_TEST (test_clear_bytes_stay_together)
{
  static const guint32 sources[] = { 1, 2, 3 };
  GstHarness *pay = new_pay ("lke2eevp8pay",
      "mtu=28 picture-id-mode=15-bit source-info=true", VP8_CAPS);
  GstBuffer *frame = buffer_from_hex (KEY_FRAME);

  gst_buffer_add_rtp_source_meta (frame, NULL, sources,
      G_N_ELEMENTS (sources));
  gst_harness_push (pay, frame);
  GstBuffer *packet = gst_harness_pull (pay);
  fail_unless_equals_int (get_payload_size (packet), 4 + 10);
  gst_buffer_unref (packet);
  gst_harness_teardown (pay);
}

GST_END_TEST;

static guint
read_picture_id (GstHarness * pay)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  gst_harness_push (pay, buffer_from_hex (DELTA_FRAME));
  GstBuffer *packet = gst_harness_pull (pay);
  fail_unless (gst_rtp_buffer_map (packet, GST_MAP_READ, &rtp));
  const guint8 *data = gst_rtp_buffer_get_payload (&rtp);
  guint id = (data[2] & 0x7f) << 8 | data[3];
  gst_rtp_buffer_unmap (&rtp);
  gst_buffer_unref (packet);
  return id;
}

/* Streams do not all begin at the same PictureID, unless they are told to; then
 * they do so again after a stop. */
GST_START_TEST (test_first_picture_id)
{
  guint before = 0, n_same = 0;

  for (guint i = 0; i < 8; i++) {
    GstHarness *pay = new_pay ("lke2eevp8pay", "", VP8_CAPS);
    guint id = read_picture_id (pay);

    n_same += i > 0 && id == before;
    before = id;
    gst_harness_teardown (pay);
  }
  fail_unless (n_same < 7);

  GstHarness *pay = new_pay ("lke2eevp8pay", "picture-id-offset=99",
      VP8_CAPS);
  fail_unless_equals_int (read_picture_id (pay), 99);
  fail_unless_equals_int (read_picture_id (pay), 100);
  gst_element_set_state (pay->element, GST_STATE_READY);
  gst_harness_play (pay);
  gst_harness_set_src_caps_str (pay, VP8_CAPS);
  fail_unless_equals_int (read_picture_id (pay), 99);
  gst_harness_teardown (pay);
}

GST_END_TEST;

/* By exactly one for each frame, over the end of the number's range. */
GST_START_TEST (test_picture_id_steps_by_one)
{
  const guint bits = __i__ ? 15 : 7;
  GstHarness *pay = new_pay ("lke2eevp8pay",
      bits == 15 ? "picture-id-offset=32766"
      : "picture-id-mode=7-bit picture-id-offset=126", VP8_CAPS);
  const char *const with_15[] = { "fffe", "ffff", "8000", "8001" };
  const char *const with_7[] = { "7e", "7f", "00", "01" };

  for (guint i = 0; i < 4; i++) {
    g_autofree char *want = g_strconcat ("9080",
        bits == 15 ? with_15[i] : with_7[i], DELTA_FRAME, NULL);

    push_with_flags (pay, DELTA_FRAME, 0);
    /* An empty frame has no packet, and takes no number. */
    gst_harness_push (pay, gst_buffer_new ());
    GstBuffer *packet = gst_harness_pull (pay);
    assert_payload_is (packet, want);
    gst_buffer_unref (packet);
  }
  fail_unless (gst_harness_try_pull (pay) == NULL);
  gst_harness_teardown (pay);
}

GST_END_TEST;

/* Temporal layers as vp8enc tells them: TL0PICIDX counts the base layer, and
 * once a stream has the fields it keeps them. */
GST_START_TEST (test_temporal_layers)
{
  static const struct
  {
    gint layer;                 /* -1: no meta */
    gboolean sync;
    const char *packet;
  } steps[] = {
    {0, FALSE, "90 e0 8000 01 00"}, {1, TRUE, "90 e0 8001 01 60"},
    {2, FALSE, "90 e0 8002 01 80"}, {0, FALSE, "90 e0 8003 02 00"},
    {-1, FALSE, "90 e0 8004 03 00"},
  };
  GstHarness *pay = new_pay ("lke2eevp8pay", "picture-id-offset=0", VP8_CAPS);

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    GstBuffer *frame = buffer_from_hex (DELTA_FRAME);
    g_autofree char *want = g_strconcat (steps[i].packet, DELTA_FRAME, NULL);

    if (steps[i].layer >= 0)
      add_layer (frame, steps[i].layer, steps[i].sync);
    gst_harness_push (pay, frame);
    GstBuffer *packet = gst_harness_pull (pay);
    assert_payload_is (packet, want);
    gst_buffer_unref (packet);
  }
  gst_harness_teardown (pay);
}

GST_END_TEST;

/* webrtcsink chooses payloaders by class and template. */
GST_START_TEST (test_is_a_payloader)
{
  GstElementFactory *factory = gst_element_factory_find ("lke2eevp8pay");

  fail_unless (strstr (gst_element_factory_get_metadata (factory,
              GST_ELEMENT_METADATA_KLASS), "Payloader") != NULL);
  fail_unless_equals_int (gst_plugin_feature_get_rank (GST_PLUGIN_FEATURE
          (factory)), GST_RANK_NONE);
  gst_object_unref (factory);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("lke2eevp8pay");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_packets, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tc, test_rtp_time);
  tcase_add_test (tc, test_clear_bytes_stay_together);
  tcase_add_test (tc, test_first_picture_id);
  tcase_add_loop_test (tc, test_picture_id_steps_by_one, 0, 2);
  tcase_add_test (tc, test_temporal_layers);
  tcase_add_test (tc, test_is_a_payloader);
  return run_suite (&argc, &argv, suite, "lke2eevp8pay");
}
