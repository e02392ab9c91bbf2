/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Session descriptions as webrtcbin 1.22 writes and wants them. */

#include "sdp.h"

#include <string.h>

static const GstSDPMedia *
find_media (const GstSDPMessage * sdp, const char *kind)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++) {
    const GstSDPMedia *media = gst_sdp_message_get_media (sdp, i);

    if (g_strcmp0 (gst_sdp_media_get_media (media), kind) == 0)
      return media;
  }
  return NULL;
}

/* The id of our track of @kind, audio or video. webrtcbin 1.22 writes no
 * a=msid, only "a=ssrc:SSRC msid:STREAM TRACK". */
char *
sdp_dup_track_id (const GstSDPMessage * sdp, const char *kind)
{
  const GstSDPMedia *media = find_media (sdp, kind);
  const char *value;

  if (media == NULL)
    return NULL;
  for (guint i = 0;
      (value = gst_sdp_media_get_attribute_val_n (media, "ssrc", i)); i++) {
    const char *msid = strstr (value, " msid:");
    const char *track = msid ? strrchr (msid + 1, ' ') : NULL;

    if (track != NULL)
      return g_strdup (track + 1);
  }
  return NULL;
}

/* Whether payload type @format of @media is @encoding. */
static gboolean
is_encoding (const GstSDPMedia * media, const char *format,
    const char *encoding)
{
  const char *value;

  for (guint i = 0;
      (value = gst_sdp_media_get_attribute_val_n (media, "rtpmap", i)); i++) {
    g_auto (GStrv) words = g_strsplit_set (value, " /", 3);

    if (g_strv_length (words) >= 2 && strcmp (words[0], format) == 0)
      return g_ascii_strcasecmp (words[1], encoding) == 0;
  }
  return FALSE;
}

static void
move_to_front (GstSDPMedia * media, guint index)
{
  g_autofree char *format = g_strdup (gst_sdp_media_get_format (media, index));

  gst_sdp_media_remove_format (media, index);
  gst_sdp_media_insert_format (media, 0, format);
}

/* webrtcbin answers an m-line with the first of its payload types only. */
void
sdp_prefer_codecs (GstSDPMessage * sdp, SdpCodecFunc func, gpointer user_data)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++) {
    GstSDPMedia *media = (GstSDPMedia *) gst_sdp_message_get_media (sdp, i);
    const char *mid = gst_sdp_media_get_attribute_val (media, "mid");
    const char *encoding = mid ? func (mid, user_data) : NULL;

    for (guint f = 0; encoding && f < gst_sdp_media_formats_len (media); f++) {
      if (is_encoding (media, gst_sdp_media_get_format (media, f), encoding)) {
        move_to_front (media, f);
        break;
      }
    }
  }
}

static gboolean
has_format (const GstSDPMedia * media, const char *format)
{
  for (guint i = 0; i < gst_sdp_media_formats_len (media); i++) {
    if (g_strcmp0 (gst_sdp_media_get_format (media, i), format) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Copies what @from says of payload type @format. */
static void
copy_format (GstSDPMedia * to, const GstSDPMedia * from, const char *format)
{
  g_autofree char *prefix = g_strconcat (format, " ", NULL);

  gst_sdp_media_add_format (to, format);
  for (guint i = 0; i < gst_sdp_media_attributes_len (from); i++) {
    const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (from, i);

    if (attribute->value != NULL && g_str_has_prefix (attribute->value,
            prefix))
      gst_sdp_media_add_attribute (to, attribute->key, attribute->value);
  }
}

static gboolean
is_video_codec (const GstSDPMedia * media, const char *format)
{
  static const char *const encodings[] = { "VP8", "VP9", "H264", "H265" };

  for (guint i = 0; i < G_N_ELEMENTS (encodings); i++) {
    if (is_encoding (media, format, encodings[i]))
      return TRUE;
  }
  return FALSE;
}

/* The server offers later tracks only in codecs that an answer has named
 * before; webrtcbin's names the one of its track. Adds the others to what the
 * server is told. */
void
sdp_accept_codecs (GstSDPMessage * answer, const GstSDPMessage * offer)
{
  guint n_medias = MIN (gst_sdp_message_medias_len (answer),
      gst_sdp_message_medias_len (offer));

  for (guint i = 0; i < n_medias; i++) {
    GstSDPMedia *to = (GstSDPMedia *) gst_sdp_message_get_media (answer, i);
    const GstSDPMedia *from = gst_sdp_message_get_media (offer, i);

    for (guint f = 0; f < gst_sdp_media_formats_len (from); f++) {
      const char *format = gst_sdp_media_get_format (from, f);

      if (is_video_codec (from, format) && !has_format (to, format))
        copy_format (to, from, format);
    }
  }
}

/* From the form of RFC 7064 and RFC 7065, "turn:HOST:PORT?transport=udp", to
 * webrtcbin's "turn://USER:PASSWORD@HOST:PORT?transport=udp". NULL if it is
 * neither stun nor turn. */
char *
sdp_make_ice_uri (const char *url, const char *username, const char *credential)
{
  const char *colon = strchr (url, ':');

  if (colon == NULL || !(g_str_has_prefix (url, "stun")
          || g_str_has_prefix (url, "turn")))
    return NULL;
  g_autofree char *scheme = g_strndup (url, colon - url);
  if (g_str_has_prefix (scheme, "stun"))
    return g_strdup_printf ("%s://%s", scheme, colon + 1);
  g_autofree char *user = g_uri_escape_string (username, NULL, FALSE);
  g_autofree char *password = g_uri_escape_string (credential, NULL, FALSE);
  return g_strdup_printf ("%s://%s:%s@%s", scheme, user, password, colon + 1);
}
