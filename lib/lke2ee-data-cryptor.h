/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Data packets: bytes in; ciphertext, IV and key index out; and back. */
#pragma once

#include <gio/gio.h>
#include "lke2ee-key-provider.h"

G_BEGIN_DECLS

#define LKE2EE_TYPE_DATA_CRYPTOR (lke2ee_data_cryptor_get_type ())

LKE2EE_API
G_DECLARE_FINAL_TYPE (Lke2eeDataCryptor, lke2ee_data_cryptor,
    LKE2EE, DATA_CRYPTOR, GObject)

LKE2EE_API
Lke2eeDataCryptor *lke2ee_data_cryptor_new (Lke2eeKeyProvider *provider,
    const char *participant);
LKE2EE_API
GBytes *lke2ee_data_cryptor_encrypt (Lke2eeDataCryptor *self, GBytes *data,
    GBytes **iv, guint *key_index, GError **error);
LKE2EE_API
GBytes *lke2ee_data_cryptor_decrypt (Lke2eeDataCryptor *self,
    GBytes *encrypted, GBytes *iv, guint key_index, GError **error);

G_END_DECLS
