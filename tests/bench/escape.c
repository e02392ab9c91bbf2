/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Emulation prevention on bodies of 20 kB: ciphertext, and what a hostile
 * sender would choose to make it slow. The yardstick is the seal of a frame of
 * that size: a ratio of 1 means that it takes as long. */

#include "harness.h"
#include "lke2ee-nal-private.h"
#include "yardstick.h"

#include <string.h>

#define SIZE 20000

typedef struct _Body Body;

struct _Body
{
  const char *name;
  const char *pattern;          /* repeated; NULL: noise */
  gsize pattern_size;
};

static const Body bodies[] = {
  {"ciphertext", NULL, 0},
  {"all zeros", "\0", 1},
  {"00 00 03", "\0\0\3", 3},
  {"00 00 04", "\0\0\4", 3},
  {"00 01", "\0\1", 2},
  {"a pair every 100 bytes", NULL, 100},
};

typedef struct _Subject Subject;

struct _Subject
{
  guint8 body[SIZE];
  guint8 escaped[SIZE * 3 / 2];
  guint8 unescaped[SIZE * 3 / 2];
  gsize escaped_size;
};

static void
fill (Subject * self, const Body * body)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (gsize i = 0; i < SIZE; i++)
    self->body[i] = body->pattern ?
        (guint8) body->pattern[i % body->pattern_size]
        : (guint8) g_rand_int (rand);
  for (gsize i = 0; !body->pattern && body->pattern_size > 0
      && i + 2 < SIZE; i += body->pattern_size)
    memset (self->body + i, 0, 3);
}

/* The copy that it starts from counts too; it is small against the rest. */
static void
escape (gpointer data, guint n)
{
  Subject *self = data;

  for (guint i = 0; i < n; i++) {
    memcpy (self->escaped, self->body, SIZE);
    self->escaped_size = lke2ee_nal_escape_in_place (self->escaped, SIZE);
  }
}

static void
unescape (gpointer data, guint n)
{
  Subject *self = data;

  for (guint i = 0; i < n; i++) {
    if (lke2ee_nal_has_escape (self->escaped, self->escaped_size))
      lke2ee_nal_unescape (self->escaped, self->escaped_size,
          self->unescaped);
  }
}

int
main (int argc, char **argv)
{
  g_autofree Subject *subject = g_new (Subject, 1);
  Yardstick *yardstick = yardstick_new (&bench_frames[3]);

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    fill (subject, &bodies[i]);
    BenchResult result =
        bench_compare (yardstick_run, yardstick, escape, subject);
    bench_print ("escaping", bodies[i].name, &result);
    result = bench_compare (yardstick_run, yardstick, unescape, subject);
    bench_print ("unescaping", bodies[i].name, &result);
  }
  yardstick_free (yardstick);
  return 0;
}
