/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The element that ours is compared with: as little as an element that encrypts
 * can do. */
#pragma once

#include <gst/gst.h>

/* @header_size: bytes of each frame that stay clear. */
GstElement *ideal_new (gsize header_size);
