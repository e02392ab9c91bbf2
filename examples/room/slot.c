/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What recording.c keeps of each track; and where ciphertext is kept, a slot
 * has a file of its own. */

#include "slot.h"

Slot *
slot_new (Track * track)
{
  Slot *self = g_new0 (Slot, 1);

  self->track = track_ref (track);
  self->is_open = TRUE;
  self->number = -1;
  return self;
}

void
slot_free (gpointer data)
{
  Slot *self = data;

  gst_clear_caps (&self->caps);
  track_unref (self->track);
  g_free (self);
}

/* Whether the part has a track for @frame. */
gboolean
slot_fits_part (const Slot * self, const Frame * frame)
{
  return self->number >= 0
      && gst_structure_has_name (gst_caps_get_structure (frame->caps, 0),
      self->part_type);
}

/* Until it delivers, a track is named as one of which nothing is recorded. */
void
slot_open_index (Slot * self, IndexParticipant * index)
{
  const Track *track = self->track;

  self->unrecorded = index_add_unrecorded (index, track->sid,
      track_get_kind (track), track->codec);
}

void
slot_enter (Slot * self, IndexParticipant * index, IndexPart * part)
{
  const Track *track = self->track;

  self->entry = index_add_track (part, track->sid, track_get_kind (track),
      track->codec);
  if (g_steal_pointer (&self->unrecorded) != NULL)
    index_remove_unrecorded (index, track->sid);
}

/* @reason: static; explains why no frames come, should it be so. */
void
slot_note (Slot * self, const char *reason)
{
  IndexTrack *entry = self->entry ? self->entry : self->unrecorded;

  if (entry != NULL)
    gaps_note (&entry->gaps, reason);
}

/* Takes what the track has counted since the part began. */
void
slot_refresh_entry (Slot * self)
{
  IndexTrack *entry = self->entry ? self->entry : self->unrecorded;

  if (entry == NULL)
    return;
  entry->dropped = g_atomic_int_get (&self->track->n_dropped)
      - self->n_dropped_before;
  entry->injected = g_atomic_int_get (&self->track->n_injected)
      - self->n_injected_before;
}

gboolean
slot_begin_ciphertext (Slot * self, const char *path,
    IndexParticipant * index, IndexPart * part, GError ** error)
{
  self->ciphertext_part = part;
  slot_enter (self, index, part);
  self->ciphertext = ciphertext_new (path, error);
  return self->ciphertext != NULL;
}

gboolean
slot_write_ciphertext (Slot * self, const Frame * frame, GError ** error)
{
  gaps_frame (&self->entry->gaps, frame->time);
  self->entry->frames++;
  g_atomic_int_inc (&self->track->n_frames);
  return ciphertext_write (self->ciphertext, frame, error);
}

gboolean
slot_end_ciphertext (Slot * self, GError ** error)
{
  if (self->ciphertext == NULL)
    return TRUE;
  self->ciphertext_part->ended = self->entry->gaps.last;
  self->entry = NULL;
  return ciphertext_close (g_steal_pointer (&self->ciphertext), error);
}
