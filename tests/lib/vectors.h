/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Reading test vectors. */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <lke2ee/lke2ee.h>

typedef void (*VectorFunc) (JsonObject * row);

/* Calls for each row of a JSON array in the folder of vectors. */
void vectors_each (const char *file, VectorFunc func);

const char *row_text (JsonObject * row, const char *name);
gint64 row_number (JsonObject * row, const char *name);
GBytes *row_bytes (JsonObject * row, const char *name);

/* A provider with the key of a row of wire.json or packets.json. */
Lke2eeKeyProvider *provider_for_row (JsonObject * row);

GBytes *bytes_from_hex (const char *hex);
const guint8 *bytes_peek (GBytes * bytes, gsize * size);
void assert_bytes (const char *name, GBytes * got, GBytes * want);
