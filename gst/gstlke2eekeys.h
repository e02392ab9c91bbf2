/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The keys of one element, from properties, contexts and the application. */
#pragma once

#include "gstlke2eekeysource.h"

G_BEGIN_DECLS

typedef struct _Lke2eeKeys Lke2eeKeys;

/* @element: owns the result. @request_signal: its signal "request-key". */
Lke2eeKeys *lke2ee_keys_new (GstElement *element, guint request_signal,
    gboolean encrypts);
void lke2ee_keys_free (Lke2eeKeys *self);
Lke2eeKeySource *lke2ee_keys_peek_source (Lke2eeKeys *self);

gint lke2ee_keys_get_index (Lke2eeKeys *self);
void lke2ee_keys_set_index (Lke2eeKeys *self, gint index);
void lke2ee_keys_set_secret (Lke2eeKeys *self, Lke2eeSecretKind kind,
    const char *text);
void lke2ee_keys_set_provider (Lke2eeKeys *self, Lke2eeKeyProvider *provider);
void lke2ee_keys_set_context (Lke2eeKeys *self, GstContext *context);
/* In NULL: a context that is not persistent is gone, and its provider too. */
void lke2ee_keys_forget_context (Lke2eeKeys *self);

/* Leaving READY: what was set becomes keys. FALSE after an error was posted.
 * @enabled: whether any are needed. */
gboolean lke2ee_keys_start (Lke2eeKeys *self, gboolean enabled);
void lke2ee_keys_stop (Lke2eeKeys *self);

/* Of the streaming thread. Tells the application that the key at @index is
 * missing, once a second for each. TRUE if it has set it. */
gboolean lke2ee_keys_request (Lke2eeKeys *self, gint index);
/* Another participant or provider: all may be asked for again. */
void lke2ee_keys_forget_requests (Lke2eeKeys *self);

G_END_DECLS
