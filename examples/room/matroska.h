/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Writes one Matroska file. */
#pragma once

#include <gst/gst.h>

typedef struct _Matroska Matroska;

Matroska *matroska_new (const char *path, GError ** error);
int matroska_add_track (Matroska * self, GstCaps * caps, GError ** error);
gboolean matroska_begin (Matroska * self, GError ** error);
gboolean matroska_write (Matroska * self, int track, GstBuffer * buffer,
    gint64 time_ms, gboolean is_key, GError ** error);
gboolean matroska_close (Matroska * self, GError ** error);
