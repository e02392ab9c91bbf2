/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Codec rules: how many bytes of a frame stay clear, escaped or not. */
#pragma once

#include <glib-object.h>
#include "lke2ee-visibility.h"

G_BEGIN_DECLS

/**
 * Lke2eeCodec:
 * @LKE2EE_CODEC_AUDIO: Opus or any other audio codec: 1 clear byte
 * @LKE2EE_CODEC_VP8: 10 clear bytes in a key frame, 3 in a delta frame
 * @LKE2EE_CODEC_VP9: no clear byte
 * @LKE2EE_CODEC_H264: clear up to two bytes into the first slice NAL unit
 *   (type 1 or 5), start codes included; the rest escaped
 * @LKE2EE_CODEC_H265: clear up to two bytes into the first slice segment NAL
 *   unit (type 0 to 9 or 16 to 21), start codes included; the rest escaped
 *
 * What a frame is coded with, as far as encryption has to know. There is no
 * AV1: LiveKit defines no encrypted AV1 that a payloader could carry.
 *
 * Source: client-sdk-js `src/e2ee/constants.ts` (UNENCRYPTED_BYTES) and
 * `src/e2ee/worker/naluUtils.ts`.
 *
 * Since: 0.1
 */
typedef enum /*< underscore_name=lke2ee_codec >*/
{
  LKE2EE_CODEC_AUDIO,
  LKE2EE_CODEC_VP8,
  LKE2EE_CODEC_VP9,
  LKE2EE_CODEC_H264,
  LKE2EE_CODEC_H265,
} Lke2eeCodec;

LKE2EE_API
gboolean lke2ee_codec_is_escaped (Lke2eeCodec codec);
LKE2EE_API
gssize lke2ee_codec_find_header_size (Lke2eeCodec codec, const guint8 *frame,
    gsize size);
LKE2EE_API
gsize lke2ee_codec_get_max_encrypted_size (Lke2eeCodec codec, gsize size);

G_END_DECLS
