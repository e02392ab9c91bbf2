/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A track in the recording of its participant. */
#pragma once

#include "ciphertext.h"
#include "frame.h"
#include "index.h"

typedef struct
{
  Track *track;
  gboolean is_open;
  gboolean is_muted;
  gboolean is_ready;            /* frames of it wait for the next part */
  gboolean needs_key;           /* what comes before that is of no use */
  GstCaps *caps;                /* of its last frame */
  int number;                   /* in the part, or -1 */
  const char *part_type;        /* media type there */
  guint n_dropped_before;       /* the track's count when the part began */
  guint n_injected_before;
  IndexTrack *entry;            /* in the part's index */
  IndexTrack *unrecorded;       /* entry before the first, or NULL */
  Ciphertext *ciphertext;       /* its file, where ciphertext is kept */
  IndexPart *ciphertext_part;
} Slot;

Slot *slot_new (Track * track);
void slot_free (gpointer data);
gboolean slot_fits_part (const Slot * self, const Frame * frame);
void slot_open_index (Slot * self, IndexParticipant * index);
void slot_enter (Slot * self, IndexParticipant * index, IndexPart * part);
void slot_note (Slot * self, const char *reason);
void slot_refresh_entry (Slot * self);

gboolean slot_begin_ciphertext (Slot * self, const char *path,
    IndexParticipant * index, IndexPart * part, GError ** error);
gboolean slot_write_ciphertext (Slot * self, const Frame * frame,
    GError ** error);
gboolean slot_end_ciphertext (Slot * self, GError ** error);
