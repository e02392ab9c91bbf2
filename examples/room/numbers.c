/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A row of 16 squares along the top of the picture, each 1/16 of its width wide
 * and high: black is 0, white 1, the most significant bit comes first. Large
 * enough to survive encoding at any bitrate and scaling. I420 only. */

#include "numbers.h"

#include <string.h>

#define N_BITS 16
#define BLACK 16
#define WHITE 235
#define NEUTRAL 128

static void
fill (GstVideoFrame * frame, guint plane, guint x, guint y, guint width,
    guint height, guint8 value)
{
  guint8 *data = GST_VIDEO_FRAME_PLANE_DATA (frame, plane);
  gint stride = GST_VIDEO_FRAME_PLANE_STRIDE (frame, plane);

  for (guint row = y; row < y + height; row++)
    memset (data + row * stride + x, value, width);
}

static guint
square_size (const GstVideoFrame * frame)
{
  return GST_VIDEO_FRAME_WIDTH (frame) / N_BITS;
}

void
numbers_draw (GstVideoFrame * frame, guint16 number)
{
  guint size = square_size (frame);
  guint height = MIN (size, (guint) GST_VIDEO_FRAME_HEIGHT (frame));

  for (guint i = 0; i < N_BITS; i++) {
    gboolean bit = number >> (N_BITS - 1 - i) & 1;

    fill (frame, 0, i * size, 0, size, height, bit ? WHITE : BLACK);
  }
  fill (frame, 1, 0, 0, N_BITS * size / 2, height / 2, NEUTRAL);
  fill (frame, 2, 0, 0, N_BITS * size / 2, height / 2, NEUTRAL);
}

/* -1 if the squares are neither black nor white: another picture. */
gint
numbers_read (const GstVideoFrame * frame)
{
  const guint8 *luma = GST_VIDEO_FRAME_PLANE_DATA (frame, 0);
  guint size = square_size (frame);
  gint number = 0;

  for (guint i = 0; i < N_BITS; i++) {
    guint8 value = luma[size / 2 * GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0)
        + i * size + size / 2];

    if (value > 80 && value < 170)
      return -1;
    number = number << 1 | (value > 125);
  }
  return number;
}
