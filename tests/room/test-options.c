/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Command line and standard input: what is taken and what is refused. */

#include <string.h>

#include "backoff.h"
#include "commands.h"
#include "filename.h"
#include "options.h"
#include "signalling.h"

static gboolean
parse (const char *line)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *whole = g_strconcat ("program ", line, NULL);
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) error = NULL;
  Options options = { 0 };
  int argc;

  g_assert_true (g_shell_parse_argv (whole, &argc, &argv, NULL));
  options_add_connection (&options, context);
  options_add_keys (&options, context);
  gboolean ok = g_option_context_parse_strv (context, &argv, &error)
      && options_check_connection (&options, &error)
      && options_check_keys (&options, &error);
  g_assert_true (ok == (error == NULL));
  options_clear (&options);
  return ok;
}

static void
test_options (void)
{
  const struct
  {
    const char *line;
    gboolean ok;
  } rows[] = {
    {"--url ws://h --token t", TRUE},
    {"--url https://h --api-key k --api-secret s --room r --identity i", TRUE},
    {"--url ws://h --token t --passphrase-file a --passphrase-file b", TRUE},
    {"--token t", FALSE},
    {"--url h --token t", FALSE},
    {"--url ws://h", FALSE},
    {"--url ws://h --api-key k --room r --identity i", FALSE},
    {"--url ws://h --api-key k --api-secret s --identity i", FALSE},
    {"--url ws://h --token t --passphrase-file a --key-file b", FALSE},
    {"--url ws://h --token t --key-index 256", FALSE},
    {"--url ws://h --token t --duration -1", FALSE},
    {"--url ws://h --token-file /does/not/exist", FALSE},
    {"--nonsense", FALSE},
  };

  g_unsetenv ("LIVEKIT_API_SECRET");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s", rows[i].line);
    g_assert_cmpint (parse (rows[i].line), ==, rows[i].ok);
  }
  g_setenv ("LIVEKIT_API_SECRET", "s", TRUE);
  g_assert_true (parse ("--url ws://h --api-key k --room r --identity i"));
}

static void
test_commands (void)
{
  g_assert_cmpint (command_parse ("mute audio"), ==, COMMAND_MUTE_AUDIO);
  g_assert_cmpint (command_parse ("unmute video"), ==, COMMAND_UNMUTE_VIDEO);
  g_assert_cmpint (command_parse ("reload-keys"), ==, COMMAND_RELOAD_KEYS);
  g_assert_cmpint (command_parse ("mute"), ==, COMMAND_NONE);
  g_assert_cmpint (command_parse (""), ==, COMMAND_NONE);
  g_assert_cmpint (command_parse_key ('m'), ==, COMMAND_TOGGLE_MUTE);
  g_assert_cmpint (command_parse_key ('x'), ==, COMMAND_NONE);
}

static void
test_uri (void)
{
  g_autofree char *secure = signalling_make_uri ("https://h/", "a+b", TRUE);
  g_autofree char *plain = signalling_make_uri ("ws://h:1", "t", FALSE);

  g_assert_true (g_str_has_prefix (secure,
          "wss://h/rtc?access_token=a%2Bb&"));
  g_assert_true (g_str_has_prefix (plain, "ws://h:1/rtc?access_token=t&"));
}

/* Doubles up to a limit, and a random part takes away up to half. */
static void
test_backoff (void)
{
  g_assert_cmpuint (backoff_get_delay (1, 0), ==, BACKOFF_FIRST_MS);
  g_assert_cmpuint (backoff_get_delay (2, 0), ==, 2 * BACKOFF_FIRST_MS);
  g_assert_cmpuint (backoff_get_delay (3, 1), ==, 2 * BACKOFF_FIRST_MS);
  g_assert_cmpuint (backoff_get_delay (G_MAXUINT, 0), ==, BACKOFF_MAX_MS);
}

static void
test_file_names (void)
{
  const struct
  {
    const char *identity;
    const char *name;
  } rows[] = {
    {"ann", "ann"},
    {"ann.b@c_d-e+f", "ann.b@c_d-e+f"},
    {"../etc", "%2E.%2Fetc"},
    {".", "%2E"},
    {"a b", "a%20b"},
    {"\xc3\xa4", "%C3%A4"},
  };
  g_autofree char *long_identity = g_strnfill (1000, 'x');
  g_autofree char *long_name = filename_from_identity (long_identity);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *name = filename_from_identity (rows[i].identity);

    g_assert_cmpstr (name, ==, rows[i].name);
  }
  g_assert_cmpuint (strlen (long_name), <, 230);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/options/options", test_options);
  g_test_add_func ("/options/commands", test_commands);
  g_test_add_func ("/options/uri", test_uri);
  g_test_add_func ("/options/backoff", test_backoff);
  g_test_add_func ("/options/file-names", test_file_names);
  return g_test_run ();
}
