/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The frame cryptor: takes a frame apart by the rules of its codec and hands
 * it to sender or receiver. */

/**
 * Lke2eeFrameCryptor:
 *
 * Encrypts or decrypts the frames of one track.
 *
 *     | header: H, clear | ciphertext: P | tag: 16 | IV: 12 | 0x0C | index |
 *
 * The header is the additional authenticated data. For H.264 and H.265
 * everything behind it gets emulation prevention bytes as one run. Which bytes
 * are the header is told by [func@Lke2ee.Codec.find_header_size].
 *
 * Source: client-sdk-js `src/e2ee/worker/FrameCryptor.ts`.
 *
 * Frames lie in the caller's memory, in one piece or several, and are not
 * changed. Not thread-safe: one thread at a time, as a stream has it; keys may
 * change at any time through the provider.
 *
 * IVs start at a random value for each cryptor and key, then count: they never
 * repeat while the key lives, whatever happens to the stream.
 *
 * Since: 0.1
 */

#include "lke2ee-frame-cryptor-private.h"

#include "lke2ee-codec-private.h"
#include "lke2ee-nal-private.h"
#include "lke2ee-receiver-private.h"
#include "lke2ee-sif-private.h"
#include "lke2ee-trailer-private.h"

#include <string.h>

struct _Lke2eeFrameCryptor
{
  GObject parent_instance;

  Lke2eeCodec codec;
  Lke2eeSender *sender;
  Lke2eeReceiver *receiver;

  /* Memory for what cannot be read where it lies, grown as needed and kept
   * from frame to frame. */
  guint8 *joined;
  gsize joined_capacity;
  guint8 *unescaped;
  gsize unescaped_capacity;

  gboolean has_metadata;
  Lke2eeFrameMetadata metadata;
  guint8 user_data[LKE2EE_FRAME_METADATA_MAX_SIZE];
  gint last_key_index;
  gsize last_header;
};

G_DEFINE_FINAL_TYPE (Lke2eeFrameCryptor, lke2ee_frame_cryptor, G_TYPE_OBJECT);

static void
lke2ee_frame_cryptor_finalize (GObject * object)
{
  Lke2eeFrameCryptor *self = LKE2EE_FRAME_CRYPTOR (object);

  g_clear_pointer (&self->sender, lke2ee_sender_free);
  g_clear_pointer (&self->receiver, lke2ee_receiver_free);
  g_free (self->joined);
  g_free (self->unescaped);
  G_OBJECT_CLASS (lke2ee_frame_cryptor_parent_class)->finalize (object);
}

static void
lke2ee_frame_cryptor_class_init (Lke2eeFrameCryptorClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = lke2ee_frame_cryptor_finalize;
}

static void
lke2ee_frame_cryptor_init (Lke2eeFrameCryptor * self)
{
  self->last_key_index = -1;
}

/**
 * lke2ee_frame_cryptor_new:
 * @provider: where the keys come from
 * @participant: (nullable): the identity whose keys are used, or %NULL for the
 *   shared ring
 * @codec: how the frames are coded
 *
 * Makes a cryptor for one track. It remembers no IVs until
 * [method@Lke2ee.FrameCryptor.set_replay_window] is called.
 *
 * Returns: (transfer full): a new cryptor
 *
 * Since: 0.1
 */
Lke2eeFrameCryptor *
lke2ee_frame_cryptor_new (Lke2eeKeyProvider * provider,
    const char *participant, Lke2eeCodec codec)
{
  g_return_val_if_fail (LKE2EE_IS_KEY_PROVIDER (provider), NULL);

  Lke2eeFrameCryptor *self = g_object_new (LKE2EE_TYPE_FRAME_CRYPTOR, NULL);

  self->codec = codec;
  self->sender = lke2ee_sender_new (provider, participant);
  self->receiver = lke2ee_receiver_new (provider, participant);
  return self;
}

Lke2eeSender *
lke2ee_frame_cryptor_peek_sender (Lke2eeFrameCryptor * self)
{
  return self->sender;
}

static guint8 *
reserve (guint8 ** memory, gsize * capacity, gsize size)
{
  if (*capacity < size) {
    g_free (*memory);
    *memory = g_malloc (size);
    *capacity = size;
  }
  return *memory;
}

/* The frame in one piece: where it lies if it is, else joined. */
static const guint8 *
flatten (Lke2eeFrameCryptor * self, const Lke2eeVectors * frame, gsize size)
{
  gsize first;
  const guint8 *data = lke2ee_vectors_peek (frame, 0, &first);

  if (first == size)
    return data;
  reserve (&self->joined, &self->joined_capacity, size);
  lke2ee_vectors_copy (frame, 0, size, self->joined);
  return self->joined;
}

/* H of @frame, which is not empty, or -1. Only H.264 and H.265 need more than
 * the first byte. */
static gssize
find_header_size (Lke2eeFrameCryptor * self, const Lke2eeVectors * frame,
    gsize size)
{
  gsize in_piece;

  if (lke2ee_codec_has_escapes (self->codec))
    return lke2ee_codec_find_header_size (self->codec,
        flatten (self, frame, size), size);
  return lke2ee_codec_get_plain_header_size (self->codec,
      *lke2ee_vectors_peek (frame, 0, &in_piece));
}

/**
 * lke2ee_frame_cryptor_encrypt: (skip)
 * @self: a cryptor
 * @frame: (array length=n_pieces): the frame, in pieces that follow each
 *   other; H.264 and H.265 with start codes (Annex B)
 * @n_pieces: how many pieces
 * @header_size: how many leading bytes stay clear and are authenticated, or -1
 *   to find out by the codec's rule
 * @out: (array length=out_capacity): where the encrypted frame goes; must not
 *   overlap @frame
 * @out_capacity: room in @out, in bytes; at least
 *   [func@Lke2ee.Codec.get_max_encrypted_size]
 * @out_size: (out): size of the encrypted frame, in bytes
 *
 * Encrypts a frame under the current key (or that of
 * [method@Lke2ee.FrameCryptor.set_key_index]). Unless the result is
 * %LKE2EE_FRAME_OK the contents of @out are undefined, and hold nothing of the
 * frame in the clear but its header.
 *
 * Returns: OK, EMPTY, MISSING_KEY, MALFORMED (shorter than its header, or no
 *   slice) or INTERNAL_ERROR
 *
 * Since: 0.1
 */
Lke2eeFrameResult
lke2ee_frame_cryptor_encrypt (Lke2eeFrameCryptor * self,
    const GOutputVector * frame, gsize n_pieces, gssize header_size,
    guint8 * out, gsize out_capacity, gsize * out_size)
{
  Lke2eeVectors vectors = { frame, n_pieces };
  gsize size = lke2ee_vectors_get_size (&vectors);

  *out_size = 0;
  g_return_val_if_fail (LKE2EE_IS_FRAME_CRYPTOR (self),
      LKE2EE_FRAME_INTERNAL_ERROR);
  g_return_val_if_fail (self->sender != NULL, LKE2EE_FRAME_INTERNAL_ERROR);

  *out_size = 0;
  if (size == 0)
    return LKE2EE_FRAME_EMPTY;
  if (size > G_MAXINT / 2)
    return LKE2EE_FRAME_MALFORMED;
  if (out_capacity < lke2ee_codec_get_max_encrypted_size (self->codec, size))
    g_return_val_if_reached (LKE2EE_FRAME_INTERNAL_ERROR);
  if (header_size < 0)
    header_size = find_header_size (self, &vectors, size);
  if (header_size < 0 || (gsize) header_size > size)
    return LKE2EE_FRAME_MALFORMED;

  Lke2eeFrameResult result = lke2ee_sender_seal (self->sender, self->codec,
      &vectors, header_size, out, out_size);

  self->last_key_index = lke2ee_sender_get_last_key_index (self->sender);
  return result;
}

/* Decrypting */

/* Keeps what a metadata trailer said, as it is overwritten with the frame. */
static void
keep_metadata (Lke2eeFrameCryptor * self, const Lke2eeFrameMetadata * parsed)
{
  self->has_metadata = TRUE;
  self->metadata = *parsed;
  for (gsize i = 0; i < parsed->user_data_size; i++)
    self->user_data[i] = parsed->user_data[i] ^ 0xff;
  self->metadata.user_data =
      parsed->user_data_size > 0 ? self->user_data : NULL;
}

/* Takes a metadata trailer off @size. FALSE if the frame is malformed. */
static gboolean
strip_metadata (Lke2eeFrameCryptor * self, const Lke2eeVectors * frame,
    gsize * size)
{
  guint8 tail[LKE2EE_FRAME_METADATA_MAX_SIZE];
  gsize tail_size = MIN (*size, sizeof tail);
  Lke2eeFrameMetadata parsed;
  gsize trailer_size;
  guint8 end[4];

  self->has_metadata = FALSE;
  if (self->codec == LKE2EE_CODEC_AUDIO || *size < sizeof end)
    return TRUE;
  /* Nearly no frame has one: look at its end before copying. */
  lke2ee_vectors_copy (frame, *size - sizeof end, sizeof end, end);
  if (memcmp (end, "LKTS", sizeof end) != 0)
    return TRUE;
  lke2ee_vectors_copy (frame, *size - tail_size, tail_size, tail);
  if (!lke2ee_frame_metadata_parse (&parsed, tail, tail_size, &trailer_size))
    return TRUE;
  if (trailer_size == 0 || trailer_size == *size)
    return FALSE;
  keep_metadata (self, &parsed);
  *size -= trailer_size;
  return TRUE;
}

/* A server-injected frame, or NONE. Only its end and its start matter, but
 * frames that are marked are rare: joining them is no cost. */
static Lke2eeSif
identify_sif (Lke2eeFrameCryptor * self, const Lke2eeVectors * frame,
    gsize size, gsize * payload_size)
{
  GBytes *trailer = lke2ee_receiver_peek_sif_trailer (self->receiver);
  guint8 last_byte;
  gsize trailer_size;

  if (trailer == NULL)
    return LKE2EE_SIF_NONE;
  const guint8 *data = g_bytes_get_data (trailer, &trailer_size);
  if (trailer_size == 0)
    return LKE2EE_SIF_NONE;
  lke2ee_vectors_copy (frame, size - 1, 1, &last_byte);
  if (last_byte != data[trailer_size - 1])
    return LKE2EE_SIF_NONE;
  return lke2ee_sif_identify (self->codec, flatten (self, frame, size), size,
      trailer, payload_size);
}

/* Everything behind the header in one piece. */
static const guint8 *
flatten_body (Lke2eeFrameCryptor * self, const Lke2eeVectors * frame,
    gsize size, gsize header_size)
{
  gsize in_piece;
  const guint8 *body = lke2ee_vectors_peek (frame, header_size, &in_piece);

  if (in_piece >= size - header_size)
    return body;
  return flatten (self, frame, size) + header_size;
}

/* Finds text, tag and trailer of an escaped frame. @piece is where the text
 * lies once it is unescaped. */
static gboolean
parse_escaped (Lke2eeFrameCryptor * self, const guint8 * body,
    gsize body_size, Lke2eeSealed * sealed, GOutputVector * piece)
{
  Lke2eeTrailer trailer;

  if (lke2ee_nal_has_escape (body, body_size)) {
    reserve (&self->unescaped, &self->unescaped_capacity, body_size);
    body_size = lke2ee_nal_unescape (body, body_size, self->unescaped);
    body = self->unescaped;
  }
  if (body_size < LKE2EE_OVERHEAD
      || !lke2ee_trailer_parse (body + body_size, body_size, &trailer))
    return FALSE;
  piece->buffer = body;
  piece->size = body_size;
  sealed->text.pieces = piece;
  sealed->text.n_pieces = 1;
  sealed->text_offset = 0;
  sealed->text_size = body_size - LKE2EE_OVERHEAD;
  sealed->tag = body + sealed->text_size;
  sealed->iv = trailer.iv;
  sealed->key_index = trailer.key_index;
  return TRUE;
}

/* The same for a frame that is not escaped: its text stays where it lies, in
 * as many pieces as it has; only the tail is copied. */
static gboolean
parse_plain (const Lke2eeVectors * frame, gsize size, gsize header_size,
    guint8 * tail, Lke2eeSealed * sealed)
{
  Lke2eeTrailer trailer;

  if (size < header_size + LKE2EE_OVERHEAD)
    return FALSE;
  lke2ee_vectors_copy (frame, size - LKE2EE_OVERHEAD, LKE2EE_OVERHEAD, tail);
  if (!lke2ee_trailer_parse (tail + LKE2EE_OVERHEAD, LKE2EE_OVERHEAD,
          &trailer))
    return FALSE;
  sealed->text = *frame;
  sealed->text_offset = header_size;
  sealed->text_size = size - header_size - LKE2EE_OVERHEAD;
  sealed->tag = tail;
  sealed->iv = trailer.iv;
  sealed->key_index = trailer.key_index;
  return TRUE;
}

/* Opens a frame of @size bytes with the first of @headers that verifies. */
static Lke2eeFrameResult
open_frame (Lke2eeFrameCryptor * self, const Lke2eeVectors * frame,
    gsize size, gsize header_size, const GOutputVector * headers,
    gsize n_headers, guint8 * out, gsize * out_size)
{
  Lke2eeSealed sealed = {.headers = headers,.n_headers = n_headers };
  GOutputVector piece;
  guint8 tail[LKE2EE_OVERHEAD];
  gsize used = 0;
  gboolean parsed;

  if (lke2ee_codec_has_escapes (self->codec))
    parsed = parse_escaped (self,
        flatten_body (self, frame, size, header_size), size - header_size,
        &sealed, &piece);
  else
    parsed = parse_plain (frame, size, header_size, tail, &sealed);
  if (!parsed)
    return LKE2EE_FRAME_MALFORMED;

  Lke2eeFrameResult result =
      lke2ee_receiver_open (self->receiver, &sealed, out, &used);

  self->last_key_index = sealed.key_index;
  if (result != LKE2EE_FRAME_OK)
    return result;
  if (headers[used].buffer != out)
    memcpy (out, headers[used].buffer, headers[used].size);
  self->last_header = used;
  *out_size = headers[used].size + sealed.text_size;
  return result;
}

/* Takes off what stands outside the encryption, and frames of the server. OK if
 * there is a frame of @size bytes left to open. */
static Lke2eeFrameResult
begin_decrypt (Lke2eeFrameCryptor * self, const Lke2eeVectors * frame,
    gsize * size, guint8 * out, gsize * out_size)
{
  gsize payload_size;

  *out_size = 0;
  self->has_metadata = FALSE;
  if (*size == 0)
    return LKE2EE_FRAME_EMPTY;
  if (*size > G_MAXINT / 2 || !strip_metadata (self, frame, size))
    return LKE2EE_FRAME_MALFORMED;

  switch (identify_sif (self, frame, *size, &payload_size)) {
    case LKE2EE_SIF_KNOWN:
      lke2ee_vectors_copy (frame, 0, payload_size, out);
      *out_size = payload_size;
      return LKE2EE_FRAME_INJECTED;
    case LKE2EE_SIF_UNKNOWN:
      return LKE2EE_FRAME_INJECTED_UNKNOWN;
    default:
      return LKE2EE_FRAME_OK;
  }
}

/**
 * lke2ee_frame_cryptor_decrypt: (skip)
 * @self: a cryptor
 * @frame: (array length=n_pieces): the encrypted frame, in pieces that follow
 *   each other; H.264 and H.265 with 4-byte start codes, as they were sealed
 * @n_pieces: how many pieces
 * @header_size: how many leading bytes are the clear header, or -1 to find out
 *   by the codec's rule
 * @out: (array length=out_capacity): where the decrypted frame goes; must not
 *   overlap @frame
 * @out_capacity: room in @out, in bytes; at least the size of @frame
 * @out_size: (out): size of the decrypted frame, in bytes; 0 unless the result
 *   is OK or INJECTED
 *
 * Decrypts a frame. A frame metadata trailer is taken off first (see
 * [method@Lke2ee.FrameCryptor.get_metadata]), then frames that the server
 * injected are told apart by the provider's `sif-trailer`. Nothing that did not
 * verify is left in @out.
 *
 * Returns: any [enum@Lke2ee.FrameResult]
 *
 * Since: 0.1
 */
Lke2eeFrameResult
lke2ee_frame_cryptor_decrypt (Lke2eeFrameCryptor * self,
    const GOutputVector * frame, gsize n_pieces, gssize header_size,
    guint8 * out, gsize out_capacity, gsize * out_size)
{
  Lke2eeVectors vectors = { frame, n_pieces };
  gsize size = lke2ee_vectors_get_size (&vectors);

  *out_size = 0;
  g_return_val_if_fail (LKE2EE_IS_FRAME_CRYPTOR (self),
      LKE2EE_FRAME_INTERNAL_ERROR);
  g_return_val_if_fail (self->sender != NULL, LKE2EE_FRAME_INTERNAL_ERROR);
  g_return_val_if_fail (out_capacity >= size, LKE2EE_FRAME_INTERNAL_ERROR);

  Lke2eeFrameResult result =
      begin_decrypt (self, &vectors, &size, out, out_size);
  if (result != LKE2EE_FRAME_OK)
    return result;
  if (header_size < 0)
    header_size = find_header_size (self, &vectors, size);
  if (header_size < 0 || (gsize) header_size > size)
    return LKE2EE_FRAME_MALFORMED;

  /* The header's place in @out is the copy that is authenticated. */
  GOutputVector header = { out, header_size };
  lke2ee_vectors_copy (&vectors, 0, header_size, out);
  result = open_frame (self, &vectors, size, header_size, &header, 1, out,
      out_size);
  if (result != LKE2EE_FRAME_OK)
    memset (out, 0, header_size);
  return result;
}

/**
 * lke2ee_frame_cryptor_decrypt_with_headers: (skip)
 * @self: a cryptor
 * @frame: (array length=n_pieces): the encrypted frame, as for
 *   [method@Lke2ee.FrameCryptor.decrypt]
 * @n_pieces: how many pieces
 * @header_size: how many leading bytes of @frame are the clear header
 * @headers: (array length=n_headers): the headers that the frame may have been
 *   sealed with, the likeliest first
 * @n_headers: how many headers, 1 to %LKE2EE_FRAME_MAX_HEADERS
 * @out: (array length=out_capacity): where the decrypted frame goes; must not
 *   overlap @frame or @headers
 * @out_capacity: room in @out, in bytes; at least the size of @frame plus that
 *   of the largest header
 * @out_size: (out): size of the decrypted frame, in bytes; 0 unless the result
 *   is OK or INJECTED
 *
 * Decrypts a frame whose header may have been changed on the way: depayloaders
 * and parsers insert parameter sets and delimiters, or take them away. What
 * comes out is the header that verified and the plaintext, nothing of what
 * stood in @frame instead. However many headers fail, it counts as one failed
 * frame.
 *
 * Returns: any [enum@Lke2ee.FrameResult]; if OK,
 *   [method@Lke2ee.FrameCryptor.get_last_header] tells which header it was
 *
 * Since: 0.1
 */
Lke2eeFrameResult
lke2ee_frame_cryptor_decrypt_with_headers (Lke2eeFrameCryptor * self,
    const GOutputVector * frame, gsize n_pieces, gsize header_size,
    const GOutputVector * headers, gsize n_headers, guint8 * out,
    gsize out_capacity, gsize * out_size)
{
  Lke2eeVectors vectors = { frame, n_pieces };
  gsize size = lke2ee_vectors_get_size (&vectors);

  *out_size = 0;
  g_return_val_if_fail (LKE2EE_IS_FRAME_CRYPTOR (self),
      LKE2EE_FRAME_INTERNAL_ERROR);
  g_return_val_if_fail (self->sender != NULL, LKE2EE_FRAME_INTERNAL_ERROR);
  g_return_val_if_fail (n_headers > 0
      && n_headers <= LKE2EE_FRAME_MAX_HEADERS, LKE2EE_FRAME_INTERNAL_ERROR);
  for (gsize i = 0; i < n_headers; i++)
    g_return_val_if_fail (out_capacity >= size + headers[i].size,
        LKE2EE_FRAME_INTERNAL_ERROR);

  Lke2eeFrameResult result =
      begin_decrypt (self, &vectors, &size, out, out_size);
  if (result != LKE2EE_FRAME_OK)
    return result;
  if (header_size > size)
    return LKE2EE_FRAME_MALFORMED;
  return open_frame (self, &vectors, size, header_size, headers, n_headers,
      out, out_size);
}

/**
 * lke2ee_frame_cryptor_wait_for_window:
 * @self: a cryptor
 * @hold_us: how long frames may be held, in microseconds since the window was
 *   begun: however many wait, that is the delay that they add together
 * @cancellable: (nullable): ends the wait from another thread
 *
 * After a frame that did not verify: waits until the ratchet window of its key
 * has grown by a key, if it is being derived. Decrypt the frame again then. To
 * lose no frame when a sender ratchets, at the price of a delay of some tens of
 * milliseconds once for each key.
 *
 * Returns: %TRUE if there is a key more to try; %FALSE if none is being
 *   derived, the time is over, or @cancellable was cancelled
 *
 * Since: 0.1
 */
gboolean
lke2ee_frame_cryptor_wait_for_window (Lke2eeFrameCryptor * self,
    gint64 hold_us, GCancellable * cancellable)
{
  g_return_val_if_fail (LKE2EE_IS_FRAME_CRYPTOR (self), FALSE);
  g_return_val_if_fail (self->receiver != NULL, FALSE);

  return lke2ee_receiver_wait_for_window (self->receiver, hold_us,
      cancellable);
}

/**
 * lke2ee_frame_cryptor_get_last_header:
 * @self: a cryptor
 *
 * Tells which header the last frame that decrypted had been sealed with.
 *
 * Returns: which of the headers of
 *   [method@Lke2ee.FrameCryptor.decrypt_with_headers], counted from 0
 *
 * Since: 0.1
 */
gsize
lke2ee_frame_cryptor_get_last_header (Lke2eeFrameCryptor * self)
{
  g_return_val_if_fail (LKE2EE_IS_FRAME_CRYPTOR (self), 0);

  return self->last_header;
}

/* For bindings */

/**
 * lke2ee_frame_cryptor_encrypt_bytes:
 * @self: a cryptor
 * @frame: the frame; H.264 and H.265 with start codes (Annex B)
 * @encrypted: (out) (transfer full) (nullable): the encrypted frame if the
 *   result is OK, else %NULL
 *
 * [method@Lke2ee.FrameCryptor.encrypt] for programs that would rather have an
 * allocation per frame than care for buffers.
 *
 * Returns: OK, EMPTY, MISSING_KEY, MALFORMED or INTERNAL_ERROR
 *
 * Since: 0.1
 */
Lke2eeFrameResult
lke2ee_frame_cryptor_encrypt_bytes (Lke2eeFrameCryptor * self,
    GBytes * frame, GBytes ** encrypted)
{
  gsize size;
  GOutputVector piece;

  g_return_val_if_fail (LKE2EE_IS_FRAME_CRYPTOR (self),
      LKE2EE_FRAME_INTERNAL_ERROR);
  g_return_val_if_fail (self->sender != NULL, LKE2EE_FRAME_INTERNAL_ERROR);

  piece.buffer = g_bytes_get_data (frame, &size);
  piece.size = size;
  gsize capacity = lke2ee_codec_get_max_encrypted_size (self->codec, size);
  g_autofree guint8 *out = g_malloc (capacity);
  gsize out_size;
  Lke2eeFrameResult result = lke2ee_frame_cryptor_encrypt (self, &piece, 1,
      -1, out, capacity, &out_size);

  *encrypted = result == LKE2EE_FRAME_OK ?
      g_bytes_new_take (g_steal_pointer (&out), out_size) : NULL;
  return result;
}

/**
 * lke2ee_frame_cryptor_decrypt_bytes:
 * @self: a cryptor
 * @frame: the encrypted frame
 * @decrypted: (out) (transfer full) (nullable): the frame if the result is OK
 *   or INJECTED, else %NULL
 *
 * [method@Lke2ee.FrameCryptor.decrypt] with an allocation per frame.
 *
 * Returns: any [enum@Lke2ee.FrameResult]
 *
 * Since: 0.1
 */
Lke2eeFrameResult
lke2ee_frame_cryptor_decrypt_bytes (Lke2eeFrameCryptor * self,
    GBytes * frame, GBytes ** decrypted)
{
  gsize size;
  GOutputVector piece;

  g_return_val_if_fail (LKE2EE_IS_FRAME_CRYPTOR (self),
      LKE2EE_FRAME_INTERNAL_ERROR);
  g_return_val_if_fail (self->sender != NULL, LKE2EE_FRAME_INTERNAL_ERROR);

  piece.buffer = g_bytes_get_data (frame, &size);
  piece.size = size;
  g_autofree guint8 *out = g_malloc (size + 1);
  gsize out_size;
  Lke2eeFrameResult result = lke2ee_frame_cryptor_decrypt (self, &piece, 1,
      -1, out, size, &out_size);
  gboolean passes =
      result == LKE2EE_FRAME_OK || result == LKE2EE_FRAME_INJECTED;

  *decrypted = passes ? g_bytes_new_take (g_steal_pointer (&out), out_size)
      : NULL;
  return result;
}

/* Settings and what the last frame told */

/**
 * lke2ee_frame_cryptor_set_codec:
 * @self: a cryptor
 * @codec: how the frames from now on are coded
 *
 * Changes the codec in mid-stream; keys and IVs go on.
 *
 * Since: 0.1
 */
void
lke2ee_frame_cryptor_set_codec (Lke2eeFrameCryptor * self, Lke2eeCodec codec)
{
  g_return_if_fail (LKE2EE_IS_FRAME_CRYPTOR (self));

  self->codec = codec;
}

/**
 * lke2ee_frame_cryptor_set_key_index:
 * @self: a cryptor
 * @key_index: slot to encrypt with, 0 to 255, taken modulo the ring size; -1
 *   for the ring's current one
 *
 * Chooses the key to encrypt with from the next frame on. Any thread.
 *
 * Since: 0.1
 */
void
lke2ee_frame_cryptor_set_key_index (Lke2eeFrameCryptor * self,
    gint key_index)
{
  g_return_if_fail (LKE2EE_IS_FRAME_CRYPTOR (self));
  g_return_if_fail (self->sender != NULL);

  lke2ee_sender_set_key_index (self->sender, key_index);
}

/**
 * lke2ee_frame_cryptor_set_replay_window:
 * @self: a cryptor
 * @replay_window: how many IVs to remember; 0: none, and replayed frames pass
 *
 * Sets how many frames back a frame that comes again is recognised. Forgets
 * what was remembered.
 *
 * Since: 0.1
 */
void
lke2ee_frame_cryptor_set_replay_window (Lke2eeFrameCryptor * self,
    guint replay_window)
{
  g_return_if_fail (LKE2EE_IS_FRAME_CRYPTOR (self));
  g_return_if_fail (self->sender != NULL);

  lke2ee_receiver_set_replay_window (self->receiver, replay_window);
}

/**
 * lke2ee_frame_cryptor_reset_replay:
 * @self: a cryptor
 *
 * Forgets the remembered IVs, as after a seek in a recording.
 *
 * Since: 0.1
 */
void
lke2ee_frame_cryptor_reset_replay (Lke2eeFrameCryptor * self)
{
  g_return_if_fail (LKE2EE_IS_FRAME_CRYPTOR (self));
  g_return_if_fail (self->sender != NULL);

  lke2ee_receiver_reset_replay (self->receiver);
}

/**
 * lke2ee_frame_cryptor_get_last_key_index:
 * @self: a cryptor
 *
 * Tells which key the last frame had to do with.
 *
 * Returns: the key index of the last frame (when decrypting, the one it named,
 *   verified or not), 0 to 255; -1 if there was none
 *
 * Since: 0.1
 */
gint
lke2ee_frame_cryptor_get_last_key_index (Lke2eeFrameCryptor * self)
{
  g_return_val_if_fail (LKE2EE_IS_FRAME_CRYPTOR (self), -1);

  return self->last_key_index;
}

/**
 * lke2ee_frame_cryptor_get_metadata: (skip)
 * @self: a cryptor
 * @metadata: (out caller-allocates): what the trailer said; its user data are
 *   borrowed until the next frame
 *
 * What the frame metadata trailer of the last decrypted frame said. It is not
 * authenticated.
 *
 * Returns: whether that frame had one
 *
 * Since: 0.1
 */
gboolean
lke2ee_frame_cryptor_get_metadata (Lke2eeFrameCryptor * self,
    Lke2eeFrameMetadata * metadata)
{
  g_return_val_if_fail (LKE2EE_IS_FRAME_CRYPTOR (self), FALSE);

  *metadata = self->metadata;
  return self->has_metadata;
}

/**
 * lke2ee_frame_cryptor_get_n_iv_skipped:
 * @self: a cryptor
 *
 * Counts the IVs that were drawn and not used.
 *
 * Returns: how often an IV was stepped over that a peer could not read
 *
 * Since: 0.1
 */
guint64
lke2ee_frame_cryptor_get_n_iv_skipped (Lke2eeFrameCryptor * self)
{
  g_return_val_if_fail (LKE2EE_IS_FRAME_CRYPTOR (self), 0);
  g_return_val_if_fail (self->sender != NULL, 0);

  return lke2ee_sender_get_n_iv_skipped (self->sender);
}

/**
 * lke2ee_frame_cryptor_get_n_ratcheted:
 * @self: a cryptor
 *
 * Counts the ratchets of the sender that were followed.
 *
 * Returns: how often a frame of this track made its key follow a ratchet
 *
 * Since: 0.1
 */
guint64
lke2ee_frame_cryptor_get_n_ratcheted (Lke2eeFrameCryptor * self)
{
  g_return_val_if_fail (LKE2EE_IS_FRAME_CRYPTOR (self), 0);
  g_return_val_if_fail (self->sender != NULL, 0);

  return lke2ee_receiver_get_n_ratcheted (self->receiver);
}
