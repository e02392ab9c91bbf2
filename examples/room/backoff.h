/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* How long to wait before the next try to reach a server. */
#pragma once

#include <glib.h>

#define BACKOFF_FIRST_MS 500
#define BACKOFF_MAX_MS 30000

guint backoff_get_delay (guint n_failed, double random);
