/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A track's life. */

#include "track.h"

#include <string.h>

/* @mime_type: such as video/VP8. */
Track *
track_new (const char *identity, const char *sid, const char *mime_type,
    gboolean is_video)
{
  Track *self = g_new0 (Track, 1);
  const char *slash = strrchr (mime_type, '/');

  g_atomic_ref_count_init (&self->ref_count);
  self->identity = g_strdup (identity);
  self->sid = g_strdup (sid);
  self->codec = g_ascii_strdown (slash ? slash + 1 : mime_type, -1);
  self->is_video = is_video;
  return self;
}

Track *
track_ref (Track * self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
track_unref (Track * self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->identity);
  g_free (self->sid);
  g_free (self->codec);
  g_free (self);
}

const char *
track_get_kind (const Track * self)
{
  return self->is_video ? "video" : "audio";
}
