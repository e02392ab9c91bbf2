/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What webrtcbin and the server need to hear from each other. */

#include "sdp.h"

#include <string.h>

#define HEAD "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
#define OFFER HEAD "m=video 9 UDP/TLS/RTP/SAVPF 96 125 108\r\na=mid:1\r\n" \
    "a=rtpmap:96 VP8/90000\r\na=rtpmap:125 H264/90000\r\n" \
    "a=fmtp:125 packetization-mode=0;profile-level-id=42e01f\r\n" \
    "a=rtpmap:108 H264/90000\r\n" \
    "a=fmtp:108 packetization-mode=1;profile-level-id=42e01f\r\n"
#define ANSWER HEAD "m=video 9 UDP/TLS/RTP/SAVPF 108\r\na=mid:1\r\n" \
    "a=rtpmap:108 H264/90000\r\na=fmtp:108 packetization-mode=1\r\n"

static GstSDPMessage *
parse (const char *text)
{
  GstSDPMessage *sdp;

  g_assert_cmpint (gst_sdp_message_new_from_text (text, &sdp), ==, GST_SDP_OK);
  return sdp;
}

static const char *
choose (const char *mid, gpointer encoding)
{
  g_assert_cmpstr (mid, ==, "1");
  return encoding;
}

static char *
list_formats (const GstSDPMessage * sdp)
{
  const GstSDPMedia *media = gst_sdp_message_get_media (sdp, 0);
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < gst_sdp_media_formats_len (media); i++)
    g_string_append_printf (list, "%s%s", i ? " " : "",
        gst_sdp_media_get_format (media, i));
  return g_string_free (list, FALSE);
}

static void
test_prefer (void)
{
  const struct
  {
    const char *encoding;
    const char *formats;
  } rows[] = {
    {"VP8", "96 125 108"},
    {"H264", "108 96 125"},
    {"AV1", "96 125 108"},
    {NULL, "96 125 108"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstSDPMessage *sdp = parse (OFFER);

    sdp_prefer_codecs (sdp, choose, (gpointer) rows[i].encoding);
    g_autofree char *formats = list_formats (sdp);
    g_assert_cmpstr (formats, ==, rows[i].formats);
    gst_sdp_message_free (sdp);
  }
}

/* The answer names the other codec too, and its own with the profile that
 * webrtcbin leaves out. */
static void
test_accept (void)
{
  GstSDPMessage *offer = parse (OFFER);
  GstSDPMessage *answer = parse (ANSWER);

  sdp_accept_codecs (answer, offer);
  g_autofree char *formats = list_formats (answer);
  g_autofree char *text = gst_sdp_message_as_text (answer);
  g_assert_cmpstr (formats, ==, "108 96");
  g_assert_nonnull (strstr (text, "a=rtpmap:96 VP8/90000\r\n"));
  g_assert_nonnull (strstr (text,
          "a=fmtp:108 packetization-mode=1;profile-level-id=42e01f\r\n"));
  g_assert_null (strstr (text, "a=fmtp:108 packetization-mode=1\r\n"));
  gst_sdp_message_free (offer);
  gst_sdp_message_free (answer);
}

static void
test_track_id (void)
{
  GstSDPMessage *sdp = parse (HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
      "a=ssrc:7 msid:stream track7\r\na=ssrc:7 cname:x\r\n");
  g_autofree char *audio = sdp_dup_track_id (sdp, "audio");

  g_assert_cmpstr (audio, ==, "track7");
  g_assert_null (sdp_dup_track_id (sdp, "video"));
  gst_sdp_message_free (sdp);
}

static void
test_ice_uri (void)
{
  const struct
  {
    const char *url;
    const char *uri;
  } rows[] = {
    {"stun:h:1", "stun://h:1"},
    {"turn:h:1?transport=udp", "turn://a%3A:p%40@h:1?transport=udp"},
    {"turns:h:1", "turns://a%3A:p%40@h:1"},
    {"http:h", NULL},
    {"stun", NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *uri = sdp_make_ice_uri (rows[i].url, "a:", "p@");

    g_assert_cmpstr (uri, ==, rows[i].uri);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdp/prefer", test_prefer);
  g_test_add_func ("/sdp/accept", test_accept);
  g_test_add_func ("/sdp/track-id", test_track_id);
  g_test_add_func ("/sdp/ice-uri", test_ice_uri);
  return g_test_run ();
}
