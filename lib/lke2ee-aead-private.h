/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* AES-GCM with a context that is kept for as long as its key: only the IV
 * changes from frame to frame. */
#pragma once

#include "lke2ee-aead-backend-private.h"

G_BEGIN_DECLS

/* NULL if there is no such backend on this machine. */
const Lke2eeAeadBackend *lke2ee_aead_find_backend (const char *name);
Lke2eeAead *lke2ee_aead_new_with (const Lke2eeAeadBackend *backend,
    Lke2eeAeadDirection direction, const guint8 *key, gsize key_size);

Lke2eeAead *lke2ee_aead_new (Lke2eeAeadDirection direction,
    const guint8 *key, gsize key_size);
void lke2ee_aead_free (Lke2eeAead *self);

/* A message that lies in one piece; @out does not overlap @in. FALSE if the
 * cipher failed. What was not opened must not be used. */

static inline gboolean
lke2ee_aead_seal (Lke2eeAead * self, const guint8 * iv, const guint8 * aad,
    gsize aad_size, const guint8 * in, gsize size, guint8 * out, guint8 * tag)
{
  if (aad_size > G_MAXINT || size > G_MAXINT)
    return FALSE;
  return self->backend->seal (self, iv, aad, aad_size, in, size, out, tag);
}

static inline Lke2eeAeadResult
lke2ee_aead_open (Lke2eeAead * self, const guint8 * iv, const guint8 * aad,
    gsize aad_size, const guint8 * in, gsize size, guint8 * out,
    const guint8 * tag)
{
  if (aad_size > G_MAXINT || size > G_MAXINT)
    return LKE2EE_AEAD_FAILED;
  return self->backend->open (self, iv, aad, aad_size, in, size, out, tag);
}

/* One in several: start, update for each piece of the text, finish. Each
 * returns FALSE if the cipher failed; finish of an opening context also if the
 * tag does not verify, and then what update wrote must not be used. */
gboolean lke2ee_aead_start (Lke2eeAead *self, const guint8 *iv,
    const guint8 *aad, gsize aad_size);
gboolean lke2ee_aead_update (Lke2eeAead *self, const guint8 *in, gsize size,
    guint8 *out);
gboolean lke2ee_aead_seal_finish (Lke2eeAead *self, guint8 *tag);
gboolean lke2ee_aead_open_finish (Lke2eeAead *self, const guint8 *tag);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lke2eeAead, lke2ee_aead_free);

G_END_DECLS
