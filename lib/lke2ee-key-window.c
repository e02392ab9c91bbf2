/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Ratchet windows.
 *
 * SDKs derive the window anew for each frame that fails, on the media thread.
 * Here it is derived once for each key that a slot holds, on threads of our
 * own: not those of GTask, whose results wait for a main context to be
 * iterated and with them the keys.
 *
 * A server can have every slot of every participant fail. So that none of them
 * waits for another's whole window, a ring has one window under way at a time
 * besides that of its current slot, a job is one step, and a job with fewer
 * steps behind it goes first: a sender is mostly one step on. */

#include "lke2ee-key-window-private.h"

#include "lke2ee-worker-private.h"

#define N_THREADS 2

typedef struct _Window Window;

struct _Window
{
  Lke2eeKeyRing *ring;
  guint index;
  guint size;
  guint n_steps;                /* derived so far */
  Lke2eeKey *base;
  Lke2eeKey *key;               /* n_steps on from base */
};

static void
window_free (Window * window)
{
  lke2ee_key_ring_end_window (window->ring, window->index, window->base);
  lke2ee_key_unref (window->key);
  lke2ee_key_unref (window->base);
  lke2ee_key_ring_unref (window->ring);
  g_free (window);
  lke2ee_worker_end_job ();
}

/* Derives the next key and offers it. FALSE if that was the last one. */
static gboolean
window_step (Window * window)
{
  Lke2eeKey *next = lke2ee_key_ratchet (window->key, NULL);

  if (next == NULL)
    return FALSE;
  lke2ee_key_unref (window->key);
  window->key = next;
  window->n_steps++;
  return lke2ee_key_ring_add_to_window (window->ring, window->index,
      window->base, next) && window->n_steps < window->size;
}

static GThreadPool *get_pool (void);

static void
run_step (gpointer data, gpointer user_data)
{
  Window *window = data;

  if (!lke2ee_worker_is_stopping () && window_step (window))
    g_thread_pool_push (get_pool (), window, NULL);
  else
    window_free (window);
}

static gint
compare_steps (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return (gint) ((const Window *) a)->n_steps
      - (gint) ((const Window *) b)->n_steps;
}

static GThreadPool *
get_pool (void)
{
  static GThreadPool *pool;
  static gsize once;

  if (g_once_init_enter (&once)) {
    pool = lke2ee_worker_pool_new (run_step, N_THREADS, compare_steps);
    g_once_init_leave (&once, 1);
  }
  return pool;
}

/* Any thread; returns at once. Does nothing if the window of the slot's key has
 * been begun before, or another window of the ring is under way: then the next
 * frame that fails asks again. */
void
lke2ee_key_window_derive (Lke2eeKeyRing * ring, guint index, guint size)
{
  Lke2eeKey *base =
      size > 0 ? lke2ee_key_ring_begin_window (ring, index) : NULL;

  if (base == NULL)
    return;
  Window *window = g_new0 (Window, 1);
  window->ring = lke2ee_key_ring_ref (ring);
  window->index = index;
  window->size = size;
  window->base = base;
  window->key = lke2ee_key_ref (base);
  lke2ee_worker_begin_job ();
  g_thread_pool_push (get_pool (), window, NULL);
}
