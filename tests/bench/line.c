/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Push to push, without threads and without a pipeline. */

#include "line.h"

struct _Line
{
  GstElement *element;
  GstPad *in;
  GstPad *out;
  const guint8 *data;
  gsize size;
  guint64 n_pushed;
  guint64 n_arrived;
};

static GstFlowReturn
arrive (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  ((Line *) gst_pad_get_element_private (pad))->n_arrived++;
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

/* Pads of elements are there always, or made on request: srtpenc's. */
static GstPad *
get_pad (GstElement * element, const char *always, const char *on_request)
{
  GstPad *pad = gst_element_get_static_pad (element, always);

  return pad ? pad : gst_element_request_pad_simple (element, on_request);
}

static void
link_pads (Line * self)
{
  g_autoptr (GstPad) sink = get_pad (self->element, "sink", "rtp_sink_0");
  g_autoptr (GstPad) src = gst_element_get_static_pad (self->element, "src");

  if (src == NULL)
    src = gst_element_get_static_pad (self->element, "rtp_src_0");
  self->in = gst_pad_new ("in", GST_PAD_SRC);
  self->out = gst_pad_new ("out", GST_PAD_SINK);
  gst_pad_set_element_private (self->out, self);
  gst_pad_set_chain_function (self->out, arrive);
  g_assert_cmpint (gst_pad_link (self->in, sink), ==, GST_PAD_LINK_OK);
  g_assert_cmpint (gst_pad_link (src, self->out), ==, GST_PAD_LINK_OK);
  gst_pad_set_active (self->out, TRUE);
  gst_pad_set_active (self->in, TRUE);
}

static void
begin_stream (Line * self, const char *caps_string)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (caps_string);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->in, gst_event_new_stream_start ("bench"));
  g_assert_true (gst_pad_push_event (self->in, gst_event_new_caps (caps)));
  gst_pad_push_event (self->in, gst_event_new_segment (&segment));
}

Line *
line_new (GstElement * element, const char *caps, const guint8 * data,
    gsize size)
{
  Line *self = g_new0 (Line, 1);

  self->element = gst_object_ref_sink (element);
  link_pads (self);
  g_assert_cmpint (gst_element_set_state (element, GST_STATE_PLAYING), !=,
      GST_STATE_CHANGE_FAILURE);
  begin_stream (self, caps);
  self->data = data;
  self->size = size;
  return self;
}

void
line_free (Line * self)
{
  gst_pad_set_active (self->in, FALSE);
  gst_element_set_state (self->element, GST_STATE_NULL);
  gst_pad_set_active (self->out, FALSE);
  gst_object_unref (self->in);
  gst_object_unref (self->out);
  gst_object_unref (self->element);
  g_free (self);
}

void
line_push (Line * self)
{
  GstBuffer *frame = gst_buffer_new_wrapped_full (GST_MEMORY_FLAG_READONLY,
      (gpointer) self->data, self->size, 0, self->size, NULL, NULL);

  GST_BUFFER_PTS (frame) = self->n_pushed * GST_MSECOND;
  g_assert_cmpint (gst_pad_push (self->in, frame), ==, GST_FLOW_OK);
  g_assert_cmpuint (++self->n_pushed, ==, self->n_arrived);
}

void
line_run (gpointer self, guint n)
{
  for (guint i = 0; i < n; i++)
    line_push (self);
}
