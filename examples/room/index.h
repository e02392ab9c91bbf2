/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* index.json: what a folder of recordings holds. */
#pragma once

#include <glib.h>
#include "gaps.h"

typedef struct
{
  char *sid;
  const char *kind;
  char *codec;
  guint frames;
  guint dropped;
  guint injected;
  Gaps gaps;
} IndexTrack;

typedef struct
{
  char *file;
  gint64 started;               /* ms since the recording began */
  gint64 ended;                 /* -1: not yet */
  GPtrArray *tracks;            /* of IndexTrack */
} IndexPart;

typedef struct
{
  char *identity;
  GPtrArray *parts;             /* of IndexPart */
  GPtrArray *unrecorded;        /* of IndexTrack: no part has a frame of them */
} IndexParticipant;

typedef struct
{
  char *room;
  gint64 started;               /* ms since 1970 */
  gint64 ended;                 /* -1: not yet */
  GBytes *sif_trailer;          /* of a recording of ciphertext, else NULL */
  GPtrArray *participants;      /* of IndexParticipant */
} Index;

Index *index_new (const char *room, gint64 started);
void index_free (Index * self);
IndexParticipant *index_get_participant (Index * self, const char *identity);
IndexPart *index_add_part (IndexParticipant * participant, const char *file,
    gint64 started);
IndexTrack *index_add_track (IndexPart * part, const char *sid,
    const char *kind, const char *codec);
IndexTrack *index_add_unrecorded (IndexParticipant * participant,
    const char *sid, const char *kind, const char *codec);
void index_remove_unrecorded (IndexParticipant * participant,
    const char *sid);
char *index_to_json (const Index * self);
gboolean index_write (const Index * self, const char *folder,
    GError ** error);
Index *index_read (const char *folder, GError ** error);
