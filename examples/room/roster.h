/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Who is in the room and which tracks they have. */
#pragma once

#include "messages.h"

typedef struct _Roster Roster;

typedef struct
{
  void (*participant_added) (const char *identity, gpointer user_data);
  void (*participant_removed) (const char *identity, gpointer user_data);
  void (*track_added) (const char *identity, const Livekit__TrackInfo * info,
      gpointer user_data);
  void (*track_removed) (const char *identity, const char *sid,
      gpointer user_data);
  void (*track_muted) (const char *identity, const char *sid, gboolean muted,
      gpointer user_data);
} RosterFuncs;

Roster *roster_new (const RosterFuncs * funcs, gpointer user_data);
void roster_free (Roster * self);
void roster_join (Roster * self, const Livekit__JoinResponse * join);
void roster_update (Roster * self, const Livekit__ParticipantUpdate * update);
