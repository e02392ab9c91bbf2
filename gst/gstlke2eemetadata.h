/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Frame metadata between GStreamer's metas and the trailer on the wire. */
#pragma once

#include <gst/gst.h>
#include <lke2ee/lke2ee.h>

G_BEGIN_DECLS

/* Custom meta of decrypted frames: frame-id (uint), user-data (GBytes). */
#define LKE2EE_METADATA_META "Lke2eeFrameMetadata"

typedef enum
{
  LKE2EE_METADATA_NONE = 0,
  LKE2EE_METADATA_TIMESTAMP = 1 << 0,
  LKE2EE_METADATA_FRAME_ID = 1 << 1,
} Lke2eeMetadataFlags;

#define LKE2EE_TYPE_METADATA_FLAGS (lke2ee_metadata_flags_get_type ())
GType lke2ee_metadata_flags_get_type (void);

void lke2ee_metadata_register (void);
void lke2ee_metadata_fill (Lke2eeFrameMetadata *metadata,
    Lke2eeMetadataFlags flags, GstBuffer *buffer, guint32 *frame_id);
void lke2ee_metadata_attach (const Lke2eeFrameMetadata *metadata,
    GstBuffer *buffer);

G_END_DECLS
