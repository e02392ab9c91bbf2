/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A process that reads its own memory. Secrets are given masked, so that the
 * search itself leaves none. */
#pragma once

#include <glib.h>

#define SECRET_MASK 0x5a

typedef struct
{
  const char *name;
  guint8 masked[64];
  gsize size;
} Needle;

typedef struct
{
  guint n_guarded;              /* in memory that no core dump has */
  guint n_in_libcrypto;         /* in what libcrypto has allocated */
  guint n_elsewhere;
} Found;

/* To be called first: learns of all that libcrypto allocates. */
void regions_watch_libcrypto (void);

/* Reads everything that can be read; prints where something stands that is
 * neither guarded nor libcrypto's. */
Found regions_search (const Needle * needles, guint n_needles);
