/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Where an element's keys come from. */
#pragma once

#include <gst/gst.h>
#include <lke2ee/lke2ee.h>

G_BEGIN_DECLS

#define LKE2EE_CONTEXT_TYPE "lke2ee.key-provider"
#define LKE2EE_CONTEXT_FIELD "key-provider"

/* The secret properties, in the order in which errors name them. */
typedef enum
{
  LKE2EE_SECRET_PASSPHRASE,
  LKE2EE_SECRET_PASSPHRASE_FILE,
  LKE2EE_SECRET_KEY,
  LKE2EE_SECRET_KEY_FILE,
  LKE2EE_N_SECRETS,
} Lke2eeSecretKind;

typedef struct _Lke2eeKeySource Lke2eeKeySource;

Lke2eeKeySource *lke2ee_key_source_new (void);
void lke2ee_key_source_free (Lke2eeKeySource *self);

/* Each change of the provider in use changes the serial. */
gint lke2ee_key_source_get_serial (Lke2eeKeySource *self);
Lke2eeKeyProvider *lke2ee_key_source_dup_provider (Lke2eeKeySource *self);
Lke2eeKeyProvider *lke2ee_key_source_dup_outside (Lke2eeKeySource *self);
gboolean lke2ee_key_source_has_key (Lke2eeKeySource *self);
gboolean lke2ee_key_source_wants_context (Lke2eeKeySource *self);

/* Whether one of the secret properties is set. */
gboolean lke2ee_key_source_has_secret (Lke2eeKeySource *self);

void lke2ee_key_source_set_outside (Lke2eeKeySource *self,
    Lke2eeKeyProvider *provider);
void lke2ee_key_source_set_from_context (Lke2eeKeySource *self,
    Lke2eeKeyProvider *provider);
/* (transfer full) (nullable): the provider in @context, if that is what it
 * has. */
Lke2eeKeyProvider *lke2ee_key_source_read_context (GstContext *context);
void lke2ee_key_source_set_secret (Lke2eeKeySource *self,
    Lke2eeSecretKind kind, const char *text);
char *lke2ee_key_source_dup_path (Lke2eeKeySource *self,
    Lke2eeSecretKind kind);

/* Makes keys of what was set since the last time. */
gboolean lke2ee_key_source_apply (Lke2eeKeySource *self, gint key_index,
    GError **error);

G_END_DECLS
