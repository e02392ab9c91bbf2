/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Queues signal emissions for a main context.
 *
 * A frame that fails must not run an application's handlers on the streaming
 * thread, nor wait for its main loop. So an emission is queued: coalesced (the
 * same signal for the same slot stands once, with the newest material) and
 * bounded (nothing piles up where nobody iterates the context), and the source
 * holds the emitter only weakly. */

#include "lke2ee-signal-queue-private.h"

typedef struct _Pending Pending;

struct _Pending
{
  guint signal_id;
  char *participant;
  guint index;
  GBytes *material;
};

struct _Lke2eeSignalQueue
{
  gatomicrefcount ref_count;
  GMainContext *context;
  GWeakRef emitter;
  GMutex lock;
  /* guarded by lock */
  GQueue pending;
  gboolean scheduled;
};

static void
pending_free (Pending * pending)
{
  g_free (pending->participant);
  g_clear_pointer (&pending->material, g_bytes_unref);
  g_free (pending);
}

Lke2eeSignalQueue *
lke2ee_signal_queue_new (GObject * emitter)
{
  Lke2eeSignalQueue *self = g_new0 (Lke2eeSignalQueue, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->context = g_main_context_ref_thread_default ();
  g_weak_ref_init (&self->emitter, emitter);
  g_mutex_init (&self->lock);
  g_queue_init (&self->pending);
  return self;
}

static void
signal_queue_unref (Lke2eeSignalQueue * self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_queue_clear_full (&self->pending, (GDestroyNotify) pending_free);
  g_weak_ref_clear (&self->emitter);
  g_mutex_clear (&self->lock);
  g_main_context_unref (self->context);
  g_free (self);
}

/* Drops what is pending: with the emitter goes its interest in it. */
void
lke2ee_signal_queue_free (Lke2eeSignalQueue * self)
{
  g_mutex_lock (&self->lock);
  g_queue_clear_full (&self->pending, (GDestroyNotify) pending_free);
  g_mutex_unlock (&self->lock);
  signal_queue_unref (self);
}

static void
emit (GObject * emitter, Pending * pending)
{
  if (pending->material != NULL)
    g_signal_emit (emitter, pending->signal_id, 0, pending->participant,
        pending->index, pending->material);
  else
    g_signal_emit (emitter, pending->signal_id, 0, pending->participant,
        pending->index);
}

static gboolean
on_dispatch (gpointer data)
{
  Lke2eeSignalQueue *self = data;
  g_autoptr (GObject) emitter = g_weak_ref_get (&self->emitter);
  GQueue batch;

  g_mutex_lock (&self->lock);
  batch = self->pending;
  g_queue_init (&self->pending);
  self->scheduled = FALSE;
  g_mutex_unlock (&self->lock);

  Pending *pending;
  while ((pending = g_queue_pop_head (&batch)) != NULL) {
    if (emitter != NULL)
      emit (emitter, pending);
    pending_free (pending);
  }
  return G_SOURCE_REMOVE;
}

static void
schedule (Lke2eeSignalQueue * self)
{
  GSource *source = g_idle_source_new ();

  g_atomic_ref_count_inc (&self->ref_count);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_dispatch, self,
      (GDestroyNotify) signal_queue_unref);
  g_source_attach (source, self->context);
  g_source_unref (source);
}

/* Called with the lock held. @n_pending: emissions of this signal that wait. */
static Pending *
find_same (Lke2eeSignalQueue * self, guint signal_id,
    const char *participant, guint index, guint * n_pending)
{
  *n_pending = 0;
  for (GList * l = self->pending.head; l != NULL; l = l->next) {
    Pending *pending = l->data;

    *n_pending += pending->signal_id == signal_id;
    if (pending->signal_id == signal_id && pending->index == index
        && g_strcmp0 (pending->participant, participant) == 0)
      return pending;
  }
  return NULL;
}

/* Any thread. @material: (nullable): third argument of the signal, if it has
 * one. @max_pending: how many of this signal may wait; what is more is lost,
 * but takes no other signal's place. */
void
lke2ee_signal_queue_push (Lke2eeSignalQueue * self, guint signal_id,
    const char *participant, guint index, GBytes * material,
    guint max_pending)
{
  gboolean must_schedule = FALSE;
  guint n_pending;

  g_mutex_lock (&self->lock);
  Pending *pending =
      find_same (self, signal_id, participant, index, &n_pending);
  if (pending == NULL && n_pending < max_pending) {
    pending = g_new0 (Pending, 1);
    pending->signal_id = signal_id;
    pending->participant = g_strdup (participant);
    pending->index = index;
    g_queue_push_tail (&self->pending, pending);
    must_schedule = !self->scheduled;
    self->scheduled = TRUE;
  }
  if (pending != NULL && material != NULL) {
    g_clear_pointer (&pending->material, g_bytes_unref);
    pending->material = g_bytes_ref (material);
  }
  g_mutex_unlock (&self->lock);

  if (must_schedule)
    schedule (self);
}
