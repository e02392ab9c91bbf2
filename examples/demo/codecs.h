/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What the demo does differently for each codec. */
#pragma once

#include <glib.h>

typedef struct
{
  const char *name;
  const char *encoder;          /* raw media in */
  const char *frame_caps;       /* one buffer = one frame, for the hash */
  const char *payloader;
  const char *depayloader;      /* to frame_caps */
  const char *parser;           /* for the muxer; "" if it needs none */
  const char *decoder;
} Codec;

extern const Codec opus_codec;

const Codec *find_video_codec (const char *name);
