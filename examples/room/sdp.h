/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What the room client reads and changes in session descriptions. */
#pragma once

#include <gst/sdp/sdp.h>

/* The encoding name, such as VP8, wanted for the m-line @mid, or NULL. */
typedef const char *(*SdpCodecFunc) (const char *mid, gpointer user_data);

char *sdp_dup_track_id (const GstSDPMessage * sdp, const char *kind);
void sdp_prefer_codecs (GstSDPMessage * sdp, SdpCodecFunc func,
    gpointer user_data);
void sdp_accept_codecs (GstSDPMessage * answer, const GstSDPMessage * offer);
char *sdp_make_ice_uri (const char *url, const char *username,
    const char *credential);
