/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* lke2eeenc, lke2eedec: frame metadata between metas and the wire. */

#include "support.h"

#include <string.h>

#define KEY_FRAME "100200 9d012a08000800 aabbccddee"
#define H264_KEY "00000001 6742c01f0fd91f888884000003000400000300c83c60c920" \
  "00000001 6887cb83cb20 00000001 6588840af2628000a7be"

/* Frame metadata come back as metas. */
GST_START_TEST (test_frame_metadata)
{
  const char *caps = __i__ ? H264_CAPS : VP8_CAPS;
  const char *frame = __i__ ? H264_KEY : KEY_FRAME;
  GstHarness *enc = new_harness ("lke2eeenc passphrase=\"" PASSPHRASE
      "\" frame-metadata=timestamp+frame-id", caps, __i__ == 2 ?
      "video/x-h264,stream-format=avc,alignment=au" : caps);
  GstHarness *dec = new_harness ("lke2eedec passphrase=\"" PASSPHRASE "\"",
      __i__ == 2 ? "video/x-h264,stream-format=avc,alignment=au" : caps,
      caps);
  GstCaps *unix_time = gst_caps_new_empty_simple ("timestamp/x-unix");
  GstBuffer *in = buffer_from_hex (frame);
  guint id = 0;

  gst_buffer_add_reference_timestamp_meta (in, unix_time,
      1700000000123456 * GST_USECOND, GST_CLOCK_TIME_NONE);
  gst_harness_push (enc, in);
  GstBuffer *out =
      gst_harness_push_and_pull (dec, gst_harness_pull (enc));
  assert_buffer_is (out, frame);
  GstReferenceTimestampMeta *time =
      gst_buffer_get_reference_timestamp_meta (out, unix_time);
  fail_unless (time != NULL);
  fail_unless_equals_uint64 (time->timestamp,
      1700000000123456 * GST_USECOND);
  GstCustomMeta *meta = gst_buffer_get_custom_meta (out,
      "Lke2eeFrameMetadata");
  fail_unless (meta != NULL);
  gst_structure_get_uint (gst_custom_meta_get_structure (meta), "frame-id",
      &id);
  fail_unless_equals_int (id, 1);
  gst_buffer_unref (out);
  gst_caps_unref (unix_time);
  gst_harness_teardown (enc);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* What a trailer of another sender can hold besides: bytes of its
 * application. */
GST_START_TEST (test_user_data)
{
  const Lke2eeFrameMetadata sent = {
    .user_data = (const guint8 *) "pose",.user_data_size = 4
  };
  guint8 trailer[LKE2EE_FRAME_METADATA_MAX_SIZE];
  gsize size = lke2ee_frame_metadata_write (&sent, trailer, sizeof trailer);
  GstHarness *dec = new_dec (VP8_CAPS);
  GBytes *user_data = NULL;

  GstBuffer *out = gst_harness_push_and_pull (dec,
      gst_buffer_append (seal (VP8_CAPS, buffer_from_hex (KEY_FRAME)),
          gst_buffer_new_memdup (trailer, size)));
  assert_buffer_is (out, KEY_FRAME);
  GstCustomMeta *meta =
      gst_buffer_get_custom_meta (out, "Lke2eeFrameMetadata");
  fail_unless (meta != NULL);
  const GstStructure *structure = gst_custom_meta_get_structure (meta);
  fail_if (gst_structure_has_field (structure, "frame-id"));
  gst_structure_get (structure, "user-data", G_TYPE_BYTES, &user_data, NULL);
  fail_unless_equals_int (g_bytes_get_size (user_data), 4);
  fail_unless (memcmp (g_bytes_get_data (user_data, NULL), "pose", 4) == 0);
  g_bytes_unref (user_data);
  gst_buffer_unref (out);
  gst_harness_teardown (dec);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("metadata");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 60);
  tcase_add_loop_test (tc, test_frame_metadata, 0, 3);
  tcase_add_test (tc, test_user_data);
  return run_suite (&argc, &argv, suite, "metadata");
}
