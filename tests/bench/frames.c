/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Frames of usual sizes: a header as its codec has it, noise behind it. */

#include "frames.h"

#include <string.h>

#define H264 "video/x-h264,stream-format=byte-stream,alignment=au"

const BenchFrame bench_frames[BENCH_N_FRAMES] = {
  {"Opus 100 B", LKE2EE_CODEC_AUDIO, "audio/x-opus", 100, 1},
  {"VP8 1.2 kB", LKE2EE_CODEC_VP8, "video/x-vp8", 1200, 3},
  {"VP8 5 kB", LKE2EE_CODEC_VP8, "video/x-vp8", 5000, 3},
  {"H.264 20 kB", LKE2EE_CODEC_H264, H264, 20000, 6},
  {"H.264 50 kB", LKE2EE_CODEC_H264, H264, 50000, 6},
  {"VP8 key 200 kB", LKE2EE_CODEC_VP8, "video/x-vp8", 200000, 10},
  {"VP8 key 1 MB", LKE2EE_CODEC_VP8, "video/x-vp8", 1000000, 10},
};

gboolean
bench_frame_is_wanted (const BenchFrame * frame, int argc, char **argv)
{
  for (int i = 1; i < argc; i++) {
    if (g_str_has_prefix (frame->name, argv[i]))
      return TRUE;
  }
  return argc < 2;
}

/* No zero bytes: an encoder escapes what would read as a start code. */
static void
fill (guint8 * data, gsize size)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (gsize i = 0; i < size; i++)
    data[i] = g_rand_int_range (rand, 1, 256);
}

/* To be freed with g_free(). */
guint8 *
bench_frame_new_data (const BenchFrame * frame)
{
  static const guint8 start_of_slice[] = { 0, 0, 0, 1, 0x41, 0x9a };
  guint8 *data = g_malloc (frame->size);

  fill (data, frame->size);
  if (frame->codec == LKE2EE_CODEC_H264)
    memcpy (data, start_of_slice, sizeof start_of_slice);
  else if (frame->codec == LKE2EE_CODEC_VP8)
    data[0] = frame->header_size == 10 ? 0x10 : 0x11;
  return data;
}
