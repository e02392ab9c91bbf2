/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* An element between two pads of ours: frames are pushed into it, and let go of
 * where they come out. */
#pragma once

#include <gst/gst.h>

#include "frames.h"

typedef struct _Line Line;

/* Takes @element over. Frames of @caps are @data over and over, each in a new
 * buffer, as encoders give them out, but not copied; they stay the caller's. */
Line *line_new (GstElement *element, const char *caps, const guint8 *data,
    gsize size);
void line_free (Line *self);

/* Pushes a frame; it is an error if nothing came out. */
void line_push (Line *self);
/* A BenchFunc. */
void line_run (gpointer self, guint n);
