/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* NAL units in a byte stream: where they begin, and emulation prevention. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gssize lke2ee_nal_find_start_code (const guint8 *data, gsize size);

gsize lke2ee_nal_escaped_size (const guint8 *data, gsize size);
gsize lke2ee_nal_max_escaped_size (gsize size);
gsize lke2ee_nal_escape_in_place (guint8 *data, gsize size);

gboolean lke2ee_nal_has_escape (const guint8 *data, gsize size);
gsize lke2ee_nal_unescape (const guint8 *data, gsize size, guint8 *out);

G_END_DECLS
