/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Access tokens, with which a participant joins a room. */
#pragma once

#include <glib.h>

typedef struct
{
  const char *api_key;
  const char *api_secret;
  const char *room;
  const char *identity;
  gboolean can_publish;
  gboolean hidden;              /* the others do not see the participant */
} TokenGrant;

char *token_new (const TokenGrant * grant, gint64 now);
char *token_sign (const char *header, const char *claims, const guint8 * key,
    gsize key_size);
