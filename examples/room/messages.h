/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Messages of LiveKit's signalling, as bytes. */
#pragma once

#include <glib.h>
#include "livekit.pb-c.h"

typedef enum
{
  LEAVE_TRY_AGAIN,              /* join anew */
  LEAVE_FOR_GOOD,               /* somebody decided that we go */
} LeaveKind;

typedef Livekit__SignalResponse SignalResponse;

void message_free (SignalResponse * message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignalResponse, message_free)

SignalResponse *message_parse (GBytes * bytes);
const char *message_peek_track_id (const Livekit__SessionDescription *
    description, const char *mid);
LeaveKind message_judge_leave (const Livekit__LeaveRequest * leave,
    const char **reason);

GBytes *message_new_description (const char *type, const char *sdp, guint id);
GBytes *message_new_trickle (const char *candidate_init,
    Livekit__SignalTarget target);
GBytes *message_new_add_audio (const char *cid);
GBytes *message_new_add_video (const char *cid, guint width, guint height,
    guint bitrate);
GBytes *message_new_mute (const char *sid, gboolean muted);
GBytes *message_new_ping (gint64 now_ms);
GBytes *message_new_leave (void);
