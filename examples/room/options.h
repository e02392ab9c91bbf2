/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What both programs are told on the command line. */
#pragma once

#include <glib.h>

typedef struct
{
  char *url;
  char *token;
  char *token_file;
  char *api_key;
  char *api_secret;
  char *api_secret_file;
  char *room;
  char *identity;
  char **passphrase_files;
  char **key_files;
  int key_index;
  int duration;
} Options;

void options_add_connection (Options * self, GOptionContext * context);
void options_add_keys (Options * self, GOptionContext * context);
gboolean options_check_connection (Options * self, GError ** error);
gboolean options_check_keys (const Options * self, GError ** error);
char *options_make_token (const Options * self, gboolean can_publish,
    gboolean hidden);
void options_clear (Options * self);
