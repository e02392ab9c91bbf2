/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The pictures of several receivers side by side, as a PNG. */
#pragma once

#include <gst/gst.h>

typedef struct
{
  const char *label;
  GstSample *sample;            /* NULL: black */
} Picture;

gboolean picture_write (const Picture * pictures, guint n_pictures,
    const char *path, GError ** error);
