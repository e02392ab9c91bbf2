/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Options of the connection and of the keys. Secrets come from files or the
 * environment; --token and --api-secret stand on the command line only for
 * tries, since ps shows it. */

#include "options.h"

#include "token.h"

#define MAX_KEY_INDEX 255

void
options_add_connection (Options * self, GOptionContext * context)
{
  const GOptionEntry entries[] = {
    {"url", 0, 0, G_OPTION_ARG_STRING, &self->url,
        "the server, such as wss://HOST or ws://127.0.0.1:7880", "URL"},
    {"token", 0, 0, G_OPTION_ARG_STRING, &self->token,
        "an access token, instead of the next four", "JWT"},
    {"token-file", 0, 0, G_OPTION_ARG_FILENAME, &self->token_file,
        "the same from a file", "FILE"},
    {"api-key", 0, 0, G_OPTION_ARG_STRING, &self->api_key,
        "makes a token for each join", "KEY"},
    {"api-secret", 0, 0, G_OPTION_ARG_STRING, &self->api_secret,
        "its secret; better in LIVEKIT_API_SECRET or a file", "SECRET"},
    {"api-secret-file", 0, 0, G_OPTION_ARG_FILENAME, &self->api_secret_file,
        "the same from a file", "FILE"},
    {"room", 0, 0, G_OPTION_ARG_STRING, &self->room, "name of the room",
        "ROOM"},
    {"identity", 0, 0, G_OPTION_ARG_STRING, &self->identity,
        "who we are in the room", "NAME"},
    {"duration", 0, 0, G_OPTION_ARG_INT, &self->duration,
        "leave after so long", "SECONDS"},
    {NULL}
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

void
options_add_keys (Options * self, GOptionContext * context)
{
  const GOptionEntry entries[] = {
    {"passphrase-file", 0, 0, G_OPTION_ARG_FILENAME_ARRAY,
        &self->passphrase_files, "a file with the passphrase; given several "
          "times, the n-th is for the n-th slot from --key-index", "FILE"},
    {"key-file", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->key_files,
        "the same with raw key bytes (HKDF)", "FILE"},
    {"key-index", 0, 0, G_OPTION_ARG_INT, &self->key_index,
        "slot of the first key (0)", "N"},
    {NULL}
  };

  g_option_context_add_main_entries (context, entries, NULL);
}

static gboolean
refuse (GError ** error, const char *text)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, text);
  return FALSE;
}

static gboolean
read_line (const char *path, char **line, GError ** error)
{
  if (path == NULL)
    return TRUE;
  g_free (*line);
  *line = NULL;
  if (!g_file_get_contents (path, line, NULL, error))
    return FALSE;
  g_strchomp (*line);
  return TRUE;
}

gboolean
options_check_connection (Options * self, GError ** error)
{
  if (self->url == NULL)
    return refuse (error, "--url is missing");
  if (!g_str_has_prefix (self->url, "ws://")
      && !g_str_has_prefix (self->url, "wss://")
      && !g_str_has_prefix (self->url, "http://")
      && !g_str_has_prefix (self->url, "https://"))
    return refuse (error, "--url is to begin with ws:// or wss://");
  if (self->duration < 0)
    return refuse (error, "--duration is negative");
  if (!read_line (self->token_file, &self->token, error)
      || !read_line (self->api_secret_file, &self->api_secret, error))
    return FALSE;
  if (self->token != NULL)
    return TRUE;
  if (self->api_secret == NULL)
    self->api_secret = g_strdup (g_getenv ("LIVEKIT_API_SECRET"));
  if (self->api_key == NULL || self->api_secret == NULL)
    return refuse (error,
        "Give --token, or --api-key and --api-secret-file (or "
        "LIVEKIT_API_SECRET)");
  if (self->room == NULL || self->identity == NULL)
    return refuse (error, "--api-key needs --room and --identity");
  return TRUE;
}

gboolean
options_check_keys (const Options * self, GError ** error)
{
  if (self->passphrase_files != NULL && self->key_files != NULL)
    return refuse (error, "Give either --passphrase-file or --key-file");
  if (self->key_index < 0 || self->key_index > MAX_KEY_INDEX)
    return refuse (error, "--key-index is 0 to 255");
  return TRUE;
}

/* For one join. */
char *
options_make_token (const Options * self, gboolean can_publish, gboolean hidden)
{
  const TokenGrant grant = {
    self->api_key, self->api_secret, self->room, self->identity, can_publish,
    hidden
  };

  if (self->token != NULL)
    return g_strdup (self->token);
  return token_new (&grant, g_get_real_time () / G_USEC_PER_SEC);
}

void
options_clear (Options * self)
{
  g_free (self->url);
  g_free (self->token);
  g_free (self->token_file);
  g_free (self->api_key);
  g_free (self->api_secret);
  g_free (self->api_secret_file);
  g_free (self->room);
  g_free (self->identity);
  g_strfreev (self->passphrase_files);
  g_strfreev (self->key_files);
}
