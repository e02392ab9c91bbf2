/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Support for the tests of payloaders and depayloaders. */

#include "rtp-support.h"

#include "support.h"

GstHarness *
new_pay (const char *element, const char *properties, const char *caps)
{
  g_autofree char *launch = g_strdup_printf ("%s %s", element, properties);

  return new_harness (launch, caps, NULL);
}

void
push_with_flags (GstHarness * harness, const char *hex, GstBufferFlags flags)
{
  GstBuffer *buffer = buffer_from_hex (hex);

  GST_BUFFER_FLAG_SET (buffer, flags);
  fail_unless_equals_int (gst_harness_push (harness, buffer), GST_FLOW_OK);
}

gboolean
has_marker (GstBuffer * packet)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  fail_unless (gst_rtp_buffer_map (packet, GST_MAP_READ, &rtp));
  gboolean marker = gst_rtp_buffer_get_marker (&rtp);
  gst_rtp_buffer_unmap (&rtp);
  return marker;
}

gsize
get_payload_size (GstBuffer * packet)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  fail_unless (gst_rtp_buffer_map (packet, GST_MAP_READ, &rtp));
  gsize size = gst_rtp_buffer_get_payload_len (&rtp);
  gst_rtp_buffer_unmap (&rtp);
  return size;
}

void
assert_payload_is (GstBuffer * packet, const char *hex)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  fail_unless (gst_rtp_buffer_map (packet, GST_MAP_READ, &rtp));
  GstBuffer *payload = gst_rtp_buffer_get_payload_buffer (&rtp);
  gst_rtp_buffer_unmap (&rtp);
  assert_buffer_is (payload, hex);
  gst_buffer_unref (payload);
}

/* With the PTS that a jitterbuffer gives it: 33 ms for each 3000 ticks. */
GstBuffer *
new_packet (guint16 seq, guint32 rtp_time, gboolean marker,
    const char *payload_hex)
{
  GstBuffer *payload = buffer_from_hex (payload_hex);
  GstBuffer *packet =
      gst_rtp_buffer_new_allocate (gst_buffer_get_size (payload), 0, 0);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  gst_rtp_buffer_map (packet, GST_MAP_READWRITE, &rtp);
  gst_rtp_buffer_set_seq (&rtp, seq);
  gst_rtp_buffer_set_timestamp (&rtp, rtp_time);
  gst_rtp_buffer_set_marker (&rtp, marker);
  gst_rtp_buffer_set_payload_type (&rtp, 96);
  gst_buffer_extract (payload, 0, gst_rtp_buffer_get_payload (&rtp),
      gst_buffer_get_size (payload));
  gst_rtp_buffer_unmap (&rtp);
  gst_buffer_unref (payload);
  GST_BUFFER_PTS (packet) = rtp_time / 3000 * 33 * GST_MSECOND;
  return packet;
}
