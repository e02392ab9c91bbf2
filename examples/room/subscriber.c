/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The server offers, we answer: once at the beginning, and again whenever a
 * track comes or goes. Which track an m-line carries stands in the offer's
 * message, beside the SDP. */

#include "subscriber.h"

#include <gst/webrtc/webrtc.h>

struct _Subscriber
{
  Session *session;
  Peer *peer;
  SubscriberFuncs funcs;
  gpointer user_data;

  guint offer_id;
  GstSDPMessage *offer;         /* the last */
  gboolean answering;           /* the last offer's answer is being made */
  SignalResponse *next_offer;   /* came meanwhile */

  GMutex lock;
  GHashTable *tracks;           /* mid -> track id; guarded by the lock */
};

static void accept_offer (Subscriber * self,
    const Livekit__SessionDescription * offer);

static const char *
find_encoding (const char *mid, gpointer data)
{
  Subscriber *self = data;
  const char *track_id = g_hash_table_lookup (self->tracks, mid);

  return track_id && self->funcs.encoding ?
      self->funcs.encoding (track_id, self->user_data) : NULL;
}

static void
learn_tracks (Subscriber * self, const Livekit__SessionDescription * offer)
{
  g_mutex_lock (&self->lock);
  for (gsize i = 0; i < offer->n_mid_to_track_id; i++)
    g_hash_table_replace (self->tracks,
        g_strdup (offer->mid_to_track_id[i]->mid),
        g_strdup (offer->mid_to_track_id[i]->track_id));
  g_mutex_unlock (&self->lock);
}

static char *
dup_track_id (Subscriber * self, GstPad * pad)
{
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  g_autofree char *mid = NULL;

  g_object_get (pad, "transceiver", &transceiver, NULL);
  if (transceiver != NULL)
    g_object_get (transceiver, "mid", &mid, NULL);
  if (mid == NULL)
    return NULL;
  g_mutex_lock (&self->lock);
  char *track_id = g_strdup (g_hash_table_lookup (self->tracks, mid));
  g_mutex_unlock (&self->lock);
  return track_id;
}

static void
on_pad_added (GstElement * webrtcbin, GstPad * pad, Subscriber * self)
{
  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC || self->funcs.pad_added == NULL)
    return;
  g_autofree char *track_id = dup_track_id (self, pad);
  self->funcs.pad_added (pad, track_id, self->user_data);
}

/* Lost packets are asked for again. */
static void
on_new_transceiver (GstElement * webrtcbin,
    GstWebRTCRTPTransceiver * transceiver, Subscriber * self)
{
  g_object_set (transceiver, "do-nack", TRUE, NULL);
}

static void
on_described (Peer * peer, const char *type, const GstSDPMessage * sdp,
    gpointer data)
{
  Subscriber *self = data;
  GstSDPMessage *answer;

  gst_sdp_message_copy (sdp, &answer);
  sdp_accept_codecs (answer, self->offer);
  g_autofree char *text = gst_sdp_message_as_text (answer);
  g_autoptr (GBytes) message = message_new_description (type, text,
      self->offer_id);
  gst_sdp_message_free (answer);
  session_send (self->session, message);
  self->answering = FALSE;
  if (self->next_offer != NULL) {
    g_autoptr (SignalResponse) next = g_steal_pointer (&self->next_offer);

    accept_offer (self, next->offer);
  }
}

static void
on_candidate (Peer * peer, const char *candidate_init, gpointer data)
{
  Subscriber *self = data;
  g_autoptr (GBytes) message = message_new_trickle (candidate_init,
      LIVEKIT__SIGNAL_TARGET__SUBSCRIBER);

  session_send (self->session, message);
}

static void
on_connected (Peer * peer, gpointer data)
{
}

static void
on_failed (Peer * peer, const char *reason, gpointer data)
{
  Subscriber *self = data;

  self->funcs.failed (reason, self->user_data);
}

static void
accept_offer (Subscriber * self, const Livekit__SessionDescription * offer)
{
  self->offer_id = offer->id;
  self->answering = TRUE;
  learn_tracks (self, offer);
  g_clear_pointer (&self->offer, gst_sdp_message_free);
  if (gst_sdp_message_new_from_text (offer->sdp, &self->offer) != GST_SDP_OK
      || !peer_accept_offer (self->peer, offer->sdp, find_encoding, self)) {
    self->answering = FALSE;
    self->funcs.failed ("The server's offer cannot be taken", self->user_data);
  }
}

/* A copy: @message belongs to the caller. */
static SignalResponse *
copy (SignalResponse * message)
{
  gsize size = livekit__signal_response__get_packed_size (message);
  g_autofree guint8 *data = g_malloc (size);

  livekit__signal_response__pack (message, data);
  return livekit__signal_response__unpack (NULL, size, data);
}

void
subscriber_handle (Subscriber * self, SignalResponse * message)
{
  if (message->message_case == LIVEKIT__SIGNAL_RESPONSE__MESSAGE_OFFER) {
    if (!self->answering) {
      accept_offer (self, message->offer);
    } else {
      g_clear_pointer (&self->next_offer, message_free);
      self->next_offer = copy (message);
    }
  } else if (message->message_case ==
      LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRICKLE
      && message->trickle->target == LIVEKIT__SIGNAL_TARGET__SUBSCRIBER) {
    peer_add_candidate (self->peer, message->trickle->candidate_init);
  }
}

/* webrtcbin goes into @pipeline and stays there. NULL without webrtcbin. */
Subscriber *
subscriber_new (GstElement * pipeline, Session * session,
    const Livekit__JoinResponse * join, const SubscriberFuncs * funcs,
    gpointer user_data)
{
  static const PeerFuncs peer_funcs =
      { on_described, on_candidate, on_connected, on_failed };
  Subscriber *self = g_new0 (Subscriber, 1);

  self->peer = peer_new ("subscriber", join, &peer_funcs, self);
  if (self->peer == NULL) {
    g_free (self);
    return NULL;
  }
  self->session = session;
  self->funcs = *funcs;
  self->user_data = user_data;
  g_mutex_init (&self->lock);
  self->tracks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      g_free);
  GstElement *webrtcbin = peer_get_webrtcbin (self->peer);
  /* Frames carry when their sender took them, as its reports say. */
  peer_set_rtpbin_flag (self->peer, "add-reference-timestamp-meta", TRUE);
  g_signal_connect (webrtcbin, "pad-added", G_CALLBACK (on_pad_added), self);
  g_signal_connect (webrtcbin, "on-new-transceiver",
      G_CALLBACK (on_new_transceiver), self);
  gst_bin_add (GST_BIN (pipeline), webrtcbin);
  gst_element_sync_state_with_parent (webrtcbin);
  return self;
}

void
subscriber_free (Subscriber * self)
{
  GstElement *webrtcbin = peer_get_webrtcbin (self->peer);

  gst_element_set_locked_state (webrtcbin, TRUE);
  gst_element_set_state (webrtcbin, GST_STATE_NULL);
  g_signal_handlers_disconnect_by_data (webrtcbin, self);
  g_autoptr (GstObject) pipeline =
      gst_object_get_parent (GST_OBJECT (webrtcbin));
  if (pipeline != NULL)
    gst_bin_remove (GST_BIN (pipeline), webrtcbin);
  peer_free (self->peer);
  g_clear_pointer (&self->next_offer, message_free);
  g_clear_pointer (&self->offer, gst_sdp_message_free);
  g_hash_table_unref (self->tracks);
  g_mutex_clear (&self->lock);
  g_free (self);
}
