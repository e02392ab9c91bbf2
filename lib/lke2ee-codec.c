/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Codec rules: which bytes stay clear, and which get escapes. */

#include "lke2ee-codec-private.h"

#include "lke2ee-nal-private.h"

#define N_CODECS (LKE2EE_CODEC_H265 + 1)

static gboolean
is_h264_slice (guint8 nal_header)
{
  guint type = nal_header & 0x1f;

  return type == 1 || type == 5;
}

static gboolean
is_h265_slice (guint8 nal_header)
{
  guint type = (nal_header >> 1) & 0x3f;

  return type <= 9 || (type >= 16 && type <= 21);
}

static gssize
find_slice (const guint8 * frame, gsize size, gboolean (*is_slice) (guint8))
{
  gsize from = 0;
  gssize found;

  while (from < size
      && (found =
          lke2ee_nal_find_start_code (frame + from, size - from)) >= 0) {
    gsize nal = from + found + 3;

    if (nal < size && is_slice (frame[nal]))
      return nal + 2;
    from = nal;
  }
  return -1;
}

/**
 * lke2ee_codec_is_escaped:
 * @codec: a codec
 *
 * Whether everything behind the clear header gets emulation prevention bytes,
 * so that it reads as one NAL unit.
 *
 * Returns: %TRUE for H.264 and H.265
 *
 * Since: 0.1
 */
gboolean
lke2ee_codec_is_escaped (Lke2eeCodec codec)
{
  g_return_val_if_fail ((gsize) codec < N_CODECS, FALSE);

  return lke2ee_codec_has_escapes (codec);
}

/**
 * lke2ee_codec_find_header_size:
 * @codec: how @frame is coded
 * @frame: (array length=size): an encoded frame, encrypted or not; H.264 and
 *   H.265 as an access unit with start codes (Annex B)
 * @size: bytes in @frame
 *
 * Finds how many leading bytes of a frame stay in the clear. The same bytes
 * are the additional authenticated data.
 *
 *     | header: H clear bytes | ciphertext | tag: 16 | IV: 12 | 0x0C | index |
 *
 * Returns: H in bytes, or -1 if @frame is shorter than that or has no slice
 *
 * Since: 0.1
 */
gssize
lke2ee_codec_find_header_size (Lke2eeCodec codec, const guint8 * frame,
    gsize size)
{
  gssize header_size;

  g_return_val_if_fail ((gsize) codec < N_CODECS, -1);

  switch (codec) {
    case LKE2EE_CODEC_H264:
      header_size = find_slice (frame, size, is_h264_slice);
      break;
    case LKE2EE_CODEC_H265:
      header_size = find_slice (frame, size, is_h265_slice);
      break;
    default:
      header_size = lke2ee_codec_get_plain_header_size (codec,
          size > 0 ? frame[0] : 0);
  }
  return header_size > (gssize) size ? -1 : header_size;
}

/**
 * lke2ee_codec_get_max_encrypted_size:
 * @codec: how the frame is coded
 * @size: size of the frame before encryption, in bytes
 *
 * How large a frame can get: 30 bytes more, and for H.264 and H.265 half as
 * much again for emulation prevention in the worst case.
 *
 * Returns: bytes to have ready for [method@Lke2ee.FrameCryptor.encrypt]
 *
 * Since: 0.1
 */
gsize
lke2ee_codec_get_max_encrypted_size (Lke2eeCodec codec, gsize size)
{
  gsize sealed = size + LKE2EE_OVERHEAD;

  return lke2ee_codec_has_escapes (codec) ?
      lke2ee_nal_max_escaped_size (sealed) : sealed;
}
