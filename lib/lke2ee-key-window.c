/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Ratchet windows.
 *
 * SDKs derive the window anew for each frame that fails, on the media thread.
 * Here it is derived once for each key that a slot holds, on threads of our
 * own: not those of GTask, whose results wait for a main context to be
 * iterated and with them the keys. Two threads, so that one participant's
 * garbage does not hold up another's ratchet for long. */

#include "lke2ee-key-window-private.h"

#define N_THREADS 2

typedef struct _Window Window;

struct _Window
{
  Lke2eeKeyRing *ring;
  guint index;
  guint size;
  Lke2eeKey *base;
};

static guint64 n_derived;
static GMutex n_derived_lock;

static void
count_derivation (void)
{
  g_mutex_lock (&n_derived_lock);
  n_derived++;
  g_mutex_unlock (&n_derived_lock);
}

/* For tests and benchmarks: derivations of this process so far. */
guint64
lke2ee_key_window_get_n_derived (void)
{
  g_mutex_lock (&n_derived_lock);
  guint64 n = n_derived;
  g_mutex_unlock (&n_derived_lock);
  return n;
}

/* Each key is offered as soon as it is there: senders are mostly one step
 * on. */
static void
derive (gpointer data, gpointer user_data)
{
  Window *window = data;
  Lke2eeKey *key = lke2ee_key_ref (window->base);
  gboolean wanted = TRUE;

  for (guint i = 0; i < window->size && wanted; i++) {
    Lke2eeKey *next = lke2ee_key_ratchet (key, NULL);

    if (next == NULL)
      break;
    count_derivation ();
    lke2ee_key_unref (key);
    key = next;
    wanted = lke2ee_key_ring_add_to_window (window->ring, window->index,
        window->base, key);
  }
  lke2ee_key_ring_add_to_window (window->ring, window->index, window->base,
      NULL);
  lke2ee_key_unref (key);
  lke2ee_key_unref (window->base);
  lke2ee_key_ring_unref (window->ring);
  g_free (window);
}

static GThreadPool *
get_pool (void)
{
  static GThreadPool *pool;
  static gsize once;

  if (g_once_init_enter (&once)) {
    pool = g_thread_pool_new (derive, NULL, N_THREADS, FALSE, NULL);
    g_once_init_leave (&once, 1);
  }
  return pool;
}

/* Any thread; returns at once. Does nothing if the window of the slot's key has
 * been begun before. */
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
  g_thread_pool_push (get_pool (), window, NULL);
}
