/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* An identity may be anything, a path to somewhere else included. */

#include "filename.h"

#include <string.h>

/* What every file system takes: letters, digits and a few signs stay, the rest
 * becomes %XX. */
char *
filename_from_identity (const char *identity)
{
  GString *name = g_string_new (NULL);

  for (const char *c = identity; *c != '\0'; c++) {
    if (g_ascii_isalnum (*c) || strchr ("-_@+", *c) != NULL
        || (*c == '.' && c != identity))
      g_string_append_c (name, *c);
    else
      g_string_append_printf (name, "%%%02X", (guchar) * c);
  }
  /* With a number and an ending this stays below 255 bytes. */
  if (name->len > 200) {
    g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256,
        identity, -1);

    g_string_truncate (name, 180);
    g_string_append_printf (name, "-%.16s", sum);
  }
  return g_string_free (name, FALSE);
}
