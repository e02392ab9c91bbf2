/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Live settings: no frame waits for a later one, key frames come when a
 * receiver asks for one and at the latest after ten seconds. docs/rtp.md says
 * why the payloaders are set as they are. */

#include "encoders.h"

#include <gst/gst.h>
#include <string.h>

#define H26X_PAYLOADER "aggregate-mode=zero-latency"

static const Encoder encoders[] = {
  {"vp8", "VP8", "vp8enc", "deadline=1 cpu-used=8 keyframe-max-dist=300 "
        "error-resilient=default target-bitrate=%u000", "lke2eevp8pay"},
  {"vp9", "VP9", "vp9enc", "deadline=1 cpu-used=8 keyframe-max-dist=300 "
        "lag-in-frames=0 target-bitrate=%u000", "lke2eevp9pay"},
  {"h264", "H264", "x264enc", "tune=zerolatency speed-preset=veryfast "
        "key-int-max=300 bitrate=%u", "rtph264pay " H26X_PAYLOADER},
  {"h264", "H264", "openh264enc", "gop-size=300 complexity=low "
        "rate-control=bitrate bitrate=%u000", "rtph264pay " H26X_PAYLOADER},
  {"h265", "H265", "x265enc", "tune=zerolatency speed-preset=ultrafast "
        "key-int-max=300 bitrate=%u", "rtph265pay " H26X_PAYLOADER},
};

const Encoder opus_encoder =
    { "opus", "OPUS", "opusenc", "bitrate=%u000", "rtpopuspay" };

/* @encoder: NULL for the first one of @codec. */
const Encoder *
encoder_find (const char *codec, const char *encoder, GError ** error)
{
  for (guint i = 0; i < G_N_ELEMENTS (encoders); i++) {
    if (strcmp (encoders[i].codec, codec) == 0
        && (encoder == NULL || strcmp (encoders[i].encoder, encoder) == 0))
      return &encoders[i];
  }
  if (encoder != NULL)
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
        "%s is no encoder for %s; there are vp8enc, vp9enc, x264enc, "
        "openh264enc and x265enc", encoder, codec);
  else
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
        "No codec '%s'; there are vp8, vp9, h264 and h265", codec);
  return NULL;
}
