/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The codecs of the demo. */

#include "codecs.h"

#include <string.h>

/* A key frame every two seconds, no frames that wait for later ones. The
 * decoders never give up: what a receiver without the key sees is of interest
 * too. */
static const Codec video_codecs[] = {
  {"vp8", "vp8enc deadline=1 cpu-used=8 keyframe-max-dist=60", "video/x-vp8",
        "lke2eevp8pay", "rtpvp8depay", "", "vp8dec max-errors=-1"},
  {"vp9", "vp9enc deadline=1 cpu-used=8 keyframe-max-dist=60", "video/x-vp9",
        "lke2eevp9pay", "lke2eevp9depay", "! vp9parse",
      "vp9dec max-errors=-1"},
  {"h264", "x264enc tune=zerolatency speed-preset=veryfast key-int-max=60 "
        "bitrate=1500", "video/x-h264,stream-format=byte-stream,alignment=au",
        "rtph264pay mtu=1200 aggregate-mode=zero-latency", "rtph264depay",
      "! h264parse", "h264parse ! avdec_h264 max-errors=-1"},
  {"h265", "x265enc tune=zerolatency speed-preset=ultrafast key-int-max=60 "
        "bitrate=1500", "video/x-h265,stream-format=byte-stream,alignment=au",
        "rtph265pay mtu=1200 aggregate-mode=zero-latency", "rtph265depay",
      "! h265parse", "h265parse ! avdec_h265 max-errors=-1"},
};

const Codec opus_codec = {
  "opus", "opusenc", "audio/x-opus", "rtpopuspay", "rtpopusdepay",
  "! opusparse", "opusdec"
};

/* NULL if there is no such codec. */
const Codec *
find_video_codec (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (video_codecs); i++) {
    if (strcmp (video_codecs[i].name, name) == 0)
      return &video_codecs[i];
  }
  return NULL;
}
