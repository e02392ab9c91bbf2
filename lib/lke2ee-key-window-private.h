/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Derives ratchet windows in the background. */
#pragma once

#include "lke2ee-key-ring-private.h"

G_BEGIN_DECLS

void lke2ee_key_window_derive (Lke2eeKeyRing *ring, guint index, guint size);

G_END_DECLS
