/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The yardstick by itself, for peers that cannot be measured in one process
 * with it: prints the nanoseconds of each frame. */

#include "harness.h"
#include "yardstick.h"

int
main (int argc, char **argv)
{
  for (guint i = 0; i < BENCH_N_FRAMES; i++) {
    Yardstick *yardstick = yardstick_new (&bench_frames[i]);
    double ns = bench_measure (yardstick_run, yardstick);

    g_print ("%s\t%.1f\n", bench_frames[i].name, ns);
    yardstick_free (yardstick);
  }
  return 0;
}
