/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* webrtcbin calls back on threads of its own. Everything is carried over to the
 * main context here, so nobody else has to think of threads; what arrives
 * after peer_free() is dropped. */

#include "peer.h"

#include <gst/webrtc/webrtc.h>
#include <json-glib/json-glib.h>

/* A jitter buffer's time, ms: what WebRTC takes on the open network. */
#define LATENCY_MS 200

struct _Peer
{
  gint closed;                  /* of the main context */
  GstElement *webrtcbin;
  gboolean connected;
  PeerFuncs funcs;
  gpointer user_data;
};

typedef enum
{
  NEWS_DESCRIPTION,
  NEWS_CANDIDATE,
  NEWS_STATE,
} NewsKind;

/* What a thread of webrtcbin has to say. */
typedef struct
{
  Peer *peer;
  NewsKind kind;
  GstWebRTCSessionDescription *description;
  char *candidate_init;
  GstWebRTCPeerConnectionState state;
} News;

static void
clear_peer (gpointer data)
{
  gst_object_unref (((Peer *) data)->webrtcbin);
}

static void
peer_unref (Peer * self)
{
  g_atomic_rc_box_release_full (self, clear_peer);
}

static void
news_free (gpointer data)
{
  News *news = data;

  g_clear_pointer (&news->description, gst_webrtc_session_description_free);
  g_free (news->candidate_init);
  peer_unref (news->peer);
  g_free (news);
}

static void
deliver_state (Peer * self, GstWebRTCPeerConnectionState state)
{
  if (state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED && !self->connected) {
    self->connected = TRUE;
    self->funcs.connected (self, self->user_data);
  } else if (state == GST_WEBRTC_PEER_CONNECTION_STATE_FAILED) {
    self->funcs.failed (self, "The media connection failed", self->user_data);
  }
}

static gboolean
deliver (gpointer data)
{
  News *news = data;
  Peer *self = news->peer;

  if (self->closed)
    return G_SOURCE_REMOVE;
  switch (news->kind) {
    case NEWS_DESCRIPTION:
      self->funcs.described (self,
          gst_webrtc_sdp_type_to_string (news->description->type),
          news->description->sdp, self->user_data);
      break;
    case NEWS_CANDIDATE:
      self->funcs.candidate (self, news->candidate_init, self->user_data);
      break;
    case NEWS_STATE:
      deliver_state (self, news->state);
      break;
  }
  return G_SOURCE_REMOVE;
}

static News *
news_new (Peer * self, NewsKind kind)
{
  News *news = g_new0 (News, 1);

  news->peer = g_atomic_rc_box_acquire (self);
  news->kind = kind;
  return news;
}

static void
send_to_main (News * news)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, deliver, news, news_free);
}

/* RTCIceCandidateInit. */
static char *
write_candidate (guint line, const char *candidate)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "candidate");
  json_builder_add_string_value (builder, candidate);
  json_builder_set_member_name (builder, "sdpMLineIndex");
  json_builder_add_int_value (builder, line);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static void
on_ice_candidate (GstElement * webrtcbin, guint line, const char *candidate,
    Peer * self)
{
  News *news = news_new (self, NEWS_CANDIDATE);

  news->candidate_init = write_candidate (line, candidate);
  send_to_main (news);
}

static void
on_connection_state (GstElement * webrtcbin, GParamSpec * pspec, Peer * self)
{
  News *news = news_new (self, NEWS_STATE);

  g_object_get (webrtcbin, "connection-state", &news->state, NULL);
  send_to_main (news);
}

static void
release_peer (gpointer data)
{
  peer_unref (data);
}

/* Takes our own description out of the reply, sets it and passes it on. */
static void
on_created (GstPromise * promise, gpointer data)
{
  Peer *self = data;
  const GstStructure *reply = gst_promise_get_reply (promise);
  News *news = news_new (self, NEWS_DESCRIPTION);

  if (reply != NULL && (gst_structure_get (reply, "offer",
              GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &news->description, NULL)
          || gst_structure_get (reply, "answer",
              GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &news->description, NULL))) {
    g_signal_emit_by_name (self->webrtcbin, "set-local-description",
        news->description, NULL);
    send_to_main (news);
  } else {
    news_free (news);
  }
  gst_promise_unref (promise);
}

static void
create (Peer * self, const char *signal)
{
  g_signal_emit_by_name (self->webrtcbin, signal, NULL,
      gst_promise_new_with_change_func (on_created,
          g_atomic_rc_box_acquire (self), release_peer));
}

void
peer_create_offer (Peer * self)
{
  create (self, "create-offer");
}

static gboolean
set_remote (Peer * self, GstWebRTCSDPType type, GstSDPMessage * sdp)
{
  g_autoptr (GstWebRTCSessionDescription) description =
      gst_webrtc_session_description_new (type, sdp);
  g_autoptr (GstPromise) promise = gst_promise_new ();

  g_signal_emit_by_name (self->webrtcbin, "set-remote-description",
      description, promise);
  if (gst_promise_wait (promise) != GST_PROMISE_RESULT_REPLIED)
    return FALSE;
  const GstStructure *reply = gst_promise_get_reply (promise);
  return reply == NULL || !gst_structure_has_field (reply, "error");
}

/* @codecs: which codec each m-line is to be answered with. */
gboolean
peer_accept_offer (Peer * self, const char *text, SdpCodecFunc codecs,
    gpointer user_data)
{
  GstSDPMessage *sdp;

  if (gst_sdp_message_new_from_text (text, &sdp) != GST_SDP_OK)
    return FALSE;
  sdp_prefer_codecs (sdp, codecs, user_data);
  if (!set_remote (self, GST_WEBRTC_SDP_TYPE_OFFER, sdp))
    return FALSE;
  create (self, "create-answer");
  return TRUE;
}

gboolean
peer_accept_answer (Peer * self, const char *text)
{
  GstSDPMessage *sdp;

  return gst_sdp_message_new_from_text (text, &sdp) == GST_SDP_OK
      && set_remote (self, GST_WEBRTC_SDP_TYPE_ANSWER, sdp);
}

void
peer_add_candidate (Peer * self, const char *candidate_init)
{
  g_autoptr (JsonNode) root = json_from_string (candidate_init, NULL);

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return;
  JsonObject *object = json_node_get_object (root);
  const char *candidate = json_object_get_string_member_with_default (object,
      "candidate", "");
  gint64 line = json_object_get_int_member_with_default (object,
      "sdpMLineIndex", 0);
  /* An empty one says that no more will come. */
  if (*candidate != '\0')
    g_signal_emit_by_name (self->webrtcbin, "add-ice-candidate",
        (guint) MAX (line, 0), candidate);
}

static void
add_ice_server (Peer * self, const Livekit__IceServer * server)
{
  for (gsize i = 0; i < server->n_urls; i++) {
    g_autofree char *uri = sdp_make_ice_uri (server->urls[i],
        server->username, server->credential);
    gboolean added;

    if (uri == NULL)
      continue;
    if (g_str_has_prefix (uri, "stun"))
      g_object_set (self->webrtcbin, "stun-server", uri, NULL);
    else
      g_signal_emit_by_name (self->webrtcbin, "add-turn-server", uri, &added);
  }
}

/* NULL without webrtcbin. */
Peer *
peer_new (const char *name, const Livekit__JoinResponse * join,
    const PeerFuncs * funcs, gpointer user_data)
{
  GstElement *webrtcbin = gst_element_factory_make ("webrtcbin", name);

  if (webrtcbin == NULL)
    return NULL;
  Peer *self = g_atomic_rc_box_new0 (Peer);
  self->webrtcbin = gst_object_ref_sink (webrtcbin);
  self->funcs = *funcs;
  self->user_data = user_data;
  g_object_set (webrtcbin, "bundle-policy",
      GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE, "latency", LATENCY_MS, NULL);
  for (gsize i = 0; i < join->n_ice_servers; i++)
    add_ice_server (self, join->ice_servers[i]);
  g_signal_connect (webrtcbin, "on-ice-candidate",
      G_CALLBACK (on_ice_candidate), self);
  g_signal_connect (webrtcbin, "notify::connection-state",
      G_CALLBACK (on_connection_state), self);
  return self;
}

/* The pipeline has to have stopped webrtcbin before. */
void
peer_free (Peer * self)
{
  self->closed = TRUE;
  g_signal_handlers_disconnect_by_data (self->webrtcbin, self);
  peer_unref (self);
}

GstElement *
peer_get_webrtcbin (Peer * self)
{
  return self->webrtcbin;
}

/* A property of the rtpbin inside, which webrtcbin does not hand on. */
void
peer_set_rtpbin_flag (Peer * self, const char *name, gboolean value)
{
  g_autoptr (GstElement) rtpbin =
      gst_bin_get_by_name (GST_BIN (self->webrtcbin), "rtpbin");

  if (rtpbin != NULL)
    g_object_set (rtpbin, name, value, NULL);
}
