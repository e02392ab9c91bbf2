/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Each bit of a frame changed, each byte taken away, doubled or put in, each
 * truncation, each extension: nothing comes out, and the counters add up. */

#include "support.h"

#include <string.h>

#define AVC_CAPS "video/x-h264,stream-format=avc,alignment=au"
#define HVC1_CAPS "video/x-h265,stream-format=hvc1,alignment=au"

/* A raw key takes no time to derive. */
#define KEY "key=hex:30313233343536373839616263646566"

#define H264_SETS "00000001 6742c01f0fd91f888884000003000400000300c83c60c920" \
  "00000001 6887cb83cb20"

typedef struct
{
  const char *name;
  const char *clear_caps;       /* the encryptor's */
  const char *sealed_caps;      /* between the two */
  const char *frame;
} Row;

static const Row rows[] = {
  {"opus", OPUS_CAPS, OPUS_CAPS, "78 010203"},
  {"mulaw", "audio/x-mulaw", "audio/x-mulaw", "ff 7e7d7c7b"},
  {"vp8 key", VP8_CAPS, VP8_CAPS, "100200 9d012a08000800 aabbccddee"},
  {"vp8 delta", VP8_CAPS, VP8_CAPS, "110200 aabbccddee"},
  {"vp9", VP9_CAPS, VP9_CAPS, "82498342 0011223344"},
  {"h264 delta", H264_CAPS, H264_CAPS, "00000001 419a2468000000ff12"},
  {"h264 key", H264_CAPS, H264_CAPS,
      H264_SETS "00000001 6588840af2628000a7be"},
  {"h264 avc", H264_CAPS, AVC_CAPS, "00000001 419a2468000000ff12"},
  {"h264 avc key", H264_CAPS, AVC_CAPS,
      H264_SETS "00000001 6588840af2628000a7be"},
  {"h265", H265_CAPS, H265_CAPS, "00000001 0201d00980f7ae"},
  {"h265 hvc1", H265_CAPS, HVC1_CAPS, "00000001 0201d00980f7ae"},
};

typedef struct
{
  const Row *row;
  GstHarness *dec;
  guint8 *sealed;
  gsize size;
  guint64 n_in;
} Sweep;

static void
sweep_init (Sweep * sweep, const Row * row)
{
  GstHarness *enc = new_harness ("lke2eeenc " KEY,
      row->clear_caps, row->sealed_caps);
  GstBuffer *sealed =
      gst_harness_push_and_pull (enc, buffer_from_hex (row->frame));
  gpointer data;

  gst_buffer_extract_dup (sealed, 0, -1, &data, &sweep->size);
  sweep->sealed = data;
  sweep->row = row;
  sweep->dec = parse_harness ("lke2eedec " KEY);
  gst_harness_set_src_caps (sweep->dec,
      gst_pad_get_current_caps (enc->sinkpad));
  gst_harness_set_sink_caps_str (sweep->dec, row->clear_caps);
  sweep->n_in = 0;
  gst_buffer_unref (sealed);
  gst_harness_teardown (enc);
}

static void
push_changed (Sweep * sweep, const guint8 * data, gsize size,
    const char *how, gsize where)
{
  GstBuffer *changed = gst_buffer_new_memdup (data, size);

  sweep->n_in++;
  fail_unless_equals_int (gst_harness_push (sweep->dec, changed),
      GST_FLOW_OK);
  fail_unless (gst_harness_try_pull (sweep->dec) == NULL,
      "%s: %s at %" G_GSIZE_FORMAT " came through", sweep->row->name, how,
      where);
}

/* The frame itself still opens, after all that. */
static void
sweep_end (Sweep * sweep)
{
  GstHarness *dec = sweep->dec;

  fail_unless (sweep->n_in > 0);
  fail_unless_equals_uint64 (get_stat (dec->element, "frames"), sweep->n_in);
  fail_unless_equals_uint64 (get_stat (dec->element, "dropped"), sweep->n_in);
  GstBuffer *out = gst_harness_push_and_pull (dec,
      gst_buffer_new_memdup (sweep->sealed, sweep->size));
  assert_buffer_is (out, sweep->row->frame);
  assert_stats_add_up (dec->element, 1);
  gst_buffer_unref (out);
  gst_harness_teardown (dec);
  g_free (sweep->sealed);
}

GST_START_TEST (test_each_bit)
{
  Sweep sweep;

  sweep_init (&sweep, &rows[__i__]);
  for (gsize bit = 0; bit < sweep.size * 8; bit++) {
    sweep.sealed[bit / 8] ^= 1 << bit % 8;
    push_changed (&sweep, sweep.sealed, sweep.size, "a bit", bit);
    sweep.sealed[bit / 8] ^= 1 << bit % 8;
  }
  sweep_end (&sweep);
}

GST_END_TEST;

/* From the end and from the start; down to nothing but one byte. */
GST_START_TEST (test_each_truncation)
{
  Sweep sweep;

  sweep_init (&sweep, &rows[__i__]);
  for (gsize cut = 1; cut < sweep.size; cut++) {
    push_changed (&sweep, sweep.sealed, sweep.size - cut, "cut", cut);
    push_changed (&sweep, sweep.sealed + cut, sweep.size - cut, "begun", cut);
  }
  sweep_end (&sweep);
}

GST_END_TEST;

static const guint8 inserted[] = { 0x00, 0x01, 0x03, 0x0c, 0xff };

/* Each kind of byte at each place: inside it is an insertion, behind the end an
 * extension. */
GST_START_TEST (test_each_insertion)
{
  Sweep sweep;

  sweep_init (&sweep, &rows[__i__]);
  g_autofree guint8 *longer = g_malloc (sweep.size + 1);
  for (gsize at = 0; at <= sweep.size; at++) {
    memcpy (longer, sweep.sealed, at);
    memcpy (longer + at + 1, sweep.sealed + at, sweep.size - at);
    for (guint i = 0; i < G_N_ELEMENTS (inserted); i++) {
      longer[at] = inserted[i];
      push_changed (&sweep, longer, sweep.size + 1, "a byte more", at);
    }
  }
  sweep_end (&sweep);
}

GST_END_TEST;

GST_START_TEST (test_each_deletion)
{
  Sweep sweep;

  sweep_init (&sweep, &rows[__i__]);
  g_autofree guint8 *shorter = g_malloc (sweep.size);
  for (gsize at = 0; at < sweep.size; at++) {
    memcpy (shorter, sweep.sealed, at);
    memcpy (shorter + at, sweep.sealed + at + 1, sweep.size - at - 1);
    push_changed (&sweep, shorter, sweep.size - 1, "a byte less", at);
  }
  sweep_end (&sweep);
}

GST_END_TEST;

/* Up to a whole trailer more, of what an attacker would try: zeros, the frame's
 * own end again, a metadata trailer whose size is wrong. */
GST_START_TEST (test_each_extension)
{
  static const char magic[] = "LKTS";
  Sweep sweep;

  sweep_init (&sweep, &rows[__i__]);
  g_autofree guint8 *longer = g_malloc0 (sweep.size + 300);
  memcpy (longer, sweep.sealed, sweep.size);
  for (gsize more = 1; more < 48; more++)
    push_changed (&sweep, longer, sweep.size + more, "zeros", more);
  for (gsize more = 1; more < MIN (sweep.size, 48); more++) {
    memcpy (longer + sweep.size, sweep.sealed + sweep.size - more, more);
    push_changed (&sweep, longer, sweep.size + more, "its end again", more);
  }
  memcpy (longer + sweep.size + 1, magic, strlen (magic));
  for (guint claimed = 0; claimed < 256; claimed++) {
    /* What is claimed is not there; just five would be a trailer. */
    longer[sweep.size] = claimed ^ 0xff;
    if (claimed != 1 + strlen (magic))
      push_changed (&sweep, longer, sweep.size + 5, "claims", claimed);
  }
  sweep_end (&sweep);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("mutations");
  TCase *tcase = tcase_create ("all");
  const gint n = G_N_ELEMENTS (rows);

  tcase_set_timeout (tcase, 200);
  tcase_add_loop_test (tcase, test_each_bit, 0, n);
  tcase_add_loop_test (tcase, test_each_truncation, 0, n);
  tcase_add_loop_test (tcase, test_each_insertion, 0, n);
  tcase_add_loop_test (tcase, test_each_deletion, 0, n);
  tcase_add_loop_test (tcase, test_each_extension, 0, n);
  suite_add_tcase (suite, tcase);
  return run_suite (&argc, &argv, suite, "mutations");
}
