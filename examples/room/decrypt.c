/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The files of a participant's tracks are read side by side, in the order of
 * their times, and recorded like frames that come from a room. The ciphertext
 * stays where it is. */

#include "decrypt.h"

#include "events.h"
#include "index.h"
#include "receiver.h"
#include "recording.h"

typedef struct
{
  GstElement *pipeline;
  Receiver *receiver;
  Track *track;                 /* shared by the files of a track */
  Frame *next;                  /* NULL: at the end */
} Reader;

static void
reader_free (gpointer data)
{
  Reader *self = data;

  g_clear_pointer (&self->next, frame_free);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_pointer (&self->receiver, receiver_free);
  g_clear_pointer (&self->track, track_unref);
  gst_object_unref (self->pipeline);
  g_free (self);
}

static Reader *
reader_new (const char *path, Track * track, Lke2eeKeyProvider * provider,
    GError ** error)
{
  g_autoptr (GstElement) pipeline = gst_parse_launch_full
      ("filesrc name=file ! gdpdepay name=frames", NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, error);

  if (pipeline == NULL)
    return NULL;
  g_autoptr (GstElement) file = gst_bin_get_by_name (GST_BIN (pipeline),
      "file");
  g_autoptr (GstElement) frames = gst_bin_get_by_name (GST_BIN (pipeline),
      "frames");
  g_autoptr (GstPad) source = gst_element_get_static_pad (frames, "src");
  Reader *self = g_new0 (Reader, 1);
  g_object_set (file, "location", path, NULL);
  self->pipeline = g_steal_pointer (&pipeline);
  self->track = track_ref (track);
  self->receiver = receiver_new (GST_BIN (self->pipeline), source, track,
      FALSE, provider, NULL, NULL, error);
  if (self->receiver == NULL) {
    reader_free (self);
    return NULL;
  }
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  self->next = receiver_pull (self->receiver);
  return self;
}

static Track *
find_track (GPtrArray * readers, const char *sid)
{
  for (guint i = 0; i < readers->len; i++) {
    Reader *reader = readers->pdata[i];

    if (g_str_equal (reader->track->sid, sid))
      return track_ref (reader->track);
  }
  return NULL;
}

static gboolean
open_part (const char *folder, const char *identity, const IndexPart * part,
    Lke2eeKeyProvider * provider, Recording * recording, GPtrArray * readers,
    GError ** error)
{
  const IndexTrack *entry = part->tracks->pdata[0];
  g_autofree char *path = g_build_filename (folder, part->file, NULL);
  g_autoptr (Track) track = find_track (readers, entry->sid);

  if (track == NULL) {
    track = track_new (identity, entry->sid, entry->codec,
        g_str_equal (entry->kind, "video"));
    recording_open_track (recording, track);
  }
  Reader *reader = reader_new (path, track, provider, error);
  if (reader != NULL)
    g_ptr_array_add (readers, reader);
  return reader != NULL;
}

static Reader *
find_earliest (GPtrArray * readers)
{
  Reader *earliest = NULL;

  for (guint i = 0; i < readers->len; i++) {
    Reader *reader = readers->pdata[i];

    if (reader->next != NULL && (earliest == NULL
            || reader->next->time < earliest->next->time))
      earliest = reader;
  }
  return earliest;
}

/* A track whose files are at their end is not waited for. */
static gboolean
close_if_over (Recording * recording, GPtrArray * readers, Track * track,
    gint64 time, GError ** error)
{
  for (guint i = 0; i < readers->len; i++) {
    Reader *reader = readers->pdata[i];

    if (reader->track == track && reader->next != NULL)
      return TRUE;
  }
  return recording_close_track (recording, track, time, error);
}

static gboolean
copy_frames (Recording * recording, GPtrArray * readers, GError ** error)
{
  Reader *reader;

  for (guint i = 0; i < readers->len; i++) {
    reader = readers->pdata[i];
    if (!close_if_over (recording, readers, reader->track, 0, error))
      return FALSE;
  }
  while ((reader = find_earliest (readers)) != NULL) {
    gint64 time = reader->next->time;

    if (!recording_take (recording, g_steal_pointer (&reader->next), error))
      return FALSE;
    reader->next = receiver_pull (reader->receiver);
    if (!close_if_over (recording, readers, reader->track, time, error))
      return FALSE;
  }
  return TRUE;
}

static void
say_tracks (GPtrArray * readers)
{
  for (guint i = 0; i < readers->len; i++) {
    const Reader *reader = readers->pdata[i];
    const Track *track = reader->track;
    g_autofree char *frames = g_strdup_printf ("%d", track->n_frames);
    g_autofree char *dropped = g_strdup_printf ("%d", track->n_dropped);

    if (track->n_frames == 0 && track->n_dropped > 0)
      events_say ("state", "identity", track->identity, "track", track->sid,
          "state", "decryption-failed", NULL);
    events_say ("track", "identity", track->identity, "sid", track->sid,
        "kind", track_get_kind (track), "codec", track->codec, "frames",
        frames, "dropped", dropped, NULL);
  }
}

/* What an earlier --decrypt wrote is written anew. */
static GPtrArray *
take_ciphertext_parts (IndexParticipant * participant)
{
  GPtrArray *parts = g_ptr_array_new ();

  for (guint i = participant->parts->len; i > 0; i--) {
    IndexPart *part = participant->parts->pdata[i - 1];

    if (!g_str_has_suffix (part->file, ".gdp"))
      g_ptr_array_remove_index (participant->parts, i - 1);
  }
  for (guint i = 0; i < participant->parts->len; i++) {
    IndexPart *part = participant->parts->pdata[i];

    if (part->tracks->len == 1)
      g_ptr_array_add (parts, part);
  }
  return parts;
}

static gboolean
decrypt_participant (const char *folder, IndexParticipant * participant,
    Lke2eeKeyProvider * provider, GError ** error)
{
  g_autoptr (GPtrArray) parts = take_ciphertext_parts (participant);
  g_autoptr (GPtrArray) readers = g_ptr_array_new_with_free_func (reader_free);
  Recording *recording = recording_new (folder, participant, FALSE);
  gboolean ok = TRUE;

  for (guint i = 0; ok && i < parts->len; i++)
    ok = open_part (folder, participant->identity, parts->pdata[i], provider,
        recording, readers, error);
  ok = ok && copy_frames (recording, readers, error);
  recording_refresh_index (recording);
  ok = recording_free (recording, ok ? error : NULL) && ok;
  if (ok)
    say_tracks (readers);
  return ok;
}

/* @folder: what lke2ee-record --ciphertext wrote. */
gboolean
decrypt_folder (const char *folder, Lke2eeKeyProvider * provider,
    GError ** error)
{
  Index *index = index_read (folder, error);
  gboolean ok = index != NULL;

  if (!ok)
    return FALSE;
  if (index->sif_trailer != NULL)
    lke2ee_key_provider_set_sif_trailer_bytes (provider, index->sif_trailer);
  for (guint i = 0; ok && i < index->participants->len; i++)
    ok = decrypt_participant (folder, index->participants->pdata[i], provider,
        error);
  ok = ok && index_write (index, folder, error);
  index_free (index);
  return ok;
}
