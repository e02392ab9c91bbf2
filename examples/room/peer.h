/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* One peer connection, publisher's or subscriber's: webrtcbin and what it and
 * the server have to tell each other. */
#pragma once

#include <gst/gst.h>
#include "messages.h"
#include "sdp.h"

typedef struct _Peer Peer;

typedef struct
{
  /* Our offer or answer is ready. */
  void (*described) (Peer * peer, const char *type, const GstSDPMessage * sdp,
      gpointer user_data);
  void (*candidate) (Peer * peer, const char *candidate_init,
      gpointer user_data);
  void (*connected) (Peer * peer, gpointer user_data);
  void (*failed) (Peer * peer, const char *reason, gpointer user_data);
} PeerFuncs;

Peer *peer_new (const char *name, const Livekit__JoinResponse * join,
    const PeerFuncs * funcs, gpointer user_data);
void peer_free (Peer * self);

GstElement *peer_get_webrtcbin (Peer * self);
void peer_set_rtpbin_flag (Peer * self, const char *name, gboolean value);
void peer_create_offer (Peer * self);
gboolean peer_accept_offer (Peer * self, const char *text, SdpCodecFunc codecs,
    gpointer user_data);
gboolean peer_accept_answer (Peer * self, const char *text);
void peer_add_candidate (Peer * self, const char *candidate_init);
