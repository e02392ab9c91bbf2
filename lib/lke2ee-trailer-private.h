/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The trailer of an encrypted frame.
 *
 *     | IV: 12 | length of the IV: 0x0C | key index |
 */
#pragma once

#include "lke2ee-wire-private.h"

G_BEGIN_DECLS

typedef struct _Lke2eeTrailer Lke2eeTrailer;

struct _Lke2eeTrailer
{
  const guint8 *iv;
  guint8 key_index;
};

gboolean lke2ee_trailer_parse (const guint8 *end, gsize size,
    Lke2eeTrailer *trailer);
void lke2ee_trailer_write (guint8 *out, const guint8 *iv, guint8 key_index);

G_END_DECLS
