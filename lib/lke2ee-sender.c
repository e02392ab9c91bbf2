/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Sender: finds the key to send with, draws an IV, seals into the caller's
 * buffer in one pass. */

#include "lke2ee-sender-private.h"

#include "lke2ee-aead-private.h"
#include "lke2ee-codec-private.h"
#include "lke2ee-iv-choice-private.h"
#include "lke2ee-iv-private.h"
#include "lke2ee-key-provider-private.h"
#include "lke2ee-nal-private.h"
#include "lke2ee-trailer-private.h"

#include <string.h>

struct _Lke2eeSender
{
  Lke2eeKeyProvider *provider;
  char *participant;
  gint key_index;               /* atomic; -1: the ring's current one */

  /* What the last frame was sealed with, valid for these generations. */
  gint provider_generation;
  gint ring_generation;
  gint used_key_index;
  Lke2eeKeyRing *ring;
  guint index;
  Lke2eeKey *key;
  Lke2eeAead *aead;
  Lke2eeIv iv;                  /* lives as long as key */

  guint64 n_iv_skipped;
};

Lke2eeSender *
lke2ee_sender_new (Lke2eeKeyProvider * provider, const char *participant)
{
  Lke2eeSender *self = g_new0 (Lke2eeSender, 1);

  self->provider = g_object_ref (provider);
  self->participant = g_strdup (participant);
  self->key_index = -1;
  return self;
}

static void
drop_key (Lke2eeSender * self)
{
  g_clear_pointer (&self->aead, lke2ee_aead_free);
  g_clear_pointer (&self->key, lke2ee_key_unref);
}

void
lke2ee_sender_free (Lke2eeSender * self)
{
  drop_key (self);
  g_clear_pointer (&self->ring, lke2ee_key_ring_unref);
  g_object_unref (self->provider);
  g_free (self->participant);
  g_free (self);
}

/* Any thread; takes effect with the next frame. */
void
lke2ee_sender_set_key_index (Lke2eeSender * self, gint key_index)
{
  g_atomic_int_set (&self->key_index, key_index);
}

gint
lke2ee_sender_get_last_key_index (Lke2eeSender * self)
{
  return self->ring != NULL ? (gint) self->index : -1;
}

guint64
lke2ee_sender_get_n_iv_skipped (Lke2eeSender * self)
{
  return self->n_iv_skipped;
}

/* Takes @key over, with a new start of IVs, unless it is the one in use. */
static void
take_key (Lke2eeSender * self, Lke2eeKey * key)
{
  if (key == self->key) {
    if (key != NULL)
      lke2ee_key_unref (key);
    return;
  }
  drop_key (self);
  if (key == NULL)
    return;
  self->key = key;
  lke2ee_iv_init (&self->iv);
}

/* With the first frame of a key; again with the next one if it failed. */
static gboolean
ensure_aead (Lke2eeSender * self)
{
  gsize size;

  if (self->aead == NULL) {
    const guint8 *key = lke2ee_key_peek_encryption_key (self->key, &size);

    self->aead = lke2ee_aead_new (LKE2EE_AEAD_SEAL, key, size);
  }
  return self->aead != NULL;
}

static void
refresh_ring (Lke2eeSender * self)
{
  gint generation = lke2ee_key_provider_get_generation (self->provider);

  if (self->ring != NULL && generation == self->provider_generation)
    return;
  g_clear_pointer (&self->ring, lke2ee_key_ring_unref);
  self->provider_generation = generation;
  self->ring =
      lke2ee_key_provider_dup_ring (self->provider, self->participant);
  /* Never the generation of a ring: reads the keys anew. */
  self->ring_generation = lke2ee_key_ring_get_generation (self->ring) - 1;
}

/* Looks at the ring only if something changed: two atomic reads per frame. */
static void
refresh_key (Lke2eeSender * self)
{
  gint key_index = g_atomic_int_get (&self->key_index);

  refresh_ring (self);
  gint generation = lke2ee_key_ring_get_generation (self->ring);
  if (generation == self->ring_generation
      && key_index == self->used_key_index)
    return;
  self->ring_generation = generation;
  self->used_key_index = key_index;
  self->index = lke2ee_key_ring_reduce_index (self->ring, key_index);
  take_key (self, lke2ee_key_ring_dup_key (self->ring, self->index));
}

static Lke2eeFrameResult
ensure_key (Lke2eeSender * self)
{
  refresh_key (self);
  if (self->key == NULL
      && lke2ee_key_ring_should_request (self->ring, self->index)
      && lke2ee_key_provider_request_key (self->provider, self->participant,
          self->index))
    refresh_key (self);
  if (self->key == NULL)
    return LKE2EE_FRAME_MISSING_KEY;
  return ensure_aead (self) ? LKE2EE_FRAME_OK : LKE2EE_FRAME_INTERNAL_ERROR;
}

gboolean
lke2ee_sender_set_iv (Lke2eeSender * self, const guint8 * start)
{
  if (ensure_key (self) != LKE2EE_FRAME_OK)
    return FALSE;
  lke2ee_iv_init_at (&self->iv, start);
  return TRUE;
}

/* Draws IVs until the ciphertext of @frame begins as it should. FALSE if
 * libcrypto failed. */
static gboolean
draw_iv (Lke2eeSender * self, Lke2eeCodec codec, const Lke2eeVectors * frame,
    gsize header_size, guint8 * iv)
{
  guint8 ciphertext[LKE2EE_IV_CHOICE_MAX_SIZE];
  Lke2eeIvChoice choice;

  self->n_iv_skipped += lke2ee_iv_next (&self->iv, iv);
  if (!lke2ee_iv_choice_init (&choice, codec, frame, header_size))
    return TRUE;
  for (guint i = 0; i < LKE2EE_IV_CHOICE_MAX_TRIES; i++) {
    if (!lke2ee_aead_start (self->aead, iv, NULL, 0)
        || !lke2ee_aead_update (self->aead, choice.plaintext, choice.size,
            ciphertext))
      return FALSE;
    if (lke2ee_iv_choice_accepts (&choice, ciphertext))
      return TRUE;
    self->n_iv_skipped += 1 + lke2ee_iv_next (&self->iv, iv);
  }
  return TRUE;
}

static gboolean
seal_pieces (Lke2eeSender * self, const Lke2eeVectors * frame,
    gsize header_size, const guint8 * iv, const guint8 * header, guint8 * out)
{
  Lke2eeVectorsIter iter;
  const guint8 *data;
  gsize size;

  if (!lke2ee_aead_start (self->aead, iv, header, header_size))
    return FALSE;
  lke2ee_vectors_iter_init (&iter, frame, header_size, G_MAXSIZE);
  while ((data = lke2ee_vectors_iter_next (&iter, &size)) != NULL) {
    if (!lke2ee_aead_update (self->aead, data, size, out))
      return FALSE;
    out += size;
  }
  return lke2ee_aead_seal_finish (self->aead, out);
}

/* Writes header, ciphertext and tag of @frame, in one call of the cipher if the
 * body lies in one piece, as it nearly always does. */
static gboolean
seal_frame (Lke2eeSender * self, const Lke2eeVectors * frame,
    gsize header_size, gsize body_size, const guint8 * iv, guint8 * out)
{
  gsize in_piece;
  const guint8 *header = lke2ee_vectors_peek (frame, 0, &in_piece);

  /* The header's place in @out is authenticated only if it must be: the CPU
   * would wait for what it has just written. */
  if (in_piece >= header_size) {
    memcpy (out, header, header_size);
  } else {
    lke2ee_vectors_copy (frame, 0, header_size, out);
    header = out;
  }
  out += header_size;

  const guint8 *body = lke2ee_vectors_peek (frame, header_size, &in_piece);
  if (in_piece < body_size)
    return seal_pieces (self, frame, header_size, iv, header, out);
  return lke2ee_aead_seal (self->aead, iv, header, header_size, body,
      body_size, out, out + body_size);
}

/* @out has room for lke2ee_codec_get_max_encrypted_size(), and @header_size is
 * not larger than @frame. */
Lke2eeFrameResult
lke2ee_sender_seal (Lke2eeSender * self, Lke2eeCodec codec,
    const Lke2eeVectors * frame, gsize header_size, guint8 * out,
    gsize * out_size)
{
  gsize body_size = lke2ee_vectors_get_size (frame) - header_size;
  guint8 *body = out + header_size;
  guint8 iv[LKE2EE_IV_SIZE];
  Lke2eeFrameResult result = ensure_key (self);

  if (result != LKE2EE_FRAME_OK)
    return result;

  if (!draw_iv (self, codec, frame, header_size, iv)
      || !seal_frame (self, frame, header_size, body_size, iv, out))
    return LKE2EE_FRAME_INTERNAL_ERROR;
  lke2ee_trailer_write (body + body_size + LKE2EE_TAG_SIZE, iv,
      (guint8) self->index);

  gsize run_size = body_size + LKE2EE_OVERHEAD;
  if (lke2ee_codec_has_escapes (codec))
    run_size = lke2ee_nal_escape_in_place (body, run_size);
  *out_size = header_size + run_size;
  return LKE2EE_FRAME_OK;
}

/* @out has room for @size and a tag, @iv for an IV. */
Lke2eeFrameResult
lke2ee_sender_seal_packet (Lke2eeSender * self, const guint8 * data,
    gsize size, guint8 * out, guint8 * iv)
{
  Lke2eeFrameResult result = ensure_key (self);

  if (result != LKE2EE_FRAME_OK)
    return result;
  self->n_iv_skipped += lke2ee_iv_next (&self->iv, iv);
  return lke2ee_aead_seal (self->aead, iv, NULL, 0, data, size, out,
      out + size) ? LKE2EE_FRAME_OK : LKE2EE_FRAME_INTERNAL_ERROR;
}
