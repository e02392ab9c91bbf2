/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What it costs a frame to be looked for in the replay window and to be
 * remembered there. */

#include "harness.h"
#include "lke2ee-replay-private.h"
#include "lke2ee-wire-private.h"
#include "yardstick.h"

#include <string.h>

#define WINDOW 1024
/* Many times the window, so that nothing comes again while it is remembered. */
#define N_IVS 65536

typedef struct _Subject Subject;

struct _Subject
{
  Lke2eeReplay *replay;
  guint next;
  guint8 ivs[N_IVS][LKE2EE_IV_SIZE];
};

static void
check_and_remember (gpointer data, guint n)
{
  Subject *self = data;

  for (guint i = 0; i < n; i++) {
    const guint8 *iv = self->ivs[self->next];

    g_assert_false (lke2ee_replay_contains (self->replay, 0, iv));
    lke2ee_replay_add (self->replay, 0, iv);
    self->next = (self->next + 1) % N_IVS;
  }
}

static void
compare (const char *name, gboolean counting)
{
  g_autofree Subject *subject = g_new0 (Subject, 1);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  Yardstick *yardstick = yardstick_new (&bench_frames[0]);

  subject->replay = lke2ee_replay_new (WINDOW);
  for (guint32 i = 0; i < N_IVS; i++) {
    for (guint j = 0; j < LKE2EE_IV_SIZE; j++)
      subject->ivs[i][j] = counting ? 0x55 : g_rand_int (rand);
    guint32 number = GUINT32_TO_BE (i);
    memcpy (subject->ivs[i] + 8, &number, counting ? sizeof number : 0);
  }
  BenchResult result =
      bench_compare (yardstick_run, yardstick, check_and_remember, subject);
  bench_print ("replay window", name, &result);
  lke2ee_replay_free (subject->replay);
  yardstick_free (yardstick);
}

int
main (int argc, char **argv)
{
  compare ("IVs that count", TRUE);
  compare ("random IVs", FALSE);
  return 0;
}
