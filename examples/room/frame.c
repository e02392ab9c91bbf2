/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Frames hold references, never copies, of their media. */

#include "frame.h"

/* What the sender's reports say, in ms; 0 before the first of them. The jitter
 * buffer attaches it. */
static gint64
read_capture_time (GstBuffer * buffer)
{
  static GstStaticCaps ntp = GST_STATIC_CAPS ("timestamp/x-ntp");
  g_autoptr (GstCaps) caps = gst_static_caps_get (&ntp);
  const GstReferenceTimestampMeta *meta =
      gst_buffer_get_reference_timestamp_meta (buffer, caps);

  return meta != NULL ? (gint64) (meta->timestamp / GST_MSECOND) : 0;
}

/* NULL if the sample has no time. The pipeline's running time has to count from
 * the beginning of the recording. */
Frame *
frame_new (Track * track, GstSample * sample)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstClockTime time = gst_segment_to_running_time (gst_sample_get_segment
      (sample), GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));

  if (!GST_CLOCK_TIME_IS_VALID (time) || gst_sample_get_caps (sample) == NULL)
    return NULL;
  Frame *self = g_new (Frame, 1);
  self->track = track_ref (track);
  self->buffer = gst_buffer_ref (buffer);
  self->caps = gst_caps_ref (gst_sample_get_caps (sample));
  self->time = time / GST_MSECOND;
  self->capture_time = read_capture_time (buffer);
  return self;
}

void
frame_free (Frame * self)
{
  track_unref (self->track);
  gst_buffer_unref (self->buffer);
  gst_caps_unref (self->caps);
  g_free (self);
}

/* Each frame of audio stands for itself. */
gboolean
frame_is_key (const Frame * self)
{
  return !self->track->is_video
      || !GST_BUFFER_FLAG_IS_SET (self->buffer, GST_BUFFER_FLAG_DELTA_UNIT);
}
