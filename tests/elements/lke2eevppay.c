/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* lke2eevp8pay and lke2eevp9pay: what webrtcsink, webrtcbin and servers want of
 * every payloader. */

#include "support.h"

#include <string.h>

#include "rtp-support.h"

#define TWCC_URI "http://www.ietf.org/id/" \
  "draft-holmer-rmcat-transport-wide-cc-extensions-01"
#define TWCC_ID 5
#define MTU 200

static const struct
{
  const char *pay, *caps;
} payloaders[] = {
  {"lke2eevp8pay", VP8_CAPS}, {"lke2eevp9pay", VP9_CAPS},
};

#define N_PAYLOADERS G_N_ELEMENTS (payloaders)

static GstHarness *
new_small_pay (guint i)
{
  return new_pay (payloaders[i].pay, "mtu=" G_STRINGIFY (MTU),
      payloaders[i].caps);
}

/* One of some packets. */
static void
push_large_frame (GstHarness * pay, GstBufferFlags flags)
{
  GstBuffer *frame = gst_buffer_new_allocate (NULL, 5 * MTU, NULL);

  gst_buffer_memset (frame, 0, 0xa0, 5 * MTU);
  GST_BUFFER_FLAG_SET (frame, flags);
  fail_unless_equals_int (gst_harness_push (pay, frame), GST_FLOW_OK);
  fail_unless (gst_harness_buffers_in_queue (pay) > 5);
}

/* webrtcsink takes the first of this class by rank: the user's to raise. */
GST_START_TEST (test_class_and_rank)
{
  static const struct
  {
    const char *element, *klass;
  } rows[] = {
    {"lke2eevp8pay", "Codec/Payloader/Network/RTP"},
    {"lke2eevp9pay", "Codec/Payloader/Network/RTP"},
    {"lke2eevp9depay", "Codec/Depayloader/Network/RTP"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstElementFactory *factory = gst_element_factory_find (rows[i].element);

    fail_unless_equals_string (gst_element_factory_get_metadata (factory,
            GST_ELEMENT_METADATA_KLASS), rows[i].klass);
    fail_unless_equals_int (gst_plugin_feature_get_rank (GST_PLUGIN_FEATURE
            (factory)), GST_RANK_NONE);
    gst_object_unref (factory);
  }
}

GST_END_TEST;

/* Who joins late starts at a packet without DELTA_UNIT: of a key frame that is
 * the first alone. The end of a frame is marked twice, in RTP and in the
 * buffer. */
GST_START_TEST (test_packet_flags)
{
  GstHarness *pay = new_small_pay (__i__);
  GstBuffer *packet;

  for (guint is_delta = 0; is_delta < 2; is_delta++) {
    push_large_frame (pay, is_delta ? GST_BUFFER_FLAG_DELTA_UNIT : 0);
    for (guint n = 0; (packet = gst_harness_try_pull (pay)) != NULL; n++) {
      gboolean is_last = gst_harness_buffers_in_queue (pay) == 0;

      fail_unless (GST_BUFFER_FLAG_IS_SET (packet,
              GST_BUFFER_FLAG_DELTA_UNIT) == (is_delta || n > 0));
      fail_unless (GST_BUFFER_FLAG_IS_SET (packet, GST_BUFFER_FLAG_MARKER)
          == is_last);
      fail_unless (has_marker (packet) == is_last);
      gst_buffer_unref (packet);
    }
  }
  gst_harness_teardown (pay);
}

GST_END_TEST;

static GstPadProbeReturn
count_lists (GstPad * pad, GstPadProbeInfo * info, gpointer n_lists)
{
  GstBufferList *list = gst_pad_probe_info_get_buffer_list (info);

  fail_unless (gst_buffer_list_length (list) > 5);
  (*(guint *) n_lists)++;
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
refuse_buffers (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  fail ("a packet of its own");
  return GST_PAD_PROBE_OK;
}

/* A frame is pushed once, however many packets it has. */
GST_START_TEST (test_a_frame_is_one_list)
{
  GstHarness *pay = new_small_pay (__i__);
  GstPad *src = gst_element_get_static_pad (pay->element, "src");
  guint n_lists = 0;

  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER_LIST, count_lists,
      &n_lists, NULL);
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER, refuse_buffers, NULL,
      NULL);
  push_large_frame (pay, 0);
  fail_unless_equals_int (n_lists, 1);
  gst_object_unref (src);
  gst_harness_teardown (pay);
}

GST_END_TEST;

static guint
read_twcc (GstBuffer * packet)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  gpointer data;
  guint8 bytes[2];
  guint size;

  fail_unless (gst_rtp_buffer_map (packet, GST_MAP_READ, &rtp));
  fail_unless (gst_rtp_buffer_get_extension_onebyte_header (&rtp, TWCC_ID, 0,
          &data, &size));
  fail_unless_equals_int (size, 2);
  /* It need not be aligned. */
  memcpy (bytes, data, sizeof bytes);
  gst_rtp_buffer_unmap (&rtp);
  return bytes[0] << 8 | bytes[1];
}

/* Congestion control needs a number in each packet. */
GST_START_TEST (test_header_extensions)
{
  GstHarness *pay = new_small_pay (__i__);
  GstRTPHeaderExtension *twcc =
      gst_rtp_header_extension_create_from_uri (TWCC_URI);
  GstBuffer *packet;
  guint start = 0;

  fail_unless (twcc != NULL);
  gst_rtp_header_extension_set_id (twcc, TWCC_ID);
  g_signal_emit_by_name (pay->element, "add-extension", twcc);
  gst_object_unref (twcc);
  push_large_frame (pay, 0);
  for (guint n = 0; (packet = gst_harness_try_pull (pay)) != NULL; n++) {
    guint number = read_twcc (packet);

    if (n == 0)
      start = number;
    fail_unless_equals_int (number, (start + n) & 0xffff);
    gst_buffer_unref (packet);
  }
  gst_harness_teardown (pay);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("lke2eevppay");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_class_and_rank);
  tcase_add_loop_test (tc, test_packet_flags, 0, N_PAYLOADERS);
  tcase_add_loop_test (tc, test_a_frame_is_one_list, 0, N_PAYLOADERS);
  tcase_add_loop_test (tc, test_header_extensions, 0, N_PAYLOADERS);
  return run_suite (&argc, &argv, suite, "lke2eevppay");
}
