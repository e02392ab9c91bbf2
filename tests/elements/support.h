/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Frames, harnesses and messages for the element tests. */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <lke2ee/lke2ee.h>

#define PASSPHRASE "correct horse battery staple"

#define OPUS_CAPS "audio/x-opus,channel-mapping-family=0"
#define VP8_CAPS "video/x-vp8"
#define VP9_CAPS "video/x-vp9"
#define H264_CAPS "video/x-h264,stream-format=byte-stream,alignment=au"
#define H265_CAPS "video/x-h265,stream-format=byte-stream,alignment=au"

/* "00000001 65 88..." to bytes; blanks are ignored. */
GstBuffer *buffer_from_hex (const char *hex);
char *buffer_to_hex (GstBuffer * buffer);
void assert_buffer_is (GstBuffer * buffer, const char *hex);

GstHarness *parse_harness (const char *launch);
/* A harness of one element on the passphrase, with the same caps on both
 * sides. */
GstHarness *new_harness (const char *launch, const char *sink_caps,
    const char *src_caps);
GstHarness *new_enc (const char *caps);
GstHarness *new_dec (const char *caps);

guint64 get_stat (GstElement * element, const char *name);
void assert_stats_add_up (GstElement * element, guint64 buffers_out);

/* Seals @frame with an encryptor of its own. */
GstBuffer *seal (const char *caps, GstBuffer * frame);

/* The same with another key. */
GstBuffer *seal_wrong (const char *caps, GstBuffer * frame);
GstBuffer *delta (GstBuffer * buffer);

/* @buffer is dropped and counted as @stat; or comes out as @frame. */
void assert_drops (GstHarness * dec, GstBuffer * buffer, const char *stat);
void assert_opens (GstHarness * dec, GstBuffer * buffer, const char *frame);

GstBus *watch (GstElement * element);
char *error_text_of_start (const char *launch);

int run_suite (int *argc, char ***argv, Suite * suite, const char *name);
