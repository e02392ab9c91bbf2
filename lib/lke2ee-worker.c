/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Threads of our own for derivations, and their end.
 *
 * libcrypto frees its state when the process exits, whatever other threads are
 * doing, and a derivation in one of them would crash. So at exit, before that,
 * the jobs under way are waited for: tens of milliseconds. */

#include "lke2ee-worker-private.h"

#include <pthread.h>
#include <stdlib.h>

#include "lke2ee-kdf-private.h"

static GMutex lock;
static GCond job_ended;
/* guarded by lock */
static guint n_jobs;
static gboolean is_stopping;

static void
stop (void)
{
  g_mutex_lock (&lock);
  is_stopping = TRUE;
  while (n_jobs > 0)
    g_cond_wait (&job_ended, &lock);
  g_mutex_unlock (&lock);
}

/* A child of fork() has no thread but the one that called it: nobody would end
 * these jobs, or unlock the lock. */
static void
forget_jobs (void)
{
  g_mutex_init (&lock);
  n_jobs = 0;
}

GThreadPool *
lke2ee_worker_pool_new (GFunc func, guint n_threads, GCompareDataFunc compare)
{
  static gsize once;
  GThreadPool *pool = g_thread_pool_new (func, NULL, n_threads, FALSE, NULL);

  if (compare != NULL)
    g_thread_pool_set_sort_function (pool, compare, NULL);
  if (g_once_init_enter (&once)) {
    /* What is registered last runs first, so libcrypto has to be up. */
    lke2ee_kdf_init_library ();
    atexit (stop);
    pthread_atfork (NULL, NULL, forget_jobs);
    g_once_init_leave (&once, 1);
  }
  return pool;
}

void
lke2ee_worker_begin_job (void)
{
  g_mutex_lock (&lock);
  n_jobs++;
  g_mutex_unlock (&lock);
}

void
lke2ee_worker_end_job (void)
{
  g_mutex_lock (&lock);
  n_jobs--;
  g_cond_broadcast (&job_ended);
  g_mutex_unlock (&lock);
}

gboolean
lke2ee_worker_is_stopping (void)
{
  g_mutex_lock (&lock);
  gboolean stopping = is_stopping;
  g_mutex_unlock (&lock);
  return stopping;
}
