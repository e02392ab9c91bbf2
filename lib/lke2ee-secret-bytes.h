/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Bytes in secret memory for callers: from data, from text, from a file. */
#pragma once

#include <glib-object.h>
#include "lke2ee-visibility.h"

G_BEGIN_DECLS

LKE2EE_API
GBytes *lke2ee_secret_bytes_new (const guint8 *data, gsize size);
LKE2EE_API
GBytes *lke2ee_secret_bytes_new_from_text (const char *text, GError **error);
LKE2EE_API
GBytes *lke2ee_secret_bytes_new_from_file (const char *path, gsize max_size,
    GError **error);
LKE2EE_API
gboolean lke2ee_secret_bytes_equal (GBytes *a, GBytes *b);

G_END_DECLS
