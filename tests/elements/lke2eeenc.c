/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* lke2eeenc: what goes in, what comes out, and what never does. */

#include "support.h"

#include <string.h>
#include <unistd.h>

/* H.264 and H.265 in pieces, so that the tables below can be read. Parameter
 * sets and the H.264 slice are LiveKit's blank 2x2 picture. */
#define SC4 "00000001 "
#define SC3 "000001 "
#define SPS "6742c01f0fd91f888884000003000400000300c83c60c920 "
#define PPS "6887cb83cb20 "
#define AUD "09f0 "
#define SEI "0605 04 01020304 80 "
#define SEI_RECOVERY "0606 01 c4 80 "
#define SEI_FILLER_RECOVERY "0603 02 ffff 0601 c4 80 "
#define IDR "6588840af2628000a7be "
#define IDR2 "6588440af2628000a7aa "
#define P_SLICE "419a2468000000ff12 "
#define FILLER "0cff80 "
#define AVC_CAPS "video/x-h264,stream-format=avc,alignment=au," \
  "codec_data=(buffer)0142c01fffe10018" \
  "6742c01f0fd91f888884000003000400000300c83c60c920" \
  "0100066887cb83cb20"
#define H265_VPS "40010c01ffff01600000030090000003000003005dac09 "
#define H265_SPS "420101016000000300900000030000030" \
  "05da0050201e165ac931924 "
#define H265_PPS "4401c172b46240 "
/* Of x265: a parser that is to read SEI has to understand these. */
#define X265_VPS "40010c01ffff040800000300980800000300003f959809 "
#define X265_SPS "420101040800000300980800000300003f900410" \
  "208a52cacd24995ffe00020002d418181810000003001000000301e080 "
#define X265_PPS "4401c172b42240 "
#define H265_AUD "460150 "
#define H265_SEI "4e0105040102030480 "
#define H265_SEI_RECOVERY "4e01 0601 d0 80 "
#define H265_IDR "2601af0980f7ae "
#define H265_TRAIL "0201d00980f7ae "

/* Every codec: one frame, back through lke2eedec. */

typedef struct
{
  const char *name, *caps, *frame;
  gsize header_size;
} CodecRow;

static const CodecRow codecs[] = {
  {"opus", OPUS_CAPS, "78 0102030405", 1},
  {"opus of one byte", OPUS_CAPS, "78", 1},
  {"g722", "audio/G722,rate=16000,channels=1", "aabbccdd", 1},
  {"mulaw", "audio/x-mulaw,rate=8000,channels=1", "aabbccdd", 1},
  {"alaw", "audio/x-alaw,rate=8000,channels=1", "aabbccdd", 1},
  {"mpeg audio", "audio/mpeg,mpegversion=4", "aabbccdd", 1},
  {"vp8 key frame", VP8_CAPS, "100200 9d012a08000800 aabbccddee", 10},
  {"vp8 delta frame", VP8_CAPS, "110200 aabbccddee", 3},
  {"vp8 delta frame of 3 bytes", VP8_CAPS, "110200", 3},
  {"vp9", VP9_CAPS, "82498342", 0},
  {"h264 key frame", H264_CAPS, SC4 SPS SC4 PPS SC4 IDR, 44},
  {"h264 delta frame", H264_CAPS, SC4 P_SLICE, 6},
  {"h265 key frame", H265_CAPS,
      SC4 H265_VPS SC4 H265_SPS SC4 H265_PPS SC4 H265_IDR, 76},
  {"h265 delta frame", H265_CAPS, SC4 H265_TRAIL, 6},
};

GST_START_TEST (test_seals_every_codec)
{
  const CodecRow *row = &codecs[__i__];
  GstHarness *dec = new_dec (row->caps);
  GstBuffer *frame = buffer_from_hex (row->frame);
  GstBuffer *sealed = seal (row->caps, gst_buffer_ref (frame));
  char *clear = buffer_to_hex (frame);
  char *cipher = buffer_to_hex (sealed);

  GST_INFO ("%s", row->name);
  fail_unless (gst_buffer_get_size (sealed) >=
      gst_buffer_get_size (frame) + 30);
  fail_unless (strncmp (clear, cipher, 2 * row->header_size) == 0,
      "%s: header is not as it was", row->name);
  fail_unless_equals_string (cipher + strlen (cipher) - 4, "0c00");

  GstBuffer *opened = gst_harness_push_and_pull (dec, sealed);
  assert_buffer_is (opened, row->frame);

  gst_buffer_unref (opened);
  gst_buffer_unref (frame);
  g_free (clear);
  g_free (cipher);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* The canonical form. Several access units can go in before the one that is
 * looked at. */

typedef struct
{
  const char *name, *caps, *properties;
  const char *before, *in, *canonical;
} CanonicalRow;

static const CanonicalRow canonical[] = {
  {"start codes get 4 bytes before the slice", H264_CAPS, "", NULL,
      SC3 SPS SC3 PPS SC3 IDR, SC4 SPS SC4 PPS SC4 IDR},
  {"AUD and filler go", H264_CAPS, "", NULL,
      SC4 AUD SC4 SPS SC4 FILLER SC4 PPS SC4 IDR, SC4 SPS SC4 PPS SC4 IDR},
  {"SEI goes", H264_CAPS, "", NULL,
      SC4 SPS SC4 PPS SC4 SEI SC4 IDR, SC4 SPS SC4 PPS SC4 IDR},
  {"SEI stays if asked for, behind the sets", H264_CAPS, "keep-sei=true",
      NULL, SC4 SEI SC4 SPS SC4 PPS SC4 IDR, SC4 SPS SC4 PPS SC4 SEI SC4 IDR},
  {"a recovery point stays", H264_CAPS, "", NULL,
        SC4 SEI_RECOVERY SC4 SPS SC4 PPS SC4 P_SLICE,
      SC4 SPS SC4 PPS SC4 SEI_RECOVERY SC4 P_SLICE},
  {"a recovery point gets the sets", H264_CAPS, "",
        SC4 SPS SC4 PPS SC4 IDR, SC4 SEI_RECOVERY SC4 P_SLICE,
      SC4 SPS SC4 PPS SC4 SEI_RECOVERY SC4 P_SLICE},
  {"a recovery point behind another message is one", H264_CAPS, "",
        SC4 SPS SC4 PPS SC4 IDR, SC4 SEI_FILLER_RECOVERY SC4 P_SLICE,
      SC4 SPS SC4 PPS SC4 SEI_FILLER_RECOVERY SC4 P_SLICE},
  {"sets that went by before come with every key frame", H264_CAPS, "",
      SC4 SPS SC4 PPS SC4 IDR, SC4 IDR2, SC4 SPS SC4 PPS SC4 IDR2},
  {"a missing set is put with the one that is there", H264_CAPS, "",
      SC4 SPS SC4 PPS SC4 IDR, SC4 PPS SC4 IDR2, SC4 SPS SC4 PPS SC4 IDR2},
  {"delta frames get none", H264_CAPS, "",
      SC4 SPS SC4 PPS SC4 IDR, SC4 P_SLICE, SC4 P_SLICE},
  {"delta frames keep those they have", H264_CAPS, "",
        SC4 SPS SC4 PPS SC4 IDR, SC3 PPS SC3 P_SLICE,
      SC4 PPS SC4 P_SLICE},
  {"sets alone lead the next access unit", H264_CAPS, "",
      SC4 AUD SC4 SPS SC4 PPS, SC4 P_SLICE, SC4 SPS SC4 PPS SC4 P_SLICE},
  {"everything from the slice on is taken over", H264_CAPS, "", NULL,
        SC4 SPS SC4 PPS SC4 IDR SC3 IDR2 SC4 SEI SC3 FILLER "000000",
      SC4 SPS SC4 PPS SC4 IDR SC3 IDR2 SC4 SEI SC3 FILLER "000000"},
  {"the order of sets is SPS, PPS", H264_CAPS, "", NULL,
      SC4 PPS SC4 SPS SC4 IDR, SC4 SPS SC4 PPS SC4 IDR},
  {"h265: AUD and SEI go", H265_CAPS, "", NULL,
        SC4 H265_AUD SC4 H265_VPS SC3 H265_SPS SC3 H265_PPS SC3 H265_SEI
      SC3 H265_IDR, SC4 H265_VPS SC4 H265_SPS SC4 H265_PPS SC4 H265_IDR},
  {"h265: sets with every key frame", H265_CAPS, "",
        SC4 H265_VPS SC4 H265_SPS SC4 H265_PPS SC4 H265_IDR, SC3 H265_IDR,
      SC4 H265_VPS SC4 H265_SPS SC4 H265_PPS SC4 H265_IDR},
  {"h265: a recovery point stays and gets the sets", H265_CAPS, "",
        SC4 X265_VPS SC4 X265_SPS SC4 X265_PPS SC4 H265_IDR,
        SC4 H265_AUD SC4 H265_SEI_RECOVERY SC3 H265_TRAIL,
        SC4 X265_VPS SC4 X265_SPS SC4 X265_PPS SC4 H265_SEI_RECOVERY
      SC4 H265_TRAIL},
  {"h265: not with delta frames", H265_CAPS, "",
        SC4 H265_VPS SC4 H265_SPS SC4 H265_PPS SC4 H265_IDR, SC3 H265_TRAIL,
      SC4 H265_TRAIL},
};

/* The frame that was sealed, as lke2eedec tells it. */
static GstBuffer *
canonical_of (const CanonicalRow * row, const char *src_caps)
{
  char *launch = g_strdup_printf ("lke2eeenc passphrase=\"" PASSPHRASE "\" %s",
      row->properties);
  GstHarness *enc = new_harness (launch, row->caps, src_caps);
  GstHarness *dec = new_harness ("lke2eedec passphrase=\"" PASSPHRASE "\"",
      src_caps, row->caps);
  GstBuffer *out;

  if (row->before != NULL) {
    gst_harness_push (enc, buffer_from_hex (row->before));
    out = gst_harness_try_pull (enc);
    if (out != NULL)
      gst_buffer_unref (out);
  }
  fail_unless_equals_int (gst_harness_push (enc, buffer_from_hex (row->in)),
      GST_FLOW_OK);
  out = gst_harness_push_and_pull (dec, gst_harness_pull (enc));
  gst_harness_teardown (enc);
  gst_harness_teardown (dec);
  g_free (launch);
  return out;
}

GST_START_TEST (test_canonical_form)
{
  const CanonicalRow *row = &canonical[__i__];
  GstBuffer *out = canonical_of (row, row->caps);

  GST_INFO ("%s", row->name);
  assert_buffer_is (out, row->canonical);
  gst_buffer_unref (out);
}

GST_END_TEST;

/* Out as lengths and back: the same canonical frame. */
GST_START_TEST (test_canonical_form_as_lengths)
{
  const CanonicalRow *row = &canonical[__i__];
  gboolean h265 = strstr (row->caps, "h265") != NULL;
  GstBuffer *out = canonical_of (row, h265 ?
      "video/x-h265,stream-format=hvc1,alignment=au"
      : "video/x-h264,stream-format=avc,alignment=au");

  GST_INFO ("%s", row->name);
  assert_buffer_is (out, row->canonical);
  gst_buffer_unref (out);
}

GST_END_TEST;

/* Lengths in: codec_data, several slices. Other sizes of lengths: lengths.c. */

GST_START_TEST (test_avc_input_takes_sets_from_codec_data)
{
  GstHarness *enc = new_harness ("lke2eeenc passphrase=\"" PASSPHRASE "\"",
      "video/x-h264,stream-format=avc,alignment=au,codec_data=(buffer)"
      "0142c01fffe10018"
      "6742c01f0fd91f888884000003000400000300c83c60c920"
      "0100066887cb83cb20", H264_CAPS);
  GstHarness *dec = new_dec (H264_CAPS);

  gst_harness_push (enc, buffer_from_hex ("0000000a" IDR "0000000a" IDR2));
  GstBuffer *out = gst_harness_push_and_pull (dec, gst_harness_pull (enc));
  assert_buffer_is (out, SC4 SPS SC4 PPS SC4 IDR SC4 IDR2);
  gst_buffer_unref (out);
  gst_harness_teardown (enc);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* With no sets to insert, and none promised, stock payloaders leave key frames
 * alone. */
GST_START_TEST (test_codec_data_holds_no_parameter_sets)
{
  static const struct
  {
    const char *in, *out, *frame, *codec_data;
  } rows[] = {
    {H264_CAPS, "video/x-h264,stream-format=avc,alignment=au",
        SC4 SPS SC4 PPS SC4 IDR, "0142c01fffe000"},
    {H265_CAPS, "video/x-h265,stream-format=hvc1,alignment=au",
          SC4 H265_VPS SC4 H265_SPS SC4 H265_PPS SC4 H265_IDR,
        "010160000000900000000000" "5df000fcfdf8f800000b00"},
  };
  GstHarness *enc = new_harness ("lke2eeenc passphrase=\"" PASSPHRASE "\"",
      rows[__i__].in, rows[__i__].out);

  gst_harness_push (enc, buffer_from_hex (rows[__i__].frame));
  GstBuffer *sealed = gst_harness_pull (enc);
  GstCaps *caps = gst_pad_get_current_caps (enc->sinkpad);
  const GValue *value = gst_structure_get_value (gst_caps_get_structure (caps,
          0), "codec_data");
  fail_unless (value != NULL);
  assert_buffer_is (gst_value_get_buffer (value), rows[__i__].codec_data);
  gst_caps_unref (caps);
  gst_buffer_unref (sealed);
  gst_harness_teardown (enc);
}

GST_END_TEST;

/* What the SPS says is announced once, not again for each key frame, though
 * caps know less of it. */
GST_START_TEST (test_caps_are_announced_once)
{
  GstHarness *enc = new_harness ("lke2eeenc passphrase=\"" PASSPHRASE "\"",
      H264_CAPS ",profile=main,level=(string)4", "video/x-h264,"
      "stream-format=avc,alignment=au");
  guint n_caps = 0;
  GstEvent *event;

  for (guint i = 0; i < 10; i++) {
    gst_harness_push (enc, buffer_from_hex (SC4 SPS SC4 PPS SC4 IDR));
    gst_buffer_unref (gst_harness_pull (enc));
    if (i % 3 == 2)
      gst_harness_push_upstream_event (enc, gst_event_new_reconfigure ());
  }
  while ((event = gst_harness_try_pull_event (enc)) != NULL) {
    n_caps += GST_EVENT_TYPE (event) == GST_EVENT_CAPS;
    gst_event_unref (event);
  }
  /* What caps alone say, then what the first SPS says. */
  fail_unless_equals_int (n_caps, 2);
  gst_harness_teardown (enc);
}

GST_END_TEST;

/* What came in band is newer than codec_data, until other codec_data come. */
#define X264_SPS "6742c015da0507ec05a830303528000003000800000301e478b175"
#define X264_AVC_CAPS "video/x-h264,stream-format=avc,alignment=au," \
  "codec_data=(buffer)0142c015ffe1001b" X264_SPS "01000468ce0fc8"

GST_START_TEST (test_sets_in_band_replace_those_of_codec_data)
{
  GstHarness *enc = new_harness ("lke2eeenc passphrase=\"" PASSPHRASE "\"",
      X264_AVC_CAPS, "video/x-h264,stream-format=avc,alignment=au");
  GstHarness *dec = new_harness ("lke2eedec passphrase=\"" PASSPHRASE "\"",
      "video/x-h264,stream-format=avc,alignment=au", H264_CAPS);
  const char *want = SC4 X264_SPS SC4 "68ce3c80" SC4 IDR;

  for (guint i = 0; i < 3; i++) {
    gst_harness_push (enc, buffer_from_hex (i == 0 ?
            "00000004 68ce3c80 0000000a" IDR : "0000000a" IDR));
    GstBuffer *out = gst_harness_push_and_pull (dec, gst_harness_pull (enc));
    assert_buffer_is (out, want);
    gst_buffer_unref (out);
    gst_harness_push_upstream_event (enc, gst_event_new_reconfigure ());
    if (i == 1)
      gst_harness_set_src_caps_str (enc, X264_AVC_CAPS ",framerate=25/1");
  }
  gst_harness_teardown (enc);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* A H.264 PPS is nothing to an H.265 stream. */
GST_START_TEST (test_sets_end_with_their_codec)
{
  GstHarness *enc = new_harness ("lke2eeenc passphrase=\"" PASSPHRASE "\"",
      H264_CAPS, NULL);
  GstHarness *dec = new_dec (H265_CAPS);

  g_object_set (enc->element, "enabled", FALSE, NULL);
  gst_harness_push (enc, buffer_from_hex (SC4 SPS SC4 PPS SC4 IDR));
  gst_buffer_unref (gst_harness_pull (enc));
  gst_harness_set_src_caps_str (enc, H265_CAPS);
  gst_harness_push (enc, buffer_from_hex (SC4 H265_IDR));
  GstBuffer *out = gst_harness_pull (enc);
  fail_unless_equals_int (gst_buffer_get_size (out), 4 + 7);
  gst_buffer_unref (out);
  gst_harness_teardown (enc);
  gst_harness_teardown (dec);
}

GST_END_TEST;

static gboolean
on_request_key (GstElement * element, const char *participant, gint index,
    gpointer n)
{
  GBytes *key = g_bytes_new_static ("0123456789abcdef", 16);
  gboolean ok = FALSE;

  (*(guint *) n)++;
  g_signal_emit_by_name (element, "set-key", NULL, key, index, &ok);
  g_bytes_unref (key);
  return ok;
}

/* An encryptor may start with nothing but a handler, which saves the frame. */
GST_START_TEST (test_request_key_saves_the_frame)
{
  GstElement *element = gst_element_factory_make ("lke2eeenc", NULL);
  guint n = 0;

  g_object_set (element, "key-index", 3, NULL);
  g_signal_connect (element, "request-key", G_CALLBACK (on_request_key), &n);
  GstHarness *enc = gst_harness_new_with_element (element, "sink", "src");
  gst_object_unref (element);
  gst_harness_set_src_caps_str (enc, OPUS_CAPS);
  GstBuffer *out = gst_harness_push_and_pull (enc, buffer_from_hex ("7801"));
  fail_unless_equals_int (gst_buffer_get_size (out), 32);
  fail_unless_equals_int (n, 1);
  gst_buffer_unref (out);
  gst_harness_teardown (enc);
}

GST_END_TEST;

/* Sets that came alone lead the next access unit that really leaves. */
GST_START_TEST (test_held_sets_outlive_a_drop)
{
  GstHarness *enc = new_harness ("lke2eeenc enabled=false", H264_CAPS,
      H264_CAPS);
  GstHarness *dec = new_dec (H264_CAPS);
  gboolean ok;

  gst_harness_push (enc, buffer_from_hex (SC4 SPS SC4 PPS));
  g_object_set (enc->element, "enabled", TRUE, NULL);
  gst_harness_push (enc, buffer_from_hex (SC4 P_SLICE));
  fail_unless_equals_uint64 (get_stat (enc->element, "missing-key"), 1);
  g_signal_emit_by_name (enc->element, "set-passphrase", NULL, PASSPHRASE, 0,
      &ok);
  gst_harness_push (enc, buffer_from_hex (SC4 P_SLICE));
  GstBuffer *out = gst_harness_push_and_pull (dec, gst_harness_pull (enc));
  assert_buffer_is (out, SC4 SPS SC4 PPS SC4 P_SLICE);
  gst_buffer_unref (out);
  gst_harness_teardown (enc);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* A pipe gives its secret once; the key stays over state changes. */
GST_START_TEST (test_a_key_from_a_pipe)
{
  int ends[2];

  fail_unless (pipe (ends) == 0);
  fail_unless (write (ends[1], "0123456789abcdef", 16) == 16);
  close (ends[1]);
  g_autofree char *launch =
      g_strdup_printf ("lke2eeenc key-file=/proc/self/fd/%d", ends[0]);
  GstHarness *enc = new_harness (launch, OPUS_CAPS, OPUS_CAPS);

  for (guint i = 0; i < 2; i++) {
    gst_buffer_unref (gst_harness_push_and_pull (enc,
            buffer_from_hex ("7801")));
    fail_unless_equals_int (gst_element_set_state (enc->element,
            GST_STATE_READY), GST_STATE_CHANGE_SUCCESS);
    fail_unless (gst_element_set_state (enc->element, GST_STATE_PLAYING) !=
        GST_STATE_CHANGE_FAILURE);
    gst_harness_push_event (enc, gst_event_new_stream_start ("again"));
    gst_harness_set_src_caps_str (enc, OPUS_CAPS);
    GstSegment segment;
    gst_segment_init (&segment, GST_FORMAT_TIME);
    gst_harness_push_event (enc, gst_event_new_segment (&segment));
  }
  close (ends[0]);
  gst_harness_teardown (enc);
}

GST_END_TEST;

/* What cannot be sealed is dropped and counted, never passed. */

static const CodecRow unsealable[] = {
  {"vp8 key frame of 9 bytes", VP8_CAPS, "100200 9d012a080008"},
  {"vp8 delta frame of 2 bytes", VP8_CAPS, "1102"},
  {"vp8 of one byte", VP8_CAPS, "11"},
  {"h264 without a start code", H264_CAPS, "6588840af262"},
  {"h264 slice of one byte", H264_CAPS, SC4 SPS SC4 PPS SC4 "65"},
  {"h264 data partition", H264_CAPS, SC4 SPS SC4 "4288840af262"},
  {"h264 slice extension first", H264_CAPS, SC4 "74880a0b0c0d0e" SC4 P_SLICE},
  {"h265 reserved slice type", H265_CAPS, SC4 "14010a0b0c0d"},
  {"h264 empty NAL unit before the slice", H264_CAPS, SC4 AUD SC4 SC4 IDR},
  {"avc length beyond the end", AVC_CAPS, "000000ff 6588 00000320 68aabbcc"},
  {"avc slice cut short behind a set", AVC_CAPS,
      "00000006" PPS "000000ff 6588840af262"},
  {"avc ends in half a length", AVC_CAPS, "0000000a" IDR "0000"},
};

GST_START_TEST (test_drops_what_it_cannot_seal)
{
  const CodecRow *row = &unsealable[__i__];
  GstHarness *enc = new_harness ("lke2eeenc passphrase=\"" PASSPHRASE "\"",
      row->caps, NULL);

  GST_INFO ("%s", row->name);
  fail_unless_equals_int (gst_harness_push (enc, buffer_from_hex
          (row->frame)), GST_FLOW_OK);
  fail_unless (gst_harness_try_pull (enc) == NULL);
  fail_unless_equals_uint64 (get_stat (enc->element, "malformed"), 1);
  assert_stats_add_up (enc->element, 0);
  gst_harness_teardown (enc);
}

GST_END_TEST;

GST_START_TEST (test_empty_frames_pass)
{
  GstHarness *enc = new_enc (OPUS_CAPS);
  GstBuffer *empty = gst_buffer_new ();

  GST_BUFFER_FLAG_SET (empty, GST_BUFFER_FLAG_GAP);
  GstBuffer *out = gst_harness_push_and_pull (enc, empty);
  fail_unless_equals_int (gst_buffer_get_size (out), 0);
  fail_unless (GST_BUFFER_FLAG_IS_SET (out, GST_BUFFER_FLAG_GAP));
  fail_unless_equals_uint64 (get_stat (enc->element, "passed-clear"), 1);
  assert_stats_add_up (enc->element, 1);
  gst_buffer_unref (out);
  gst_harness_teardown (enc);
}

GST_END_TEST;

GST_START_TEST (test_parameter_sets_alone_are_held)
{
  GstHarness *enc = new_enc (H264_CAPS);

  gst_harness_push (enc, buffer_from_hex (SC4 SPS SC4 PPS));
  fail_unless (gst_harness_try_pull (enc) == NULL);
  fail_unless_equals_uint64 (get_stat (enc->element, "held"), 1);
  assert_stats_add_up (enc->element, 0);
  gst_harness_teardown (enc);
}

GST_END_TEST;

/* Buffers */

GST_START_TEST (test_metadata_survives)
{
  GstHarness *enc = new_enc (VP8_CAPS);
  GstBuffer *in = buffer_from_hex ("110200aabbcc");
  GstCaps *reference = gst_caps_new_empty_simple ("timestamp/x-ntp");

  GST_BUFFER_PTS (in) = 10 * GST_SECOND;
  GST_BUFFER_DTS (in) = 9 * GST_SECOND;
  GST_BUFFER_DURATION (in) = 40 * GST_MSECOND;
  GST_BUFFER_OFFSET (in) = 77;
  GST_BUFFER_FLAG_SET (in, GST_BUFFER_FLAG_DELTA_UNIT
      | GST_BUFFER_FLAG_DROPPABLE | GST_BUFFER_FLAG_MARKER
      | GST_BUFFER_FLAG_DISCONT);
  gst_buffer_add_reference_timestamp_meta (in, reference, 5, 6);

  GstBuffer *out = gst_harness_push_and_pull (enc, in);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (out), 10 * GST_SECOND);
  fail_unless_equals_uint64 (GST_BUFFER_DTS (out), 9 * GST_SECOND);
  fail_unless_equals_uint64 (GST_BUFFER_DURATION (out), 40 * GST_MSECOND);
  fail_unless_equals_uint64 (GST_BUFFER_OFFSET (out), 77);
  fail_unless (GST_BUFFER_FLAG_IS_SET (out, GST_BUFFER_FLAG_DELTA_UNIT));
  fail_unless (GST_BUFFER_FLAG_IS_SET (out, GST_BUFFER_FLAG_DROPPABLE));
  fail_unless (GST_BUFFER_FLAG_IS_SET (out, GST_BUFFER_FLAG_MARKER));
  fail_unless (GST_BUFFER_FLAG_IS_SET (out, GST_BUFFER_FLAG_DISCONT));
  fail_unless (gst_buffer_get_reference_timestamp_meta (out, reference));
  gst_buffer_unref (out);
  gst_caps_unref (reference);
  gst_harness_teardown (enc);
}

GST_END_TEST;

GST_START_TEST (test_discont_after_a_drop)
{
  GstHarness *enc = new_enc (VP8_CAPS);
  GstBuffer *out;

  gst_buffer_unref (gst_harness_push_and_pull (enc,
          buffer_from_hex ("110200aa")));
  gst_harness_push (enc, buffer_from_hex ("11"));
  out = gst_harness_push_and_pull (enc, buffer_from_hex ("110200bb"));
  fail_unless (GST_BUFFER_IS_DISCONT (out));
  gst_buffer_unref (out);
  out = gst_harness_push_and_pull (enc, buffer_from_hex ("110200bb"));
  fail_if (GST_BUFFER_IS_DISCONT (out));
  gst_buffer_unref (out);
  gst_harness_teardown (enc);
}

GST_END_TEST;

/* One memory for each byte, read-only and shared: sealed as if it were one,
 * and the input is as it was. */
GST_START_TEST (test_many_read_only_memories)
{
  const CodecRow *row = &codecs[__i__];
  GstHarness *enc = new_enc (row->caps);
  GstHarness *dec = new_dec (row->caps);
  GstBuffer *whole = buffer_from_hex (row->frame);
  gsize size = gst_buffer_get_size (whole);
  GstBuffer *split = gst_buffer_new ();

  for (gsize i = 0; i < size; i++) {
    gsize n = i == 14 ? size - i : 1;
    GstMemory *piece = gst_memory_share (gst_buffer_peek_memory (whole, 0),
        i, n);

    GST_MINI_OBJECT_FLAG_SET (piece, GST_MEMORY_FLAG_READONLY);
    gst_buffer_append_memory (split, piece);
    i += n - 1;
  }
  GstBuffer *sealed =
      gst_harness_push_and_pull (enc, gst_buffer_ref (split));
  assert_buffer_is (split, row->frame);
  GstBuffer *opened = gst_harness_push_and_pull (dec, sealed);
  assert_buffer_is (opened, row->frame);

  gst_buffer_unref (opened);
  gst_buffer_unref (split);
  gst_buffer_unref (whole);
  gst_harness_teardown (enc);
  gst_harness_teardown (dec);
}

GST_END_TEST;

/* A pool of tiny buffers from downstream must not be written past. */
static GstPadProbeReturn
offer_tiny_pool (GstPad * pad, GstPadProbeInfo * info, gpointer pool)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  gst_query_add_allocation_pool (query, pool, 64, 2, 4);
  return GST_PAD_PROBE_HANDLED;
}

GST_START_TEST (test_ignores_an_offered_pool)
{
  GstHarness *enc = parse_harness ("lke2eeenc passphrase=a");
  GstBufferPool *pool = gst_buffer_pool_new ();
  GstBuffer *big = gst_buffer_new_allocate (NULL, 100000, NULL);

  gst_buffer_memset (big, 0, 1, 100000);
  gst_pad_add_probe (enc->sinkpad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM,
      offer_tiny_pool, pool, NULL);
  gst_harness_set_src_caps_str (enc, VP8_CAPS);
  GstBuffer *out = gst_harness_push_and_pull (enc, big);
  fail_unless_equals_int (gst_buffer_get_size (out), 100030);
  gst_buffer_unref (out);
  gst_harness_teardown (enc);
  gst_object_unref (pool);
}

GST_END_TEST;

GST_START_TEST (test_output_memory_is_used_again)
{
  GstHarness *enc = new_enc (VP8_CAPS);
  gpointer first = NULL;

  for (guint i = 0; i < 10; i++) {
    GstBuffer *out = gst_harness_push_and_pull (enc,
        buffer_from_hex ("110200aabbccdd"));

    if (i == 0)
      first = gst_buffer_peek_memory (out, 0);
    fail_unless (gst_buffer_peek_memory (out, 0) == first);
    gst_buffer_unref (out);
  }
  gst_harness_teardown (enc);
}

GST_END_TEST;

/* Streams */

GST_START_TEST (test_caps_change_in_mid_stream)
{
  GstHarness *enc = parse_harness ("lke2eeenc passphrase=\""
      PASSPHRASE "\"");
  static const char *const order[][2] = {
    {VP8_CAPS ",width=64,height=48", "110200aabb"},
    {VP8_CAPS ",width=32,height=24", "110200aabb"},
    {H264_CAPS, SC4 SPS SC4 PPS SC4 IDR},
    {VP9_CAPS, "82498342"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    gst_harness_set_src_caps_str (enc, order[i][0]);
    gst_buffer_unref (gst_harness_push_and_pull (enc,
            buffer_from_hex (order[i][1])));
    GstCaps *caps = gst_pad_get_current_caps (enc->sinkpad);
    GstCaps *want = gst_caps_from_string (order[i][0]);
    fail_unless (gst_structure_has_name (gst_caps_get_structure (caps, 0),
            gst_structure_get_name (gst_caps_get_structure (want, 0))));
    gst_caps_unref (caps);
    gst_caps_unref (want);
  }
  assert_stats_add_up (enc->element, G_N_ELEMENTS (order));
  gst_harness_teardown (enc);
}

GST_END_TEST;

/* IVs go on over flush, seek and states, for two encryptors with one key. */
#define N_PER_ROUND 500
#define N_ROUNDS 300

static void
collect_ivs (GstHarness * enc, GHashTable * seen, guint n)
{
  for (guint i = 0; i < n; i++) {
    GstBuffer *out = gst_harness_push_and_pull (enc, buffer_from_hex ("7801"));
    guint8 *iv = g_malloc0 (16);

    gst_buffer_extract (out, gst_buffer_get_size (out) - 14, iv, 12);
    for (guint j = 0; j < 10; j++)
      fail_if (iv[j] == 0 && iv[j + 1] == 0 && iv[j + 2] <= 3,
          "an escape could fall into this IV");
    GBytes *key = g_bytes_new_take (iv, 12);
    fail_unless (g_hash_table_add (seen, key), "an IV came twice");
    gst_buffer_unref (out);
  }
}

GST_START_TEST (test_no_iv_comes_twice)
{
  GHashTable *seen = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
      (GDestroyNotify) g_bytes_unref, NULL);
  GstHarness *enc[2] = { new_enc (OPUS_CAPS), new_enc (OPUS_CAPS) };

  for (guint round = 0; round < N_ROUNDS; round++) {
    GstElement *element = enc[round % 2]->element;

    collect_ivs (enc[0], seen, N_PER_ROUND);
    collect_ivs (enc[1], seen, N_PER_ROUND);
    gst_harness_push_event (enc[round % 2], gst_event_new_flush_start ());
    gst_harness_push_event (enc[round % 2], gst_event_new_flush_stop (TRUE));
    GstSegment segment;
    gst_segment_init (&segment, GST_FORMAT_TIME);
    gst_harness_push_event (enc[round % 2], gst_event_new_segment (&segment));
    if (round % 50 == 49) {
      gst_element_set_state (element, round % 100 == 99 ? GST_STATE_NULL
          : GST_STATE_READY);
      gst_element_set_state (element, GST_STATE_PLAYING);
      gst_harness_push_event (enc[round % 2],
          gst_event_new_stream_start ("again"));
      gst_harness_set_src_caps_str (enc[round % 2], OPUS_CAPS);
      gst_harness_push_event (enc[round % 2],
          gst_event_new_segment (&segment));
    }
  }
  fail_unless_equals_int (g_hash_table_size (seen),
      2 * N_ROUNDS * N_PER_ROUND);
  g_hash_table_unref (seen);
  gst_harness_teardown (enc[0]);
  gst_harness_teardown (enc[1]);
}

GST_END_TEST;

GST_START_TEST (test_not_enabled_passes_in_the_clear_and_says_so)
{
  GstHarness *enc = new_enc (VP8_CAPS);
  GstBus *bus = watch (enc->element);
  gboolean enabled = TRUE;

  g_object_set (enc->element, "enabled", FALSE, NULL);
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT);
  fail_unless (gst_message_has_name (message, "lke2ee-state"));
  gst_structure_get_boolean (gst_message_get_structure (message), "enabled",
      &enabled);
  fail_if (enabled);
  gst_message_unref (message);

  GstBuffer *out =
      gst_harness_push_and_pull (enc, buffer_from_hex ("110200aabb"));
  assert_buffer_is (out, "110200aabb");
  gst_buffer_unref (out);
  fail_unless_equals_uint64 (get_stat (enc->element, "passed-clear"), 1);

  g_object_set (enc->element, "enabled", TRUE, NULL);
  out = gst_harness_push_and_pull (enc, buffer_from_hex ("110200aabb"));
  fail_unless_equals_int (gst_buffer_get_size (out), 35);
  gst_buffer_unref (out);
  gst_element_set_bus (enc->element, NULL);
  gst_object_unref (bus);
  gst_harness_teardown (enc);
}

GST_END_TEST;

/* In the clear, too, the sets are in band: the caps promise it. */
GST_START_TEST (test_not_enabled_keeps_the_canonical_form)
{
  GstHarness *enc = new_harness ("lke2eeenc enabled=false", H264_CAPS,
      "video/x-h264,stream-format=avc,alignment=au");

  gst_harness_push (enc, buffer_from_hex (SC3 AUD SC3 SPS SC3 PPS SC3 IDR
          SC3 IDR2));
  GstBuffer *out = gst_harness_pull (enc);
  assert_buffer_is (out, "00000018" SPS "00000006" PPS "0000000a" IDR
      "0000000a" IDR2);
  gst_buffer_unref (out);
  gst_harness_teardown (enc);
}

GST_END_TEST;

GST_START_TEST (test_key_index_is_reduced_and_sent)
{
  GstHarness *enc = new_enc (OPUS_CAPS);
  GBytes *key = g_bytes_new_static ("0123456789abcdef", 16);
  gboolean ok = FALSE;
  guint8 index;

  g_signal_emit_by_name (enc->element, "set-key", NULL, key, 19, &ok);
  fail_unless (ok);
  g_bytes_unref (key);
  g_object_set (enc->element, "key-index", 19, NULL);
  GstBuffer *out = gst_harness_push_and_pull (enc, buffer_from_hex ("7801"));
  gst_buffer_extract (out, gst_buffer_get_size (out) - 1, &index, 1);
  fail_unless_equals_int (index, 3);
  gst_buffer_unref (out);

  g_object_set (enc->element, "key-index", 0, NULL);
  out = gst_harness_push_and_pull (enc, buffer_from_hex ("7801"));
  gst_buffer_extract (out, gst_buffer_get_size (out) - 1, &index, 1);
  fail_unless_equals_int (index, 0);
  gst_buffer_unref (out);
  gst_harness_teardown (enc);
}

GST_END_TEST;

/* Errors say what to do. */

typedef struct
{
  const char *launch, *substance;
} ErrorRow;

static const ErrorRow errors[] = {
  {"lke2eeenc", "No key to encrypt with. Set passphrase-file"},
  {"lke2eeenc passphrase=a key=hex:00112233445566778899aabbccddeeff",
      "set only one"},
  {"lke2eeenc passphrase-file=/nonexistent/secret",
      "'/nonexistent/secret': No such file"},
  {"lke2eeenc passphrase-file=/", "'/': Is a directory"},
  {"lke2eeenc key-file=/dev/null", "'/dev/null' is empty"},
  {"lke2eeenc key-file=/dev/zero", "larger than 1024 bytes"},
  {"lke2eeenc key=hex:0011", "16 to 1024 bytes, this one has 2"},
  {"lke2eeenc key=hex:001", "not valid hex"},
  {"lke2eeenc key=hex:zz112233445566778899aabbccddeeff", "not valid hex"},
  {"lke2eeenc key=base64:!!!!", "not valid base64"},
  {"lke2eeenc passphrase=\"\"", "passphrase is empty"},
  {"lke2eedec passphrase=\"\"", "passphrase is empty"},
  {"lke2eedec passphrase-file=/nonexistent/secret", "No such file"},
};

GST_START_TEST (test_errors_at_start)
{
  const ErrorRow *row = &errors[__i__];
  char *text = error_text_of_start (row->launch);

  fail_unless (text != NULL, "%s: no error", row->launch);
  fail_unless (strstr (text, row->substance) != NULL, "%s: '%s'",
      row->launch, text);
  g_free (text);
}

GST_END_TEST;

static const ErrorRow refused_caps[] = {
  {"video/x-av1", "LiveKit defines no encrypted AV1"},
  {"video/x-h264,stream-format=byte-stream,alignment=nal", "h264parse"},
  {"video/x-h264,stream-format=byte-stream", "alignment=au"},
  {"video/x-h264,stream-format=avc3,alignment=au", "stream-format=avc3"},
  {"video/x-h265,stream-format=hev1,alignment=au", "h265parse"},
};

GST_START_TEST (test_refuses_caps_with_a_reason)
{
  const ErrorRow *row = &refused_caps[__i__];
  GstHarness *enc = parse_harness ("lke2eeenc passphrase=a");
  GstBus *bus = watch (enc->element);
  GstCaps *caps = gst_caps_from_string (row->launch);
  GError *error = NULL;

  gst_harness_play (enc);
  gst_harness_push_event (enc, gst_event_new_stream_start ("s"));
  gst_harness_push_event (enc, gst_event_new_caps (caps));
  GstSegment segment;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (enc, gst_event_new_segment (&segment));
  fail_unless_equals_int (gst_harness_push (enc, buffer_from_hex ("01")),
      GST_FLOW_NOT_NEGOTIATED);
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL, "%s: no error", row->launch);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (strstr (error->message, row->substance) != NULL, "%s: '%s'",
      row->launch, error->message);
  g_error_free (error);
  gst_message_unref (message);
  gst_caps_unref (caps);
  gst_element_set_bus (enc->element, NULL);
  gst_object_unref (bus);
  gst_harness_teardown (enc);
}

GST_END_TEST;

/* A key that is malformed when it comes later is refused, the old one stays. */
GST_START_TEST (test_bad_key_while_running_is_refused)
{
  GstHarness *enc = new_harness
      ("lke2eeenc key=hex:00112233445566778899aabbccddeeff", OPUS_CAPS,
      OPUS_CAPS);
  GstBus *bus = watch (enc->element);

  g_object_set (enc->element, "key", "hex:nonsense", NULL);
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_WARNING);
  fail_unless (message != NULL);
  gst_message_unref (message);
  gst_buffer_unref (gst_harness_push_and_pull (enc, buffer_from_hex ("7801")));
  gst_element_set_bus (enc->element, NULL);
  gst_object_unref (bus);
  gst_harness_teardown (enc);
}

GST_END_TEST;

static Suite *
lke2eeenc_suite (void)
{
  Suite *suite = suite_create ("lke2eeenc");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_loop_test (tc, test_seals_every_codec, 0, G_N_ELEMENTS (codecs));
  tcase_add_loop_test (tc, test_canonical_form, 0, G_N_ELEMENTS (canonical));
  tcase_add_loop_test (tc, test_canonical_form_as_lengths, 0,
      G_N_ELEMENTS (canonical));
  tcase_add_test (tc, test_avc_input_takes_sets_from_codec_data);
  tcase_add_loop_test (tc, test_codec_data_holds_no_parameter_sets, 0, 2);
  tcase_add_loop_test (tc, test_drops_what_it_cannot_seal, 0,
      G_N_ELEMENTS (unsealable));
  tcase_add_test (tc, test_caps_are_announced_once);
  tcase_add_test (tc, test_sets_in_band_replace_those_of_codec_data);
  tcase_add_test (tc, test_sets_end_with_their_codec);
  tcase_add_test (tc, test_request_key_saves_the_frame);
  tcase_add_test (tc, test_held_sets_outlive_a_drop);
  tcase_add_test (tc, test_a_key_from_a_pipe);
  tcase_add_test (tc, test_empty_frames_pass);
  tcase_add_test (tc, test_parameter_sets_alone_are_held);
  tcase_add_test (tc, test_metadata_survives);
  tcase_add_test (tc, test_discont_after_a_drop);
  tcase_add_loop_test (tc, test_many_read_only_memories, 0,
      G_N_ELEMENTS (codecs));
  tcase_add_test (tc, test_ignores_an_offered_pool);
  tcase_add_test (tc, test_output_memory_is_used_again);
  tcase_add_test (tc, test_caps_change_in_mid_stream);
  tcase_add_test (tc, test_no_iv_comes_twice);
  tcase_add_test (tc, test_not_enabled_passes_in_the_clear_and_says_so);
  tcase_add_test (tc, test_not_enabled_keeps_the_canonical_form);
  tcase_add_test (tc, test_key_index_is_reduced_and_sent);
  tcase_add_loop_test (tc, test_errors_at_start, 0, G_N_ELEMENTS (errors));
  tcase_add_loop_test (tc, test_refuses_caps_with_a_reason, 0,
      G_N_ELEMENTS (refused_caps));
  tcase_add_test (tc, test_bad_key_while_running_is_refused);
  return suite;
}

int
main (int argc, char **argv)
{
  return run_suite (&argc, &argv, lke2eeenc_suite (), "lke2eeenc");
}
