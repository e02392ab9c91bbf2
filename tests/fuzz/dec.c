/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* lke2eedec with a stream of one media type, FUZZ_CAPS.
 *
 *     | caps | size: 1 | codec_data | then for each frame:
 *       flags: 1 | size: 2, little endian | frame |
 *
 * Whatever comes, the counters add up. */

#include "elements.h"

/* As sink caps: 0 plain, then those that H.264 and H.265 have. */
#define N_CAPS 4

enum
{
  FLAG_DISCONT = 1 << 0,
  FLAG_MARKER = 1 << 1,
  FLAG_DELTA = 1 << 2,
  FLAG_FLUSH = 1 << 3,
  FLAG_NEXT_TIME = 1 << 4,
  FLAG_TOGGLE_ENABLED = 1 << 5,
  FLAG_IN_TWO = 1 << 6,
};

static GstHarness *dec;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_elements_init ();

  g_autoptr (Lke2eeKeyProvider) provider = fuzz_provider_new ();

  dec = fuzz_element_harness ("lke2eedec");
  g_object_set (dec->element, "key-provider", provider, NULL);
  return 0;
}

static guint64
get_stat (const GstStructure * stats, const char *name)
{
  guint64 value = 0;

  g_assert_true (gst_structure_get_uint64 (stats, name, &value));
  return value;
}

static void
assert_stats_add_up (guint64 n_out)
{
  GstStructure *stats;

  g_object_get (dec->element, "stats", &stats, NULL);
  g_assert_cmpuint (get_stat (stats, "frames"), ==, n_out
      + get_stat (stats, "dropped") + get_stat (stats, "held")
      + get_stat (stats, "joined"));
  gst_structure_free (stats);
}

static void
push_caps (Input * input)
{
  guint which = input_take_byte (input) % N_CAPS;
  g_autoptr (GstBuffer) codec_data =
      fuzz_take_buffer (input, input_take_byte (input), FALSE);
  GstCaps *caps = gst_caps_from_string (FUZZ_CAPS);

  if (FUZZ_IS_NAL) {
    static const char *const formats[] = { "byte-stream", FUZZ_LENGTHS };

    gst_caps_set_simple (caps, "alignment", G_TYPE_STRING, "au",
        "stream-format", G_TYPE_STRING, formats[which & 1], NULL);
    if (which & 1)
      gst_caps_set_simple (caps, "codec_data", GST_TYPE_BUFFER, codec_data,
          NULL);
    gst_harness_set_sink_caps_str (dec, which & 2 ?
        FUZZ_CAPS ",stream-format=" FUZZ_LENGTHS : FUZZ_CAPS);
  } else if (which & 1) {
    gst_caps_set_simple (caps, "alignment", G_TYPE_STRING, "frame", NULL);
  }
  gst_harness_set_src_caps (dec, caps);
}

static void
set_flags (GstBuffer * buffer, guint8 flags, GstClockTime time)
{
  GST_BUFFER_PTS (buffer) = time;
  if (flags & FLAG_DISCONT)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  if (flags & FLAG_MARKER)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_MARKER);
  if (flags & FLAG_DELTA)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
}

static GstBuffer *
take_frame (Input * input, gboolean in_two)
{
  gsize size = input_take_byte (input);

  size |= (gsize) input_take_byte (input) << 8;
  return fuzz_take_buffer (input, size, in_two);
}

/* Returns how many buffers came out. */
static guint64
push_frames (Input * input)
{
  GstClockTime time = 0;
  gboolean enabled = TRUE;
  guint64 n_out = 0;

  while (input->size > 0) {
    guint8 flags = input_take_byte (input);

    if (flags & FLAG_TOGGLE_ENABLED)
      g_object_set (dec->element, "enabled", enabled = !enabled, NULL);
    if (flags & FLAG_FLUSH)
      fuzz_flush (dec);
    if (flags & FLAG_NEXT_TIME)
      time += 33 * GST_MSECOND;
    GstBuffer *frame = take_frame (input, flags & FLAG_IN_TWO);
    set_flags (frame, flags, time);
    gst_harness_push (dec, frame);
    n_out += fuzz_drain (dec);
  }
  gst_harness_push_event (dec, gst_event_new_eos ());
  return n_out + fuzz_drain (dec);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  Input input = { data, size };

  g_object_set (dec->element, "enabled", TRUE, NULL);
  fuzz_restart (dec);
  push_caps (&input);
  assert_stats_add_up (push_frames (&input));
  return 0;
}
