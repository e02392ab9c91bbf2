/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Emulation prevention, for parameter sets: small, and not of every frame.
 * Codecparsers 1.22 does this, but only inside its readers. */

#include "gstlke2eerbsp.h"

/* Takes the emulation prevention bytes out of @nal, as much as @out has room
 * for. Returns how many bytes that are. */
gsize
lke2ee_rbsp_read (const guint8 * nal, gsize size, guint8 * out,
    gsize out_capacity)
{
  gsize n = 0, zeros = 0;

  for (gsize i = 0; i < size && n < out_capacity; i++) {
    if (zeros >= 2 && nal[i] == 3) {
      zeros = 0;
      continue;
    }
    zeros = nal[i] == 0 ? zeros + 1 : 0;
    out[n++] = nal[i];
  }
  return n;
}

/* (transfer full): @rbsp as a NAL unit. */
GByteArray *
lke2ee_rbsp_write (const guint8 * rbsp, gsize size)
{
  static const guint8 prevention = 3;
  GByteArray *nal = g_byte_array_sized_new (size + size / 3 + 1);
  gsize zeros = 0;

  for (gsize i = 0; i < size; i++) {
    if (zeros >= 2 && rbsp[i] <= 3) {
      g_byte_array_append (nal, &prevention, 1);
      zeros = 0;
    }
    zeros = rbsp[i] == 0 ? zeros + 1 : 0;
    g_byte_array_append (nal, rbsp + i, 1);
  }
  return nal;
}
