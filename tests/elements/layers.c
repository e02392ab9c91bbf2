/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* lke2eedec: the layer frames of a VP9 picture leave as one superframe. */

#include "support.h"


#define FRAMES_CAPS VP9_CAPS ",alignment=frame"
#define INDEX_OF_2 "d9 03000000 02000000 d9"
#define INDEX_OF_3 "da 03000000 02000000 01000000 da"

typedef struct
{
  const char *name, *caps;
  struct
  {
    const char *frame;
    guint picture;
    gboolean ends_picture;
  } in[4];
  gboolean flush;               /* at the end, instead of EOS */
  const char *out[4];
  guint n_joined;
} LayersRow;

static const LayersRow layers[] = {
  {"three layers", FRAMES_CAPS,
        {{"a0a1a2", 1}, {"b0b1", 1}, {"c0", 1, TRUE}}, FALSE,
      {"a0a1a2 b0b1 c0" INDEX_OF_3}, 2},
  {"one layer", FRAMES_CAPS, {{"a0a1a2", 1, TRUE}, {"b0b1", 2, TRUE}}, FALSE,
      {"a0a1a2", "b0b1"}, 0},
  {"the last layer is lost", FRAMES_CAPS,
        {{"a0a1a2", 1}, {"b0b1", 1}, {"c0", 2, TRUE}}, FALSE,
      {"a0a1a2 b0b1" INDEX_OF_2, "c0"}, 1},
  {"the stream ends", FRAMES_CAPS, {{"a0a1a2", 1}, {"b0b1", 1}}, FALSE,
      {"a0a1a2 b0b1" INDEX_OF_2}, 1},
  {"a flush", FRAMES_CAPS, {{"a0a1a2", 1}, {"b0b1", 1}}, TRUE, {NULL}, 2},
  {"markers alone tell it too", VP9_CAPS,
        {{"a0", 1, TRUE}, {"a0a1a2", 2}, {"b0b1", 2, TRUE}}, FALSE,
      {"a0", "a0a1a2 b0b1" INDEX_OF_2}, 1},
  {"no times, no markers", FRAMES_CAPS,
      {{"a0", 0}, {"b0", 0}}, FALSE, {"a0", "b0"}, 0},
  {"without either each frame is a picture", VP9_CAPS,
        {{"a0", 1}, {"b0", 1}, {"c0", 2}}, FALSE, {"a0", "b0", "c0"}, 0},
};

GST_START_TEST (test_joins_layers)
{
  const LayersRow *row = &layers[__i__];
  GstHarness *dec = new_harness ("lke2eedec passphrase=\"" PASSPHRASE "\"",
      row->caps, NULL);
  guint n_out = 0;

  for (guint i = 0; i < 4 && row->in[i].frame != NULL; i++) {
    GstBuffer *in = buffer_from_hex (row->in[i].frame);

    if (row->in[i].picture > 0)
      GST_BUFFER_PTS (in) = row->in[i].picture * GST_SECOND;
    if (row->in[i].ends_picture)
      GST_BUFFER_FLAG_SET (in, GST_BUFFER_FLAG_MARKER);
    gst_harness_push (dec, seal (VP9_CAPS, in));
  }
  gst_harness_push_event (dec, row->flush ? gst_event_new_flush_start ()
      : gst_event_new_eos ());
  if (row->flush)
    gst_harness_push_event (dec, gst_event_new_flush_stop (TRUE));

  for (; n_out < 4 && row->out[n_out] != NULL; n_out++) {
    GstBuffer *out = gst_harness_try_pull (dec);

    fail_unless (out != NULL, "%s: %u buffers", row->name, n_out);
    assert_buffer_is (out, row->out[n_out]);
    gst_buffer_unref (out);
  }
  fail_unless (gst_harness_try_pull (dec) == NULL, "%s", row->name);
  fail_unless_equals_uint64 (get_stat (dec->element, "joined"),
      row->n_joined);
  assert_stats_add_up (dec->element, n_out);

  GstCaps *caps = gst_pad_get_current_caps (dec->sinkpad);
  const char *alignment =
      gst_structure_get_string (gst_caps_get_structure (caps, 0),
      "alignment");
  fail_unless (g_strcmp0 (alignment, "frame") != 0);
  gst_caps_unref (caps);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* What a picture lacks does not come behind a gap any more. */
GST_START_TEST (test_a_gap_ends_a_picture)
{
  GstHarness *dec = new_harness ("lke2eedec passphrase=\"" PASSPHRASE "\"",
      FRAMES_CAPS, NULL);
  GstBuffer *in = buffer_from_hex ("a0a1a2");

  GST_BUFFER_PTS (in) = 0;
  gst_harness_push (dec, seal (VP9_CAPS, in));
  fail_unless (gst_harness_try_pull (dec) == NULL);
  gst_harness_push_event (dec, gst_event_new_gap (GST_SECOND, GST_SECOND));
  GstBuffer *out = gst_harness_try_pull (dec);
  fail_unless (out != NULL);
  gst_buffer_unref (out);
  gst_harness_teardown (dec);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("layers");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 60);
  tcase_add_loop_test (tc, test_joins_layers, 0, G_N_ELEMENTS (layers));
  tcase_add_test (tc, test_a_gap_ends_a_picture);
  return run_suite (&argc, &argv, suite, "layers");
}
