/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* From the server's lists to what changed. */

#include "roster.h"

static GString *heard;

static void
participant_added (const char *identity, gpointer data)
{
  g_string_append_printf (heard, "+%s ", identity);
}

static void
participant_removed (const char *identity, gpointer data)
{
  g_string_append_printf (heard, "-%s ", identity);
}

static void
track_added (const char *identity, const Livekit__TrackInfo * info,
    gpointer data)
{
  g_string_append_printf (heard, "+%s/%s ", identity, info->sid);
}

static void
track_removed (const char *identity, const char *sid, gpointer data)
{
  g_string_append_printf (heard, "-%s/%s ", identity, sid);
}

static void
track_muted (const char *identity, const char *sid, gboolean muted,
    gpointer data)
{
  g_string_append_printf (heard, "%s%s/%s ", muted ? "mute " : "unmute ",
      identity, sid);
}

static const RosterFuncs funcs = {
  participant_added, participant_removed, track_added, track_removed,
  track_muted
};

/* What the roster says to a participant with that track, NULL for none. */
static void
expect_update (Roster * roster, const char *sid, gboolean muted,
    Livekit__ParticipantInfo__State state, const char *expected)
{
  Livekit__TrackInfo track = LIVEKIT__TRACK_INFO__INIT;
  Livekit__TrackInfo *tracks[] = { &track };
  Livekit__ParticipantInfo info = LIVEKIT__PARTICIPANT_INFO__INIT;
  Livekit__ParticipantInfo *infos[] = { &info };
  Livekit__ParticipantUpdate update = LIVEKIT__PARTICIPANT_UPDATE__INIT;

  track.sid = (char *) sid;
  track.muted = muted;
  info.identity = (char *) "ann";
  info.state = state;
  info.tracks = tracks;
  info.n_tracks = sid != NULL;
  update.participants = infos;
  update.n_participants = 1;
  g_string_truncate (heard, 0);
  roster_update (roster, &update);
  g_assert_cmpstr (heard->str, ==, expected);
}

static void
test_updates (void)
{
  Roster *roster = roster_new (&funcs, NULL);
  const Livekit__ParticipantInfo__State active =
      LIVEKIT__PARTICIPANT_INFO__STATE__ACTIVE;

  expect_update (roster, NULL, FALSE, active, "+ann ");
  expect_update (roster, "T1", FALSE, active, "+ann/T1 ");
  expect_update (roster, "T1", FALSE, active, "");
  expect_update (roster, "T1", TRUE, active, "mute ann/T1 ");
  expect_update (roster, "T1", FALSE, active, "unmute ann/T1 ");
  expect_update (roster, "T2", TRUE, active,
      "-ann/T1 +ann/T2 mute ann/T2 ");
  expect_update (roster, "T2", TRUE,
      LIVEKIT__PARTICIPANT_INFO__STATE__DISCONNECTED, "-ann/T2 -ann ");
  roster_free (roster);
}

/* Who left while the connection was lost is gone after the next join. */
static void
test_join_again (void)
{
  Roster *roster = roster_new (&funcs, NULL);
  Livekit__JoinResponse join = LIVEKIT__JOIN_RESPONSE__INIT;

  expect_update (roster, "T1", FALSE,
      LIVEKIT__PARTICIPANT_INFO__STATE__ACTIVE, "+ann +ann/T1 ");
  g_string_truncate (heard, 0);
  roster_join (roster, &join);
  g_assert_cmpstr (heard->str, ==, "-ann/T1 -ann ");
  roster_free (roster);
}

/* A visible recorder does not list itself. */
static void
test_own_identity (void)
{
  Roster *roster = roster_new (&funcs, NULL);
  Livekit__JoinResponse join = LIVEKIT__JOIN_RESPONSE__INIT;
  Livekit__ParticipantInfo own = LIVEKIT__PARTICIPANT_INFO__INIT;

  own.identity = (char *) "ann";
  join.participant = &own;
  roster_join (roster, &join);
  expect_update (roster, "T1", FALSE,
      LIVEKIT__PARTICIPANT_INFO__STATE__ACTIVE, "");
  roster_free (roster);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  heard = g_string_new (NULL);
  g_test_add_func ("/roster/updates", test_updates);
  g_test_add_func ("/roster/join-again", test_join_again);
  g_test_add_func ("/roster/own-identity", test_own_identity);
  int status = g_test_run ();
  g_string_free (heard, TRUE);
  return status;
}
