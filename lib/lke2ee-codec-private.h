/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The codec rules that every frame asks for, inline: small frames are so many
 * that calls count. */
#pragma once

#include "lke2ee-codec.h"
#include "lke2ee-wire-private.h"

G_BEGIN_DECLS

static inline gboolean
lke2ee_codec_has_escapes (Lke2eeCodec codec)
{
  return codec >= LKE2EE_CODEC_H264;
}

/* The size of the clear header of a frame that is not escaped. */
static inline gsize
lke2ee_codec_get_plain_header_size (Lke2eeCodec codec, guint8 first_byte)
{
  switch (codec) {
    case LKE2EE_CODEC_AUDIO:
      return 1;
    case LKE2EE_CODEC_VP8:
      /* RFC 6386 section 9.1: bit 0 of the frame tag is 0 in a key frame. */
      return (first_byte & 1) == 0 ? 10 : 3;
    default:
      return 0;
  }
}

G_END_DECLS
