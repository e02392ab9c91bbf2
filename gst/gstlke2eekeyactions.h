/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The action signals that set keys. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* @type: of an element with a child "key-provider" (GstChildProxy). */
void lke2ee_key_actions_install (GType type);

G_END_DECLS
