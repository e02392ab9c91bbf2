/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Trailer of an encrypted frame: parse and write. */

#include "lke2ee-trailer-private.h"

#include <string.h>

/* Reads the trailer that ends at @end, with @size bytes before that. */
gboolean
lke2ee_trailer_parse (const guint8 * end, gsize size, Lke2eeTrailer * trailer)
{
  /* Other lengths are legal GCM, and the Go SDK takes them, but no SDK writes
   * any and short IVs weaken the cipher. */
  if (size < LKE2EE_TRAILER_SIZE || end[-2] != LKE2EE_IV_SIZE)
    return FALSE;

  trailer->iv = end - LKE2EE_TRAILER_SIZE;
  trailer->key_index = end[-1];
  return TRUE;
}

void
lke2ee_trailer_write (guint8 * out, const guint8 * iv, guint8 key_index)
{
  memcpy (out, iv, LKE2EE_IV_SIZE);
  out[LKE2EE_IV_SIZE] = LKE2EE_IV_SIZE;
  out[LKE2EE_IV_SIZE + 1] = key_index;
}
