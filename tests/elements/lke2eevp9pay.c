/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* lke2eevp9pay: descriptors byte by byte, and how frames are cut. */

#include "support.h"

#include <string.h>

#include "rtp-support.h"

#define FRAME "aabbccddeeff00112233445566778899"
#define SIZED_CAPS VP9_CAPS ",width=640,height=360"

typedef struct
{
  const char *name, *properties, *caps, *frame;
  GstBufferFlags flags;
  const char *packets[4];
} PayRow;

static const PayRow rows[] = {
  {"key frame: size and a picture group", "picture-id-offset=258", SIZED_CAPS,
      FRAME, 0, {"8f 8102 18 0280 0168 01 04 01" FRAME}},
  {"whole pictures", "picture-id-mode=none", VP9_CAPS
      ",alignment=super-frame", FRAME, GST_BUFFER_FLAG_DELTA_UNIT,
      {"4d" FRAME}},
  {"key frame of unknown size", "picture-id-offset=258", VP9_CAPS, FRAME, 0,
      {"8f 8102 08 01 04 01" FRAME}},
  {"delta frame", "picture-id-offset=258", SIZED_CAPS, FRAME,
      GST_BUFFER_FLAG_DELTA_UNIT, {"cd 8102" FRAME}},
  {"7-bit PictureID", "picture-id-mode=7-bit picture-id-offset=258",
      SIZED_CAPS, FRAME, GST_BUFFER_FLAG_DELTA_UNIT, {"cd 02" FRAME}},
  {"no PictureID", "picture-id-mode=none", SIZED_CAPS, FRAME,
      GST_BUFFER_FLAG_DELTA_UNIT, {"4d" FRAME}},
  {"B first, E last", "mtu=28 picture-id-mode=none", SIZED_CAPS, FRAME,
      GST_BUFFER_FLAG_DELTA_UNIT,
        {"49 aabbccddeeff001122334455667788", "45 99"}},
  /* 28 - 12 - 9 = 7 bytes beside the structure, then 15. */
  {"the structure only in the first packet", "mtu=28 picture-id-mode=none",
        SIZED_CAPS, FRAME, 0,
        {"0b 18 0280 0168 01 04 01 aabbccddeeff00", "05 112233445566778899"}},
};

GST_START_TEST (test_packets)
{
  const PayRow *row = &rows[__i__];
  GstHarness *pay = new_pay ("lke2eevp9pay", row->properties, row->caps);
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

/* Bitrate control changes an encoder's size in mid-stream. */
GST_START_TEST (test_follows_caps)
{
  GstHarness *pay = new_pay ("lke2eevp9pay", "picture-id-mode=none",
      SIZED_CAPS);

  push_with_flags (pay, FRAME, 0);
  gst_buffer_unref (gst_harness_pull (pay));
  gst_harness_set_src_caps_str (pay, VP9_CAPS ",width=320,height=180");
  push_with_flags (pay, FRAME, 0);
  GstBuffer *packet = gst_harness_pull (pay);
  assert_payload_is (packet, "0f 18 0140 00b4 01 04 01" FRAME);
  gst_buffer_unref (packet);
  gst_harness_teardown (pay);
}

GST_END_TEST;

/* Each layer of a picture would be counted as a picture. */
GST_START_TEST (test_refuses_single_frames)
{
  GstHarness *pay = parse_harness ("lke2eevp9pay");
  GstBus *bus = watch (pay->element);
  GError *error = NULL;

  gst_harness_set_src_caps_str (pay, VP9_CAPS ",alignment=frame");
  fail_unless_equals_int (gst_harness_push (pay, buffer_from_hex (FRAME)),
      GST_FLOW_NOT_NEGOTIATED);
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (strstr (error->message, "alignment=super-frame") != NULL,
      "%s", error->message);
  g_error_free (error);
  gst_message_unref (message);
  gst_element_set_bus (pay->element, NULL);
  gst_object_unref (bus);
  gst_harness_teardown (pay);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("lke2eevp9pay");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_packets, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tc, test_follows_caps);
  tcase_add_test (tc, test_refuses_single_frames);
  return run_suite (&argc, &argv, suite, "lke2eevp9pay");
}
