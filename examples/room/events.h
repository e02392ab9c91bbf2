/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What the programs say while they run. */
#pragma once

#include <glib.h>

void events_init (const char *program);
gboolean events_is_terminal (void);
void events_say (const char *event, ...) G_GNUC_NULL_TERMINATED;
void events_progress (const char *line);
void events_status (const char *text);
void events_end (void);
