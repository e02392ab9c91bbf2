/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* lke2eedec: what depayloaders and parsers do to a header is undone. */

#include "support.h"

#define H264_KEY "00000001 6742c01f0fd91f888884000003000400000300c83c60c920" \
  "00000001 6887cb83cb20 00000001 6588840af2628000a7be"

/* What depayloaders and parsers do to the header of a sealed frame is undone;
 * what comes out is the frame that was sealed. */

#define SC "00000001 "
#define SPS "6742c01f0fd91f888884000003000400000300c83c60c920"
#define PPS "6887cb83cb20"
#define AUD "09f0"
#define SEI "06050401020304 80"
#define DELTA SC "419a2468000000ff12"
#define AVC_WITH_SETS "video/x-h264,stream-format=avc,alignment=au," \
  "codec_data=(buffer)0142c01fffe10018" SPS "01000668" "87cb83cb20"

typedef struct
{
  const char *name, *caps, *frame;
  const char *before;           /* put in front of the sealed frame */
  gsize taken;                  /* bytes taken off its front first */
  gboolean lengths;             /* of the slice in place of its start code */
  gboolean refused;
} HeaderRow;

static const HeaderRow headers[] = {
  {"sprop in front of a key frame", H264_CAPS, H264_KEY, SC SPS SC PPS, 0},
  {"a delimiter in front", H264_CAPS, H264_KEY, SC AUD, 0},
  {"both", H264_CAPS, H264_KEY, SC AUD SC SPS SC PPS, 0},
  {"sprop in front of a delta frame", H264_CAPS, DELTA, SC SPS SC PPS, 0},
  {"sets moved to codec_data", AVC_WITH_SETS, H264_KEY, "", 38, TRUE},
  {"sets moved, delimiter put in", AVC_WITH_SETS, H264_KEY,
      "0000000209f0", 38, TRUE},
  {"a SEI put in", H264_CAPS, H264_KEY, SC SEI, 0, FALSE, TRUE},
  {"sets taken away", H264_CAPS, H264_KEY, "", 38, FALSE, TRUE},
  {"an older PPS put in", H264_CAPS, H264_KEY, SC "68ce3c80", 0},
  {"another PPS put in", H264_CAPS, H264_KEY, SC "685ce3c8", 0, FALSE, TRUE},
  {"a byte put in", H264_CAPS, H264_KEY, "00", 0, FALSE, TRUE},
};

static GstBuffer *
change_header (const HeaderRow * row, GstBuffer * sealed)
{
  gsize left = gst_buffer_get_size (sealed) - row->taken;
  GstBuffer *rest = gst_buffer_copy_region (sealed, GST_BUFFER_COPY_MEMORY,
      row->taken, left);

  if (row->lengths) {
    guint32 length = GUINT32_TO_BE (left - 4);

    rest = gst_buffer_make_writable (rest);
    gst_buffer_fill (rest, 0, &length, 4);
  }
  gst_buffer_unref (sealed);
  return *row->before == '\0' ? rest
      : gst_buffer_append (buffer_from_hex (row->before), rest);
}

/* Twice: the way that worked comes first the second time. */
GST_START_TEST (test_changed_headers)
{
  const HeaderRow *row = &headers[__i__];
  GstHarness *dec = new_harness ("lke2eedec passphrase=\"" PASSPHRASE "\"",
      row->caps, H264_CAPS);

  GST_INFO ("%s", row->name);
  for (guint i = 0; i < 2; i++) {
    GstBuffer *changed = change_header (row,
        seal (H264_CAPS, buffer_from_hex (row->frame)));

    if (row->refused)
      assert_drops (dec, changed, "authentication-failed");
    else
      assert_opens (dec, changed, row->frame);
  }
  fail_unless_equals_uint64 (get_stat (dec->element,
          "authentication-failed"), row->refused ? 2 : 0);
  gst_harness_teardown (dec);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("headers");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 60);
  tcase_add_loop_test (tc, test_changed_headers, 0, G_N_ELEMENTS (headers));
  return run_suite (&argc, &argv, suite, "headers");
}
