/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* One track of a participant, as the recorder knows it. Immutable but for its
 * counters; passed between the main loop, streaming threads and the writer. */
#pragma once

#include <gst/gst.h>

typedef struct
{
  gatomicrefcount ref_count;
  char *identity;
  char *sid;
  char *codec;                  /* vp8, vp9, h264, h265, opus, ... */
  gboolean is_video;

  /* atomic */
  gint n_frames;                /* written */
  gint n_dropped;               /* not to be decrypted, or not to be used */
  gint n_injected;              /* blank frames of the server */
  gint wants_key_frame;         /* asked for by the writer */

  /* of the main loop */
  const char *state;            /* interned; NULL before the first */
  gint n_shown;                 /* frames when progress was shown last */
} Track;

Track *track_new (const char *identity, const char *sid, const char *mime_type,
    gboolean is_video);
Track *track_ref (Track * self);
void track_unref (Track * self);
const char *track_get_kind (const Track * self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Track, track_unref)
