/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* PBKDF2 and HKDF with SHA-256, and their LiveKit parameters. */
#pragma once

#include "lke2ee-kdf.h"

G_BEGIN_DECLS

gboolean lke2ee_pbkdf2_sha256 (const guint8 *password, gsize password_size,
    const guint8 *salt, gsize salt_size, guint iterations,
    guint8 *out, gsize out_size);
gboolean lke2ee_hkdf_sha256 (const guint8 *ikm, gsize ikm_size,
    const guint8 *salt, gsize salt_size, const guint8 *info, gsize info_size,
    guint8 *out, gsize out_size);
gboolean lke2ee_kdf_derive (Lke2eeKdf kdf, const guint8 *material,
    gsize material_size, GBytes *salt, guint8 *out, gsize out_size);

/* Has libcrypto set itself up, if nobody else did. */
void lke2ee_kdf_init_library (void);

G_END_DECLS
