/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* lke2ee-record: records a LiveKit room that is end-to-end encrypted, one
 * Matroska file per participant. docs/room.md has its options. */

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <unistd.h>

#include "commands.h"
#include "decrypt.h"
#include "events.h"
#include "intake.h"
#include "keys.h"
#include "record-options.h"
#include "roster.h"
#include "writer.h"

#define PROGRAM "lke2ee-record"

typedef struct
{
  RecordOptions options;
  GMainLoop *loop;
  Keys *keys;
  Session *session;
  Roster *roster;
  Intake *intake;               /* while we are in the room */
  Index *index;
  Writer *writer;
  GstClockTime start;
  GHashTable *tracks;           /* sid -> Track */
  guint seconds;
  const char *state;
  char *failure;
} Record;

/* Ends */

static void
fail (Record * self, const char *text)
{
  if (self->failure == NULL)
    self->failure = g_strdup (text);
  g_main_loop_quit (self->loop);
}

static gboolean
on_quit (gpointer data)
{
  Record *self = data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static gint64
get_time (Record * self)
{
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();

  return (gst_clock_get_time (clock) - self->start) / GST_MSECOND;
}

/* The writer */

static void
on_part (const char *identity, const char *file, gpointer data)
{
  events_say ("part", "identity", identity, "file", file, NULL);
}

static void
on_write_failed (const GError * error, gpointer data)
{
  Record *self = data;
  g_autofree char *text = g_strdup_printf ("cannot write to %s: %s; what was "
      "written before stays there. Make room, or choose another --output",
      self->options.output, error->message);

  fail (self, text);
}

/* Who is there */

static void
on_participant_added (const char *identity, gpointer data)
{
  events_say ("participant", "identity", identity, NULL);
}

static void
on_participant_removed (const char *identity, gpointer data)
{
  events_say ("participant-gone", "identity", identity, NULL);
}

static void
on_track_added (const char *identity, const Livekit__TrackInfo * info,
    gpointer data)
{
  Record *self = data;

  if (info->type == LIVEKIT__TRACK_TYPE__DATA)
    return;
  Track *track = track_new (identity, info->sid, info->mime_type,
      info->type == LIVEKIT__TRACK_TYPE__VIDEO);
  g_hash_table_replace (self->tracks, track->sid, track);
  events_say ("track", "identity", identity, "sid", info->sid, "kind",
      track_get_kind (track), "codec", track->codec, NULL);
  writer_open_track (self->writer, track);
  if (self->intake != NULL)
    intake_track_known (self->intake, info->sid);
}

static void
on_track_removed (const char *identity, const char *sid, gpointer data)
{
  Record *self = data;
  Track *track = g_hash_table_lookup (self->tracks, sid);

  if (track == NULL)
    return;
  if (self->intake != NULL)
    intake_track_gone (self->intake, sid);
  writer_close_track (self->writer, track, get_time (self));
  events_say ("track-gone", "identity", identity, "sid", sid, NULL);
  g_hash_table_remove (self->tracks, sid);
}

static void
on_track_muted (const char *identity, const char *sid, gboolean muted,
    gpointer data)
{
  Record *self = data;
  Track *track = g_hash_table_lookup (self->tracks, sid);

  if (track == NULL)
    return;
  writer_mute (self->writer, track, muted);
  events_say (muted ? "muted" : "unmuted", "identity", identity, "sid", sid,
      NULL);
}

/* What comes in */

static Track *
find_track (const char *sid, gpointer data)
{
  return g_hash_table_lookup (((Record *) data)->tracks, sid);
}

static void
on_frame (Frame * frame, gpointer data)
{
  writer_take (((Record *) data)->writer, frame);
}

static void
on_track_state (const char *sid, const char *state, gpointer data)
{
  Record *self = data;
  Track *track = g_hash_table_lookup (self->tracks, sid);

  if (track == NULL)
    return;
  track->state = g_intern_string (state);
  events_say ("state", "identity", track->identity, "track", sid, "state",
      state, NULL);
  if (!g_str_equal (state, "ok") && !g_str_equal (state, "key-ratcheted"))
    writer_note (self->writer, track, g_intern_string (state));
}

static void
on_intake_failed (const char *reason, gpointer data)
{
  session_lose (((Record *) data)->session, reason);
}

/* The room */

static void
start_recording (Record * self, const Livekit__JoinResponse * join)
{
  static const WriterFuncs funcs = { on_part, on_write_failed };
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();

  self->start = gst_clock_get_time (clock);
  self->index = index_new (join->room->name, g_get_real_time () / 1000);
  if (self->options.ciphertext)
    self->index->sif_trailer = g_bytes_new (join->sif_trailer.data,
        join->sif_trailer.len);
  self->writer =
      writer_new (self->options.output, self->index, self->options.ciphertext,
      &funcs, self);
}

static void
on_joined (const Livekit__JoinResponse * join, gboolean again, gpointer data)
{
  static const IntakeFuncs funcs =
      { find_track, on_frame, on_track_state, on_intake_failed };
  Record *self = data;
  g_autoptr (GBytes) trailer = g_bytes_new (join->sif_trailer.data,
      join->sif_trailer.len);

  events_say (again ? "rejoined" : "joined", "room", join->room->name,
      "identity", join->participant->identity, NULL);
  self->state = "in the room";
  if (!again)
    start_recording (self, join);
  lke2ee_key_provider_set_sif_trailer_bytes (keys_get_provider (self->keys),
      trailer);
  roster_join (self->roster, join);
  self->intake = intake_new (self->session, join,
      self->options.ciphertext ? NULL : keys_get_provider (self->keys),
      self->start, &funcs, self);
  if (self->intake == NULL)
    fail (self, "No webrtcbin: is gstreamer1.0-plugins-bad there?");
}

static void
on_message (SignalResponse * message, gpointer data)
{
  Record *self = data;

  if (message->message_case == LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE)
    roster_update (self->roster, message->update);
  else if (self->intake != NULL)
    intake_handle (self->intake, message);
}

static void
on_lost (const char *reason, gpointer data)
{
  Record *self = data;
  GHashTableIter iter;
  gpointer track;

  events_say ("lost", "reason", reason, NULL);
  self->state = "connection lost, trying again";
  g_clear_pointer (&self->intake, intake_free);
  g_hash_table_iter_init (&iter, self->tracks);
  while (g_hash_table_iter_next (&iter, NULL, &track))
    writer_note (self->writer, track, "connection-lost");
}

static void
on_ended (const char *reason, gpointer data)
{
  Record *self = data;

  g_clear_pointer (&self->intake, intake_free);
  if (self->index != NULL && (g_str_has_prefix (reason, "room-")
          || g_str_equal (reason, "participant-removed"))) {
    events_say ("ended", "reason", reason, NULL);
    g_main_loop_quit (self->loop);
    return;
  }
  fail (self, reason);
}

static char *
make_token (gpointer data)
{
  Record *self = data;

  return options_make_token (&self->options.common, FALSE,
      !self->options.visible);
}

static void
on_command (Command command, gpointer data)
{
  Record *self = data;
  g_autoptr (GError) error = NULL;

  if (command == COMMAND_QUIT)
    g_main_loop_quit (self->loop);
  else if (command == COMMAND_RELOAD_KEYS) {
    if (keys_load (self->keys, &error))
      events_say ("reloaded-keys", NULL);
    else
      events_say ("key-error", "reason", error->message, NULL);
  }
}

/* Progress */

static void
append_track (Record * self, Track * track, GString * status)
{
  g_autofree char *line = g_strdup_printf ("seconds=%u identity=%s kind=%s "
      "frames=%d dropped=%d injected=%d", self->seconds, track->identity,
      track_get_kind (track), g_atomic_int_get (&track->n_frames),
      g_atomic_int_get (&track->n_dropped),
      g_atomic_int_get (&track->n_injected));

  events_progress (line);
  gint n_frames = g_atomic_int_get (&track->n_frames);
  g_string_append_printf (status, "  %-20.20s %-5s %-5s %8d frames %3d/s %6d "
      "dropped  %s\n", track->identity, track_get_kind (track), track->codec,
      n_frames, n_frames - track->n_shown,
      g_atomic_int_get (&track->n_dropped),
      track->state ? track->state : "waiting");
  track->n_shown = n_frames;
}

static gboolean
on_second (gpointer data)
{
  Record *self = data;
  GString *status = g_string_new (NULL);
  GHashTableIter iter;
  gpointer track;

  self->seconds++;
  g_string_append_printf (status, "%s, %u s, q quits\n", self->state,
      self->seconds);
  g_hash_table_iter_init (&iter, self->tracks);
  while (g_hash_table_iter_next (&iter, NULL, &track))
    append_track (self, track, status);
  events_status (status->str);
  g_string_free (status, TRUE);
  if (self->options.common.duration > 0
      && self->seconds >= (guint) self->options.common.duration)
    g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

/* Life */

static gboolean
make_output (Record * self, GError ** error)
{
  if (g_mkdir_with_parents (self->options.output, 0755) == 0
      && g_access (self->options.output, W_OK | X_OK) == 0)
    return TRUE;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
      "cannot write to %s: %s; choose another --output", self->options.output,
      g_strerror (errno));
  return FALSE;
}

static gboolean
load_keys (Record * self, GError ** error)
{
  self->keys = keys_new (self->options.participants == NULL);
  g_object_set (keys_get_provider (self->keys), "ratchet-window-size",
      self->options.ratchet_window, NULL);
  keys_add_options (self->keys, &self->options.common);
  for (guint i = 0; self->options.participants && self->options.participants[i];
      i++) {
    if (!keys_add_participant (self->keys, self->options.participants[i],
            error))
      return FALSE;
  }
  return keys_load (self->keys, error);
}

static gboolean
set_up (Record * self, GError ** error)
{
  static const RosterFuncs roster_funcs = {
    on_participant_added, on_participant_removed, on_track_added,
    on_track_removed, on_track_muted
  };
  static const SessionFuncs session_funcs =
      { on_joined, on_message, on_lost, on_ended };

  if (!make_output (self, error) || !load_keys (self, error))
    return FALSE;
  self->tracks = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
      (GDestroyNotify) track_unref);
  self->roster = roster_new (&roster_funcs, self);
  self->session = session_new (self->options.common.url, TRUE, make_token,
      &session_funcs, self);
  return TRUE;
}

/* Without a room. */
static void
decrypt (Record * self, GError ** error)
{
  if (load_keys (self, error))
    decrypt_folder (self->options.decrypt, keys_get_provider (self->keys),
        error);
}

static void
finish (Record * self)
{
  g_autoptr (GError) error = NULL;

  session_leave (self->session);
  g_clear_pointer (&self->intake, intake_free);
  if (self->writer != NULL
      && !writer_finish (self->writer, get_time (self), &error))
    on_write_failed (error, self);
  if (self->failure == NULL)
    events_say ("left", NULL);
  events_end ();
}

static void
run (Record * self)
{
  self->state = "joining";
  g_unix_signal_add (SIGINT, on_quit, self);
  g_unix_signal_add (SIGTERM, on_quit, self);
  g_timeout_add_seconds (1, on_second, self);
  commands_start (on_command, self);
  session_start (self->session);
  g_main_loop_run (self->loop);
  commands_stop ();
  finish (self);
}

static void
clear (Record * self)
{
  g_clear_pointer (&self->session, session_free);
  g_clear_pointer (&self->roster, roster_free);
  g_clear_pointer (&self->tracks, g_hash_table_unref);
  g_clear_pointer (&self->index, index_free);
  g_clear_pointer (&self->keys, keys_free);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  record_options_clear (&self->options);
  g_free (self->failure);
}

int
main (int argc, char **argv)
{
  Record self = { 0 };
  g_autoptr (GError) error = NULL;
  int status = 0;

  setlocale (LC_ALL, "");
  gst_init (NULL, NULL);
  events_init (PROGRAM);
  if (!record_options_parse (&self.options, &argc, &argv, &error)) {
    g_printerr ("%s: %s\n", PROGRAM, error->message);
    status = 2;
  } else {
    self.loop = g_main_loop_new (NULL, FALSE);
    if (self.options.decrypt != NULL)
      decrypt (&self, &error);
    else if (set_up (&self, &error))
      run (&self);
    if (error != NULL || self.failure != NULL) {
      g_printerr ("%s: %s\n", PROGRAM, error ? error->message : self.failure);
      status = 1;
    }
  }
  clear (&self);
  return status;
}
