/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Frame metadata trailer: capture time, frame id, user data, in the clear. */
#pragma once

#include <glib-object.h>
#include "lke2ee-visibility.h"

G_BEGIN_DECLS

/**
 * LKE2EE_FRAME_METADATA_MAX_SIZE:
 *
 * The most bytes that a frame metadata trailer can take: its length is one
 * byte.
 *
 * Since: 0.1
 */
#define LKE2EE_FRAME_METADATA_MAX_SIZE 255

typedef struct _Lke2eeFrameMetadata Lke2eeFrameMetadata;

/**
 * Lke2eeFrameMetadata:
 * @timestamp_us: capture time, microseconds since 1970 UTC; 0: not there
 * @frame_id: the sender's frame number; 0: not there
 * @user_data: (array length=user_data_size) (nullable): bytes of the
 *   application, borrowed
 * @user_data_size: bytes in @user_data; 0: not there
 *
 * What a frame metadata trailer says. It stands outside the encryption and is
 * not authenticated: a server can change or forge it.
 *
 *     | tag, length, value, each ^ 0xFF ... | whole size ^ 0xFF | "LKTS" |
 *
 * Source: client-sdk-js `src/frameMetadata/frameMetadata.ts`.
 *
 * Since: 0.1
 */
struct _Lke2eeFrameMetadata
{
  guint64 timestamp_us;
  guint32 frame_id;
  const guint8 *user_data;
  gsize user_data_size;
};

LKE2EE_API
gsize lke2ee_frame_metadata_write (const Lke2eeFrameMetadata *self,
    guint8 *out, gsize out_capacity);
LKE2EE_API
gboolean lke2ee_frame_metadata_parse (Lke2eeFrameMetadata *self,
    const guint8 *frame, gsize size, gsize *trailer_size);

G_END_DECLS
