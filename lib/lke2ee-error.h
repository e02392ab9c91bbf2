/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The error domain of everything that is set up; frames have outcomes. */
#pragma once

#include <glib-object.h>
#include "lke2ee-visibility.h"

G_BEGIN_DECLS

/**
 * LKE2EE_ERROR:
 *
 * Error domain of liblke2ee, with codes of [error@Lke2ee.Error].
 *
 * Since: 0.1
 */
#define LKE2EE_ERROR (lke2ee_error_quark ())

/**
 * Lke2eeError:
 * @LKE2EE_ERROR_INVALID_KEY: the passphrase or key cannot be used: empty, not
 *   UTF-8, malformed hex or base64, or of the wrong size
 * @LKE2EE_ERROR_KEY_INDEX: a key index below -1 or above 255
 * @LKE2EE_ERROR_MISSING_KEY: the slot is empty
 * @LKE2EE_ERROR_KDF: the key derivation failed, or the key has none
 * @LKE2EE_ERROR_CRYPTO: the cipher failed, or a tag did not verify
 * @LKE2EE_ERROR_MEMORY: no secret memory could be had
 * @LKE2EE_ERROR_FILE: a key file cannot be read
 *
 * Why a call of liblke2ee was refused.
 *
 * Since: 0.1
 */
typedef enum /*< underscore_name=lke2ee_error >*/
{
  LKE2EE_ERROR_INVALID_KEY,
  LKE2EE_ERROR_KEY_INDEX,
  LKE2EE_ERROR_MISSING_KEY,
  LKE2EE_ERROR_KDF,
  LKE2EE_ERROR_CRYPTO,
  LKE2EE_ERROR_MEMORY,
  LKE2EE_ERROR_FILE,
} Lke2eeError;

LKE2EE_API
GQuark lke2ee_error_quark (void);

G_END_DECLS
