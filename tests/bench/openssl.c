/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The yardstick by itself, for peers that cannot be measured in one process
 * with it: prints name, codec, size and nanoseconds of each frame. */

#include "harness.h"
#include "yardstick.h"

static const char *
codec_nick (Lke2eeCodec codec)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (LKE2EE_TYPE_CODEC);

  return g_enum_get_value (klass, codec)->value_nick;
}

int
main (int argc, char **argv)
{
  for (guint i = 0; i < BENCH_N_FRAMES; i++) {
    const BenchFrame *frame = &bench_frames[i];
    Yardstick *yardstick = yardstick_new (frame);
    double ns = bench_measure (yardstick_run, yardstick);

    g_print ("%s\t%s\t%" G_GSIZE_FORMAT "\t%.1f\n", frame->name,
        codec_nick (frame->codec), frame->size, ns);
    yardstick_free (yardstick);
  }
  return 0;
}
