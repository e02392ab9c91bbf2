/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Recognises server-injected frames.
 *
 * The trailer alone proves nothing: the server knows it and could mark media
 * of its choice. Only the blank frames that the server is known to send pass,
 * told by their SHA-256 (payloads: livekit pkg/sfu/downtrack.go; list:
 * client-sdk-js src/e2ee/worker/sifPayload.ts). */

#include "lke2ee-sif-private.h"

#include "lke2ee-nal-private.h"

#include <string.h>

static const char *const known_frames[] = {
  /* VP8 8x8 key frame */
  "ef0161653d8b2b23aad46624b420af1d03ce48950e9fc85718028f91b50f9219",
  /* Opus silence */
  "aad8d31fc56b2802ca500e58c2fb9d0b29ad71bb7cb52cd6530251eade188988",
};

static const char *const known_nal_units[] = {
  /* H.264 2x2 SPS */
  "f0a0e09647d891d6d50aa898bce7108090375d0d55e50a2bb21147afee558e44",
  /* H.264 2x2 PPS */
  "61d9665eed71b6d424ae9539330a3bdd5cb386d4d781c808219a6e36750493a7",
  /* H.264 2x2 IDR */
  "faffc26b68a2fc09096fa20f3351e706398b6f838a7500c8063472c2e476e90d",
};

static gboolean
hash_is_one_of (const guint8 * data, gsize size, const char *const *known,
    gsize n_known)
{
  g_autofree char *hash =
      g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, size);

  for (gsize i = 0; i < n_known; i++) {
    if (strcmp (hash, known[i]) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Cuts the next NAL unit, without its start code, from @data. */
static gboolean
next_nal_unit (const guint8 ** data, gsize * size, const guint8 ** nal,
    gsize * nal_size)
{
  gssize start = lke2ee_nal_find_start_code (*data, *size);

  if (start < 0)
    return FALSE;
  *nal = *data + start + 3;
  gsize left = *size - start - 3;
  gssize next = lke2ee_nal_find_start_code (*nal, left);
  *nal_size = next < 0 ? left : (gsize) next;
  *data = *nal + *nal_size;
  *size = left - *nal_size;
  /* The zero of a 4-byte start code is not part of the NAL unit before it. */
  while (next >= 0 && *nal_size > 0 && (*nal)[*nal_size - 1] == 0)
    (*nal_size)--;
  return TRUE;
}

static gboolean
is_known_access_unit (const guint8 * data, gsize size)
{
  const guint8 *nal;
  gsize nal_size;
  guint n = 0;

  if (lke2ee_nal_find_start_code (data, size) < 0)
    return hash_is_one_of (data, size, known_nal_units,
        G_N_ELEMENTS (known_nal_units));
  /* Nothing may stand in front of the first start code but its zero. */
  if (lke2ee_nal_find_start_code (data, size) > 1
      || (lke2ee_nal_find_start_code (data, size) == 1 && data[0] != 0))
    return FALSE;
  for (; next_nal_unit (&data, &size, &nal, &nal_size); n++) {
    if (!hash_is_one_of (nal, nal_size, known_nal_units,
            G_N_ELEMENTS (known_nal_units)))
      return FALSE;
  }
  return n > 0;
}

static gboolean
is_known_payload (Lke2eeCodec codec, const guint8 * data, gsize size)
{
  /* The largest known payload is 80 bytes: no hashing of big frames that only
   * claim to be injected. */
  if (size > 256)
    return FALSE;
  if (codec == LKE2EE_CODEC_H264)
    return is_known_access_unit (data, size);
  return hash_is_one_of (data, size, known_frames,
      G_N_ELEMENTS (known_frames));
}

static gboolean
ends_with (const guint8 * frame, gsize size, const guint8 * end,
    gsize end_size)
{
  return end_size > 0 && size >= end_size
      && memcmp (frame + size - end_size, end, end_size) == 0;
}

/* The server writes the trailer of H.264 behind a STAP-A without a length:
 * a depayloader takes its first two bytes for one and gives the rest out as a
 * NAL unit of its own. Returns what that adds to the payload, or 0. */
static gsize
split_h264_trailer_size (const guint8 * frame, gsize size,
    const guint8 * trailer, gsize trailer_size)
{
  static const guint8 start_code[] = { 0, 0, 0, 1 };

  if (trailer_size <= 2
      || !ends_with (frame, size, trailer + 2, trailer_size - 2)
      || !ends_with (frame, size - (trailer_size - 2), start_code, 4))
    return 0;
  return trailer_size - 2 + 4;
}

/* @sif_trailer: (nullable): `JoinResponse.sif_trailer`. @payload_size is set
 * for LKE2EE_SIF_KNOWN: how many leading bytes of @frame to let pass. */
Lke2eeSif
lke2ee_sif_identify (Lke2eeCodec codec, const guint8 * frame, gsize size,
    GBytes * sif_trailer, gsize * payload_size)
{
  gsize trailer_size = 0;
  const guint8 *trailer =
      sif_trailer ? g_bytes_get_data (sif_trailer, &trailer_size) : NULL;
  gsize marked = 0;

  if (trailer_size == 0)
    return LKE2EE_SIF_NONE;
  if (ends_with (frame, size, trailer, trailer_size))
    marked = trailer_size;
  else if (codec == LKE2EE_CODEC_H264)
    marked = split_h264_trailer_size (frame, size, trailer, trailer_size);
  if (marked == 0)
    return LKE2EE_SIF_NONE;

  *payload_size = size - marked;
  return is_known_payload (codec, frame, size - marked) ?
      LKE2EE_SIF_KNOWN : LKE2EE_SIF_UNKNOWN;
}
