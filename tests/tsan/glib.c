/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What GLib synchronises, told to ThreadSanitizer.
 *
 * Debian's libraries are not instrumented, and GLib's mutexes are made of
 * futexes, which ThreadSanitizer does not see: it would take every use of them
 * for a race. This file stands in front of those functions, calls the real one
 * and says what it orders, and nothing more. So there is no suppression: what
 * ThreadSanitizer still finds is a race of ours.
 *
 *     function                     order that GLib gives
 *     g_mutex_*, g_cond_*          as documented
 *     g_object_ref/_unref,         sequentially consistent counters: what was
 *     g_bytes_ref/_unref,          done before one unref happens before the
 *     g_atomic_ref_count_*         next ref, unref or finalize
 *     g_once_init_leave            happens before whoever sees the value
 *     g_thread_pool_push           happens before the function that gets it,
 *                                  and before the pool compares it
 *     g_task_return_*              happens before the callback
 *
 * Linked into the test programs, which export it to plugin and libraries. */

#include <gio/gio.h>
#include <string.h>

#include "interpose.h"

/* Mutexes */

DECLARE (g_mutex_lock);
DECLARE (g_mutex_trylock);
DECLARE (g_mutex_unlock);
DECLARE (g_cond_wait);
DECLARE (g_cond_wait_until);

void
g_mutex_lock (GMutex * mutex)
{
  REAL (g_mutex_lock) (mutex);
  __tsan_acquire (mutex);
}

gboolean
g_mutex_trylock (GMutex * mutex)
{
  gboolean locked = REAL (g_mutex_trylock) (mutex);

  if (locked)
    __tsan_acquire (mutex);
  return locked;
}

void
g_mutex_unlock (GMutex * mutex)
{
  __tsan_release (mutex);
  REAL (g_mutex_unlock) (mutex);
}

void
g_cond_wait (GCond * cond, GMutex * mutex)
{
  __tsan_release (mutex);
  REAL (g_cond_wait) (cond, mutex);
  __tsan_acquire (mutex);
}

gboolean
g_cond_wait_until (GCond * cond, GMutex * mutex, gint64 end_time)
{
  __tsan_release (mutex);
  gboolean in_time = REAL (g_cond_wait_until) (cond, mutex, end_time);
  __tsan_acquire (mutex);
  return in_time;
}

/* References */

DECLARE (g_object_ref);
DECLARE (g_object_unref);
DECLARE (g_bytes_ref);
DECLARE (g_bytes_unref);
DECLARE (g_atomic_ref_count_inc);
DECLARE (g_atomic_ref_count_dec);

gpointer
(g_object_ref) (gpointer object)
{
  order_by_counter (object);
  return ((gpointer (*) (gpointer)) find_real
      (&real_g_object_ref, "g_object_ref")) (object);
}

void
g_object_unref (gpointer object)
{
  order_by_counter (object);
  REAL (g_object_unref) (object);
}

GBytes *
g_bytes_ref (GBytes * bytes)
{
  order_by_counter (bytes);
  return REAL (g_bytes_ref) (bytes);
}

void
g_bytes_unref (GBytes * bytes)
{
  if (bytes != NULL)
    order_by_counter (bytes);
  REAL (g_bytes_unref) (bytes);
}

void
(g_atomic_ref_count_inc) (gatomicrefcount * count)
{
  order_by_counter (count);
  ((void (*) (gatomicrefcount *)) find_real (&real_g_atomic_ref_count_inc,
          "g_atomic_ref_count_inc")) (count);
}

gboolean
(g_atomic_ref_count_dec) (gatomicrefcount * count)
{
  order_by_counter (count);
  return ((gboolean (*) (gatomicrefcount *)) find_real
      (&real_g_atomic_ref_count_dec, "g_atomic_ref_count_dec")) (count);
}

/* Once */

DECLARE (g_once_init_enter);
DECLARE (g_once_init_leave);

gboolean
(g_once_init_enter) (volatile void *location)
{
  gboolean first = ((gboolean (*) (volatile void *))
      find_real (&real_g_once_init_enter, "g_once_init_enter")) (location);

  __tsan_acquire ((void *) location);
  return first;
}

void
(g_once_init_leave) (volatile void *location, gsize result)
{
  __tsan_release ((void *) location);
  ((void (*) (volatile void *, gsize)) find_real (&real_g_once_init_leave,
          "g_once_init_leave")) (location, result);
}

/* Other threads */

DECLARE (g_thread_pool_new);
DECLARE (g_thread_pool_push);
DECLARE (g_thread_pool_set_sort_function);
DECLARE (g_task_propagate_boolean);
DECLARE (g_task_return_boolean);
DECLARE (g_task_return_error);

/* A function and its data, to be called once their order is known. */
typedef struct _Call Call;

struct _Call
{
  GFunc func;
  gpointer user_data;
};

static void
run_pooled (gpointer data, gpointer user_data)
{
  Call *call = user_data;

  __tsan_acquire (data);
  call->func (data, call->user_data);
}

/* Pools of ours live as long as the process. */
GThreadPool *
g_thread_pool_new (GFunc func, gpointer user_data, gint max_threads,
    gboolean exclusive, GError ** error)
{
  Call *call = g_new0 (Call, 1);

  call->func = func;
  call->user_data = user_data;
  return REAL (g_thread_pool_new) (run_pooled, call, max_threads, exclusive,
      error);
}

static gint
compare_pooled (gconstpointer a, gconstpointer b, gpointer user_data)
{
  GCompareDataFunc func;

  __tsan_acquire ((gpointer) a);
  __tsan_acquire ((gpointer) b);
  memcpy (&func, user_data, sizeof func);
  return func (a, b, NULL);
}

/* Ours take no user_data. */
void
g_thread_pool_set_sort_function (GThreadPool * pool, GCompareDataFunc func,
    gpointer user_data)
{
  GCompareDataFunc *kept = g_new (GCompareDataFunc, 1);

  *kept = func;
  REAL (g_thread_pool_set_sort_function) (pool, compare_pooled, kept);
}

gboolean
g_thread_pool_push (GThreadPool * pool, gpointer data, GError ** error)
{
  __tsan_release (data);
  return REAL (g_thread_pool_push) (pool, data, error);
}

void
g_task_return_boolean (GTask * task, gboolean result)
{
  __tsan_release (task);
  REAL (g_task_return_boolean) (task, result);
}

void
g_task_return_error (GTask * task, GError * error)
{
  __tsan_release (task);
  REAL (g_task_return_error) (task, error);
}

gboolean
g_task_propagate_boolean (GTask * task, GError ** error)
{
  __tsan_acquire (task);
  return REAL (g_task_propagate_boolean) (task, error);
}
