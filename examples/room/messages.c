/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Reads and writes protobuf messages with the code that protoc-c makes of
 * livekit.proto. What the server sends is checked here once: a message that
 * does not parse, or has no body that we know, is NULL to everyone else. */

#include "messages.h"

#include <string.h>

/* Names of DisconnectReason, livekit_models.proto. */
static const struct
{
  const char *name;
  LeaveKind kind;
} reasons[] = {
  {"unknown", LEAVE_TRY_AGAIN},
  {"client-initiated", LEAVE_FOR_GOOD},
  {"duplicate-identity", LEAVE_FOR_GOOD},
  {"server-shutdown", LEAVE_TRY_AGAIN},
  {"participant-removed", LEAVE_FOR_GOOD},
  {"room-deleted", LEAVE_FOR_GOOD},
  {"state-mismatch", LEAVE_TRY_AGAIN},
  {"join-failure", LEAVE_TRY_AGAIN},
  {"migration", LEAVE_TRY_AGAIN},
  {"signal-close", LEAVE_TRY_AGAIN},
  {"room-closed", LEAVE_FOR_GOOD},
};

void
message_free (SignalResponse * message)
{
  livekit__signal_response__free_unpacked (message, NULL);
}

static gboolean
has_body (const SignalResponse * message)
{
  switch (message->message_case) {
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE__NOT_SET:
      return FALSE;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN:
      return message->join->room != NULL && message->join->participant != NULL;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_TRACK_PUBLISHED:
      return message->track_published->track != NULL;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_OFFER:
      return message->offer->sdp[0] != '\0';
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_ANSWER:
      return message->answer->sdp[0] != '\0';
    default:
      return TRUE;
  }
}

/* NULL for what is broken, and for messages that are of no interest here. */
SignalResponse *
message_parse (GBytes * bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autoptr (SignalResponse) message =
      livekit__signal_response__unpack (NULL, size, data);

  if (message == NULL || !has_body (message))
    return NULL;
  return g_steal_pointer (&message);
}

/* Which track an m-line carries, or NULL. */
const char *
message_peek_track_id (const Livekit__SessionDescription * description,
    const char *mid)
{
  for (gsize i = 0; i < description->n_mid_to_track_id; i++) {
    if (g_strcmp0 (description->mid_to_track_id[i]->mid, mid) == 0)
      return description->mid_to_track_id[i]->track_id;
  }
  return NULL;
}

LeaveKind
message_judge_leave (const Livekit__LeaveRequest * leave, const char **reason)
{
  guint index = leave->reason < G_N_ELEMENTS (reasons) ? leave->reason : 0;

  *reason = reasons[index].name;
  if (leave->action != LIVEKIT__LEAVE_REQUEST__ACTION__DISCONNECT)
    return LEAVE_TRY_AGAIN;
  return reasons[index].kind;
}

static GBytes *
pack (const Livekit__SignalRequest * request)
{
  gsize size = livekit__signal_request__get_packed_size (request);
  guint8 *data = g_malloc (size);

  livekit__signal_request__pack (request, data);
  return g_bytes_new_take (data, size);
}

/* @type: offer or answer; an answer carries the offer's @id. */
GBytes *
message_new_description (const char *type, const char *sdp, guint id)
{
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  Livekit__SessionDescription description = LIVEKIT__SESSION_DESCRIPTION__INIT;

  description.type = (char *) type;
  description.sdp = (char *) sdp;
  description.id = id;
  if (strcmp (type, "offer") == 0) {
    request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_OFFER;
    request.offer = &description;
  } else {
    request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_ANSWER;
    request.answer = &description;
  }
  return pack (&request);
}

GBytes *
message_new_trickle (const char *candidate_init, Livekit__SignalTarget target)
{
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  Livekit__TrickleRequest trickle = LIVEKIT__TRICKLE_REQUEST__INIT;

  trickle.candidate_init = (char *) candidate_init;
  trickle.target = target;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_TRICKLE;
  request.trickle = &trickle;
  return pack (&request);
}

/* Announced as GCM, which is what makes every SDK decrypt the track. RED would
 * wrap several frames of Opus into one, behind the encryption's back. */
static void
announce (Livekit__AddTrackRequest * track, const char *cid)
{
  track->cid = (char *) cid;
  track->encryption = LIVEKIT__ENCRYPTION_TYPE__GCM;
  track->disable_red = TRUE;
}

static GBytes *
pack_add_track (Livekit__AddTrackRequest * track)
{
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;

  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_ADD_TRACK;
  request.add_track = track;
  return pack (&request);
}

/* @cid: the track id of our SDP. */
GBytes *
message_new_add_audio (const char *cid)
{
  Livekit__AddTrackRequest track = LIVEKIT__ADD_TRACK_REQUEST__INIT;

  announce (&track, cid);
  track.type = LIVEKIT__TRACK_TYPE__AUDIO;
  track.source = LIVEKIT__TRACK_SOURCE__MICROPHONE;
  track.name = (char *) "microphone";
  return pack_add_track (&track);
}

/* @bitrate: in bit/s. */
GBytes *
message_new_add_video (const char *cid, guint width, guint height,
    guint bitrate)
{
  Livekit__AddTrackRequest track = LIVEKIT__ADD_TRACK_REQUEST__INIT;
  Livekit__VideoLayer layer = LIVEKIT__VIDEO_LAYER__INIT;
  Livekit__VideoLayer *layers[] = { &layer };

  announce (&track, cid);
  track.type = LIVEKIT__TRACK_TYPE__VIDEO;
  track.source = LIVEKIT__TRACK_SOURCE__CAMERA;
  track.name = (char *) "camera";
  track.width = width;
  track.height = height;
  /* One layer, which is called high. */
  layer.quality = 2;
  layer.width = width;
  layer.height = height;
  layer.bitrate = bitrate;
  track.layers = layers;
  track.n_layers = 1;
  return pack_add_track (&track);
}

GBytes *
message_new_mute (const char *sid, gboolean muted)
{
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  Livekit__MuteTrackRequest mute = LIVEKIT__MUTE_TRACK_REQUEST__INIT;

  mute.sid = (char *) sid;
  mute.muted = muted;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_MUTE;
  request.mute = &mute;
  return pack (&request);
}

GBytes *
message_new_ping (gint64 now_ms)
{
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  Livekit__Ping ping = LIVEKIT__PING__INIT;

  ping.timestamp = now_ms;
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_PING_REQ;
  request.ping_req = &ping;
  return pack (&request);
}

GBytes *
message_new_leave (void)
{
  Livekit__SignalRequest request = LIVEKIT__SIGNAL_REQUEST__INIT;
  Livekit__LeaveRequest leave = LIVEKIT__LEAVE_REQUEST__INIT;

  leave.reason = 1;             /* client-initiated */
  request.message_case = LIVEKIT__SIGNAL_REQUEST__MESSAGE_LEAVE;
  request.leave = &leave;
  return pack (&request);
}
