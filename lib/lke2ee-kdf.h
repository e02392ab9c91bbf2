/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* How a key is made from what the application has. */
#pragma once

#include <glib-object.h>
#include "lke2ee-visibility.h"

G_BEGIN_DECLS

/**
 * Lke2eeKdf:
 * @LKE2EE_KDF_PBKDF2: PBKDF2-HMAC-SHA-256 with 100,000 iterations: passphrases
 *   in every SDK, and raw keys in the native SDKs' default
 * @LKE2EE_KDF_HKDF: HKDF-SHA-256 with 128 zero bytes of info: raw keys on the
 *   web
 * @LKE2EE_KDF_NONE: the bytes are the AES key itself, as with `SetRawKey` of
 *   the Go SDK; such a key cannot be ratcheted
 *
 * The derivation from material (what was set) to the encryption key.
 *
 * Source: client-sdk-js `src/e2ee/utils.ts`, server-sdk-go
 * `e2ee/keyprovider.go`.
 *
 * Since: 0.1
 */
typedef enum /*< underscore_name=lke2ee_kdf >*/
{
  LKE2EE_KDF_PBKDF2,
  LKE2EE_KDF_HKDF,
  LKE2EE_KDF_NONE,
} Lke2eeKdf;

G_END_DECLS
