/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* gstlke2eeheaders: the clear headers that are tried for an access unit, and
 * that the way that worked comes first the next time. A try costs a pass of GCM
 * over the frame, and a stream takes the same way for each key frame. */

#include "support.h"

#include "../../gst/gstlke2eeheaders.h"

#define SC "00000001"
#define AUD SC "09f0"
#define SPS_UNIT "6742c01f0fd91f888884000003000400000300c83c60c920"
#define PPS_UNIT "6887cb83cb20"
#define SPS SC SPS_UNIT
#define PPS SC PPS_UNIT
#define OLD_PPS SC "68ce3c80"
#define SLICE SC "6588"         /* as much of it as a header has */
#define IDR SLICE "840af2628000a7be"
#define AVCC "0142c01fffe10018" SPS_UNIT "010006" PPS_UNIT

#define MAX_HEADERS 5

typedef struct
{
  const char *name, *codec_data, *frame;
  const char *headers[MAX_HEADERS];     /* in the order of the first time */
} OrderRow;

static const OrderRow rows[] = {
  {"as it was sealed", NULL, SPS PPS IDR, {SPS PPS SLICE, SLICE}},
  {"sets moved to codec_data", AVCC, IDR, {SLICE, SPS PPS SLICE}},
  {"a delimiter in front", NULL, AUD IDR, {AUD SLICE, SLICE}},
  {"older sets in front", NULL, AUD SPS OLD_PPS SPS PPS IDR,
        {AUD SPS OLD_PPS SPS PPS SLICE, SPS OLD_PPS SPS PPS SLICE,
          SPS PPS SLICE, SLICE}},
};

typedef struct
{
  Lke2eeHeaders *headers;
  Lke2eeNalParser *parser;
  Lke2eeParameterSets *codec_data;
  Lke2eeAccessUnit *unit;
  GstMapInfo frame;
} Fixture;

/* What lke2eedec has: a frame taken apart, and the sets of its caps. */
static void
set_up (Fixture * fixture, const OrderRow * row, GstBuffer * frame)
{
  static const Lke2eeStreamInfo byte_stream =
      { LKE2EE_CODEC_H264, LKE2EE_FORMAT_BYTE_STREAM };

  fixture->headers = lke2ee_headers_new ();
  fixture->parser = lke2ee_nal_parser_new ();
  fixture->codec_data = lke2ee_parameter_sets_new ();
  fixture->unit = lke2ee_access_unit_new ();
  lke2ee_nal_parser_set_stream (fixture->parser, &byte_stream);
  if (row->codec_data != NULL) {
    GstBuffer *record = buffer_from_hex (row->codec_data);

    fail_unless (lke2ee_nal_parser_set_codec_data (fixture->parser, record,
            lke2ee_parameter_sets_put, fixture->codec_data));
    gst_buffer_unref (record);
  }
  gst_buffer_map (frame, &fixture->frame, GST_MAP_READ);
  fail_unless_equals_int (lke2ee_access_unit_read (fixture->unit,
          fixture->parser, fixture->frame.data, fixture->frame.size),
      LKE2EE_ACCESS_UNIT_OK);
}

static void
tear_down (Fixture * fixture, GstBuffer * frame)
{
  gst_buffer_unmap (frame, &fixture->frame);
  lke2ee_access_unit_free (fixture->unit);
  lke2ee_parameter_sets_free (fixture->codec_data);
  lke2ee_nal_parser_free (fixture->parser);
  lke2ee_headers_free (fixture->headers);
}

/* Header @front, then the others in the row's order. */
static void
assert_order (Fixture * fixture, const OrderRow * row, gsize front)
{
  gsize n, max_size, n_expected = 0;
  const GOutputVector *headers = lke2ee_headers_build (fixture->headers,
      fixture->unit, fixture->codec_data, &n, &max_size);

  while (n_expected < MAX_HEADERS && row->headers[n_expected] != NULL)
    n_expected++;
  fail_unless_equals_int (n, n_expected);
  for (gsize i = 0; i < n; i++) {
    gsize expected = i == 0 ? front : i <= front ? i - 1 : i;
    GstBuffer *header = gst_buffer_new_memdup (headers[i].buffer,
        headers[i].size);

    fail_unless (headers[i].size <= max_size);
    assert_buffer_is (header, row->headers[expected]);
    gst_buffer_unref (header);
  }
}

/* Whichever header works, it comes first until another one does. */
GST_START_TEST (test_the_one_that_worked_comes_first)
{
  const OrderRow *row = &rows[__i__];
  GstBuffer *frame = buffer_from_hex (row->frame);

  GST_INFO ("%s", row->name);
  for (gsize i = 0; i < MAX_HEADERS && row->headers[i] != NULL; i++) {
    Fixture fixture;

    set_up (&fixture, row, frame);
    assert_order (&fixture, row, 0);
    lke2ee_headers_succeeded (fixture.headers, i);
    assert_order (&fixture, row, i);
    lke2ee_headers_succeeded (fixture.headers, 0);
    assert_order (&fixture, row, i);
    tear_down (&fixture, frame);
  }
  gst_buffer_unref (frame);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("header-order");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_the_one_that_worked_comes_first, 0,
      G_N_ELEMENTS (rows));
  return run_suite (&argc, &argv, suite, "header-order");
}
