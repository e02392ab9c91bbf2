/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Calls that fail when a test says so: libcrypto's, libsodium's memory, the
 * elements' output buffers. The linker puts them between (--wrap). */
#pragma once

#include <glib.h>

/* All functions that can be made to fail. */
extern const char *const fault_names[];
extern const guint fault_n_names;

/* The @nth call of @name from here on fails, counted from 1, and only that. */
void fault_arm (const char *name, guint nth);
/* No call fails. Returns whether one did since it was armed. */
gboolean fault_disarm (void);
/* Calls of @name since fault_arm(). */
guint fault_count_calls (void);
