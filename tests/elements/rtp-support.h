/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* RTP packets for the tests of payloaders and depayloaders. */
#pragma once

#include <gst/check/gstharness.h>
#include <gst/rtp/rtp.h>

GstHarness *new_pay (const char *element, const char *properties,
    const char *caps);
void push_with_flags (GstHarness * harness, const char *hex,
    GstBufferFlags flags);

gboolean has_marker (GstBuffer * packet);
gsize get_payload_size (GstBuffer * packet);
void assert_payload_is (GstBuffer * packet, const char *hex);
GstBuffer *new_packet (guint16 seq, guint32 rtp_time, gboolean marker,
    const char *payload_hex);
