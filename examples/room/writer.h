/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The thread that writes the recordings of a room to disk. */
#pragma once

#include "frame.h"
#include "index.h"

typedef struct _Writer Writer;

typedef struct
{
  /* On the main loop. */
  void (*part) (const char *identity, const char *file, gpointer user_data);
  void (*failed) (const GError * error, gpointer user_data);
} WriterFuncs;

Writer *writer_new (const char *folder, Index * index,
    gboolean keeps_ciphertext, const WriterFuncs * funcs,
    gpointer user_data);
gboolean writer_finish (Writer * self, gint64 time, GError ** error);

/* From any thread. */
void writer_open_track (Writer * self, Track * track);
void writer_close_track (Writer * self, Track * track, gint64 time);
void writer_mute (Writer * self, Track * track, gboolean muted);
void writer_note (Writer * self, Track * track, const char *reason);
void writer_take (Writer * self, Frame * frame);
