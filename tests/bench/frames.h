/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The frames that everything here is measured with. */
#pragma once

#include <lke2ee/lke2ee.h>

typedef struct _BenchFrame BenchFrame;

struct _BenchFrame
{
  const char *name;
  Lke2eeCodec codec;
  const char *caps;
  gsize size;
  gsize header_size;            /* that stays clear */
};

#define BENCH_N_FRAMES 7

extern const BenchFrame bench_frames[BENCH_N_FRAMES];

/* Whether the program is to measure @frame: without arguments all, else those
 * whose names begin with one of them. */
gboolean bench_frame_is_wanted (const BenchFrame *frame, int argc,
    char **argv);
guint8 *bench_frame_new_data (const BenchFrame *frame);
