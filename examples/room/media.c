/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* One pipeline for as long as the program runs. Each track:
 *
 *     source ! mute ! encoder ! lke2eeenc ! payloader ! gate   (! webrtcbin)
 *
 * mute and gate are valves. mute stops a track at its beginning: nothing of it
 * is encoded, let alone sent. gate is closed while there is no connection, so
 * capture and picture numbers go on when the connection is lost. webrtcbin
 * comes and goes behind it. */

#include "media.h"

#include <gst/video/video.h>

#include "encoders.h"
#include "numbers.h"

#define AUDIO_BITRATE 64
/* Room for an IP header, UDP, SRTP's tag and TURN in 1,280 bytes. */
#define MTU 1200

typedef struct
{
  Media *media;
  MediaKind kind;
  GstElement *mute;             /* all borrowed from the pipeline */
  GstElement *gate;
  GstElement *encoder;
  gint n_frames;                /* atomic */
  gint is_sending;              /* atomic: a packet passed since it opened */
} Track;

struct _Media
{
  GstElement *pipeline;
  Track tracks[MEDIA_N_KINDS];
  gint n_drawn;                 /* of the streaming thread */
  MediaFuncs funcs;
  gpointer user_data;
};

static const char *const kind_names[] = { "audio", "video" };

const char *
media_kind_name (MediaKind kind)
{
  return kind_names[kind];
}

/* Description */

static const char *
peek_source (const MediaConfig * config, MediaKind kind)
{
  switch (config->source) {
    case MEDIA_SOURCE_FILE:
      return "in. ! queue ! identity sync=true";
    case MEDIA_SOURCE_CAMERA:
      return kind == MEDIA_VIDEO ? "autovideosrc" : "autoaudiosrc";
    default:
      return kind == MEDIA_VIDEO ?
          "videotestsrc is-live=true pattern=ball motion=sweep"
          : "audiotestsrc is-live=true wave=ticks samplesperbuffer=960";
  }
}

static void
append_video (GString * launch, const MediaConfig * config)
{
  g_string_append_printf (launch,
      "%s ! videoconvert ! videoscale ! videorate ! "
      "video/x-raw,format=I420,width=%u,height=%u,framerate=%u/1,"
      "pixel-aspect-ratio=1/1 ! ",
      peek_source (config, MEDIA_VIDEO), config->width, config->height,
      config->framerate);
}

static void
append_audio (GString * launch, const MediaConfig * config)
{
  g_string_append_printf (launch, "%s ! audioconvert ! audioresample ! "
      "audio/x-raw,rate=48000,channels=2 ! ",
      peek_source (config, MEDIA_AUDIO));
}

static void
append_sending (GString * launch, MediaKind kind, const Encoder * encoder,
    guint bitrate)
{
  const char *name = kind_names[kind];
  g_autofree char *settings = g_strdup_printf (encoder->settings, bitrate);

  g_string_append_printf (launch,
      "valve name=%s-mute drop-mode=forward-sticky-events ! "
      "queue max-size-buffers=10 max-size-time=0 max-size-bytes=0 "
      "leaky=downstream ! identity name=%s-taken ! "
      "%s name=%s-encoder %s ! lke2eeenc name=%s-enc "
      "track-id=%s ! %s name=%s-pay mtu=%u ! "
      "application/x-rtp,media=%s,encoding-name=%s,payload=%u,%s ! "
      "valve name=%s-gate drop=true drop-mode=forward-sticky-events  ",
      name, name, encoder->encoder, name, settings, name, name,
      encoder->payloader, name, MTU, name, encoder->encoding_name,
      kind == MEDIA_VIDEO ? 96 : 111,
      kind == MEDIA_VIDEO ? "clock-rate=90000,rtcp-fb-nack=true,"
      "rtcp-fb-nack-pli=true,rtcp-fb-ccm-fir=true"
      : "clock-rate=48000,encoding-params=(string)2", name);
}

static char *
describe (const MediaConfig * config, const Encoder * video, GError ** error)
{
  GString *launch = g_string_new (NULL);
  g_autofree char *uri = NULL;

  if (config->source == MEDIA_SOURCE_FILE) {
    uri = gst_filename_to_uri (config->path, error);
    if (uri == NULL)
      return g_string_free (launch, TRUE);
    g_string_append_printf (launch, "uridecodebin name=in uri=\"%s\"  ", uri);
  }
  if (config->has[MEDIA_VIDEO]) {
    append_video (launch, config);
    append_sending (launch, MEDIA_VIDEO, video, config->bitrate);
  }
  if (config->has[MEDIA_AUDIO]) {
    append_audio (launch, config);
    append_sending (launch, MEDIA_AUDIO, &opus_encoder, AUDIO_BITRATE);
  }
  return g_string_free (launch, FALSE);
}

/* Probes */

static GstPadProbeReturn
draw_number (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Media *self = data;
  GstBuffer *buffer = gst_buffer_make_writable (info->data);
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstVideoInfo video;
  GstVideoFrame frame;

  info->data = buffer;
  if (caps != NULL && gst_video_info_from_caps (&video, caps)
      && gst_video_frame_map (&frame, &video, buffer, GST_MAP_WRITE)) {
    numbers_draw (&frame, self->n_drawn++);
    gst_video_frame_unmap (&frame);
  }
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
count_frame (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Track *track = data;

  if (!(GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_EVENT_UPSTREAM))
    g_atomic_int_inc (&track->n_frames);
  else if (gst_event_has_name (info->data, "GstForceKeyUnit"))
    track->media->funcs.keyframe_request (track->media->user_data);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
watch_packet (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Track *track = data;

  if (g_atomic_int_compare_and_exchange (&track->is_sending, FALSE, TRUE))
    track->media->funcs.first_packet (track->kind, track->media->user_data);
  return GST_PAD_PROBE_OK;
}

static void
add_probe (GstElement * element, const char *pad_name, GstPadProbeType type,
    GstPadProbeCallback callback, gpointer data)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, pad_name);

  gst_pad_add_probe (pad, type, callback, data, NULL);
}

/* Set-up */

static GstElement *
find (Media * self, MediaKind kind, const char *part)
{
  g_autofree char *name = g_strdup_printf ("%s-%s", kind_names[kind], part);
  GstElement *element = gst_bin_get_by_name (GST_BIN (self->pipeline), name);

  /* The pipeline holds it for as long as we live. */
  if (element != NULL)
    gst_object_unref (element);
  return element;
}

static void
set_up_track (Media * self, MediaKind kind, Lke2eeKeyProvider * provider)
{
  Track *track = &self->tracks[kind];

  track->media = self;
  track->kind = kind;
  track->mute = find (self, kind, "mute");
  track->gate = find (self, kind, "gate");
  track->encoder = find (self, kind, "encoder");
  g_object_set (find (self, kind, "enc"), "key-provider", provider, NULL);
  add_probe (track->encoder, "src", GST_PAD_PROBE_TYPE_BUFFER
      | GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, count_frame, track);
  add_probe (track->gate, "src", GST_PAD_PROBE_TYPE_BUFFER
      | GST_PAD_PROBE_TYPE_BUFFER_LIST, watch_packet, track);
}

Media *
media_new (const MediaConfig * config, Lke2eeKeyProvider * provider,
    const MediaFuncs * funcs, gpointer user_data, GError ** error)
{
  const Encoder *video = encoder_find (config->codec, config->encoder, error);
  g_autofree char *launch = video ? describe (config, video, error) : NULL;

  if (launch == NULL)
    return NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch_full (launch, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, error);
  if (pipeline == NULL)
    return NULL;
  Media *self = g_new0 (Media, 1);
  self->funcs = *funcs;
  self->user_data = user_data;
  self->pipeline = g_steal_pointer (&pipeline);
  for (MediaKind kind = 0; kind < MEDIA_N_KINDS; kind++) {
    if (config->has[kind])
      set_up_track (self, kind, provider);
  }
  if (config->has[MEDIA_VIDEO] && config->source == MEDIA_SOURCE_TEST)
    /* Behind the queue, which drops pictures when encoding is too slow: a hole
     * in the numbers is a picture that was lost on its way. */
    add_probe (find (self, MEDIA_VIDEO, "taken"), "sink",
        GST_PAD_PROBE_TYPE_BUFFER, draw_number, self);
  return self;
}

void
media_free (Media * self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->pipeline);
  g_free (self);
}

GstElement *
media_get_pipeline (Media * self)
{
  return self->pipeline;
}

/* The pad that gives RTP packets, or NULL if there is no such track. */
GstPad *
media_get_packets (Media * self, MediaKind kind)
{
  GstElement *gate = self->tracks[kind].gate;

  return gate ? gst_element_get_static_pad (gate, "src") : NULL;
}

static void
force_key_frame (Track * track)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (track->encoder, "src");

  gst_pad_send_event (pad,
      gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE,
          FALSE, 0));
}

/* Whether packets leave the pipeline. */
void
media_open (Media * self, gboolean open)
{
  for (MediaKind kind = 0; kind < MEDIA_N_KINDS; kind++) {
    Track *track = &self->tracks[kind];

    if (track->gate == NULL)
      continue;
    g_atomic_int_set (&track->is_sending, FALSE);
    g_object_set (track->gate, "drop", !open, NULL);
    if (open && kind == MEDIA_VIDEO)
      force_key_frame (track);
  }
}

void
media_mute (Media * self, MediaKind kind, gboolean muted)
{
  Track *track = &self->tracks[kind];

  if (track->mute == NULL)
    return;
  if (!muted && kind == MEDIA_VIDEO)
    force_key_frame (track);
  g_object_set (track->mute, "drop", muted, NULL);
}

guint
media_get_n_frames (Media * self, MediaKind kind)
{
  return g_atomic_int_get (&self->tracks[kind].n_frames);
}
