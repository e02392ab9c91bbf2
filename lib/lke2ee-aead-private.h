/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* AES-GCM with a context that is kept for as long as its key: only the IV
 * changes from frame to frame. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  LKE2EE_AEAD_SEAL,
  LKE2EE_AEAD_OPEN,
} Lke2eeAeadDirection;

typedef struct _Lke2eeAead Lke2eeAead;

Lke2eeAead *lke2ee_aead_new (Lke2eeAeadDirection direction,
    const guint8 *key, gsize key_size);
void lke2ee_aead_free (Lke2eeAead *self);

/* One message: start, update for each piece of the text, finish. Each returns
 * FALSE if libcrypto failed; finish of an opening context also if the tag does
 * not verify, and then what update wrote must not be used. */
gboolean lke2ee_aead_start (Lke2eeAead *self, const guint8 *iv,
    const guint8 *aad, gsize aad_size);
gboolean lke2ee_aead_update (Lke2eeAead *self, const guint8 *in, gsize size,
    guint8 *out);
gboolean lke2ee_aead_seal_finish (Lke2eeAead *self, guint8 *tag);
gboolean lke2ee_aead_open_finish (Lke2eeAead *self, const guint8 *tag);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lke2eeAead, lke2ee_aead_free);

G_END_DECLS
