/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Streaming threads must not wait for a disk, so they leave their frames in a
 * queue. Whatever concerns the recordings happens on the one thread that
 * empties it, so nothing there needs a lock. */

#include "writer.h"

#include <gio/gio.h>

#include "recording.h"

/* With a disk that hangs, frames wait in memory: a minute of a meeting. */
#define MAX_QUEUED 20000
#define INDEX_INTERVAL_US (5 * G_USEC_PER_SEC)

typedef enum
{
  JOB_FRAME,
  JOB_OPEN,
  JOB_CLOSE,
  JOB_MUTE,
  JOB_NOTE,
  JOB_FINISH,
} JobKind;

typedef struct
{
  JobKind kind;
  Track *track;                 /* but for frames, which have it */
  Frame *frame;
  const char *reason;
  gboolean muted;
  gint64 time;
} Job;

struct _Writer
{
  gboolean finished;            /* of the main loop */
  char *folder;
  gboolean keeps_ciphertext;
  Index *index;
  WriterFuncs funcs;
  gpointer user_data;
  GAsyncQueue *jobs;
  GThread *thread;

  /* of the thread */
  GHashTable *recordings;       /* identity -> Recording */
  gint64 index_written;
  GError *error;                /* the first; nothing is written after it */
};

/* News for the main loop */

typedef struct
{
  Writer *writer;
  char *identity;
  char *file;
  GError *error;
} News;

static void
news_free (gpointer data)
{
  News *news = data;

  g_free (news->identity);
  g_free (news->file);
  g_clear_error (&news->error);
  g_atomic_rc_box_release (news->writer);
  g_free (news);
}

static gboolean
deliver (gpointer data)
{
  News *news = data;

  if (news->writer->finished)
    return G_SOURCE_REMOVE;
  if (news->error != NULL)
    news->writer->funcs.failed (news->error, news->writer->user_data);
  else
    news->writer->funcs.part (news->identity, news->file,
        news->writer->user_data);
  return G_SOURCE_REMOVE;
}

static void
tell (Writer * self, const char *identity, const char *file,
    const GError * error)
{
  News *news = g_new0 (News, 1);

  news->writer = g_atomic_rc_box_acquire (self);
  news->identity = g_strdup (identity);
  news->file = g_strdup (file);
  news->error = error ? g_error_copy (error) : NULL;
  g_idle_add_full (G_PRIORITY_DEFAULT, deliver, news, news_free);
}

/* The thread */

static void
refresh_recording (gpointer key, gpointer recording, gpointer data)
{
  recording_refresh_index (recording);
}

static gboolean
write_index (Writer * self, GError ** error)
{
  g_hash_table_foreach (self->recordings, refresh_recording, NULL);
  self->index_written = g_get_monotonic_time ();
  return index_write (self->index, self->folder, error);
}

static Recording *
ensure_recording (Writer * self, const char *identity)
{
  Recording *recording = g_hash_table_lookup (self->recordings, identity);

  if (recording == NULL) {
    recording = recording_new (self->folder,
        index_get_participant (self->index, identity), self->keeps_ciphertext);
    g_hash_table_insert (self->recordings, g_strdup (identity), recording);
  }
  return recording;
}

static gboolean
take_frame (Writer * self, Frame * frame, GError ** error)
{
  g_autofree char *identity = g_strdup (frame->track->identity);
  Recording *recording = ensure_recording (self, identity);
  const char *before = recording_get_part (recording);

  if (!recording_take (recording, frame, error))
    return FALSE;
  const char *after = recording_get_part (recording);
  if (after == before)
    return TRUE;
  tell (self, identity, after, NULL);
  return write_index (self, error);
}

static gboolean
run_job (Writer * self, Job * job, GError ** error)
{
  Recording *recording = job->track ?
      ensure_recording (self, job->track->identity) : NULL;

  switch (job->kind) {
    case JOB_FRAME:
      return take_frame (self, g_steal_pointer (&job->frame), error);
    case JOB_OPEN:
      recording_open_track (recording, job->track);
      return TRUE;
    case JOB_CLOSE:
      return recording_close_track (recording, job->track, job->time, error)
          && write_index (self, error);
    case JOB_MUTE:
      recording_mute (recording, job->track, job->muted);
      return TRUE;
    case JOB_NOTE:
      recording_note (recording, job->track, job->reason);
      return TRUE;
    default:
      return TRUE;
  }
}

static void
job_free (Job * job)
{
  g_clear_pointer (&job->frame, frame_free);
  g_clear_pointer (&job->track, track_unref);
  g_free (job);
}

/* All files are finished, even if one of them fails. */
static void
finish (Writer * self, gint64 time)
{
  GHashTableIter iter;
  gpointer recording;

  g_hash_table_foreach (self->recordings, refresh_recording, NULL);
  g_hash_table_iter_init (&iter, self->recordings);
  while (g_hash_table_iter_next (&iter, NULL, &recording))
    recording_free (recording, self->error ? NULL : &self->error);
  g_hash_table_remove_all (self->recordings);
  self->index->ended = self->index->started + time;
  index_write (self->index, self->folder, self->error ? NULL : &self->error);
}

static gpointer
run (gpointer data)
{
  Writer *self = data;
  gboolean running = TRUE;

  while (running) {
    Job *job = g_async_queue_pop (self->jobs);

    running = job->kind != JOB_FINISH;
    if (!running) {
      finish (self, job->time);
    } else if (self->error == NULL) {
      gboolean late = g_get_monotonic_time () - self->index_written
          > INDEX_INTERVAL_US;

      if (!run_job (self, job, &self->error)
          || (late && !write_index (self, &self->error)))
        tell (self, NULL, NULL, self->error);
    }
    job_free (job);
  }
  return NULL;
}

/* The others */

static Job *
job_new (JobKind kind, Track * track)
{
  Job *job = g_new0 (Job, 1);

  job->kind = kind;
  job->track = track ? track_ref (track) : NULL;
  return job;
}

/* @index: stays the caller's, who leaves it alone until writer_finish(). */
Writer *
writer_new (const char *folder, Index * index, gboolean keeps_ciphertext,
    const WriterFuncs * funcs, gpointer user_data)
{
  Writer *self = g_atomic_rc_box_new0 (Writer);

  self->folder = g_strdup (folder);
  self->index = index;
  self->keeps_ciphertext = keeps_ciphertext;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->jobs = g_async_queue_new ();
  self->recordings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      NULL);
  self->thread = g_thread_new ("writer", run, self);
  return self;
}

/* Writes what is queued, finishes the files and frees @self. FALSE with the
 * first error there was. */
gboolean
writer_finish (Writer * self, gint64 time, GError ** error)
{
  Job *job = job_new (JOB_FINISH, NULL);

  job->time = time;
  g_async_queue_push (self->jobs, job);
  g_thread_join (self->thread);
  self->finished = TRUE;
  gboolean ok = self->error == NULL;
  if (!ok)
    g_propagate_error (error, self->error);
  g_async_queue_unref (self->jobs);
  g_hash_table_unref (self->recordings);
  g_free (self->folder);
  g_atomic_rc_box_release (self);
  return ok;
}

void
writer_open_track (Writer * self, Track * track)
{
  g_async_queue_push (self->jobs, job_new (JOB_OPEN, track));
}

void
writer_close_track (Writer * self, Track * track, gint64 time)
{
  Job *job = job_new (JOB_CLOSE, track);

  job->time = time;
  g_async_queue_push (self->jobs, job);
}

void
writer_mute (Writer * self, Track * track, gboolean muted)
{
  Job *job = job_new (JOB_MUTE, track);

  job->muted = muted;
  g_async_queue_push (self->jobs, job);
}

/* @reason: static. */
void
writer_note (Writer * self, Track * track, const char *reason)
{
  Job *job = job_new (JOB_NOTE, track);

  job->reason = reason;
  g_async_queue_push (self->jobs, job);
}

/* Takes @frame. */
void
writer_take (Writer * self, Frame * frame)
{
  if (g_async_queue_length (self->jobs) > MAX_QUEUED) {
    g_atomic_int_inc (&frame->track->n_dropped);
    g_atomic_int_set (&frame->track->wants_key_frame, TRUE);
    frame_free (frame);
    return;
  }
  Job *job = job_new (JOB_FRAME, NULL);
  job->frame = frame;
  g_async_queue_push (self->jobs, job);
}
