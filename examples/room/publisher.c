/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Puts webrtcbin behind the media's gates, announces the tracks, offers, and
 * opens the gates once the connection stands. */

#include "publisher.h"

struct _Publisher
{
  Media *media;
  const MediaConfig *config;
  Session *session;
  Peer *peer;
  PublisherFuncs funcs;
  gpointer user_data;

  GstPad *pads[MEDIA_N_KINDS];  /* of webrtcbin */
  char *cids[MEDIA_N_KINDS];
  char *sids[MEDIA_N_KINDS];
  gint offered;                 /* atomic */
};

/* Tracks go ahead of the offer, which names them. */
static void
announce (Publisher * self, const GstSDPMessage * sdp)
{
  const MediaConfig *config = self->config;

  for (MediaKind kind = 0; kind < MEDIA_N_KINDS; kind++) {
    if (self->pads[kind] == NULL)
      continue;
    g_free (self->cids[kind]);
    self->cids[kind] = sdp_dup_track_id (sdp, media_kind_name (kind));
    if (self->cids[kind] == NULL)
      continue;
    g_autoptr (GBytes) message = kind == MEDIA_AUDIO ?
        message_new_add_audio (self->cids[kind])
        : message_new_add_video (self->cids[kind], config->width,
        config->height, config->bitrate * 1000);
    session_send (self->session, message);
  }
}

static void
on_described (Peer * peer, const char *type, const GstSDPMessage * sdp,
    gpointer data)
{
  Publisher *self = data;
  g_autofree char *text = gst_sdp_message_as_text (sdp);
  g_autoptr (GBytes) message = message_new_description (type, text, 0);

  announce (self, sdp);
  session_send (self->session, message);
}

static void
on_candidate (Peer * peer, const char *candidate_init, gpointer data)
{
  Publisher *self = data;
  g_autoptr (GBytes) message = message_new_trickle (candidate_init,
      LIVEKIT__SIGNAL_TARGET__PUBLISHER);

  session_send (self->session, message);
}

static void
on_connected (Peer * peer, gpointer data)
{
  Publisher *self = data;

  media_open (self->media, TRUE);
}

static void
on_failed (Peer * peer, const char *reason, gpointer data)
{
  Publisher *self = data;

  self->funcs.failed (reason, self->user_data);
}

/* On a thread of webrtcbin; once all pads have caps. */
static void
on_negotiation_needed (GstElement * webrtcbin, Publisher * self)
{
  if (g_atomic_int_compare_and_exchange (&self->offered, FALSE, TRUE))
    peer_create_offer (self->peer);
}

static void
plug (Publisher * self, MediaKind kind)
{
  g_autoptr (GstPad) packets = media_get_packets (self->media, kind);

  if (packets == NULL)
    return;
  self->pads[kind] = gst_element_request_pad_simple (peer_get_webrtcbin
      (self->peer), "sink_%u");
  gst_pad_link (packets, self->pads[kind]);
}

/* Caps that passed the closed gate before there was anybody behind it are
 * carried over by the next event, of any kind. */
static void
carry_caps_over (Publisher * self, MediaKind kind)
{
  g_autoptr (GstPad) packets = media_get_packets (self->media, kind);

  if (packets != NULL)
    gst_pad_push_event (packets,
        gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
            gst_structure_new_empty ("lke2ee-plugged")));
}

static void
unplug (Publisher * self, MediaKind kind)
{
  g_autoptr (GstPad) packets = media_get_packets (self->media, kind);

  if (self->pads[kind] == NULL)
    return;
  gst_pad_unlink (packets, self->pads[kind]);
  gst_element_release_request_pad (peer_get_webrtcbin (self->peer),
      self->pads[kind]);
  gst_clear_object (&self->pads[kind]);
}

Publisher *
publisher_new (Media * media, const MediaConfig * config, Session * session,
    const Livekit__JoinResponse * join, const PublisherFuncs * funcs,
    gpointer user_data)
{
  static const PeerFuncs peer_funcs =
      { on_described, on_candidate, on_connected, on_failed };
  Publisher *self = g_new0 (Publisher, 1);

  self->media = media;
  self->config = config;
  self->session = session;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->peer = peer_new ("publisher", join, &peer_funcs, self);
  if (self->peer == NULL) {
    g_free (self);
    return NULL;
  }
  GstElement *webrtcbin = peer_get_webrtcbin (self->peer);
  /* Sender reports say when a frame was taken, not when it was sent: encoders
   * take longer for video than for audio, and receivers play both in sync. */
  peer_set_rtpbin_flag (self->peer, "rtcp-sync-send-time", FALSE);
  g_signal_connect (webrtcbin, "on-negotiation-needed",
      G_CALLBACK (on_negotiation_needed), self);
  gst_bin_add (GST_BIN (media_get_pipeline (media)), webrtcbin);
  for (MediaKind kind = 0; kind < MEDIA_N_KINDS; kind++)
    plug (self, kind);
  gst_element_sync_state_with_parent (webrtcbin);
  for (MediaKind kind = 0; kind < MEDIA_N_KINDS; kind++)
    carry_caps_over (self, kind);
  return self;
}

void
publisher_free (Publisher * self)
{
  GstElement *webrtcbin = peer_get_webrtcbin (self->peer);

  media_open (self->media, FALSE);
  gst_element_set_locked_state (webrtcbin, TRUE);
  gst_element_set_state (webrtcbin, GST_STATE_NULL);
  g_signal_handlers_disconnect_by_data (webrtcbin, self);
  for (MediaKind kind = 0; kind < MEDIA_N_KINDS; kind++) {
    unplug (self, kind);
    g_free (self->cids[kind]);
    g_free (self->sids[kind]);
  }
  gst_bin_remove (GST_BIN (media_get_pipeline (self->media)), webrtcbin);
  peer_free (self->peer);
  g_free (self);
}

static void
on_track_published (Publisher * self,
    const Livekit__TrackPublishedResponse * published)
{
  for (MediaKind kind = 0; kind < MEDIA_N_KINDS; kind++) {
    if (g_strcmp0 (self->cids[kind], published->cid) != 0)
      continue;
    g_free (self->sids[kind]);
    self->sids[kind] = g_strdup (published->track->sid);
    self->funcs.published (kind, self->sids[kind], self->user_data);
  }
}

void
publisher_handle (Publisher * self, SignalResponse * message)
{
  switch (message->message_case) {
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_PUBLISHED:
      on_track_published (self, message->track_published);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_ANSWER:
      if (!peer_accept_answer (self->peer, message->answer->sdp))
        self->funcs.failed ("The server's answer cannot be taken",
            self->user_data);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRICKLE:
      if (message->trickle->target == LIVEKIT__SIGNAL_TARGET__PUBLISHER)
        peer_add_candidate (self->peer, message->trickle->candidate_init);
      break;
    default:
      break;
  }
}

/* Tells the room; media_mute() is what stops the track. */
void
publisher_mute (Publisher * self, MediaKind kind, gboolean muted)
{
  if (self->sids[kind] == NULL)
    return;
  g_autoptr (GBytes) message = message_new_mute (self->sids[kind], muted);
  session_send (self->session, message);
}
