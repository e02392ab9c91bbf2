/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Choice of the IV by what the ciphertext looks like.
 *
 * Two parties read bytes that are ciphertext as if they were not:
 *
 * - livekit-server takes a VP9 frame for a key frame by its first byte
 *   (livekit pkg/sfu, where a stream has no dependency descriptor). With any
 *   IV it finds hardly one key frame, and starts receivers at delta frames.
 * - libwebrtc drops an H.264 IDR slice that refers to a PPS it does not know.
 *   Of the slice header the first byte is clear; pps_id can begin behind it.
 *
 * An IV is as good as the next, so the encryptor draws until the ciphertext
 * reads like the plaintext. That tells nobody more than the payload descriptor
 * and the clear bytes do. */

#include "lke2ee-iv-choice-private.h"

#define H264_IDR 5
#define NAL_TYPE_MASK 0x1f
/* More bits than this would cost more tries than there are. */
#define MAX_BITS 12

/* Whether a frame that begins with @byte is a key frame: frame_marker 2,
 * profile bits, [reserved bit of profile 3], show_existing_frame 0, frame_type
 * 0 (VP9 bitstream specification, 6.2). */
static gboolean
is_vp9_key (guint8 byte)
{
  guint8 mask = (byte & 0x30) == 0x30 ? 0x06 : 0x0c;

  return (byte & 0xc0) == 0x80 && (byte & mask) == 0;
}

/* Not every reader knows profile 3, so ciphertext is not to look like that
 * where it makes a difference. */
static gboolean
reads_like_vp9 (guint8 plaintext, guint8 ciphertext)
{
  gboolean key_to_some = is_vp9_key (ciphertext)
      || (ciphertext & 0xcc) == 0x80;
  gboolean key_to_all = key_to_some && (ciphertext & 0x30) != 0x30;

  return is_vp9_key (plaintext) ? key_to_all : !key_to_some;
}

static gboolean
read_bit (const guint8 * data, guint position)
{
  return data[position / 8] >> (7 - position % 8) & 1;
}

/* Where the Exp-Golomb number at bit @position ends, or 0 if that is beyond
 * @n_bits. */
static guint
skip_number (const guint8 * data, guint position, guint n_bits)
{
  guint n_zeros = 0;

  while (position < n_bits && !read_bit (data, position)) {
    n_zeros++;
    position++;
  }
  position += n_zeros + 1;
  return position <= n_bits ? position : 0;
}

/* Bits behind the clear byte up to the end of first_mb_in_slice, slice_type
 * and pps_id. Exp-Golomb codes are unique, so the numbers are the same if and
 * only if these bits are. */
static guint
count_h264_bits (const guint8 * slice_header, gsize size)
{
  guint position = 0;

  for (guint i = 0; i < 3; i++) {
    position = skip_number (slice_header, position, size * 8);
    if (position == 0)
      return 0;
  }
  return position > 8 ? position - 8 : 0;
}

static gboolean
init_h264 (Lke2eeIvChoice * self, const Lke2eeVectors * frame,
    gsize header_size)
{
  guint8 start[2 + LKE2EE_IV_CHOICE_MAX_SIZE];

  if (header_size < 2)
    return FALSE;
  lke2ee_vectors_copy (frame, header_size - 2, 2 + self->size, start);
  if ((start[0] & NAL_TYPE_MASK) != H264_IDR)
    return FALSE;
  self->n_bits = count_h264_bits (start + 1, 1 + self->size);
  return self->n_bits > 0 && self->n_bits <= MAX_BITS;
}

/* FALSE if any IV will do for @frame, whose first @header_size bytes stay
 * clear. */
gboolean
lke2ee_iv_choice_init (Lke2eeIvChoice * self, Lke2eeCodec codec,
    const Lke2eeVectors * frame, gsize header_size)
{
  if (codec != LKE2EE_CODEC_VP9 && codec != LKE2EE_CODEC_H264)
    return FALSE;
  self->codec = codec;
  self->size = MIN (lke2ee_vectors_get_size (frame) - header_size,
      LKE2EE_IV_CHOICE_MAX_SIZE);
  if (self->size == 0)
    return FALSE;
  lke2ee_vectors_copy (frame, header_size, self->size, self->plaintext);
  return codec == LKE2EE_CODEC_VP9 || init_h264 (self, frame, header_size);
}

/* @ciphertext: of @size bytes of plaintext. */
gboolean
lke2ee_iv_choice_accepts (const Lke2eeIvChoice * self,
    const guint8 * ciphertext)
{
  if (self->codec == LKE2EE_CODEC_VP9)
    return reads_like_vp9 (self->plaintext[0], ciphertext[0]);
  for (guint i = 0; i < self->n_bits; i++) {
    if (read_bit (self->plaintext, i) != read_bit (ciphertext, i))
      return FALSE;
  }
  return TRUE;
}
