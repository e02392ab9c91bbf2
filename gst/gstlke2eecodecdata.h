/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Decoder configuration records: avcC and hvcC. */
#pragma once

#include "gstlke2eeparametersets.h"

G_BEGIN_DECLS

GstBuffer *lke2ee_codec_data_new (Lke2eeCodec codec, const guint8 *sps,
    gsize sps_size);
GstBuffer *lke2ee_codec_data_new_from_caps (Lke2eeCodec codec,
    const GstStructure *caps);
GstBuffer *lke2ee_codec_data_strip (Lke2eeCodec codec, GstBuffer *codec_data);

G_END_DECLS
