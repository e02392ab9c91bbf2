/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Receiver: from the key index of a frame to its slot, the keys of the slot in
 * order, the outcome. The only place with a policy of what to try. */

#include "lke2ee-receiver-private.h"

#include "lke2ee-aead-private.h"
#include "lke2ee-key-provider-private.h"
#include "lke2ee-replay-private.h"

#include <string.h>

/* The key of a slot, and the one before it. */
#define N_EXPECTED_KEYS 2

/* A key and its cipher context, made when it is first tried. */
typedef struct _Candidate Candidate;

struct _Candidate
{
  Lke2eeKey *key;
  Lke2eeAead *aead;
};

/* The candidates of one slot, as of a generation of the ring. */
typedef struct _SlotCache SlotCache;

struct _SlotCache
{
  gint generation;
  gint64 expires;               /* monotonic, us */
  GArray *candidates;
};

struct _Lke2eeReceiver
{
  Lke2eeKeyProvider *provider;
  char *participant;
  gint provider_generation;
  gint ring_generation;
  Lke2eeKeyRing *ring;
  GBytes *sif_trailer;
  SlotCache **slots;            /* one for each slot of ring, made on demand */
  Lke2eeReplay *replay;
  gint last_key_index;
  guint64 n_ratcheted;
};

static void
candidate_clear (gpointer data)
{
  Candidate *candidate = data;

  g_clear_pointer (&candidate->aead, lke2ee_aead_free);
  g_clear_pointer (&candidate->key, lke2ee_key_unref);
}

static void
slot_cache_free (SlotCache * cache)
{
  g_array_unref (cache->candidates);
  g_free (cache);
}

Lke2eeReceiver *
lke2ee_receiver_new (Lke2eeKeyProvider * provider, const char *participant)
{
  Lke2eeReceiver *self = g_new0 (Lke2eeReceiver, 1);

  self->provider = g_object_ref (provider);
  self->participant = g_strdup (participant);
  self->last_key_index = -1;
  return self;
}

static void
drop_ring (Lke2eeReceiver * self)
{
  if (self->ring == NULL)
    return;
  for (guint i = 0; i < lke2ee_key_ring_get_size (self->ring); i++)
    g_clear_pointer (&self->slots[i], slot_cache_free);
  g_clear_pointer (&self->slots, g_free);
  g_clear_pointer (&self->ring, lke2ee_key_ring_unref);
  g_clear_pointer (&self->sif_trailer, g_bytes_unref);
}

void
lke2ee_receiver_free (Lke2eeReceiver * self)
{
  drop_ring (self);
  g_clear_pointer (&self->replay, lke2ee_replay_free);
  g_object_unref (self->provider);
  g_free (self->participant);
  g_free (self);
}

void
lke2ee_receiver_set_replay_window (Lke2eeReceiver * self, guint window)
{
  g_clear_pointer (&self->replay, lke2ee_replay_free);
  if (window > 0)
    self->replay = lke2ee_replay_new (window);
}

void
lke2ee_receiver_reset_replay (Lke2eeReceiver * self)
{
  if (self->replay != NULL)
    lke2ee_replay_clear (self->replay);
}

gint
lke2ee_receiver_get_last_key_index (Lke2eeReceiver * self)
{
  return self->last_key_index;
}

guint64
lke2ee_receiver_get_n_ratcheted (Lke2eeReceiver * self)
{
  return self->n_ratcheted;
}

static void
refresh_ring (Lke2eeReceiver * self)
{
  gint generation = lke2ee_key_provider_get_generation (self->provider);

  if (self->ring != NULL && generation == self->provider_generation)
    return;
  drop_ring (self);
  self->provider_generation = generation;
  self->ring =
      lke2ee_key_provider_dup_ring (self->provider, self->participant);
  self->slots = g_new0 (SlotCache *, lke2ee_key_ring_get_size (self->ring));
  self->sif_trailer = lke2ee_key_provider_dup_sif_trailer (self->provider);
}

GBytes *
lke2ee_receiver_peek_sif_trailer (Lke2eeReceiver * self)
{
  refresh_ring (self);
  return self->sif_trailer;
}

/* Candidates for @keys, with the contexts of those that were there before. */
static GArray *
build_candidates (GPtrArray * keys, GArray * before)
{
  GArray *candidates =
      g_array_sized_new (FALSE, TRUE, sizeof (Candidate), keys->len);

  g_array_set_clear_func (candidates, candidate_clear);
  for (guint i = 0; i < keys->len; i++) {
    Candidate candidate = { lke2ee_key_ref (keys->pdata[i]), NULL };

    for (guint j = 0; before != NULL && j < before->len; j++) {
      Candidate *old = &g_array_index (before, Candidate, j);

      if (old->key == candidate.key)
        candidate.aead = g_steal_pointer (&old->aead);
    }
    g_array_append_val (candidates, candidate);
  }
  return candidates;
}

/* Lets go of keys that the ring has let go of, also in slots that no frame
 * names any more. */
static void
drop_outdated (Lke2eeReceiver * self)
{
  gint generation = lke2ee_key_ring_get_generation (self->ring);

  if (generation == self->ring_generation)
    return;
  self->ring_generation = generation;
  for (guint i = 0; i < lke2ee_key_ring_get_size (self->ring); i++) {
    SlotCache *cache = self->slots[i];

    if (cache != NULL && cache->generation != generation)
      g_clear_pointer (&self->slots[i], slot_cache_free);
  }
}

/* The keys to try for a slot; asks the ring only after a change. */
static GArray *
get_candidates (Lke2eeReceiver * self, guint index)
{
  gint generation = lke2ee_key_ring_get_generation (self->ring);
  SlotCache *cache = self->slots[index];

  if (cache != NULL && cache->generation == generation
      && (cache->expires == G_MAXINT64
          || g_get_monotonic_time () < cache->expires))
    return cache->candidates;

  if (cache == NULL)
    cache = self->slots[index] = g_new0 (SlotCache, 1);
  g_autoptr (GPtrArray) keys =
      lke2ee_key_ring_dup_candidates (self->ring, index, &cache->expires);
  GArray *candidates = build_candidates (keys, cache->candidates);
  g_clear_pointer (&cache->candidates, g_array_unref);
  cache->candidates = candidates;
  cache->generation = generation;
  return candidates;
}

static gboolean
ensure_aead (Candidate * candidate)
{
  gsize size;

  if (candidate->aead == NULL) {
    const guint8 *key = lke2ee_key_peek_encryption_key (candidate->key, &size);

    candidate->aead = lke2ee_aead_new (LKE2EE_AEAD_OPEN, key, size);
  }
  return candidate->aead != NULL;
}

static Lke2eeFrameResult
open_pieces (Lke2eeAead * aead, const Lke2eeSealed * sealed,
    const GOutputVector * header, guint8 * out)
{
  Lke2eeVectorsIter iter;
  const guint8 *data;
  gsize size;

  if (!lke2ee_aead_start (aead, sealed->iv, header->buffer, header->size))
    return LKE2EE_FRAME_INTERNAL_ERROR;
  lke2ee_vectors_iter_init (&iter, &sealed->text, sealed->text_offset,
      sealed->text_size);
  while ((data = lke2ee_vectors_iter_next (&iter, &size)) != NULL) {
    if (!lke2ee_aead_update (aead, data, size, out))
      return LKE2EE_FRAME_INTERNAL_ERROR;
    out += size;
  }
  return lke2ee_aead_open_finish (aead, sealed->tag) ?
      LKE2EE_FRAME_OK : LKE2EE_FRAME_AUTHENTICATION_FAILED;
}

static Lke2eeFrameResult
frame_result (Lke2eeAeadResult result)
{
  switch (result) {
    case LKE2EE_AEAD_OPENED:
      return LKE2EE_FRAME_OK;
    case LKE2EE_AEAD_NOT_AUTHENTIC:
      return LKE2EE_FRAME_AUTHENTICATION_FAILED;
    default:
      return LKE2EE_FRAME_INTERNAL_ERROR;
  }
}

/* OK, AUTHENTICATION_FAILED or INTERNAL_ERROR. */
static Lke2eeFrameResult
try_candidate (Candidate * candidate, const Lke2eeSealed * sealed,
    const GOutputVector * header, guint8 * out)
{
  gsize in_piece;
  const guint8 *text =
      lke2ee_vectors_peek (&sealed->text, sealed->text_offset, &in_piece);

  if (!ensure_aead (candidate))
    return LKE2EE_FRAME_INTERNAL_ERROR;
  if (in_piece < sealed->text_size)
    return open_pieces (candidate->aead, sealed, header, out);
  return frame_result (lke2ee_aead_open (candidate->aead, sealed->iv,
          header->buffer, header->size, text, sealed->text_size, out,
          sealed->tag));
}

/* @n: how many of @candidates. @key: (out): the one that verified. */
static Lke2eeFrameResult
try_header (GArray * candidates, guint n, const Lke2eeSealed * sealed,
    const GOutputVector * header, guint8 * out, Lke2eeKey ** key)
{
  Lke2eeFrameResult result = LKE2EE_FRAME_AUTHENTICATION_FAILED;

  for (guint i = 0; i < MIN (n, candidates->len)
      && result == LKE2EE_FRAME_AUTHENTICATION_FAILED; i++) {
    Candidate *candidate = &g_array_index (candidates, Candidate, i);

    result = try_candidate (candidate, sealed, header, out);
    *key = candidate->key;
  }
  /* Nothing that did not verify stays in the caller's buffer. */
  if (result != LKE2EE_FRAME_OK)
    memset (out, 0, sealed->text_size);
  return result;
}

/* All keys with the likeliest header; with the others, lest a frame of garbage
 * cost each header times each key, only those that a frame can be expected to
 * be sealed with. */
static Lke2eeFrameResult
try_headers (GArray * candidates, const Lke2eeSealed * sealed,
    guint8 * out, gsize * used, Lke2eeKey ** key)
{
  static const GOutputVector none = { NULL, 0 };
  Lke2eeFrameResult result = LKE2EE_FRAME_AUTHENTICATION_FAILED;

  if (sealed->n_headers == 0)
    return try_header (candidates, G_MAXUINT, sealed, &none, out, key);
  for (gsize i = 0; i < sealed->n_headers
      && result == LKE2EE_FRAME_AUTHENTICATION_FAILED; i++) {
    const GOutputVector *header = &sealed->headers[i];

    result = try_header (candidates, i == 0 ? G_MAXUINT : N_EXPECTED_KEYS,
        sealed, header, out + header->size, key);
    *used = i;
  }
  return result;
}

static Lke2eeFrameResult
report_success (Lke2eeReceiver * self, const Lke2eeSealed * sealed,
    GArray * candidates, Lke2eeKey * key)
{
  guint index = sealed->key_index;

  if (self->replay != NULL)
    lke2ee_replay_add (self->replay, sealed->key_index, sealed->iv);
  lke2ee_key_ring_succeeded (self->ring, index);
  if (key != g_array_index (candidates, Candidate, 0).key
      && lke2ee_key_ring_accept_ratchet (self->ring, index, key)) {
    self->n_ratcheted++;
    lke2ee_key_provider_report_ratcheted (self->provider, self->participant,
        index, key);
  }
  return LKE2EE_FRAME_OK;
}

static void
on_cancelled (GCancellable * cancellable, gpointer ring)
{
  lke2ee_key_ring_wake (ring);
}

/* Waits for the ratchet window that the last frame needs, at most until
 * @hold_us after it was begun. TRUE if there is a key more to try. */
gboolean
lke2ee_receiver_wait_for_window (Lke2eeReceiver * self, gint64 hold_us,
    GCancellable * cancellable)
{
  gint index = self->last_key_index;

  if (self->ring == NULL || index < 0
      || (guint) index >= lke2ee_key_ring_get_size (self->ring)
      || self->slots[index] == NULL)
    return FALSE;
  gulong id = cancellable == NULL ? 0 : g_cancellable_connect (cancellable,
      G_CALLBACK (on_cancelled), self->ring, NULL);
  gboolean grown = lke2ee_key_ring_wait_for_window (self->ring, index,
      self->slots[index]->generation, hold_us, cancellable);
  g_cancellable_disconnect (cancellable, id);
  return grown;
}

static Lke2eeFrameResult
report_failure (Lke2eeReceiver * self, guint index)
{
  lke2ee_key_provider_derive_window (self->provider, self->ring, index);
  if (lke2ee_key_ring_failed (self->ring, index))
    lke2ee_key_provider_report_invalid (self->provider, self->participant,
        index);
  return LKE2EE_FRAME_AUTHENTICATION_FAILED;
}

static GArray *
request_candidates (Lke2eeReceiver * self, guint index)
{
  GArray *candidates = get_candidates (self, index);

  if (candidates->len == 0
      && lke2ee_key_ring_should_request (self->ring, index)
      && lke2ee_key_provider_request_key (self->provider, self->participant,
          index)) {
    refresh_ring (self);
    /* The handler may also have changed the options, and with them the size. */
    if (index >= lke2ee_key_ring_get_size (self->ring))
      return NULL;
    candidates = get_candidates (self, index);
  }
  return candidates;
}

/* Writes the text of @sealed if its tag verifies. However many headers there
 * are to try, it is one frame that fails. */
Lke2eeFrameResult
lke2ee_receiver_open (Lke2eeReceiver * self, const Lke2eeSealed * sealed,
    guint8 * out, gsize * used)
{
  guint index = sealed->key_index;

  refresh_ring (self);
  drop_outdated (self);
  self->last_key_index = index;
  if (index >= lke2ee_key_ring_get_size (self->ring))
    return LKE2EE_FRAME_MISSING_KEY;
  if (self->replay != NULL
      && lke2ee_replay_contains (self->replay, sealed->key_index, sealed->iv))
    return LKE2EE_FRAME_REPLAYED;

  GArray *candidates = request_candidates (self, index);
  if (candidates == NULL || candidates->len == 0)
    return LKE2EE_FRAME_MISSING_KEY;
  if (!lke2ee_key_ring_may_try (self->ring, index))
    return LKE2EE_FRAME_INVALID_KEY;

  Lke2eeKey *key = NULL;
  Lke2eeFrameResult result =
      try_headers (candidates, sealed, out, used, &key);
  if (result == LKE2EE_FRAME_OK)
    return report_success (self, sealed, candidates, key);
  return result == LKE2EE_FRAME_AUTHENTICATION_FAILED ?
      report_failure (self, index) : result;
}
