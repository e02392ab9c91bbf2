/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The elements that each codec goes through when it is recorded. */
#pragma once

#include <glib.h>

const char *route_get_encoding_name (const char *codec);
char *route_describe (const char *codec, gboolean from_rtp, gboolean decrypts,
    GError ** error);
