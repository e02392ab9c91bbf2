/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Server-injected frames. The payloads are those of livekit
 * pkg/sfu/downtrack.go. */

#include "lke2ee-sif-private.h"
#include "vectors.h"

#define TRAILER "4c4b534946747261696c6572"      /* LKSIFtrailer */
#define SPLIT_TRAILER "534946747261696c6572"    /* its end, from byte 2 */
#define VP8 "1002009d012a080008000047088585888584880202000c0d6000feffab5080"
#define SPS "6742c01f0fd91f888884000003000400000300c83c60c920"
#define PPS "6887cb83cb20"
#define IDR "6588840af2628000a7be"
#define OPUS_START "f8fffe"

static char *
opus_silence (void)
{
  GString *hex = g_string_new (OPUS_START);

  for (guint i = 3; i < 80; i++)
    g_string_append (hex, "00");
  return g_string_free (hex, FALSE);
}

static void
test_identify (void)
{
  g_autofree char *silence = opus_silence ();
  g_autofree char *silence_marked = g_strconcat (silence, TRAILER, NULL);
  const struct
  {
    const char *name;
    Lke2eeCodec codec;
    const char *frame;
    Lke2eeSif sif;
    gsize payload_size;
  } rows[] = {
    {"opus silence", LKE2EE_CODEC_AUDIO, silence_marked, LKE2EE_SIF_KNOWN, 80},
    {"not marked", LKE2EE_CODEC_AUDIO, silence, LKE2EE_SIF_NONE, 0},
    {"vp8", LKE2EE_CODEC_VP8, VP8 TRAILER, LKE2EE_SIF_KNOWN, 31},
    {"opus on a VP9 track", LKE2EE_CODEC_VP9, "7801" TRAILER,
        LKE2EE_SIF_UNKNOWN, 2},
    {"the server's choice", LKE2EE_CODEC_AUDIO, "78010203" TRAILER,
        LKE2EE_SIF_UNKNOWN, 4},
    {"trailer alone", LKE2EE_CODEC_AUDIO, TRAILER, LKE2EE_SIF_UNKNOWN, 0},
    {"h264", LKE2EE_CODEC_H264, "00000001" SPS "00000001" PPS "00000001" IDR
          TRAILER, LKE2EE_SIF_KNOWN, 52},
    {"h264 as it really arrives", LKE2EE_CODEC_H264, "00000001" SPS
          "00000001" PPS "00000001" IDR "00000001" SPLIT_TRAILER,
        LKE2EE_SIF_KNOWN, 52},
    {"h264 IDR alone", LKE2EE_CODEC_H264, IDR TRAILER, LKE2EE_SIF_KNOWN, 10},
    {"h264 with another NAL unit", LKE2EE_CODEC_H264, "00000001" SPS
          "00000001" "6588840af2628000a7bf" TRAILER, LKE2EE_SIF_UNKNOWN, 42},
    {"h264 behind something else", LKE2EE_CODEC_H264, "65aabbcc00000001" IDR
          TRAILER, LKE2EE_SIF_UNKNOWN, 18},
    {"the split form on VP8", LKE2EE_CODEC_VP8, "1000000001" SPLIT_TRAILER,
        LKE2EE_SIF_NONE, 0},
  };
  g_autoptr (GBytes) trailer = bytes_from_hex (TRAILER);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GBytes) frame = bytes_from_hex (rows[i].frame);
    gsize size, payload_size = 0;
    const guint8 *data = bytes_peek (frame, &size);

    g_test_message ("%s", rows[i].name);
    g_assert_cmpint (lke2ee_sif_identify (rows[i].codec, data, size, trailer,
            &payload_size), ==, rows[i].sif);
    g_assert_cmpuint (payload_size, ==, rows[i].payload_size);
    g_assert_cmpint (lke2ee_sif_identify (rows[i].codec, data, size, NULL,
            &payload_size), ==, LKE2EE_SIF_NONE);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sif/identify", test_identify);
  return g_test_run ();
}
