/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* File names for what a room calls its participants. */
#pragma once

#include <glib.h>

char *filename_from_identity (const char *identity);
