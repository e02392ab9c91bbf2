/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A Matroska file's tracks are fixed by its header. So a part begins with those
 * tracks that deliver when it begins, and a track that appears later, or
 * changes its codec, begins another part:
 *
 *     WAITING --- every open track delivers, or time is up ---> WRITING
 *        ^                                                        |
 *        '--------------- a frame that the part cannot take <-----'
 *
 * While it waits, the tracks of the old part go on into that, video up to its
 * next key frame, which is asked for; then all change over. So nothing is lost
 * between two parts, and each begins with a key frame. */

#include "recording.h"

#include "filename.h"
#include "matroska.h"
#include "slot.h"
#include "sync.h"

/* How long a part waits for tracks that are open but do not deliver. */
#define MAX_WAIT_MS 2000

struct _Recording
{
  char *folder;
  char *name;
  gboolean keeps_ciphertext;
  IndexParticipant *index;
  GPtrArray *slots;
  Sync sync;
  GQueue waiting;               /* of Frame */
  gboolean is_waiting;
  gint64 waiting_since;

  Matroska *part;
  IndexPart *entry;
  gint64 start;
  gint64 last;                  /* time of the last frame in the part */
};

Recording *
recording_new (const char *folder, IndexParticipant * entry,
    gboolean keeps_ciphertext)
{
  Recording *self = g_new0 (Recording, 1);

  self->folder = g_strdup (folder);
  self->name = filename_from_identity (entry->identity);
  self->index = entry;
  self->keeps_ciphertext = keeps_ciphertext;
  self->slots = g_ptr_array_new_with_free_func (slot_free);
  g_queue_init (&self->waiting);
  return self;
}

static Slot *
find_slot (Recording * self, const Track * track)
{
  for (guint i = 0; i < self->slots->len; i++) {
    Slot *slot = self->slots->pdata[i];

    if (slot->track == track)
      return slot;
  }
  return NULL;
}

void
recording_open_track (Recording * self, Track * track)
{
  Slot *slot = slot_new (track);

  slot_open_index (slot, self->index);
  g_ptr_array_add (self->slots, slot);
}

static char *
make_file_name (Recording * self, const char *ending)
{
  return g_strdup_printf ("%s-%u.%s", self->name, self->index->parts->len + 1,
      ending);
}

/* The part */

void
recording_refresh_index (Recording * self)
{
  for (guint i = 0; i < self->slots->len; i++)
    slot_refresh_entry (self->slots->pdata[i]);
}

static gboolean
close_part (Recording * self, GError ** error)
{
  if (self->part == NULL)
    return TRUE;
  for (guint i = 0; i < self->slots->len; i++) {
    Slot *slot = self->slots->pdata[i];

    slot_refresh_entry (slot);
    if (slot->entry != NULL && slot->is_open)
      gaps_end (&slot->entry->gaps, self->last);
    slot->entry = NULL;
    slot->number = -1;
  }
  self->entry->ended = self->last;
  self->entry = NULL;
  return matroska_close (g_steal_pointer (&self->part), error);
}

static gboolean
add_slot (Recording * self, Slot * slot, GError ** error)
{
  const Track *track = slot->track;

  slot->number = matroska_add_track (self->part, slot->caps, error);
  if (slot->number < 0)
    return FALSE;
  slot->part_type =
      gst_structure_get_name (gst_caps_get_structure (slot->caps, 0));
  slot->n_dropped_before = g_atomic_int_get (&slot->track->n_dropped);
  slot->n_injected_before = g_atomic_int_get (&slot->track->n_injected);
  /* What was dropped before the track's first part counts there. */
  if (slot->unrecorded != NULL)
    slot->n_dropped_before = slot->n_injected_before = 0;
  slot->needs_key = track->is_video;
  slot_enter (slot, self->index, self->entry);
  return TRUE;
}

static gboolean
open_part (Recording * self, gint64 start, const gboolean * wanted,
    GError ** error)
{
  g_autofree char *file = make_file_name (self, "mkv");
  g_autofree char *path = g_build_filename (self->folder, file, NULL);

  self->part = matroska_new (path, error);
  if (self->part == NULL)
    return FALSE;
  self->start = self->last = start;
  self->entry = index_add_part (self->index, file, start);
  for (guint i = 0; i < self->slots->len; i++) {
    if (wanted[i] && !add_slot (self, self->slots->pdata[i], error))
      return FALSE;
  }
  return matroska_begin (self->part, error);
}

static gboolean
write_frame (Recording * self, Slot * slot, const Frame * frame,
    GError ** error)
{
  gboolean is_key = frame_is_key (frame);

  if (slot->needs_key && !is_key) {
    g_atomic_int_inc (&slot->track->n_dropped);
    g_atomic_int_set (&slot->track->wants_key_frame, TRUE);
    return TRUE;
  }
  slot->needs_key = FALSE;
  gst_caps_replace (&slot->caps, frame->caps);
  gaps_frame (&slot->entry->gaps, frame->time);
  slot->entry->frames++;
  self->last = MAX (self->last, frame->time);
  g_atomic_int_inc (&slot->track->n_frames);
  return matroska_write (self->part, slot->number, frame->buffer,
      MAX (frame->time - self->start, 0), is_key, error);
}

/* From one part to the next */

static void
start_waiting (Recording * self, gint64 time)
{
  self->is_waiting = TRUE;
  self->waiting_since = time;
  for (guint i = 0; i < self->slots->len; i++) {
    Slot *slot = self->slots->pdata[i];

    if (slot->number >= 0 && slot->track->is_video)
      g_atomic_int_set (&slot->track->wants_key_frame, TRUE);
  }
}

/* Audio of the old part can change over at any time. */
static gboolean
is_complete (Recording * self)
{
  for (guint i = 0; i < self->slots->len; i++) {
    const Slot *slot = self->slots->pdata[i];

    if (slot->is_open && !slot->is_muted && !slot->is_ready
        && (slot->number < 0 || slot->track->is_video))
      return FALSE;
  }
  return TRUE;
}

static gboolean
flush_waiting (Recording * self, GError ** error)
{
  Frame *next;

  while ((next = g_queue_pop_head (&self->waiting)) != NULL) {
    g_autoptr (Frame) frame = next;
    Slot *slot = find_slot (self, frame->track);

    if (slot->number >= 0 && !write_frame (self, slot, frame, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
change_part (Recording * self, GError ** error)
{
  const Frame *first = g_queue_peek_head (&self->waiting);
  g_autofree gboolean *wanted = g_new0 (gboolean, self->slots->len + 1);

  for (guint i = 0; i < self->slots->len; i++) {
    Slot *slot = self->slots->pdata[i];

    wanted[i] = slot->is_ready || (slot->number >= 0 && slot->is_open);
    slot->is_ready = FALSE;
  }
  self->is_waiting = FALSE;
  return first == NULL || (close_part (self, error)
      && open_part (self, first->time, wanted, error)
      && flush_waiting (self, error));
}

/* A frame that comes while the next part is prepared. */
static gboolean
take_waiting (Recording * self, Slot * slot, Frame * frame, GError ** error)
{
  g_autoptr (Frame) owned = frame;
  gboolean fits = slot_fits_part (slot, frame);

  if (fits && !slot->is_ready
      && !(slot->track->is_video && frame_is_key (frame)))
    return write_frame (self, slot, frame, error);
  if (!slot->is_ready && !frame_is_key (frame)) {
    g_atomic_int_inc (&slot->track->n_dropped);
    g_atomic_int_set (&slot->track->wants_key_frame, TRUE);
    return TRUE;
  }
  slot->is_ready = TRUE;
  gst_caps_replace (&slot->caps, frame->caps);
  g_queue_push_tail (&self->waiting, g_steal_pointer (&owned));
  return TRUE;
}

/* Ciphertext: a file for each track, so there is nothing to wait for. */
static gboolean
keep_ciphertext (Recording * self, Slot * slot, const Frame * frame,
    GError ** error)
{
  if (slot->ciphertext == NULL) {
    g_autofree char *file = make_file_name (self, "gdp");
    g_autofree char *path = g_build_filename (self->folder, file, NULL);

    if (!slot_begin_ciphertext (slot, path, self->index,
            index_add_part (self->index, file, frame->time), error))
      return FALSE;
  }
  return slot_write_ciphertext (slot, frame, error);
}

/* Takes @frame. */
gboolean
recording_take (Recording * self, Frame * frame, GError ** error)
{
  Slot *slot = find_slot (self, frame->track);
  gint64 time = sync_align (&self->sync, frame->time, frame->capture_time);

  if (slot == NULL || !slot->is_open) {
    frame_free (frame);
    return TRUE;
  }
  frame->time = time;
  slot->is_muted = FALSE;
  if (self->keeps_ciphertext) {
    g_autoptr (Frame) owned = frame;

    return keep_ciphertext (self, slot, owned, error);
  }
  if (!self->is_waiting && slot_fits_part (slot, frame)) {
    g_autoptr (Frame) owned = frame;

    return write_frame (self, slot, owned, error);
  }
  if (!self->is_waiting)
    start_waiting (self, time);
  if (!take_waiting (self, slot, frame, error))
    return FALSE;
  if (is_complete (self) || time - self->waiting_since > MAX_WAIT_MS)
    return change_part (self, error);
  return TRUE;
}

/* Tracks */

static gboolean
has_open_slot (Recording * self)
{
  for (guint i = 0; i < self->slots->len; i++) {
    const Slot *slot = self->slots->pdata[i];

    if (slot->is_open)
      return TRUE;
  }
  return FALSE;
}

/* When the last track goes, so does the part. */
gboolean
recording_close_track (Recording * self, Track * track, gint64 time,
    GError ** error)
{
  Slot *slot = find_slot (self, track);

  if (slot == NULL)
    return TRUE;
  if (slot->entry != NULL)
    gaps_end (&slot->entry->gaps, time);
  slot->is_open = FALSE;
  if (!slot_end_ciphertext (slot, error))
    return FALSE;
  if (has_open_slot (self))
    return TRUE;
  return (!self->is_waiting || change_part (self, error))
      && close_part (self, error);
}

/* @reason: static; explains a gap, should there be one. */
void
recording_note (Recording * self, Track * track, const char *reason)
{
  Slot *slot = find_slot (self, track);

  if (slot != NULL)
    slot_note (slot, reason);
}

void
recording_mute (Recording * self, Track * track, gboolean muted)
{
  Slot *slot = find_slot (self, track);

  if (slot != NULL)
    slot->is_muted = muted;
  if (muted)
    recording_note (self, track, "muted");
}

/* The file of the last part, or NULL. */
const char *
recording_get_part (Recording * self)
{
  guint n = self->index->parts->len;

  return n > 0 ? ((IndexPart *) self->index->parts->pdata[n - 1])->file : NULL;
}

/* Finishes the files first. */
gboolean
recording_free (Recording * self, GError ** error)
{
  gboolean ok = (!self->is_waiting || change_part (self, error))
      && close_part (self, error);

  if (!ok && self->part != NULL)
    matroska_close (self->part, NULL);
  for (guint i = 0; i < self->slots->len; i++)
    ok = slot_end_ciphertext (self->slots->pdata[i], ok ? error : NULL)
        && ok;
  g_queue_clear_full (&self->waiting, (GDestroyNotify) frame_free);
  g_ptr_array_unref (self->slots);
  g_free (self->folder);
  g_free (self->name);
  g_free (self);
  return ok;
}
