/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The command line of lke2ee-record. */
#pragma once

#include "options.h"

typedef struct
{
  Options common;
  char *output;
  char *decrypt;
  char **participants;          /* IDENTITY=FILE */
  gboolean visible;
  gboolean ciphertext;
  int ratchet_window;
} RecordOptions;

gboolean record_options_parse (RecordOptions * self, int *argc, char ***argv,
    GError ** error);
void record_options_clear (RecordOptions * self);
