/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Times in the file are UTC, ISO 8601 with milliseconds; what has not ended yet
 * has null. The file is replaced as a whole, so a reader never sees half of
 * it. */

#include "index.h"

#include <json-glib/json-glib.h>

#define FILE_NAME "index.json"

static void
track_free (gpointer data)
{
  IndexTrack *track = data;

  g_free (track->sid);
  g_free (track->codec);
  gaps_clear (&track->gaps);
  g_free (track);
}

static void
part_free (gpointer data)
{
  IndexPart *part = data;

  g_free (part->file);
  g_ptr_array_unref (part->tracks);
  g_free (part);
}

static void
participant_free (gpointer data)
{
  IndexParticipant *participant = data;

  g_free (participant->identity);
  g_ptr_array_unref (participant->parts);
  g_ptr_array_unref (participant->unrecorded);
  g_free (participant);
}

Index *
index_new (const char *room, gint64 started)
{
  Index *self = g_new0 (Index, 1);

  self->room = g_strdup (room);
  self->started = started;
  self->ended = -1;
  self->participants = g_ptr_array_new_with_free_func (participant_free);
  return self;
}

void
index_free (Index * self)
{
  g_free (self->room);
  g_clear_pointer (&self->sif_trailer, g_bytes_unref);
  g_ptr_array_unref (self->participants);
  g_free (self);
}

/* Made if it is not there yet. */
IndexParticipant *
index_get_participant (Index * self, const char *identity)
{
  for (guint i = 0; i < self->participants->len; i++) {
    IndexParticipant *participant = self->participants->pdata[i];

    if (g_str_equal (participant->identity, identity))
      return participant;
  }
  IndexParticipant *participant = g_new0 (IndexParticipant, 1);
  participant->identity = g_strdup (identity);
  participant->parts = g_ptr_array_new_with_free_func (part_free);
  participant->unrecorded = g_ptr_array_new_with_free_func (track_free);
  g_ptr_array_add (self->participants, participant);
  return participant;
}

IndexPart *
index_add_part (IndexParticipant * participant, const char *file,
    gint64 started)
{
  IndexPart *part = g_new0 (IndexPart, 1);

  part->file = g_strdup (file);
  part->started = started;
  part->ended = -1;
  part->tracks = g_ptr_array_new_with_free_func (track_free);
  g_ptr_array_add (participant->parts, part);
  return part;
}

static IndexTrack *
track_new (const char *sid, const char *kind, const char *codec, gint64 start)
{
  IndexTrack *track = g_new0 (IndexTrack, 1);

  track->sid = g_strdup (sid);
  track->kind = kind;
  track->codec = g_strdup (codec);
  gaps_init (&track->gaps, start);
  return track;
}

/* @kind: static. */
IndexTrack *
index_add_track (IndexPart * part, const char *sid, const char *kind,
    const char *codec)
{
  IndexTrack *track = track_new (sid, kind, codec, part->started);

  g_ptr_array_add (part->tracks, track);
  return track;
}

/* Takes the place of what was said of the track before. @kind: static. */
IndexTrack *
index_add_unrecorded (IndexParticipant * participant, const char *sid,
    const char *kind, const char *codec)
{
  IndexTrack *track = track_new (sid, kind, codec, 0);

  index_remove_unrecorded (participant, sid);
  g_ptr_array_add (participant->unrecorded, track);
  return track;
}

/* Once it is recorded after all. */
void
index_remove_unrecorded (IndexParticipant * participant, const char *sid)
{
  for (guint i = participant->unrecorded->len; i > 0; i--) {
    const IndexTrack *track = participant->unrecorded->pdata[i - 1];

    if (g_str_equal (track->sid, sid))
      g_ptr_array_remove_index (participant->unrecorded, i - 1);
  }
}

/* Writing */

static void
add_text (JsonBuilder * builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_number (JsonBuilder * builder, const char *name, guint value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

/* @ms since 1970; what is negative has not come yet. */
static void
add_time (JsonBuilder * builder, const char *name, gint64 ms)
{
  json_builder_set_member_name (builder, name);
  if (ms < 0) {
    json_builder_add_null_value (builder);
    return;
  }
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_utc (ms / 1000);
  g_autofree char *head = g_date_time_format (seconds, "%Y-%m-%dT%H:%M:%S");
  g_autofree char *text = g_strdup_printf ("%s.%03dZ", head,
      (int) (ms % 1000));
  json_builder_add_string_value (builder, text);
}

static void
add_gaps (JsonBuilder * builder, const Index * self, const Gaps * gaps)
{
  json_builder_set_member_name (builder, "gaps");
  json_builder_begin_array (builder);
  for (guint i = 0; i < gaps->found->len; i++) {
    const Gap *gap = &g_array_index (gaps->found, Gap, i);

    json_builder_begin_object (builder);
    add_time (builder, "from", self->started + gap->from);
    add_time (builder, "to", self->started + gap->to);
    add_text (builder, "reason", gap->reason);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
begin_track (JsonBuilder * builder, const IndexTrack * track)
{
  json_builder_begin_object (builder);
  add_text (builder, "sid", track->sid);
  add_text (builder, "kind", track->kind);
  add_text (builder, "codec", track->codec);
  add_number (builder, "frames", track->frames);
  add_number (builder, "dropped", track->dropped);
  add_number (builder, "injected", track->injected);
}

static void
add_track (JsonBuilder * builder, const Index * self, const IndexTrack * track)
{
  begin_track (builder, track);
  add_gaps (builder, self, &track->gaps);
  json_builder_end_object (builder);
}

static void
add_unrecorded (JsonBuilder * builder, const IndexTrack * track)
{
  begin_track (builder, track);
  add_text (builder, "reason", gaps_get_reason (&track->gaps));
  json_builder_end_object (builder);
}

static void
add_part (JsonBuilder * builder, const Index * self, const IndexPart * part)
{
  json_builder_begin_object (builder);
  add_text (builder, "file", part->file);
  add_time (builder, "started", self->started + part->started);
  add_time (builder, "ended", part->ended < 0 ? -1
      : self->started + part->ended);
  json_builder_set_member_name (builder, "tracks");
  json_builder_begin_array (builder);
  for (guint i = 0; i < part->tracks->len; i++)
    add_track (builder, self, part->tracks->pdata[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
add_participant (JsonBuilder * builder, const Index * self,
    const IndexParticipant * participant)
{
  json_builder_begin_object (builder);
  add_text (builder, "identity", participant->identity);
  json_builder_set_member_name (builder, "parts");
  json_builder_begin_array (builder);
  for (guint i = 0; i < participant->parts->len; i++)
    add_part (builder, self, participant->parts->pdata[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "unrecorded");
  json_builder_begin_array (builder);
  for (guint i = 0; i < participant->unrecorded->len; i++)
    add_unrecorded (builder, participant->unrecorded->pdata[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
add_sif_trailer (JsonBuilder * builder, GBytes * trailer)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (trailer, &size);
  g_autofree char *text = g_base64_encode (data, size);

  add_text (builder, "sif_trailer", text);
}

char *
index_to_json (const Index * self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_text (builder, "room", self->room);
  add_time (builder, "started", self->started);
  add_time (builder, "ended", self->ended);
  if (self->sif_trailer != NULL)
    add_sif_trailer (builder, self->sif_trailer);
  json_builder_set_member_name (builder, "participants");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->participants->len; i++)
    add_participant (builder, self, self->participants->pdata[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return json_to_string (root, TRUE);
}

gboolean
index_write (const Index * self, const char *folder, GError ** error)
{
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);
  g_autofree char *json = index_to_json (self);

  return g_file_set_contents (path, json, -1, error);
}

/* Reading */

static gint64
parse_time (const char *text)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

  return time == NULL ? 0 : g_date_time_to_unix (time) * 1000
      + g_date_time_get_microsecond (time) / 1000;
}

static const char *
get_text (JsonObject * object, const char *name)
{
  return json_object_get_string_member_with_default (object, name, "");
}

static gint64
get_ms (Index * self, JsonObject * object, const char *name)
{
  const char *text = json_object_get_null_member (object, name) ? ""
      : get_text (object, name);

  return *text ? parse_time (text) - self->started : -1;
}

static const char *
get_kind (JsonObject * object)
{
  return g_str_equal (get_text (object, "kind"), "video") ? "video" : "audio";
}

static void
read_counts (IndexTrack * track, JsonObject * object)
{
  track->frames = json_object_get_int_member (object, "frames");
  track->dropped = json_object_get_int_member (object, "dropped");
  track->injected = json_object_get_int_member (object, "injected");
}

static void
read_track (Index * self, IndexPart * part, JsonObject * object)
{
  IndexTrack *track = index_add_track (part, get_text (object, "sid"),
      get_kind (object), get_text (object, "codec"));
  JsonArray *gaps = json_object_get_array_member (object, "gaps");

  read_counts (track, object);
  for (guint i = 0; gaps && i < json_array_get_length (gaps); i++) {
    JsonObject *found = json_array_get_object_element (gaps, i);
    const Gap gap = {
      get_ms (self, found, "from"), get_ms (self, found, "to"),
      g_intern_string (get_text (found, "reason"))
    };

    g_array_append_val (track->gaps.found, gap);
  }
}

static void
read_part (Index * self, IndexParticipant * participant, JsonObject * object)
{
  IndexPart *part = index_add_part (participant, get_text (object, "file"),
      get_ms (self, object, "started"));
  JsonArray *tracks = json_object_get_array_member (object, "tracks");

  part->ended = get_ms (self, object, "ended");
  for (guint i = 0; tracks && i < json_array_get_length (tracks); i++)
    read_track (self, part, json_array_get_object_element (tracks, i));
}

static void
read_unrecorded (IndexParticipant * participant, JsonObject * object)
{
  IndexTrack *track = index_add_unrecorded (participant,
      get_text (object, "sid"), get_kind (object), get_text (object, "codec"));

  read_counts (track, object);
  gaps_note (&track->gaps, g_intern_string (get_text (object, "reason")));
}

static void
read_participant (Index * self, JsonObject * object)
{
  IndexParticipant *participant =
      index_get_participant (self, get_text (object, "identity"));
  JsonArray *parts = json_object_get_array_member (object, "parts");
  JsonArray *unrecorded = json_object_has_member (object, "unrecorded") ?
      json_object_get_array_member (object, "unrecorded") : NULL;

  for (guint i = 0; parts && i < json_array_get_length (parts); i++)
    read_part (self, participant, json_array_get_object_element (parts, i));
  for (guint i = 0; unrecorded && i < json_array_get_length (unrecorded); i++)
    read_unrecorded (participant,
        json_array_get_object_element (unrecorded, i));
}

static Index *
read_root (JsonObject * root)
{
  Index *self = index_new (get_text (root, "room"),
      parse_time (get_text (root, "started")));
  JsonArray *participants = json_object_get_array_member (root, "participants");

  if (!json_object_get_null_member (root, "ended"))
    self->ended = parse_time (get_text (root, "ended"));
  if (json_object_has_member (root, "sif_trailer")) {
    gsize size;
    guint8 *data = g_base64_decode (get_text (root, "sif_trailer"), &size);

    self->sif_trailer = g_bytes_new_take (data, size);
  }
  for (guint i = 0; participants && i < json_array_get_length (participants);
      i++)
    read_participant (self, json_array_get_object_element (participants, i));
  return self;
}

Index *
index_read (const char *folder, GError ** error)
{
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();

  if (!json_parser_load_from_file (parser, path, error))
    return NULL;
  JsonNode *root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error (error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_INVALID_DATA,
        "%s is no index of a recording", path);
    return NULL;
  }
  return read_root (json_node_get_object (root));
}
