/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* From caps to what the library has to know, and which caps fit together. */
#pragma once

#include <gst/gst.h>
#include <lke2ee/lke2ee.h>

G_BEGIN_DECLS

typedef enum
{
  LKE2EE_FORMAT_OPAQUE,         /* not H.264 or H.265 */
  LKE2EE_FORMAT_BYTE_STREAM,
  LKE2EE_FORMAT_LENGTHS,        /* avc, hvc1 */
} Lke2eeFormat;

typedef struct _Lke2eeStreamInfo Lke2eeStreamInfo;

struct _Lke2eeStreamInfo
{
  Lke2eeCodec codec;
  Lke2eeFormat format;
  gboolean is_layered;          /* VP9: a buffer is one layer of a picture */
};

GstCaps *lke2ee_caps_new_template (void);
gboolean lke2ee_caps_parse (const GstCaps *caps, Lke2eeStreamInfo *info,
    char **why_not);
GstCaps *lke2ee_caps_transform (GstCaps *caps, GstPadDirection direction,
    Lke2eeFormat preferred, gboolean joins_layers);

G_END_DECLS
