/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Constants of the wire format, each with where it comes from. */
#pragma once

#include <glib.h>

/* 96-bit IV: client-sdk-js src/e2ee/constants.ts, IV_LENGTH. */
#define LKE2EE_IV_SIZE 12
/* 128-bit tag: the default of WebCrypto's AES-GCM, which the web SDK uses. */
#define LKE2EE_TAG_SIZE 16
/* IV, length of the IV, key index: client-sdk-js FrameCryptor.ts,
 * encodeFunction. */
#define LKE2EE_TRAILER_SIZE (LKE2EE_IV_SIZE + 2)
/* What encryption adds to a frame before escaping. */
#define LKE2EE_OVERHEAD (LKE2EE_TAG_SIZE + LKE2EE_TRAILER_SIZE)

/* PBKDF2 rounds: client-sdk-js src/e2ee/utils.ts, getAlgoOptions. */
#define LKE2EE_PBKDF2_ITERATIONS 100000
/* HKDF info, all zero: the same function. */
#define LKE2EE_HKDF_INFO_SIZE 128
/* The ratchet always makes 256 bits: utils.ts, ratchet. */
#define LKE2EE_MATERIAL_SIZE 32
/* client-sdk-js src/e2ee/constants.ts, SALT. */
#define LKE2EE_DEFAULT_SALT "LKFrameEncryptionKey"
/* ParticipantKeyHandler.ts refuses more; the index is one byte. */
#define LKE2EE_MAX_RING_SIZE 256
#define LKE2EE_DEFAULT_RING_SIZE 16
/* Sizes of raw keys that we take, in bytes. */
#define LKE2EE_MIN_RAW_KEY_SIZE 16
#define LKE2EE_MAX_RAW_KEY_SIZE 1024
/* Native SDKs cap the window here. */
#define LKE2EE_MAX_RATCHET_WINDOW 16

G_STATIC_ASSERT (LKE2EE_TRAILER_SIZE == 14);
G_STATIC_ASSERT (LKE2EE_OVERHEAD == 30);
