/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Jobs that derive keys in the background. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A pool of @n_threads that calls @func (job, NULL) for each job; @compare: the
 * order of jobs that wait, or NULL for that of their coming. It lives as long
 * as the process. */
GThreadPool *lke2ee_worker_pool_new (GFunc func, guint n_threads,
    GCompareDataFunc compare);

/* Each job begins before it is pushed, and ends when it is done with
 * libcrypto. */
void lke2ee_worker_begin_job (void);
void lke2ee_worker_end_job (void);
/* The process is about to exit: jobs end without deriving. */
gboolean lke2ee_worker_is_stopping (void);

G_END_DECLS
