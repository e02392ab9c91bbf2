/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* NAL units without and with emulation prevention bytes. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

gsize lke2ee_rbsp_read (const guint8 *nal, gsize size, guint8 *out,
    gsize out_capacity);
GByteArray *lke2ee_rbsp_write (const guint8 *rbsp, gsize size);

G_END_DECLS
