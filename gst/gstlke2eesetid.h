/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Ids of parameter sets. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* A set whose id cannot be read: behind all real ids. */
#define LKE2EE_SET_UNKNOWN_ID 256

/* @data: the NAL unit of a set of that kind, with its header. */
guint lke2ee_set_id_of_h264_sps (const guint8 *data, gsize size);
guint lke2ee_set_id_of_h264_pps (const guint8 *data, gsize size);
guint lke2ee_set_id_of_h265_vps (const guint8 *data, gsize size);
guint lke2ee_set_id_of_h265_sps (const guint8 *data, gsize size);
guint lke2ee_set_id_of_h265_pps (const guint8 *data, gsize size);

G_END_DECLS
