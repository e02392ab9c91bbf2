/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Writes the PNG. */

#include "picture.h"

#include <gst/app/gstappsrc.h>

#define WIDTH 480
#define HEIGHT 270

static char *
describe (const Picture * pictures, guint n_pictures, const char *path)
{
  GString *launch = g_string_new ("compositor name=mix");

  for (guint i = 0; i < n_pictures; i++)
    g_string_append_printf (launch, " sink_%u::xpos=%u", i, i * WIDTH);
  g_string_append_printf (launch, " ! videoconvert ! pngenc snapshot=true ! "
      "filesink location=\"%s\"  ", path);
  for (guint i = 0; i < n_pictures; i++) {
    g_autofree char *source = pictures[i].sample ?
        g_strdup_printf ("appsrc name=in%u format=time", i)
        : g_strdup ("videotestsrc pattern=black num-buffers=1");

    g_string_append_printf (launch, "%s ! "
        "video/x-raw,format=I420,width=%d,height=%d,framerate=1/1 ! "
        "textoverlay shaded-background=true valignment=bottom text=\"%s%s\" "
        "! mix.  ",
        source, WIDTH, HEIGHT, pictures[i].label,
        pictures[i].sample ? "" : ": no picture");
  }
  return g_string_free (launch, FALSE);
}

static void
feed (GstElement * pipeline, const Picture * picture, guint index)
{
  g_autofree char *name = g_strdup_printf ("in%u", index);
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline),
      name);
  g_autoptr (GstBuffer) buffer =
      gst_buffer_copy (gst_sample_get_buffer (picture->sample));
  g_autoptr (GstCaps) caps =
      gst_caps_copy (gst_sample_get_caps (picture->sample));

  gst_caps_set_simple (caps, "framerate", GST_TYPE_FRACTION, 1, 1, NULL);
  GST_BUFFER_PTS (buffer) = 0;
  GST_BUFFER_DURATION (buffer) = GST_SECOND;
  gst_app_src_set_caps (GST_APP_SRC (source), caps);
  gst_app_src_push_buffer (GST_APP_SRC (source), g_steal_pointer (&buffer));
  gst_app_src_end_of_stream (GST_APP_SRC (source));
}

/* Places @pictures from left to right. */
gboolean
picture_write (const Picture * pictures, guint n_pictures, const char *path,
    GError ** error)
{
  g_autofree char *launch = describe (pictures, n_pictures, path);
  g_autoptr (GstElement) pipeline = gst_parse_launch (launch, error);

  if (pipeline == NULL)
    return FALSE;
  for (guint i = 0; i < n_pictures; i++) {
    if (pictures[i].sample != NULL)
      feed (pipeline, &pictures[i], i);
  }

  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
      20 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gboolean ok =
      message != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
  if (message == NULL)
    g_set_error_literal (error, GST_CORE_ERROR, GST_CORE_ERROR_FAILED,
        "Writing the picture took too long");
  else if (!ok)
    gst_message_parse_error (message, error, NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return ok;
}
