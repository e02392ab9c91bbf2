/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Measuring on a machine that does other things too: CPU time of this thread,
 * in pairs that alternate between yardstick and subject, medians of the pairs.
 * Speed changes that last longer than a pair cancel out. */
#pragma once

#include <glib.h>

/* Does its work @n times. */
typedef void (*BenchFunc) (gpointer data, guint n);

typedef struct _BenchResult BenchResult;

struct _BenchResult
{
  double ratio;                 /* yardstick's time / subject's */
  double ns;                    /* of the subject, each time */
};

BenchResult bench_compare (BenchFunc yardstick, gpointer yardstick_data,
    BenchFunc subject, gpointer subject_data);

/* Nanoseconds of one time, the median of some. */
double bench_measure (BenchFunc func, gpointer data);

/* One row and column of the table, as table.py reads it. */
void bench_print (const char *row, const char *column,
    const BenchResult *result);
