/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* depayloader ! lke2eedec ! parser ! appsink, or without the decryptor where
 * ciphertext is kept. */

#include "receiver.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>
#include <string.h>

#include "route.h"

/* Frames read ahead of receiver_pull(). */
#define MAX_PULLED 8

struct _Receiver
{
  GstBin *pipeline;
  GstElement *bin;
  GstElement *decryptor;        /* NULL: ciphertext */
  GstPad *source;
  GstPad *sink_pad;             /* of the appsink */
  Track *track;
  ReceiverFunc func;
  gpointer user_data;
  guint64 n_injected;           /* these two: of the streaming thread */
  guint64 n_dropped;
};

/* What the decryptor counted of @field since the last time, which is kept in
 * @last, goes to @total. */
static guint64
take_count (Receiver * self, const char *field, guint64 * last, gint * total)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 count = 0;

  g_object_get (self->decryptor, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, field, &count);
  guint64 new = count - *last;
  *last = count;
  g_atomic_int_add (total, new);
  return new;
}

/* Behind the decryptor, which counts a frame before it lets it go: the blank
 * frames of the server are no part of a recording. */
static GstPadProbeReturn
leave_out_injected (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Receiver *self = data;

  return take_count (self, "injected", &self->n_injected,
      &self->track->n_injected) > 0 ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

/* In front of it: frames that are dropped never come out. */
static GstPadProbeReturn
count_dropped (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Receiver *self = data;

  take_count (self, "dropped", &self->n_dropped, &self->track->n_dropped);
  return GST_PAD_PROBE_OK;
}

/* A decryptor sees to it that a loss is followed by a key frame; whoever opens
 * ciphertext later needs one as much. */
static gboolean
is_behind_a_loss (Receiver * self, GstSample * sample)
{
  return self->decryptor == NULL && self->track->is_video && sample != NULL
      && GST_BUFFER_IS_DISCONT (gst_sample_get_buffer (sample));
}

static GstFlowReturn
on_sample (GstAppSink * sink, gpointer data)
{
  Receiver *self = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);

  if (is_behind_a_loss (self, sample))
    g_atomic_int_set (&self->track->wants_key_frame, TRUE);
  Frame *frame = sample ? frame_new (self->track, sample) : NULL;

  if (frame != NULL)
    self->func (frame, self->user_data);
  if (g_atomic_int_compare_and_exchange (&self->track->wants_key_frame, TRUE,
          FALSE))
    gst_pad_push_event (self->sink_pad,
        gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE,
            FALSE, 0));
  return GST_FLOW_OK;
}

static void
add_probe (GstElement * element, const char *name, GstPadProbeCallback probe,
    gpointer data)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, name);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, probe, data, NULL);
}

static void
set_up_decryptor (Receiver * self, Lke2eeKeyProvider * provider)
{
  /* A picture that refers to a lost one is worse in a file than none. */
  g_object_set (self->decryptor, "key-provider", provider, "participant",
      self->track->identity, "track-id", self->track->sid,
      "wait-for-keyframe", self->track->is_video, NULL);
  add_probe (self->decryptor, "sink", count_dropped, self);
  add_probe (self->decryptor, "src", leave_out_injected, self);
}

static void
set_up_sink (Receiver * self)
{
  GstAppSinkCallbacks callbacks = {.new_sample = on_sample };
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (self->bin), "sink");

  g_object_set (sink, "sync", FALSE, "async", FALSE, NULL);
  if (self->func != NULL)
    gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, self, NULL);
  else
    g_object_set (sink, "max-buffers", MAX_PULLED, NULL);
  self->sink_pad = gst_element_get_static_pad (sink, "sink");
}

/* @source: gives RTP packets, or frames if not @from_rtp. @provider: NULL to
 * keep ciphertext. @func: NULL for receiver_pull(). */
Receiver *
receiver_new (GstBin * pipeline, GstPad * source, Track * track,
    gboolean from_rtp, Lke2eeKeyProvider * provider, ReceiverFunc func,
    gpointer user_data, GError ** error)
{
  g_autofree char *launch = route_describe (track->codec, from_rtp,
      provider != NULL, error);

  if (launch == NULL)
    return NULL;
  GstElement *bin = gst_parse_bin_from_description (launch, TRUE, error);
  if (bin == NULL)
    return NULL;
  Receiver *self = g_new0 (Receiver, 1);
  self->pipeline = pipeline;
  self->bin = gst_object_ref_sink (bin);
  self->decryptor = gst_bin_get_by_name (GST_BIN (bin), "decryptor");
  self->source = gst_object_ref (source);
  self->track = track_ref (track);
  self->func = func;
  self->user_data = user_data;
  if (self->decryptor != NULL)
    set_up_decryptor (self, provider);
  set_up_sink (self);
  gst_bin_add (pipeline, bin);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (bin, "sink");
  gst_element_sync_state_with_parent (bin);
  gst_pad_link (source, sink);
  return self;
}

static GstPadProbeReturn
drop (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  return GST_PAD_PROBE_DROP;
}

/* What still comes after a track is gone, such as the server's blank frames,
 * finds nobody, which must not be an error. */
void
receiver_free (Receiver * self)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (self->bin, "sink");

  gst_pad_add_probe (self->source, GST_PAD_PROBE_TYPE_BUFFER
      | GST_PAD_PROBE_TYPE_BUFFER_LIST, drop, NULL, NULL);

  gst_element_set_locked_state (self->bin, TRUE);
  gst_element_set_state (self->bin, GST_STATE_NULL);
  gst_pad_unlink (self->source, sink);
  gst_bin_remove (self->pipeline, self->bin);
  gst_clear_object (&self->decryptor);
  gst_object_unref (self->sink_pad);
  gst_object_unref (self->source);
  gst_object_unref (self->bin);
  track_unref (self->track);
  g_free (self);
}

/* Waits for the next frame. NULL at the end. */
Frame *
receiver_pull (Receiver * self)
{
  g_autoptr (GstElement) sink = gst_pad_get_parent_element (self->sink_pad);

  for (;;) {
    g_autoptr (GstSample) sample =
        gst_app_sink_pull_sample (GST_APP_SINK (sink));

    if (sample == NULL)
      return NULL;
    Frame *frame = frame_new (self->track, sample);
    if (frame != NULL)
      return frame;
  }
}

/* Whether @element, a source of messages, is in this receiver. */
gboolean
receiver_owns (Receiver * self, GstObject * element)
{
  return gst_object_has_as_ancestor (element, GST_OBJECT (self->bin));
}
