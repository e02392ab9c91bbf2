/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The frame number that --test draws into its picture. */
#pragma once

#include <gst/video/video.h>

void numbers_draw (GstVideoFrame * frame, guint16 number);
gint numbers_read (const GstVideoFrame * frame);
