/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A key: material, what is derived from it, and how to ratchet it. */
#pragma once

#include "lke2ee-kdf.h"
#include "lke2ee-secret-private.h"

G_BEGIN_DECLS

typedef struct _Lke2eeKey Lke2eeKey;

Lke2eeKey *lke2ee_key_new (Lke2eeKdf kdf, Lke2eeSecret *material,
    GBytes *salt, guint key_size, GError **error);
Lke2eeKey *lke2ee_key_ratchet (Lke2eeKey *self, GError **error);
Lke2eeKey *lke2ee_key_ref (Lke2eeKey *self);
void lke2ee_key_unref (Lke2eeKey *self);

gboolean lke2ee_key_can_ratchet (const Lke2eeKey *self);
const guint8 *lke2ee_key_peek_encryption_key (const Lke2eeKey *self,
    gsize *size);
GBytes *lke2ee_key_dup_material (Lke2eeKey *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lke2eeKey, lke2ee_key_unref);

G_END_DECLS
