/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Frames of one codec, FUZZ_CODEC, through a frame cryptor.
 *
 *     | frame | where to cut, up to three times | where to damage | how |
 *
 * As it is a frame must be refused, or be one of the corpus. Sealed first, it
 * must open to the same bytes, and with any bit changed not open at all. */

#include "fuzz.h"

#include <string.h>

#define MAX_PIECES 4
#define UNTOUCHED 0xaa

enum
{
  HOW_AS_IT_IS,
  HOW_SEALED,
  HOW_DAMAGED,
  N_HOWS
};

typedef struct
{
  GOutputVector vectors[MAX_PIECES];
  gsize n;
} Pieces;

static Lke2eeFrameCryptor *cryptor;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_autoptr (Lke2eeKeyProvider) provider = fuzz_provider_new ();

  fuzz_be_strict ();
  cryptor = lke2ee_frame_cryptor_new (provider, NULL, FUZZ_CODEC);
  return 0;
}

/* Each piece in memory of its own; some have no bytes. */
static void
cut (Pieces * pieces, Input frame, const guint8 * sizes)
{
  for (pieces->n = 0; pieces->n < MAX_PIECES; pieces->n++) {
    GOutputVector *piece = &pieces->vectors[pieces->n];
    gsize wanted = pieces->n + 1 < MAX_PIECES && sizes[pieces->n] > 0 ?
        (gsize) sizes[pieces->n] - 1 : G_MAXSIZE;

    piece->buffer = input_take_copy (&frame, wanted, &piece->size);
  }
}

static void
pieces_clear (Pieces * pieces)
{
  for (gsize i = 0; i < pieces->n; i++)
    g_free ((gpointer) pieces->vectors[i].buffer);
}

/* Nothing that did not verify stays in the caller's buffer. */
static void
assert_wiped (const guint8 * frame, gsize size, const guint8 * out)
{
  gssize header_size = lke2ee_codec_find_header_size (FUZZ_CODEC, frame, size);

  g_assert_cmpint (header_size, >=, 0);
  for (gsize i = header_size; i < size; i++)
    g_assert_true (out[i] == 0 || out[i] == UNTOUCHED);
}

static Lke2eeFrameResult
decrypt (Input frame, const guint8 * sizes, guint8 * out, gsize * out_size)
{
  Pieces pieces;

  cut (&pieces, frame, sizes);
  memset (out, UNTOUCHED, frame.size);
  Lke2eeFrameResult result = lke2ee_frame_cryptor_decrypt (cryptor,
      pieces.vectors, pieces.n, -1, out, frame.size, out_size);

  pieces_clear (&pieces);
  g_assert_cmpuint (*out_size, <=, frame.size);
  if (result != LKE2EE_FRAME_OK && result != LKE2EE_FRAME_INJECTED)
    g_assert_cmpuint (*out_size, ==, 0);
  if (result == LKE2EE_FRAME_AUTHENTICATION_FAILED)
    assert_wiped (frame.data, frame.size, out);
  return result;
}

/* NULL if @frame is none that can be sealed. */
static guint8 *
seal (Input frame, const guint8 * sizes, gsize * sealed_size)
{
  gsize capacity = lke2ee_codec_get_max_encrypted_size (FUZZ_CODEC, frame.size);
  g_autofree guint8 *sealed = g_malloc (capacity);
  Pieces pieces;

  cut (&pieces, frame, sizes);
  Lke2eeFrameResult result = lke2ee_frame_cryptor_encrypt (cryptor,
      pieces.vectors, pieces.n, -1, sealed, capacity, sealed_size);

  pieces_clear (&pieces);
  if (result == LKE2EE_FRAME_OK)
    return g_steal_pointer (&sealed);
  g_assert_true (result == LKE2EE_FRAME_EMPTY
      || result == LKE2EE_FRAME_MALFORMED);
  return NULL;
}

static void
seal_and_open (Input frame, const guint8 * sizes, guint damage, gboolean flip)
{
  gsize sealed_size, opened_size;
  g_autofree guint8 *sealed = seal (frame, sizes, &sealed_size);

  if (sealed == NULL)
    return;
  g_autofree guint8 *opened = g_malloc (sealed_size);
  if (flip)
    sealed[damage / 8 % sealed_size] ^= 1 << damage % 8;
  Lke2eeFrameResult result = decrypt ((Input) { sealed, sealed_size }, sizes,
      opened, &opened_size);

  if (flip) {
    g_assert_cmpint (result, !=, LKE2EE_FRAME_OK);
  } else {
    g_assert_cmpint (result, ==, LKE2EE_FRAME_OK);
    g_assert_cmpmem (opened, opened_size, frame.data, frame.size);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  Input input = { data, size };
  guint how = input_take_last_byte (&input) % N_HOWS;
  guint damage = input_take_last_byte (&input);
  guint8 sizes[MAX_PIECES - 1];
  gsize out_size;

  damage |= input_take_last_byte (&input) << 8;
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    sizes[i] = input_take_last_byte (&input);

  if (how == HOW_AS_IT_IS) {
    g_autofree guint8 *out = g_malloc (input.size + 1);

    decrypt (input, sizes, out, &out_size);
  } else {
    seal_and_open (input, sizes, damage, how == HOW_DAMAGED);
  }
  return 0;
}
