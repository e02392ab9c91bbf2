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

/* What an attribute such as fmtp says of payload type @format, or NULL. */
static const char *
find_parameters (const GstSDPMedia * media, const char *key, const char *format)
{
  g_autofree char *prefix = g_strconcat (format, " ", NULL);
  const char *value;

  for (guint i = 0;
      (value = gst_sdp_media_get_attribute_val_n (media, key, i)); i++) {
    if (g_str_has_prefix (value, prefix))
      return value;
  }
  return NULL;
}

/* The payload type of @media that is @encoding, or NULL. Of several of H.264
 * the one that may be fragmented (RFC 6184, packetization-mode 1). */
static const char *
find_format (const GstSDPMedia * media, const char *encoding)
{
  const char *first = NULL;

  for (guint i = 0; i < gst_sdp_media_formats_len (media); i++) {
    const char *format = gst_sdp_media_get_format (media, i);

    if (!is_encoding (media, format, encoding))
      continue;
    const char *fmtp = find_parameters (media, "fmtp", format);
    if (fmtp != NULL && strstr (fmtp, "packetization-mode=1") != NULL)
      return format;
    if (first == NULL)
      first = format;
  }
  return first;
}

static void
move_to_front (GstSDPMedia * media, const char *format)
{
  g_autofree char *copy = g_strdup (format);

  for (guint i = 0; i < gst_sdp_media_formats_len (media); i++) {
    if (strcmp (gst_sdp_media_get_format (media, i), copy) == 0) {
      gst_sdp_media_remove_format (media, i);
      break;
    }
  }
  gst_sdp_media_insert_format (media, 0, copy);
}

/* webrtcbin answers an m-line with the first of its payload types only. */
void
sdp_prefer_codecs (GstSDPMessage * sdp, SdpCodecFunc func, gpointer user_data)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++) {
    GstSDPMedia *media = (GstSDPMedia *) gst_sdp_message_get_media (sdp, i);
    const char *mid = gst_sdp_media_get_attribute_val (media, "mid");
    const char *encoding = mid ? func (mid, user_data) : NULL;
    const char *format = encoding ? find_format (media, encoding) : NULL;

    if (format != NULL)
      move_to_front (media, format);
  }
}

/* Removes what @media says of payload type @format, but not the type. */
static void
forget_format (GstSDPMedia * media, const char *format)
{
  g_autofree char *prefix = g_strconcat (format, " ", NULL);

  for (guint i = gst_sdp_media_attributes_len (media); i > 0; i--) {
    const GstSDPAttribute *attribute =
        gst_sdp_media_get_attribute (media, i - 1);

    if (attribute->value != NULL && g_str_has_prefix (attribute->value, prefix))
      gst_sdp_media_remove_attribute (media, i - 1);
  }
}

static void
copy_format (GstSDPMedia * to, const GstSDPMedia * from, const char *format)
{
  g_autofree char *prefix = g_strconcat (format, " ", NULL);

  for (guint i = 0; i < gst_sdp_media_attributes_len (from); i++) {
    const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (from, i);

    if (attribute->value != NULL && g_str_has_prefix (attribute->value, prefix))
      gst_sdp_media_add_attribute (to, attribute->key, attribute->value);
  }
}

static gboolean
has_format (const GstSDPMedia * media, const char *format)
{
  for (guint i = 0; i < gst_sdp_media_formats_len (media); i++) {
    if (strcmp (gst_sdp_media_get_format (media, i), format) == 0)
      return TRUE;
  }
  return FALSE;
}

/* The server offers later tracks only in codecs that an answer has named
 * before; webrtcbin's names the one of its track, and that one without its
 * profile. Tells the server of each codec one payload type, as it was offered:
 * the one that webrtcbin answers with when its turn comes. */
void
sdp_accept_codecs (GstSDPMessage * answer, const GstSDPMessage * offer)
{
  static const char *const encodings[] = { "VP8", "VP9", "H264", "H265" };
  guint n_medias = MIN (gst_sdp_message_medias_len (answer),
      gst_sdp_message_medias_len (offer));

  for (guint i = 0; i < n_medias; i++) {
    GstSDPMedia *to = (GstSDPMedia *) gst_sdp_message_get_media (answer, i);
    const GstSDPMedia *from = gst_sdp_message_get_media (offer, i);

    for (guint e = 0; e < G_N_ELEMENTS (encodings); e++) {
      const char *format = find_format (from, encodings[e]);

      if (format == NULL)
        continue;
      if (has_format (to, format))
        forget_format (to, format);
      else
        gst_sdp_media_add_format (to, format);
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
