/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Output memory that is used again. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define LKE2EE_TYPE_ALLOCATOR (lke2ee_allocator_get_type ())

G_DECLARE_FINAL_TYPE (Lke2eeAllocator, lke2ee_allocator, LKE2EE, ALLOCATOR,
    GstAllocator)

GstAllocator *lke2ee_allocator_obtain (void);

G_END_DECLS
