/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Frames that come again: each arrives once, however the network doubles and
 * mixes them, and each that comes again is counted. */

#include "support.h"

#include <string.h>

#define KEY "key=hex:30313233343536373839616263646566"
#define N_FRAMES 2000
#define WINDOW 256

static const struct
{
  const char *name, *caps, *frame;
} rows[] = {
  {"opus", OPUS_CAPS, "78 00000000"},
  {"vp8", VP8_CAPS, "110200 00000000"},
  {"vp9", VP9_CAPS, "82 00000000"},
  {"h264", H264_CAPS, "00000001 419a 00000000"},
  {"h265", H265_CAPS, "00000001 0201 00000000"},
};

/* The frame's number, in its last four bytes. */
static GstBuffer *
new_frame (const char *hex, guint32 number)
{
  GstBuffer *frame = buffer_from_hex (hex);
  guint32 big_endian = GUINT32_TO_BE (number | 0x80808080);

  gst_buffer_fill (frame, gst_buffer_get_size (frame) - 4, &big_endian, 4);
  return frame;
}

static guint32
get_number (GstBuffer * frame)
{
  guint32 big_endian;

  gst_buffer_extract (frame, gst_buffer_get_size (frame) - 4, &big_endian, 4);
  return GUINT32_FROM_BE (big_endian) & ~0x80808080;
}

/* N_FRAMES numbers of seven bits a byte. */
static guint32
nth_number (guint i)
{
  return (i & 0x7f) | (i >> 7 & 0x7f) << 8 | (i >> 14) << 16;
}

static GPtrArray *
seal_frames (const char *caps, const char *hex)
{
  GstHarness *enc = new_harness ("lke2eeenc " KEY, caps, caps);
  GPtrArray *sealed =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_buffer_unref);

  for (guint i = 0; i < N_FRAMES; i++)
    g_ptr_array_add (sealed, gst_harness_push_and_pull (enc,
            new_frame (hex, nth_number (i))));
  gst_harness_teardown (enc);
  return sealed;
}

static GstHarness *
new_receiver (const char *caps)
{
  return new_harness ("lke2eedec replay-window=" G_STRINGIFY (WINDOW) " "
      KEY, caps, caps);
}

/* Counts what came out by number. */
static void
count_arrivals (GstHarness * dec, GHashTable * arrivals)
{
  GstBuffer *frame;

  while ((frame = gst_harness_try_pull (dec)) != NULL) {
    gpointer number = GUINT_TO_POINTER (get_number (frame) + 1);
    guint n = GPOINTER_TO_UINT (g_hash_table_lookup (arrivals, number));

    g_hash_table_insert (arrivals, number, GUINT_TO_POINTER (n + 1));
    gst_buffer_unref (frame);
  }
}

/* A third of the frames come again, up to half a window later, some of them
 * twice more. */
GST_START_TEST (test_each_arrives_once)
{
  GstHarness *dec = new_receiver (rows[__i__].caps);
  GPtrArray *sealed = seal_frames (rows[__i__].caps, rows[__i__].frame);
  GHashTable *arrivals = g_hash_table_new (NULL, NULL);
  GRand *random = g_rand_new_with_seed (7);
  guint n_again = 0;

  for (guint i = 0; i < N_FRAMES; i++) {
    gst_harness_push (dec, gst_buffer_ref (sealed->pdata[i]));
    while (g_rand_int_range (random, 0, 3) == 0) {
      guint back = g_rand_int_range (random, 0, MIN (i + 1, WINDOW / 2));

      gst_harness_push (dec, gst_buffer_ref (sealed->pdata[i - back]));
      n_again++;
    }
    count_arrivals (dec, arrivals);
  }
  fail_unless (n_again > N_FRAMES / 3);
  fail_unless_equals_int (g_hash_table_size (arrivals), N_FRAMES);
  GHashTableIter iter;
  gpointer number, n;
  g_hash_table_iter_init (&iter, arrivals);
  while (g_hash_table_iter_next (&iter, &number, &n))
    fail_unless_equals_int (GPOINTER_TO_UINT (n), 1);
  fail_unless_equals_uint64 (get_stat (dec->element, "replayed"), n_again);
  assert_stats_add_up (dec->element, N_FRAMES);

  g_rand_free (random);
  g_hash_table_unref (arrivals);
  g_ptr_array_unref (sealed);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* Only what verified is remembered: a forged frame with the IV of one that is
 * still to come does not keep that one out. */
GST_START_TEST (test_a_forgery_keeps_nothing_out)
{
  GstHarness *dec = new_receiver (rows[__i__].caps);
  GPtrArray *sealed = seal_frames (rows[__i__].caps, rows[__i__].frame);
  GHashTable *arrivals = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < N_FRAMES; i++) {
    GstBuffer *forged = gst_buffer_copy_deep (sealed->pdata[i]);
    gsize tag = gst_buffer_get_size (forged) - 20;
    guint8 byte;

    gst_buffer_extract (forged, tag, &byte, 1);
    byte ^= 0x40;
    gst_buffer_fill (forged, tag, &byte, 1);
    gst_harness_push (dec, forged);
    gst_harness_push (dec, gst_buffer_ref (sealed->pdata[i]));
    count_arrivals (dec, arrivals);
  }
  fail_unless_equals_int (g_hash_table_size (arrivals), N_FRAMES);
  fail_unless_equals_uint64 (get_stat (dec->element, "replayed"), 0);
  fail_unless_equals_uint64 (get_stat (dec->element, "dropped"), N_FRAMES);
  g_hash_table_unref (arrivals);
  g_ptr_array_unref (sealed);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* What SECURITY.md says it does not protect against: older than the window. */
GST_START_TEST (test_beyond_the_window)
{
  GstHarness *dec = new_receiver (VP8_CAPS);
  GPtrArray *sealed = seal_frames (VP8_CAPS, rows[1].frame);
  GHashTable *arrivals = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i <= WINDOW; i++)
    gst_harness_push (dec, gst_buffer_ref (sealed->pdata[i]));
  gst_harness_push (dec, gst_buffer_ref (sealed->pdata[1]));
  gst_harness_push (dec, gst_buffer_ref (sealed->pdata[0]));
  count_arrivals (dec, arrivals);
  fail_unless_equals_uint64 (get_stat (dec->element, "replayed"), 1);
  fail_unless_equals_int (GPOINTER_TO_UINT (g_hash_table_lookup (arrivals,
              GUINT_TO_POINTER (nth_number (0) + 1))), 2);
  g_hash_table_unref (arrivals);
  g_ptr_array_unref (sealed);
  gst_harness_teardown (dec);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("replay");
  TCase *tcase = tcase_create ("all");

  tcase_add_loop_test (tcase, test_each_arrives_once, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (tcase, test_a_forgery_keeps_nothing_out, 0,
      G_N_ELEMENTS (rows));
  tcase_add_test (tcase, test_beyond_the_window);
  suite_add_tcase (suite, tcase);
  return run_suite (&argc, &argv, suite, "replay");
}
