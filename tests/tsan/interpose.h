/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Finds the function that an interposed one stands in front of. */
#pragma once

#include <dlfcn.h>
#include <glib.h>
#include <sanitizer/tsan_interface.h>

/* Where the real @name is kept, and how it is called. */
#define DECLARE(name) static gpointer real_##name
#define REAL(name) ((__typeof__ (&name)) find_real (&real_##name, #name))

static inline gpointer
find_real (gpointer * real, const char *name)
{
  gpointer found = __atomic_load_n (real, __ATOMIC_ACQUIRE);

  if (found == NULL) {
    found = dlsym (RTLD_NEXT, name);
    __atomic_store_n (real, found, __ATOMIC_RELEASE);
  }
  return found;
}

/* What the counter of an object orders: it is sequentially consistent, so all
 * that was done before one ref or unref happens before the next. */
static inline void
order_by_counter (gpointer object)
{
  __tsan_acquire (object);
  __tsan_release (object);
}

/* What follows is exported, or nobody but the program itself would call it. */
#pragma GCC visibility push(default)
