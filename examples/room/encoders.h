/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* How each codec is encoded and put into RTP. */
#pragma once

#include <glib.h>

typedef struct
{
  const char *codec;
  const char *encoding_name;    /* of its RTP caps, and of SDP */
  const char *encoder;
  const char *settings;         /* %u is the bitrate, in kbit/s */
  const char *payloader;
} Encoder;

extern const Encoder opus_encoder;

const Encoder *encoder_find (const char *codec, const char *encoder,
    GError ** error);
