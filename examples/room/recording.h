/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The recording of one participant: Matroska files, one after the other, or a
 * file of ciphertext for each track. */
#pragma once

#include "frame.h"
#include "index.h"

typedef struct _Recording Recording;

Recording *recording_new (const char *folder, IndexParticipant * entry,
    gboolean keeps_ciphertext);
gboolean recording_free (Recording * self, GError ** error);

void recording_open_track (Recording * self, Track * track);
gboolean recording_close_track (Recording * self, Track * track, gint64 time,
    GError ** error);
void recording_note (Recording * self, Track * track, const char *reason);
void recording_mute (Recording * self, Track * track, gboolean muted);
gboolean recording_take (Recording * self, Frame * frame, GError ** error);
void recording_refresh_index (Recording * self);
const char *recording_get_part (Recording * self);
