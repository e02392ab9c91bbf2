/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* docs/rtp.md says why H.264 and H.265 are asked for as byte-stream. For the
 * file they become avc and hvc1, with the parameter sets in band too: a stream
 * that changes its size goes on in the same track. */

#include "route.h"

#include <gst/gst.h>
#include <string.h>

static const struct
{
  const char *codec;
  const char *encoding_name;
  const char *depayloader;
  const char *parser;
} routes[] = {
  {"opus", "OPUS", "rtpopusdepay", ""},
  {"vp8", "VP8", "rtpvp8depay", ""},
  {"vp9", "VP9", "lke2eevp9depay",
      "vp9parse ! video/x-vp9,alignment=super-frame ! "},
  {"h264", "H264", "rtph264depay ! "
        "video/x-h264,stream-format=byte-stream,alignment=au",
      "h264parse config-interval=-1 ! "
        "video/x-h264,stream-format=avc,alignment=au ! "},
  {"h265", "H265", "rtph265depay ! "
        "video/x-h265,stream-format=byte-stream,alignment=au",
      "h265parse config-interval=-1 ! "
        "video/x-h265,stream-format=hvc1,alignment=au ! "},
};

/* The name in SDP, or NULL for a codec that has no route. */
const char *
route_get_encoding_name (const char *codec)
{
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++) {
    if (strcmp (routes[i].codec, codec) == 0)
      return routes[i].encoding_name;
  }
  return NULL;
}

/* For gst_parse_bin_from_description(); names "decryptor" and "sink". */
char *
route_describe (const char *codec, gboolean from_rtp, gboolean decrypts,
    GError ** error)
{
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++) {
    if (strcmp (routes[i].codec, codec) != 0)
      continue;
    return g_strdup_printf ("%s ! %s%s appsink name=sink",
        from_rtp ? routes[i].depayloader : "identity",
        decrypts ? "lke2eedec name=decryptor ! " : "",
        decrypts ? routes[i].parser : "");
  }
  g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND,
      "There is no end-to-end encryption of %s to decrypt", codec);
  return NULL;
}
