/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Commands on standard input: keys on a terminal, lines elsewhere. */
#pragma once

#include <glib.h>

typedef enum
{
  COMMAND_NONE,
  COMMAND_MUTE_AUDIO,
  COMMAND_MUTE_VIDEO,
  COMMAND_UNMUTE_AUDIO,
  COMMAND_UNMUTE_VIDEO,
  COMMAND_TOGGLE_MUTE,
  COMMAND_ROTATE,
  COMMAND_RATCHET,
  COMMAND_RELOAD_KEYS,
  COMMAND_QUIT,
} Command;

typedef void (*CommandFunc) (Command command, gpointer user_data);

Command command_parse (const char *line);
Command command_parse_key (char key);
void commands_start (CommandFunc func, gpointer user_data);
void commands_stop (void);
