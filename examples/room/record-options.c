/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Options of what is recorded, beside those of connection and keys. */

#include "record-options.h"

static gboolean
refuse (GError ** error, const char *text)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, text);
  return FALSE;
}

static GOptionContext *
make_context (RecordOptions * self)
{
  const GOptionEntry entries[] = {
    {"output", 0, 0, G_OPTION_ARG_FILENAME, &self->output,
        "folder for the recording; made if it is not there", "DIR"},
    {"visible", 0, 0, G_OPTION_ARG_NONE, &self->visible,
        "let the others see the recorder", NULL},
    {"ciphertext", 0, 0, G_OPTION_ARG_NONE, &self->ciphertext,
        "keep the frames encrypted; needs no key", NULL},
    {"decrypt", 0, 0, G_OPTION_ARG_FILENAME, &self->decrypt,
        "open what --ciphertext kept, with the keys", "DIR"},
    {"participant-passphrase-file", 0, 0, G_OPTION_ARG_FILENAME_ARRAY,
        &self->participants, "a participant's own passphrase; makes a ring "
          "of keys for each", "IDENTITY=FILE"},
    {"ratchet-window", 0, 0, G_OPTION_ARG_INT, &self->ratchet_window,
        "steps to follow when a sender ratchets its key (0)", "N"},
    {NULL}
  };
  GOptionContext *context =
      g_option_context_new ("- record an encrypted LiveKit room");

  g_option_context_add_main_entries (context, entries, NULL);
  options_add_connection (&self->common, context);
  options_add_keys (&self->common, context);
  return context;
}

gboolean
record_options_parse (RecordOptions * self, int *argc, char ***argv,
    GError ** error)
{
  g_autoptr (GOptionContext) context = make_context (self);

  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1)
    return refuse (error, "There is an argument that is no option");
  if ((self->output != NULL) == (self->decrypt != NULL))
    return refuse (error, "Give --output, or --decrypt alone");
  if (self->ratchet_window < 0)
    return refuse (error, "--ratchet-window is negative");
  if (self->participants != NULL && (self->common.passphrase_files != NULL
          || self->common.key_files != NULL))
    return refuse (error, "With --participant-passphrase-file each "
        "participant has its own key; leave out the shared one");
  return (self->decrypt != NULL
      || options_check_connection (&self->common, error))
      && options_check_keys (&self->common, error);
}

void
record_options_clear (RecordOptions * self)
{
  options_clear (&self->common);
  g_free (self->output);
  g_free (self->decrypt);
  g_strfreev (self->participants);
}
