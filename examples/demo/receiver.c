/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A receiving pipeline:
 *
 *     packets - depayloader - lke2eedec - hash -+- decoder - last picture
 *                                               +- muxer - file
 *
 * Without a key there is no lke2eedec: what a server sees. */

#include "receiver.h"

#include <gst/app/gstappsrc.h>

#define QUEUE "queue max-size-buffers=0 max-size-bytes=0 max-size-time=0"

static void
append_track (GString * launch, const char *track, const Codec * codec,
    const char *key_path, gboolean has_file, const char *sink)
{
  g_string_append_printf (launch,
      "appsrc name=%s-in format=time ! %s ! %s ! ", track, codec->depayloader,
      codec->frame_caps);
  if (key_path != NULL)
    g_string_append_printf (launch,
        "lke2eedec name=%s-dec track-id=%s passphrase-file=\"%s\" ! ", track,
        track, key_path);
  g_string_append_printf (launch,
      "identity name=%s-out ! tee name=%s  %s. ! " QUEUE " ! %s ! %s  ",
      track, track, track, codec->decoder, sink);
  if (has_file)
    g_string_append_printf (launch, "%s. ! " QUEUE " %s ! mux.  ", track,
        codec->parser);
}

static char *
describe (const Codec * video, const Codec * audio, const char *key_path,
    const char *file_path)
{
  GString *launch = g_string_new (NULL);

  if (file_path != NULL)
    g_string_append_printf (launch,
        "matroskamux name=mux ! filesink location=\"%s\" async=false  ",
        file_path);
  if (video != NULL)
    append_track (launch, "video", video, key_path, file_path != NULL,
        "videoconvert ! videoscale ! "
        "video/x-raw,format=I420,width=480,height=270,pixel-aspect-ratio=1/1"
        " ! fakesink name=picture sync=false async=false");
  if (audio != NULL)
    append_track (launch, "audio", audio, key_path, file_path != NULL,
        "fakesink sync=false async=false");
  return g_string_free (launch, FALSE);
}

/* @key_path: NULL for a receiver without decryptor. @file_path: where to
 * record to, or NULL. */
Receiver *
receiver_new (const char *name, const Codec * video, const Codec * audio,
    const char *key_path, const char *file_path, GError ** error)
{
  g_autofree char *launch = describe (video, audio, key_path, file_path);
  GstElement *pipeline = gst_parse_launch_full (launch, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, error);

  if (pipeline == NULL)
    return NULL;

  Receiver *receiver = g_new0 (Receiver, 1);
  receiver->name = name;
  receiver->has_decryptor = key_path != NULL;
  receiver->pipeline = pipeline;
  receiver->video = ledger_new ();
  receiver->audio = ledger_new ();
  if (video != NULL)
    ledger_watch (receiver->video, pipeline, "video-out");
  if (audio != NULL)
    ledger_watch (receiver->audio, pipeline, "audio-out");
  return receiver;
}

void
receiver_free (Receiver * receiver)
{
  gst_element_set_state (receiver->pipeline, GST_STATE_NULL);
  gst_object_unref (receiver->pipeline);
  ledger_free (receiver->video);
  ledger_free (receiver->audio);
  g_free (receiver->failure);
  g_free (receiver);
}

/* Any thread. @packet: NULL at the end of the track. */
void
receiver_push (Receiver * receiver, const char *track, GstSample * packet)
{
  g_autofree char *name = g_strdup_printf ("%s-in", track);
  g_autoptr (GstElement) source =
      gst_bin_get_by_name (GST_BIN (receiver->pipeline), name);

  if (packet != NULL)
    gst_app_src_push_sample (GST_APP_SRC (source), packet);
  else
    gst_app_src_end_of_stream (GST_APP_SRC (source));
}

/* Frames of @track that lke2eedec dropped. */
guint64
receiver_count_refused (Receiver * receiver, const char *track)
{
  g_autofree char *name = g_strdup_printf ("%s-dec", track);
  g_autoptr (GstElement) dec =
      gst_bin_get_by_name (GST_BIN (receiver->pipeline), name);
  g_autoptr (GstStructure) stats = NULL;
  guint64 refused = 0;

  if (dec == NULL)
    return 0;
  g_object_get (dec, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, "dropped", &refused);
  return refused;
}

/* The last picture that the decoder made, or NULL. */
GstSample *
receiver_dup_picture (Receiver * receiver)
{
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (receiver->pipeline), "picture");
  GstSample *sample = NULL;

  if (sink != NULL)
    g_object_get (sink, "last-sample", &sample, NULL);
  return sample;
}
