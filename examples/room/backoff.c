/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Doubles with each failure, and spreads: after a restart of the server its
 * clients are not to come back all at once. */

#include "backoff.h"

/* The delay in ms before the try that follows @n_failed failed ones (counted
 * from 1). @random: 0 to 1; takes away up to half. */
guint
backoff_get_delay (guint n_failed, double random)
{
  guint delay = BACKOFF_FIRST_MS;

  for (guint i = 1; i < n_failed && delay < BACKOFF_MAX_MS; i++)
    delay *= 2;
  return MIN (delay, BACKOFF_MAX_MS) * (1 - random / 2);
}
