/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What an error is about. */

#include "gstlke2eeerror.h"

char *
lke2ee_error_describe (GstElement * element)
{
  g_autofree char *participant = NULL;
  g_autofree char *track_id = NULL;

  g_object_get (element, "participant", &participant, "track-id", &track_id,
      NULL);
  return g_strdup_printf ("participant %s, track %s",
      participant ? participant : "(shared)",
      track_id ? track_id : "(unnamed)");
}
