/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What became of a frame, and the state of a track. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * Lke2eeFrameResult:
 * @LKE2EE_FRAME_OK: encrypted, or decrypted and verified
 * @LKE2EE_FRAME_EMPTY: an empty frame (DTX) passes as it is; nothing was
 *   written
 * @LKE2EE_FRAME_INJECTED: a known blank frame of the server, to be passed in
 *   the clear
 * @LKE2EE_FRAME_MISSING_KEY: no key at the index the frame names, or none to
 *   send with; drop it
 * @LKE2EE_FRAME_AUTHENTICATION_FAILED: the tag verifies under no key of the
 *   slot: wrong key, or a damaged or forged frame; drop it
 * @LKE2EE_FRAME_INVALID_KEY: not tried, because the slot failed too often
 *   (`failure-tolerance`); drop it
 * @LKE2EE_FRAME_MALFORMED: too short, no trailer, or no slice; drop it
 * @LKE2EE_FRAME_INJECTED_UNKNOWN: marked as injected by the server, but not
 *   one of the known blank frames; drop it
 * @LKE2EE_FRAME_REPLAYED: its IV was seen before; drop it
 * @LKE2EE_FRAME_INTERNAL_ERROR: libcrypto or memory failed; drop it
 *
 * What became of a frame. A hostile sender can cause any of these at line
 * rate, so none of them costs an allocation.
 *
 * Since: 0.1
 */
typedef enum /*< underscore_name=lke2ee_frame_result >*/
{
  LKE2EE_FRAME_OK,
  LKE2EE_FRAME_EMPTY,
  LKE2EE_FRAME_INJECTED,
  LKE2EE_FRAME_MISSING_KEY,
  LKE2EE_FRAME_AUTHENTICATION_FAILED,
  LKE2EE_FRAME_INVALID_KEY,
  LKE2EE_FRAME_MALFORMED,
  LKE2EE_FRAME_INJECTED_UNKNOWN,
  LKE2EE_FRAME_REPLAYED,
  LKE2EE_FRAME_INTERNAL_ERROR,
} Lke2eeFrameResult;

/**
 * Lke2eeCryptionState:
 * @LKE2EE_CRYPTION_STATE_NEW: no frame yet
 * @LKE2EE_CRYPTION_STATE_OK: frames are encrypted or decrypted
 * @LKE2EE_CRYPTION_STATE_ENCRYPTION_FAILED: frames cannot be encrypted
 * @LKE2EE_CRYPTION_STATE_DECRYPTION_FAILED: frames do not verify
 * @LKE2EE_CRYPTION_STATE_MISSING_KEY: the key is not there
 * @LKE2EE_CRYPTION_STATE_KEY_RATCHETED: a frame proved that its sender
 *   ratcheted, and the key followed
 * @LKE2EE_CRYPTION_STATE_INTERNAL_ERROR: libcrypto or memory failed
 *
 * State of a participant's track, as LiveKit's native SDKs report it
 * (webrtc-sdk `api/crypto/frame_crypto_transformer.h`).
 *
 * Since: 0.1
 */
typedef enum /*< underscore_name=lke2ee_cryption_state >*/
{
  LKE2EE_CRYPTION_STATE_NEW,
  LKE2EE_CRYPTION_STATE_OK,
  LKE2EE_CRYPTION_STATE_ENCRYPTION_FAILED,
  LKE2EE_CRYPTION_STATE_DECRYPTION_FAILED,
  LKE2EE_CRYPTION_STATE_MISSING_KEY,
  LKE2EE_CRYPTION_STATE_KEY_RATCHETED,
  LKE2EE_CRYPTION_STATE_INTERNAL_ERROR,
} Lke2eeCryptionState;

G_END_DECLS
