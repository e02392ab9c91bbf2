/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Which file holds which key. The bytes go from the file into secret memory and
 * on to the provider; no copy stays here. */

#include "keys.h"

#include <string.h>

#define MAX_PASSPHRASE_SIZE 4096
#define MAX_KEY_SIZE 1024

typedef struct
{
  char *path;
  char *participant;            /* NULL: the shared ring */
  gboolean is_raw;
  gint index;
} KeyFile;

struct _Keys
{
  Lke2eeKeyProvider *provider;
  GPtrArray *files;
  guint n_shared;               /* the first of them; rotated over */
  guint current;
};

static void
key_file_free (gpointer data)
{
  KeyFile *file = data;

  g_free (file->path);
  g_free (file->participant);
  g_free (file);
}

static void
add_file (Keys * self, const char *path, const char *participant,
    gboolean is_raw, gint index)
{
  KeyFile *file = g_new0 (KeyFile, 1);

  file->path = g_strdup (path);
  file->participant = g_strdup (participant);
  file->is_raw = is_raw;
  file->index = index;
  g_ptr_array_add (self->files, file);
}

/* @shared: one ring for everyone; else a ring for each participant. */
Keys *
keys_new (gboolean shared)
{
  Keys *self = g_new0 (Keys, 1);

  self->provider = lke2ee_key_provider_new (shared);
  self->files = g_ptr_array_new_with_free_func (key_file_free);
  return self;
}

void
keys_free (Keys * self)
{
  g_ptr_array_unref (self->files);
  g_object_unref (self->provider);
  g_free (self);
}

void
keys_add_options (Keys * self, const Options * options)
{
  char **paths = options->passphrase_files ? options->passphrase_files
      : options->key_files;

  for (guint i = 0; paths != NULL && paths[i] != NULL; i++) {
    add_file (self, paths[i], NULL, options->key_files != NULL,
        options->key_index + i);
    self->n_shared++;
  }
}

/* @assignment: IDENTITY=FILE. */
gboolean
keys_add_participant (Keys * self, const char *assignment, GError ** error)
{
  const char *equals = strchr (assignment, '=');

  if (equals == NULL || equals == assignment || equals[1] == '\0') {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "'%s' is not IDENTITY=FILE", assignment);
    return FALSE;
  }
  g_autofree char *identity = g_strndup (assignment, equals - assignment);
  gint index = 0;
  for (guint i = 0; i < self->files->len; i++) {
    KeyFile *file = self->files->pdata[i];

    if (g_strcmp0 (file->participant, identity) == 0)
      index++;
  }
  add_file (self, equals + 1, identity, FALSE, index);
  return TRUE;
}

/* A passphrase goes without the one newline that editors and echo put there. */
static GBytes *
read_secret (const KeyFile * file, GError ** error)
{
  g_autoptr (GBytes) bytes = lke2ee_secret_bytes_new_from_file (file->path,
      file->is_raw ? MAX_KEY_SIZE : MAX_PASSPHRASE_SIZE, error);
  gsize size;

  if (bytes == NULL)
    return NULL;
  const char *text = g_bytes_get_data (bytes, &size);
  if (file->is_raw || text[size - 1] != '\n')
    return g_steal_pointer (&bytes);
  return g_bytes_new_from_bytes (bytes, 0, size - 1);
}

static gboolean
load (Keys * self, const KeyFile * file, GError ** error)
{
  g_autoptr (GBytes) secret = read_secret (file, error);

  if (secret == NULL)
    return FALSE;
  gboolean ok = file->is_raw ?
      lke2ee_key_provider_set_key (self->provider, file->participant, secret,
      LKE2EE_KDF_HKDF, file->index, error)
      : lke2ee_key_provider_set_passphrase_bytes (self->provider,
      file->participant, secret, file->index, error);
  if (!ok)
    g_prefix_error (error, "%s: ", file->path);
  return ok;
}

static void
select_current (Keys * self)
{
  if (self->n_shared > 0) {
    KeyFile *file = self->files->pdata[self->current];

    lke2ee_key_provider_set_current_index (self->provider, NULL, file->index);
  }
}

/* Also again: what has changed in the files is taken over. */
gboolean
keys_load (Keys * self, GError ** error)
{
  for (guint i = 0; i < self->files->len; i++) {
    if (!load (self, self->files->pdata[i], error))
      return FALSE;
  }
  select_current (self);
  return TRUE;
}

Lke2eeKeyProvider *
keys_get_provider (Keys * self)
{
  return self->provider;
}

guint
keys_count (Keys * self)
{
  return self->files->len;
}

/* Goes on to the key of the next file, after the last to the first. The new
 * index, or -1 if there is only one. */
gint
keys_rotate (Keys * self)
{
  if (self->n_shared < 2)
    return -1;
  self->current = (self->current + 1) % self->n_shared;
  select_current (self);
  return lke2ee_key_provider_get_current_index (self->provider, NULL);
}

gboolean
keys_ratchet (Keys * self, GError ** error)
{
  gint index = lke2ee_key_provider_get_current_index (self->provider, NULL);
  g_autoptr (GBytes) material = lke2ee_key_provider_ratchet_key
      (self->provider, NULL, index, error);

  return material != NULL;
}
