/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Interleaved pairs and their medians. */

#include "harness.h"

#include <stdlib.h>
#include <time.h>

#define N_PAIRS 201
/* Long against the clock's own cost, short against a time slice. */
#define BATCH_NS 400e3

static double
cpu_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1e9 + now.tv_nsec;
}

/* Nanoseconds of one of @n. */
static double
measure (BenchFunc func, gpointer data, guint n)
{
  double start = cpu_ns ();

  func (data, n);
  return (cpu_ns () - start) / n;
}

/* How many make a batch. The first ones warm up caches and free lists. */
static guint
calibrate (BenchFunc func, gpointer data)
{
  guint n = 1;

  func (data, 3);
  while (measure (func, data, n) * n < BATCH_NS / 4)
    n *= 2;
  return MAX (1, BATCH_NS / measure (func, data, n));
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
median (double *values)
{
  qsort (values, N_PAIRS, sizeof *values, compare_doubles);
  return values[N_PAIRS / 2];
}

BenchResult
bench_compare (BenchFunc yardstick, gpointer yardstick_data,
    BenchFunc subject, gpointer subject_data)
{
  guint n_yardstick = calibrate (yardstick, yardstick_data);
  guint n_subject = calibrate (subject, subject_data);
  double ratios[N_PAIRS], times[N_PAIRS];

  for (guint i = 0; i < N_PAIRS; i++) {
    double expected = measure (yardstick, yardstick_data, n_yardstick);

    times[i] = measure (subject, subject_data, n_subject);
    ratios[i] = expected / times[i];
  }
  return (BenchResult) { median (ratios), median (times) };
}

double
bench_measure (BenchFunc func, gpointer data)
{
  guint n = calibrate (func, data);
  double times[N_PAIRS];

  for (guint i = 0; i < N_PAIRS; i++)
    times[i] = measure (func, data, n);
  return median (times);
}

void
bench_print (const char *row, const char *column, const BenchResult * result)
{
  g_print ("%s\t%s\t%.4f\t%.1f\n", row, column, result->ratio, result->ns);
}
