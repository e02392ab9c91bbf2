/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* On a terminal: a line for each event, and below them a status that is drawn
 * anew each second. Elsewhere: a line for each event, "PROGRAM: event
 * key=value ...", flushed, so that a program can follow it. */

#include "events.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *program;
static gboolean is_terminal;
static guint n_status_lines;    /* drawn below the events */

/* @name: for the head of each line. */
void
events_init (const char *name)
{
  program = name;
  is_terminal = isatty (STDOUT_FILENO);
}

gboolean
events_is_terminal (void)
{
  return is_terminal;
}

static void
erase_status (void)
{
  for (; n_status_lines > 0; n_status_lines--)
    fputs ("\033[1A\033[2K", stdout);
}

/* A value is one word: identities may hold blanks and anything else. */
static void
append_value (GString * line, const char *value)
{
  for (; *value != '\0'; value++) {
    if (*value == ' ' || *value == '%' || g_ascii_iscntrl (*value))
      g_string_append_printf (line, "%%%02X", (guchar) * value);
    else
      g_string_append_c (line, *value);
  }
}

/* Followed by pairs of strings, key and value. A pair whose value is NULL is
 * left out. */
void
events_say (const char *event, ...)
{
  GString *line = g_string_new (event);
  const char *key;
  va_list pairs;

  va_start (pairs, event);
  while ((key = va_arg (pairs, const char *)) != NULL) {
    const char *value = va_arg (pairs, const char *);

    if (value == NULL)
      continue;
    g_string_append_printf (line, " %s=", key);
    append_value (line, value);
  }
  va_end (pairs);
  erase_status ();
  if (is_terminal)
    printf ("%s\n", line->str);
  else
    printf ("%s: %s\n", program, line->str);
  fflush (stdout);
  g_string_free (line, TRUE);
}

/* One of the lines that only a program reads. */
void
events_progress (const char *line)
{
  if (is_terminal)
    return;
  printf ("%s: progress %s\n", program, line);
  fflush (stdout);
}

/* Replaces what stands below the events. @text: lines, each with newline. */
void
events_status (const char *text)
{
  if (!is_terminal)
    return;
  erase_status ();
  for (const char *c = text; *c != '\0'; c++)
    n_status_lines += *c == '\n';
  fputs (text, stdout);
  fflush (stdout);
}

void
events_end (void)
{
  erase_status ();
  fflush (stdout);
}
