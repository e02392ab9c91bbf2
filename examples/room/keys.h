/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The keys of the command line in a provider: set, rotate, ratchet, reload. */
#pragma once

#include <lke2ee/lke2ee.h>
#include "options.h"

typedef struct _Keys Keys;

Keys *keys_new (gboolean shared);
void keys_free (Keys * self);
void keys_add_options (Keys * self, const Options * options);
gboolean keys_add_participant (Keys * self, const char *assignment,
    GError ** error);
gboolean keys_load (Keys * self, GError ** error);
Lke2eeKeyProvider *keys_get_provider (Keys * self);
guint keys_count (Keys * self);
gint keys_rotate (Keys * self);
gboolean keys_ratchet (Keys * self, GError ** error);
