/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The file is in GStreamer's own data protocol (gdppay), which keeps caps,
 * flags and times beside each frame and never looks into one. A media container
 * would want parameter sets and stream formats that ciphertext lacks. */

#include "ciphertext.h"

#include <gst/app/gstappsrc.h>

/* For the last bytes to reach a slow disk. */
#define CLOSE_TIMEOUT (10 * GST_SECOND)

struct _Ciphertext
{
  GstElement *pipeline;
  GstAppSrc *source;
  GstBus *bus;
};

static gboolean
check (Ciphertext * self, GError ** error)
{
  g_autoptr (GstMessage) message =
      gst_bus_pop_filtered (self->bus, GST_MESSAGE_ERROR);

  if (message == NULL)
    return TRUE;
  gst_message_parse_error (message, error, NULL);
  return FALSE;
}

static void
ciphertext_free (Ciphertext * self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->source);
  gst_object_unref (self->bus);
  gst_object_unref (self->pipeline);
  g_free (self);
}

Ciphertext *
ciphertext_new (const char *path, GError ** error)
{
  g_autoptr (GstElement) pipeline = gst_parse_launch_full
      ("appsrc name=source format=time block=true ! gdppay ! "
      "filesink name=file buffer-mode=unbuffered sync=false async=false", NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, error);

  if (pipeline == NULL)
    return NULL;
  Ciphertext *self = g_new0 (Ciphertext, 1);
  g_autoptr (GstElement) file = gst_bin_get_by_name (GST_BIN (pipeline),
      "file");
  g_object_set (file, "location", path, NULL);
  self->source = GST_APP_SRC (gst_bin_get_by_name (GST_BIN (pipeline),
          "source"));
  self->bus = gst_element_get_bus (pipeline);
  self->pipeline = g_steal_pointer (&pipeline);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  if (!check (self, error)) {
    ciphertext_free (self);
    return NULL;
  }
  return self;
}

gboolean
ciphertext_write (Ciphertext * self, const Frame * frame, GError ** error)
{
  GstBuffer *buffer = gst_buffer_copy (frame->buffer);

  GST_BUFFER_PTS (buffer) = frame->time * GST_MSECOND;
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  gst_app_src_set_caps (self->source, frame->caps);
  gst_app_src_push_buffer (self->source, buffer);
  return check (self, error);
}

/* Frees @self in any case. */
gboolean
ciphertext_close (Ciphertext * self, GError ** error)
{
  gst_app_src_end_of_stream (self->source);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (self->bus,
      CLOSE_TIMEOUT, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gboolean ok = message != NULL
      && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;

  if (message == NULL)
    g_set_error_literal (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE,
        "The disk does not take the last frames");
  else if (!ok)
    gst_message_parse_error (message, error, NULL);
  ciphertext_free (self);
  return ok;
}
