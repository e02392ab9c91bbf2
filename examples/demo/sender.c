/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The sending pipeline. Each track is encoded once and then goes two ways:
 *
 *     encoder -+- lke2eeenc ------------------ payloader - packets
 *              +- lke2eeenc enabled=false - hash of what was sealed
 *
 * (H.264 and H.265 are brought into a canonical form before they are sealed;
 * the second way gives just that form.) */

#include "sender.h"

#include <gst/app/gstappsink.h>
#include <gst/pbutils/pbutils.h>

#define SECONDS 10
#define FPS 30

static const char generated_video[] =
    "videotestsrc horizontal-speed=2 num-buffers=300 ! "
    "video/x-raw,width=640,height=360,framerate=30/1";
static const char generated_audio[] =
    "audiotestsrc wave=ticks num-buffers=500 samplesperbuffer=960 ! "
    "audio/x-raw,rate=48000,channels=2";

G_STATIC_ASSERT (SECONDS * FPS == 300 && SECONDS * 48000 / 960 == 500);

/* Which kinds of streams the file has. */
static gboolean
discover (Sender * sender, const char *uri, GError ** error)
{
  g_autoptr (GstDiscoverer) discoverer =
      gst_discoverer_new (30 * GST_SECOND, error);
  g_autoptr (GstDiscovererInfo) info = NULL;
  GList *streams;

  if (discoverer == NULL)
    return FALSE;
  info = gst_discoverer_discover_uri (discoverer, uri, error);
  if (*error != NULL || info == NULL) {
    g_prefix_error (error, "%s: ", uri);
    return FALSE;
  }
  streams = gst_discoverer_info_get_video_streams (info);
  if (streams == NULL)
    sender->video = NULL;
  gst_discoverer_stream_info_list_free (streams);
  streams = gst_discoverer_info_get_audio_streams (info);
  if (streams == NULL)
    sender->audio = NULL;
  gst_discoverer_stream_info_list_free (streams);
  if (sender->video == NULL && sender->audio == NULL) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_TYPE_NOT_FOUND,
        "%s holds neither video nor audio", uri);
    return FALSE;
  }
  return TRUE;
}

static void
append_track (GString * launch, const char *track, const char *source,
    const char *filter, const Codec * codec, const char *key_path)
{
  g_string_append_printf (launch,
      "%s ! %s ! %s ! tee name=%s  "
      "%s. ! queue ! lke2eeenc enabled=false ! %s ! "
      "fakesink name=%s-clear sync=false async=false  "
      "%s. ! queue ! lke2eeenc track-id=%s passphrase-file=\"%s\" ! %s ! "
      "appsink name=%s-packets sync=false async=false  ",
      source, filter, codec->encoder, track, track, codec->frame_caps, track,
      track, track, key_path, codec->payloader, track);
}

static char *
describe (Sender * sender, const char *uri, const char *key_path)
{
  GString *launch = g_string_new (NULL);

  if (uri != NULL)
    g_string_append_printf (launch, "uridecodebin name=in uri=\"%s\"  ", uri);
  if (sender->video != NULL)
    append_track (launch, "video", uri ? "in. ! queue" : generated_video,
        "videoconvert ! videoscale ! "
        "video/x-raw,format=I420,width=[16,4096,2],height=[16,4096,2] ! "
        "textoverlay name=counter valignment=top halignment=left "
        "shaded-background=true", sender->video, key_path);
  if (sender->audio != NULL)
    append_track (launch, "audio", uri ? "in. ! queue" : generated_audio,
        "audioconvert ! audioresample", sender->audio, key_path);
  return g_string_free (launch, FALSE);
}

static GstPadProbeReturn
draw_counter (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Sender *sender = data;
  g_autofree char *text = g_strdup_printf ("frame %u", sender->n_drawn++);
  g_autoptr (GstElement) overlay = gst_pad_get_parent_element (pad);

  g_object_set (overlay, "text", text, NULL);
  return GST_PAD_PROBE_OK;
}

/* Packets */

static const char *
track_of (GstAppSink * sink)
{
  return g_str_has_prefix (GST_OBJECT_NAME (sink), "video") ? "video"
      : "audio";
}

static GstFlowReturn
on_packet (GstAppSink * sink, gpointer data)
{
  Sender *sender = data;
  g_autoptr (GstSample) packet = gst_app_sink_pull_sample (sink);

  if (packet != NULL)
    sender->func (track_of (sink), packet, sender->user_data);
  return GST_FLOW_OK;
}

static void
on_end (GstAppSink * sink, gpointer data)
{
  Sender *sender = data;

  sender->func (track_of (sink), NULL, sender->user_data);
}

static void
connect_track (Sender * sender, const char *track, Ledger * sent)
{
  GstAppSinkCallbacks callbacks = {.eos = on_end,.new_sample = on_packet };
  g_autofree char *clear_name = g_strdup_printf ("%s-clear", track);
  g_autofree char *packets_name = g_strdup_printf ("%s-packets", track);
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (sender->pipeline), packets_name);

  ledger_watch (sent, sender->pipeline, clear_name);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, sender, NULL);
}

static void
connect_counter (Sender * sender)
{
  g_autoptr (GstElement) overlay =
      gst_bin_get_by_name (GST_BIN (sender->pipeline), "counter");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (overlay, "video_sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, draw_counter, sender,
      NULL);
}

/* @path: the media to send, or NULL for generated ones. */
Sender *
sender_new (const char *path, const Codec * video, const char *key_path,
    PacketFunc func, gpointer user_data, GError ** error)
{
  Sender *sender = g_new0 (Sender, 1);
  g_autofree char *uri = path ? gst_filename_to_uri (path, error) : NULL;
  g_autofree char *launch = NULL;

  sender->video = video;
  sender->audio = &opus_codec;
  sender->sent_video = ledger_new ();
  sender->sent_audio = ledger_new ();
  sender->func = func;
  sender->user_data = user_data;
  if (path != NULL && (uri == NULL || !discover (sender, uri, error))) {
    sender_free (sender);
    return NULL;
  }
  launch = describe (sender, uri, key_path);
  sender->pipeline = gst_parse_launch_full (launch, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, error);
  if (sender->pipeline == NULL) {
    sender_free (sender);
    return NULL;
  }
  if (sender->video != NULL) {
    connect_track (sender, "video", sender->sent_video);
    connect_counter (sender);
  }
  if (sender->audio != NULL)
    connect_track (sender, "audio", sender->sent_audio);
  return sender;
}

void
sender_free (Sender * sender)
{
  if (sender->pipeline != NULL) {
    gst_element_set_state (sender->pipeline, GST_STATE_NULL);
    gst_object_unref (sender->pipeline);
  }
  ledger_free (sender->sent_video);
  ledger_free (sender->sent_audio);
  g_free (sender);
}
