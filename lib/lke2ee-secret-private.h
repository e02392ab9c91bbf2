/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Reference-counted secret memory, random bytes, comparison and wiping.
 * lke2ee-secret.c is the only file that knows libsodium. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Enough for a context of AES-GCM. Secrets up to this size cost no mapping of
 * their own. Each begins at a multiple of 64, larger ones if their size is
 * one. */
#define LKE2EE_SECRET_MAX_CELL_SIZE 1216

typedef struct _Lke2eeSecret Lke2eeSecret;

Lke2eeSecret *lke2ee_secret_new (gsize size);
Lke2eeSecret *lke2ee_secret_new_copy (gconstpointer data, gsize size);
Lke2eeSecret *lke2ee_secret_ref (Lke2eeSecret *self);
void lke2ee_secret_unref (Lke2eeSecret *self);

const guint8 *lke2ee_secret_peek (const Lke2eeSecret *self, gsize *size);
guint8 *lke2ee_secret_peek_writable (Lke2eeSecret *self);
void lke2ee_secret_truncate (Lke2eeSecret *self, gsize size);
GBytes *lke2ee_secret_to_bytes (Lke2eeSecret *self);

Lke2eeSecret *lke2ee_secret_new_from_hex (const char *text, gsize size);
Lke2eeSecret *lke2ee_secret_new_from_base64 (const char *text, gsize size);

void lke2ee_random_fill (gpointer data, gsize size);
gboolean lke2ee_memory_equal (gconstpointer a, gconstpointer b, gsize size);
gboolean lke2ee_tags_equal (const guint8 *a, const guint8 *b);
void lke2ee_memory_wipe (gpointer data, gsize size);
/* What functions that have returned left below the caller's frame. */
void lke2ee_stack_wipe (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lke2eeSecret, lke2ee_secret_unref);

G_END_DECLS
