/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The two crypto libraries by themselves: OpenSSL, which is the yardstick, and
 * ipsec-mb where it is built in. */

#include "harness.h"
#include "yardstick.h"

#ifdef HAVE_IPSEC_MB
#include <intel-ipsec-mb.h>

typedef struct _Raw Raw;

struct _Raw
{
  const BenchFrame *frame;
  IMB_MGR *manager;
  struct gcm_key_data *key;
  struct gcm_context_data message;
  guint8 *in;
  guint8 *out;
  guint64 iv[2];
};

static void
raw_init (Raw * self, const BenchFrame * frame)
{
  static const guint8 key[16] = { 1, 2, 3 };

  *self = (Raw) {.frame = frame };
  self->manager = alloc_mb_mgr (0);
  init_mb_mgr_auto (self->manager, NULL);
  self->key = g_aligned_alloc0 (1, 1024, 64);
  IMB_AES128_GCM_PRE (self->manager, key, self->key);
  self->in = bench_frame_new_data (frame);
  self->out = g_malloc (frame->size + 16);
}

static void
raw_clear (Raw * self)
{
  free_mb_mgr (self->manager);
  g_aligned_free (self->key);
  g_free (self->in);
  g_free (self->out);
}

static void
raw_run (gpointer data, guint n)
{
  Raw *self = data;
  gsize header_size = self->frame->header_size;
  gsize size = self->frame->size;

  for (guint i = 0; i < n; i++) {
    self->iv[0]++;
    IMB_AES128_GCM_ENC (self->manager, self->key, &self->message,
        self->out + header_size, self->in + header_size, size - header_size,
        (guint8 *) self->iv, self->in, header_size, self->out + size, 16);
  }
}

static void
compare_ipsec_mb (Yardstick * yardstick, const BenchFrame * frame)
{
  Raw raw;

  raw_init (&raw, frame);
  BenchResult result =
      bench_compare (yardstick_run, yardstick, raw_run, &raw);
  bench_print ("raw ipsec-mb", frame->name, &result);
  raw_clear (&raw);
}
#endif

int
main (int argc, char **argv)
{
  for (guint i = 0; i < BENCH_N_FRAMES; i++) {
    const BenchFrame *frame = &bench_frames[i];

    if (!bench_frame_is_wanted (frame, argc, argv))
      continue;
    Yardstick *yardstick = yardstick_new (frame);
    Yardstick *same = yardstick_new (frame);
    BenchResult result =
        bench_compare (yardstick_run, yardstick, yardstick_run, same);

    bench_print ("raw OpenSSL", frame->name, &result);
#ifdef HAVE_IPSEC_MB
    compare_ipsec_mb (yardstick, frame);
#endif
    yardstick_free (yardstick);
    yardstick_free (same);
  }
  return 0;
}
