/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Turns the server's lists into what changed. A list of participants in a join
 * response is complete, one in an update holds only those that changed; a
 * participant's list of tracks is always complete. */

#include "roster.h"

struct _Roster
{
  char *own_identity;           /* the server lists us too */
  GHashTable *participants;     /* identity -> (track sid -> muted) */
  RosterFuncs funcs;
  gpointer user_data;
};

Roster *
roster_new (const RosterFuncs * funcs, gpointer user_data)
{
  Roster *self = g_new0 (Roster, 1);

  self->participants = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      (GDestroyNotify) g_hash_table_unref);
  self->funcs = *funcs;
  self->user_data = user_data;
  return self;
}

void
roster_free (Roster * self)
{
  g_hash_table_unref (self->participants);
  g_free (self->own_identity);
  g_free (self);
}

static const Livekit__TrackInfo *
find_track (const Livekit__ParticipantInfo * info, const char *sid)
{
  for (gsize i = 0; i < info->n_tracks; i++) {
    if (g_strcmp0 (info->tracks[i]->sid, sid) == 0)
      return info->tracks[i];
  }
  return NULL;
}

/* @info: NULL if the participant is gone. */
static void
remove_tracks (Roster * self, const char *identity, GHashTable * tracks,
    const Livekit__ParticipantInfo * info)
{
  GHashTableIter iter;
  gpointer sid;

  g_hash_table_iter_init (&iter, tracks);
  while (g_hash_table_iter_next (&iter, &sid, NULL)) {
    if (info != NULL && find_track (info, sid) != NULL)
      continue;
    self->funcs.track_removed (identity, sid, self->user_data);
    g_hash_table_iter_remove (&iter);
  }
}

static void
take_track (Roster * self, const char *identity, GHashTable * tracks,
    const Livekit__TrackInfo * info)
{
  gpointer muted;

  if (!g_hash_table_lookup_extended (tracks, info->sid, NULL, &muted)) {
    self->funcs.track_added (identity, info, self->user_data);
    muted = GINT_TO_POINTER (FALSE);
  }
  if (GPOINTER_TO_INT (muted) != !!info->muted)
    self->funcs.track_muted (identity, info->sid, info->muted, self->user_data);
  g_hash_table_insert (tracks, g_strdup (info->sid),
      GINT_TO_POINTER (!!info->muted));
}

static void
remove_participant (Roster * self, const char *identity)
{
  GHashTable *tracks = g_hash_table_lookup (self->participants, identity);

  if (tracks == NULL)
    return;
  remove_tracks (self, identity, tracks, NULL);
  self->funcs.participant_removed (identity, self->user_data);
  g_hash_table_remove (self->participants, identity);
}

static void
take_participant (Roster * self, const Livekit__ParticipantInfo * info)
{
  GHashTable *tracks = g_hash_table_lookup (self->participants, info->identity);

  if (g_strcmp0 (info->identity, self->own_identity) == 0)
    return;
  if (info->state == LIVEKIT__PARTICIPANT_INFO__STATE__DISCONNECTED) {
    remove_participant (self, info->identity);
    return;
  }
  if (tracks == NULL) {
    tracks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_insert (self->participants, g_strdup (info->identity), tracks);
    self->funcs.participant_added (info->identity, self->user_data);
  }
  remove_tracks (self, info->identity, tracks, info);
  for (gsize i = 0; i < info->n_tracks; i++)
    take_track (self, info->identity, tracks, info->tracks[i]);
}

static gboolean
is_present (const Livekit__JoinResponse * join, const char *identity)
{
  for (gsize i = 0; i < join->n_other_participants; i++) {
    if (g_strcmp0 (join->other_participants[i]->identity, identity) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Those who are in the room now; the rest left while we were not there. */
void
roster_join (Roster * self, const Livekit__JoinResponse * join)
{
  if (join->participant != NULL) {
    g_free (self->own_identity);
    self->own_identity = g_strdup (join->participant->identity);
  }
  g_autofree gpointer *identities =
      g_hash_table_get_keys_as_array (self->participants, NULL);

  for (guint i = 0; identities[i] != NULL; i++) {
    g_autofree char *identity = g_strdup (identities[i]);

    if (!is_present (join, identity))
      remove_participant (self, identity);
  }
  for (gsize i = 0; i < join->n_other_participants; i++)
    take_participant (self, join->other_participants[i]);
}

void
roster_update (Roster * self, const Livekit__ParticipantUpdate * update)
{
  for (gsize i = 0; i < update->n_participants; i++)
    take_participant (self, update->participants[i]);
}
