/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What GStreamer synchronises, told to ThreadSanitizer; see glib.c. */

#include <gst/gst.h>

#include "interpose.h"

DECLARE (gst_mini_object_ref);
DECLARE (gst_mini_object_unref);

GstMiniObject *
gst_mini_object_ref (GstMiniObject * object)
{
  order_by_counter (object);
  return REAL (gst_mini_object_ref) (object);
}

void
gst_mini_object_unref (GstMiniObject * object)
{
  order_by_counter (object);
  REAL (gst_mini_object_unref) (object);
}
