/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Frame metadata: capture time as GstReferenceTimestampMeta, the rest as a
 * custom meta. */

#include "gstlke2eemetadata.h"

GType
lke2ee_metadata_flags_get_type (void)
{
  static gsize type;
  static const GFlagsValue values[] = {
    {LKE2EE_METADATA_NONE, "No trailer", "none"},
    {LKE2EE_METADATA_TIMESTAMP, "Capture time", "timestamp"},
    {LKE2EE_METADATA_FRAME_ID, "Frame number", "frame-id"},
    {0, NULL, NULL},
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        g_flags_register_static ("Lke2eeMetadataFlags", values));
  return type;
}

static GstCaps *
unix_time_caps (void)
{
  static GstStaticCaps caps = GST_STATIC_CAPS ("timestamp/x-unix");

  return gst_static_caps_get (&caps);
}

void
lke2ee_metadata_register (void)
{
  static const gchar *const tags[] = { NULL };

  if (gst_meta_get_info (LKE2EE_METADATA_META) == NULL)
    gst_meta_register_custom (LKE2EE_METADATA_META, (const gchar **) tags,
        NULL, NULL, NULL);
}

static guint64
capture_time_us (GstBuffer * buffer)
{
  g_autoptr (GstCaps) caps = unix_time_caps ();
  GstReferenceTimestampMeta *meta =
      gst_buffer_get_reference_timestamp_meta (buffer, caps);

  return meta != NULL ? meta->timestamp / GST_USECOND
      : (guint64) g_get_real_time ();
}

/* What the trailer of a frame made from @buffer has to say. Frame ids count
 * from 1: 0 means that there is none. */
void
lke2ee_metadata_fill (Lke2eeFrameMetadata * metadata,
    Lke2eeMetadataFlags flags, GstBuffer * buffer, guint32 * frame_id)
{
  *metadata = (Lke2eeFrameMetadata) {
  0};
  if (flags & LKE2EE_METADATA_TIMESTAMP)
    metadata->timestamp_us = capture_time_us (buffer);
  if (flags & LKE2EE_METADATA_FRAME_ID) {
    *frame_id = *frame_id == G_MAXUINT32 ? 1 : *frame_id + 1;
    metadata->frame_id = *frame_id;
  }
}

void
lke2ee_metadata_attach (const Lke2eeFrameMetadata * metadata,
    GstBuffer * buffer)
{
  if (metadata->timestamp_us != 0
      && metadata->timestamp_us < GST_CLOCK_TIME_NONE / GST_USECOND) {
    g_autoptr (GstCaps) caps = unix_time_caps ();

    gst_buffer_add_reference_timestamp_meta (buffer, caps,
        metadata->timestamp_us * GST_USECOND, GST_CLOCK_TIME_NONE);
  }
  if (metadata->frame_id == 0 && metadata->user_data_size == 0)
    return;
  GstCustomMeta *meta =
      gst_buffer_add_custom_meta (buffer, LKE2EE_METADATA_META);
  GstStructure *structure = gst_custom_meta_get_structure (meta);
  if (metadata->frame_id != 0)
    gst_structure_set (structure, "frame-id", G_TYPE_UINT,
        metadata->frame_id, NULL);
  if (metadata->user_data_size > 0) {
    g_autoptr (GBytes) bytes =
        g_bytes_new (metadata->user_data, metadata->user_data_size);

    gst_structure_set (structure, "user-data", G_TYPE_BYTES, bytes, NULL);
  }
}
