/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Reads standard input in the main loop. A terminal gives single keys (without
 * echo, until the program ends); the end of input is no command, since a
 * program in the background has none. */

#include "commands.h"

#include <glib-unix.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const struct
{
  const char *line;
  Command command;
} lines[] = {
  {"mute audio", COMMAND_MUTE_AUDIO},
  {"mute video", COMMAND_MUTE_VIDEO},
  {"unmute audio", COMMAND_UNMUTE_AUDIO},
  {"unmute video", COMMAND_UNMUTE_VIDEO},
  {"rotate", COMMAND_ROTATE},
  {"ratchet", COMMAND_RATCHET},
  {"reload-keys", COMMAND_RELOAD_KEYS},
  {"quit", COMMAND_QUIT},
};

static struct
{
  CommandFunc func;
  gpointer user_data;
  GString *rest;                /* the beginning of a line */
  guint source;
  gboolean is_terminal;
  struct termios saved;
} input;

Command
command_parse (const char *line)
{
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    if (strcmp (line, lines[i].line) == 0)
      return lines[i].command;
  }
  return COMMAND_NONE;
}

Command
command_parse_key (char key)
{
  switch (key) {
    case 'm':
      return COMMAND_TOGGLE_MUTE;
    case 'r':
      return COMMAND_ROTATE;
    case 'q':
      return COMMAND_QUIT;
    default:
      return COMMAND_NONE;
  }
}

static void
run (Command command)
{
  if (command != COMMAND_NONE)
    input.func (command, input.user_data);
}

static void
take_lines (const char *data, gsize size)
{
  char *end;

  g_string_append_len (input.rest, data, size);
  while ((end = strchr (input.rest->str, '\n')) != NULL) {
    g_autofree char *line = g_strndup (input.rest->str,
        end - input.rest->str);

    g_string_erase (input.rest, 0, strlen (line) + 1);
    run (command_parse (g_strstrip (line)));
  }
}

static gboolean
on_input (gint fd, GIOCondition condition, gpointer data)
{
  char buffer[256];
  gssize size = read (fd, buffer, sizeof buffer);

  if (size <= 0) {
    input.source = 0;
    return G_SOURCE_REMOVE;
  }
  if (!input.is_terminal)
    take_lines (buffer, size);
  for (gssize i = 0; input.is_terminal && i < size; i++)
    run (command_parse_key (buffer[i]));
  return G_SOURCE_CONTINUE;
}

void
commands_start (CommandFunc func, gpointer user_data)
{
  input.func = func;
  input.user_data = user_data;
  input.rest = g_string_new (NULL);
  input.is_terminal = isatty (STDIN_FILENO)
      && tcgetpgrp (STDIN_FILENO) == getpgrp ()
      && tcgetattr (STDIN_FILENO, &input.saved) == 0;
  if (input.is_terminal) {
    struct termios raw = input.saved;

    raw.c_lflag &= ~(ICANON | ECHO);
    tcsetattr (STDIN_FILENO, TCSANOW, &raw);
  }
  input.source = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_input,
      NULL);
}

void
commands_stop (void)
{
  g_clear_handle_id (&input.source, g_source_remove);
  if (input.is_terminal)
    tcsetattr (STDIN_FILENO, TCSANOW, &input.saved);
  if (input.rest != NULL)
    g_string_free (g_steal_pointer (&input.rest), TRUE);
}
