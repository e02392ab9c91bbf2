/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A superframe (VP9 bitstream specification, annex B): the frames one behind
 * the other, then an index.
 *
 *     | 110 | bytes per size - 1: 2 bits | frames - 1: 3 bits |
 *     | size of each frame, little endian |
 *     | the first byte again |
 */

#include "gstlke2eesuperframe.h"

#include <string.h>

#define MAX_FRAMES 8
#define INDEX_MARK 0xc0
#define SIZE_SIZE 4

struct _Lke2eeSuperframe
{
  GstBuffer *frames[MAX_FRAMES];
  guint n_frames;
};

Lke2eeSuperframe *
lke2ee_superframe_new (void)
{
  return g_new0 (Lke2eeSuperframe, 1);
}

void
lke2ee_superframe_clear (Lke2eeSuperframe * self)
{
  for (guint i = 0; i < self->n_frames; i++)
    gst_clear_buffer (&self->frames[i]);
  self->n_frames = 0;
}

void
lke2ee_superframe_free (Lke2eeSuperframe * self)
{
  lke2ee_superframe_clear (self);
  g_free (self);
}

gboolean
lke2ee_superframe_is_empty (Lke2eeSuperframe * self)
{
  return self->n_frames == 0;
}

/* Whether @frame is of the picture that has begun. Without times only markers
 * tell; @has_markers: there are such. */
gboolean
lke2ee_superframe_takes (Lke2eeSuperframe * self, GstBuffer * frame,
    gboolean has_markers)
{
  if (self->n_frames == 0)
    return TRUE;
  return self->n_frames < MAX_FRAMES
      && GST_BUFFER_PTS (self->frames[0]) == GST_BUFFER_PTS (frame)
      && (GST_BUFFER_PTS_IS_VALID (frame) || has_markers);
}

/* Takes ownership of @frame. */
void
lke2ee_superframe_add (Lke2eeSuperframe * self, GstBuffer * frame)
{
  g_return_if_fail (self->n_frames < MAX_FRAMES);
  self->frames[self->n_frames++] = frame;
}

static GstMemory *
new_index (Lke2eeSuperframe * self)
{
  gsize size = 2 + self->n_frames * SIZE_SIZE;
  guint8 *index = g_malloc (size);
  guint8 mark = INDEX_MARK | (SIZE_SIZE - 1) << 3 | (self->n_frames - 1);

  index[0] = mark;
  for (guint i = 0; i < self->n_frames; i++) {
    guint32 frame_size =
        GUINT32_TO_LE ((guint32) gst_buffer_get_size (self->frames[i]));

    memcpy (index + 1 + i * SIZE_SIZE, &frame_size, SIZE_SIZE);
  }
  index[size - 1] = mark;
  return gst_memory_new_wrapped (GST_MEMORY_FLAG_READONLY, index, size, 0,
      size, index, g_free);
}

/* The picture, with the metadata of its first frame. One frame alone is given
 * as it is. There is at least one. */
GstBuffer *
lke2ee_superframe_finish (Lke2eeSuperframe * self)
{
  GstMemory *index = self->n_frames > 1 ? new_index (self) : NULL;
  GstBuffer *picture =
      gst_buffer_make_writable (g_steal_pointer (&self->frames[0]));

  for (guint i = 1; i < self->n_frames; i++)
    picture =
        gst_buffer_append (picture, g_steal_pointer (&self->frames[i]));
  if (index != NULL)
    gst_buffer_append_memory (picture, index);
  GST_BUFFER_FLAG_SET (picture, GST_BUFFER_FLAG_MARKER);
  self->n_frames = 0;
  return picture;
}
