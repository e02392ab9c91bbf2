/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Caps of the elements.
 *
 * The template holds more than can be carried (AV1, H.264 and H.265 in other
 * alignments): so linking works, and the caps event is refused with an error
 * that says why instead of a bare not-negotiated. */

#include "gstlke2eecaps.h"

#include <string.h>

typedef struct _MediaType MediaType;

struct _MediaType
{
  const char *name;
  Lke2eeCodec codec;
  const char *lengths_format;   /* H.264, H.265 */
};

static const MediaType media_types[] = {
  {"audio/x-opus", LKE2EE_CODEC_AUDIO, NULL},
  {"audio/G722", LKE2EE_CODEC_AUDIO, NULL},
  {"audio/x-mulaw", LKE2EE_CODEC_AUDIO, NULL},
  {"audio/x-alaw", LKE2EE_CODEC_AUDIO, NULL},
  {"audio/mpeg", LKE2EE_CODEC_AUDIO, NULL},
  {"video/x-vp8", LKE2EE_CODEC_VP8, NULL},
  {"video/x-vp9", LKE2EE_CODEC_VP9, NULL},
  {"video/x-h264", LKE2EE_CODEC_H264, "avc"},
  {"video/x-h265", LKE2EE_CODEC_H265, "hvc1"},
};

static const MediaType *
find_media_type (const GstStructure * structure)
{
  for (guint i = 0; i < G_N_ELEMENTS (media_types); i++) {
    if (gst_structure_has_name (structure, media_types[i].name))
      return &media_types[i];
  }
  return NULL;
}

GstCaps *
lke2ee_caps_new_template (void)
{
  GstCaps *caps = gst_caps_new_empty ();

  for (guint i = 0; i < G_N_ELEMENTS (media_types); i++)
    gst_caps_append_structure (caps,
        gst_structure_new_empty (media_types[i].name));
  gst_caps_append_structure (caps, gst_structure_new_empty ("video/x-av1"));
  return caps;
}

/* Whole access units, as start codes or as lengths: what can be encrypted. */
static gboolean
parse_nal_format (const GstStructure * structure, const MediaType * type,
    Lke2eeFormat * format, char **why_not)
{
  const char *stream_format =
      gst_structure_get_string (structure, "stream-format");
  const char *alignment = gst_structure_get_string (structure, "alignment");
  const char *parser =
      type->codec == LKE2EE_CODEC_H264 ? "h264parse" : "h265parse";

  if (g_strcmp0 (alignment, "au") != 0) {
    *why_not = g_strdup_printf ("%s with alignment=%s cannot be encrypted: a "
        "buffer has to be a whole access unit. Put '%s ! %s,alignment=au' in "
        "front", type->name, alignment ? alignment : "(none)", parser,
        type->name);
    return FALSE;
  }
  if (g_strcmp0 (stream_format, "byte-stream") == 0) {
    *format = LKE2EE_FORMAT_BYTE_STREAM;
    return TRUE;
  }
  if (g_strcmp0 (stream_format, type->lengths_format) == 0) {
    *format = LKE2EE_FORMAT_LENGTHS;
    return TRUE;
  }
  *why_not = g_strdup_printf ("%s with stream-format=%s is not supported: "
      "put '%s ! %s,stream-format=byte-stream,alignment=au' in front",
      type->name, stream_format ? stream_format : "(none)", parser,
      type->name);
  return FALSE;
}

/* What fixed @caps mean. FALSE with a text that says what to do. */
gboolean
lke2ee_caps_parse (const GstCaps * caps, Lke2eeStreamInfo * info,
    char **why_not)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  const MediaType *type = find_media_type (structure);

  if (gst_structure_has_name (structure, "video/x-av1")) {
    *why_not = g_strdup ("LiveKit defines no encrypted AV1 that a payloader "
        "could carry. Encode as VP8, VP9, H.264 or H.265 instead");
    return FALSE;
  }
  if (type == NULL) {
    *why_not = g_strdup_printf ("%s is not a media type with encrypted frames",
        gst_structure_get_name (structure));
    return FALSE;
  }
  info->codec = type->codec;
  info->format = LKE2EE_FORMAT_OPAQUE;
  info->is_layered = type->codec == LKE2EE_CODEC_VP9
      && g_strcmp0 (gst_structure_get_string (structure, "alignment"),
      "frame") == 0;
  return type->lengths_format == NULL
      || parse_nal_format (structure, type, &info->format, why_not);
}

static void
append_nal_format (GstCaps * caps, const GstStructure * structure,
    const char *stream_format)
{
  GstStructure *copy = gst_structure_copy (structure);

  gst_structure_remove_field (copy, "codec_data");
  gst_structure_set (copy, "stream-format", G_TYPE_STRING, stream_format,
      "alignment", G_TYPE_STRING, "au", NULL);
  gst_caps_append_structure (caps, copy);
}

/* The decryptor makes superframes of VP9 layer frames. */
static void
append_joined (GstCaps * caps, const GstStructure * structure,
    GstPadDirection direction)
{
  GstStructure *copy = gst_structure_copy (structure);

  if (!gst_structure_has_field (copy, "alignment")) {
    gst_caps_append_structure (caps, copy);
    return;
  }
  gst_structure_set (copy, "alignment", G_TYPE_STRING, "super-frame", NULL);
  gst_caps_append_structure (caps, copy);
  if (direction == GST_PAD_SRC) {
    copy = gst_structure_copy (copy);
    gst_structure_set (copy, "alignment", G_TYPE_STRING, "frame", NULL);
    gst_caps_append_structure (caps, copy);
  }
}

static void
append_transformed (GstCaps * caps, const GstStructure * structure,
    Lke2eeFormat preferred)
{
  const MediaType *type = find_media_type (structure);

  if (type == NULL || type->lengths_format == NULL) {
    gst_caps_append_structure (caps, gst_structure_copy (structure));
  } else if (preferred == LKE2EE_FORMAT_LENGTHS) {
    append_nal_format (caps, structure, type->lengths_format);
    append_nal_format (caps, structure, "byte-stream");
  } else {
    append_nal_format (caps, structure, "byte-stream");
    append_nal_format (caps, structure, type->lengths_format);
  }
}

/* What upstream may send, if it insists, only to be told why not. */
static void
append_refused (GstCaps * caps, const GstStructure * structure)
{
  const MediaType *type = find_media_type (structure);

  if (type == NULL || type->lengths_format == NULL)
    return;
  GstStructure *copy = gst_structure_copy (structure);
  gst_structure_remove_fields (copy, "codec_data", "stream-format",
      "alignment", NULL);
  gst_caps_append_structure (caps, copy);
}

/* What the other pad can have while the pad of @direction has @caps: the same
 * media type, H.264 and H.265 in either stream format, @preferred first;
 * @joins_layers: layer frames of VP9 in, superframes out. */
GstCaps *
lke2ee_caps_transform (GstCaps * caps, GstPadDirection direction,
    Lke2eeFormat preferred, gboolean joins_layers)
{
  GstCaps *transformed = gst_caps_new_empty ();
  guint n = gst_caps_get_size (caps);

  for (guint i = 0; i < n; i++) {
    const GstStructure *structure = gst_caps_get_structure (caps, i);

    if (joins_layers && gst_structure_has_name (structure, "video/x-vp9"))
      append_joined (transformed, structure, direction);
    else
      append_transformed (transformed, structure, preferred);
  }
  for (guint i = 0; direction == GST_PAD_SRC && i < n; i++)
    append_refused (transformed, gst_caps_get_structure (caps, i));
  return transformed;
}
