/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* lke2eevp9depay with RTP packets:
 *
 *     | flags: 1 | size: 1 | payload, or all of a packet | ... */

#include "elements.h"

#include <gst/rtp/rtp.h>

enum
{
  FLAG_MARKER = 1 << 0,
  FLAG_LOSS = 1 << 1,
  FLAG_NEXT_TIME = 1 << 2,
  FLAG_RAW = 1 << 3,
  FLAG_FLUSH = 1 << 4,
  FLAG_WAIT = 1 << 5,
};

static GstHarness *depay;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_elements_init ();
  depay = fuzz_element_harness ("lke2eevp9depay");
  return 0;
}

static GstBuffer *
take_packet (Input * input, guint8 flags, guint16 seq, guint32 rtp_time)
{
  gsize size = input_take_byte (input);

  if (flags & FLAG_RAW)
    return fuzz_take_buffer (input, size, FALSE);

  GstBuffer *packet = gst_rtp_buffer_new_allocate (0, 0, 0);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  gst_rtp_buffer_map (packet, GST_MAP_READWRITE, &rtp);
  gst_rtp_buffer_set_payload_type (&rtp, 96);
  gst_rtp_buffer_set_seq (&rtp, seq);
  gst_rtp_buffer_set_timestamp (&rtp, rtp_time);
  gst_rtp_buffer_set_marker (&rtp, flags & FLAG_MARKER);
  gst_rtp_buffer_unmap (&rtp);
  fuzz_append (packet, input, size);
  return packet;
}

static void
push_packets (Input * input)
{
  guint32 rtp_time = 0;
  guint16 seq = 0;

  while (input->size > 0) {
    guint8 flags = input_take_byte (input);

    if (flags & FLAG_FLUSH)
      fuzz_flush (depay);
    if (flags & FLAG_NEXT_TIME)
      rtp_time += 3000;
    seq += flags & FLAG_LOSS ? 2 : 1;
    g_object_set (depay->element, "wait-for-keyframe",
        (flags & FLAG_WAIT) != 0, NULL);
    gst_harness_push (depay, take_packet (input, flags, seq, rtp_time));
  }
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  Input input = { data, size };

  fuzz_restart (depay);
  gst_harness_set_src_caps_str (depay, "application/x-rtp,media=video,"
      "clock-rate=90000,encoding-name=VP9,payload=96");
  push_packets (&input);
  gst_harness_push_event (depay, gst_event_new_eos ());
  /* A frame takes a packet, and a packet two bytes of the input. */
  g_assert_cmpuint (fuzz_drain (depay), <=, size / 2 + 1);
  return 0;
}
