/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Replay window.
 *
 * IVs of the SDKs are no counters (some are random), so there is no "older
 * than" to compare: the window remembers the last IVs themselves, in a ring
 * buffer for their age and a chained hash table to find them. Both are
 * allocated once. Only IVs whose tag verified come in, so nobody without the
 * key can push others out or aim at one bucket. */

#include "lke2ee-replay-private.h"

#include "lke2ee-secret-private.h"

#include <string.h>

#define NONE G_MAXUINT32

typedef struct _Entry Entry;

struct _Entry
{
  guint8 key_index;
  guint8 iv[LKE2EE_IV_SIZE];
  guint32 next;                 /* in the bucket */
};

struct _Lke2eeReplay
{
  guint window;
  guint n_used;
  guint oldest;                 /* the entry to overwrite once all are used */
  guint n_bits;                 /* of a bucket's number */
  guint64 seed;
  guint32 *buckets;
  Entry *entries;
};

Lke2eeReplay *
lke2ee_replay_new (guint window)
{
  Lke2eeReplay *self = g_new0 (Lke2eeReplay, 1);

  self->window = CLAMP (window, 1, LKE2EE_REPLAY_MAX_WINDOW);
  self->n_bits = MAX (g_bit_storage (self->window - 1), 1);
  lke2ee_random_fill ((guint8 *) &self->seed, sizeof self->seed);
  self->buckets = g_new (guint32, (gsize) 1 << self->n_bits);
  self->entries = g_new (Entry, self->window);
  lke2ee_replay_clear (self);
  return self;
}

void
lke2ee_replay_free (Lke2eeReplay * self)
{
  g_free (self->buckets);
  g_free (self->entries);
  g_free (self);
}

void
lke2ee_replay_clear (Lke2eeReplay * self)
{
  memset (self->buckets, 0xff,
      ((gsize) 1 << self->n_bits) * sizeof *self->buckets);
  self->n_used = 0;
  self->oldest = 0;
}

static guint32 *
find_bucket (Lke2eeReplay * self, guint8 key_index, const guint8 * iv)
{
  guint64 head;
  guint32 tail;

  memcpy (&head, iv, sizeof head);
  memcpy (&tail, iv + sizeof head, sizeof tail);
  /* The bits that count up in our IVs are the last ones in memory; twice
   * multiplied they reach the top bits from wherever they are. */
  guint64 hash = (head ^ self->seed) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  hash = (hash ^ hash >> 32 ^ tail ^ (guint64) key_index << 32)
      * G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
  return &self->buckets[hash >> (64 - self->n_bits)];
}

static gboolean
matches (const Entry * entry, guint8 key_index, const guint8 * iv)
{
  return entry->key_index == key_index
      && memcmp (entry->iv, iv, LKE2EE_IV_SIZE) == 0;
}

gboolean
lke2ee_replay_contains (Lke2eeReplay * self, guint8 key_index,
    const guint8 * iv)
{
  guint32 i = *find_bucket (self, key_index, iv);

  while (i != NONE && !matches (&self->entries[i], key_index, iv))
    i = self->entries[i].next;
  return i != NONE;
}

static void
forget (Lke2eeReplay * self, guint32 index)
{
  Entry *entry = &self->entries[index];
  guint32 *link = find_bucket (self, entry->key_index, entry->iv);

  while (*link != index)
    link = &self->entries[*link].next;
  *link = entry->next;
}

void
lke2ee_replay_add (Lke2eeReplay * self, guint8 key_index, const guint8 * iv)
{
  guint32 index;

  if (self->n_used < self->window) {
    index = self->n_used++;
  } else {
    index = self->oldest;
    self->oldest = (self->oldest + 1) % self->window;
    forget (self, index);
  }

  Entry *entry = &self->entries[index];
  guint32 *bucket = find_bucket (self, key_index, iv);
  entry->key_index = key_index;
  memcpy (entry->iv, iv, LKE2EE_IV_SIZE);
  entry->next = *bucket;
  *bucket = index;
}
