/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* One track's encryption and decryption, without GStreamer. */
#pragma once

#include <gio/gio.h>
#include "lke2ee-codec.h"
#include "lke2ee-frame-metadata.h"
#include "lke2ee-key-provider.h"

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

#define LKE2EE_TYPE_FRAME_CRYPTOR (lke2ee_frame_cryptor_get_type ())

LKE2EE_API
G_DECLARE_FINAL_TYPE (Lke2eeFrameCryptor, lke2ee_frame_cryptor,
    LKE2EE, FRAME_CRYPTOR, GObject)

LKE2EE_API
Lke2eeFrameCryptor *lke2ee_frame_cryptor_new (Lke2eeKeyProvider *provider,
    const char *participant, Lke2eeCodec codec);

LKE2EE_API
Lke2eeFrameResult lke2ee_frame_cryptor_encrypt (Lke2eeFrameCryptor *self,
    const GOutputVector *frame, gsize n_pieces, gssize header_size,
    guint8 *out, gsize out_capacity, gsize *out_size);
LKE2EE_API
Lke2eeFrameResult lke2ee_frame_cryptor_decrypt (Lke2eeFrameCryptor *self,
    const GOutputVector *frame, gsize n_pieces, gssize header_size,
    guint8 *out, gsize out_capacity, gsize *out_size);

LKE2EE_API
Lke2eeFrameResult lke2ee_frame_cryptor_encrypt_bytes (Lke2eeFrameCryptor *self,
    GBytes *frame, GBytes **encrypted);
LKE2EE_API
Lke2eeFrameResult lke2ee_frame_cryptor_decrypt_bytes (Lke2eeFrameCryptor *self,
    GBytes *frame, GBytes **decrypted);

LKE2EE_API
void lke2ee_frame_cryptor_set_codec (Lke2eeFrameCryptor *self,
    Lke2eeCodec codec);
LKE2EE_API
void lke2ee_frame_cryptor_set_key_index (Lke2eeFrameCryptor *self,
    gint key_index);
LKE2EE_API
void lke2ee_frame_cryptor_set_replay_window (Lke2eeFrameCryptor *self,
    guint replay_window);
LKE2EE_API
void lke2ee_frame_cryptor_reset_replay (Lke2eeFrameCryptor *self);

LKE2EE_API
gint lke2ee_frame_cryptor_get_last_key_index (Lke2eeFrameCryptor *self);
LKE2EE_API
gboolean lke2ee_frame_cryptor_get_metadata (Lke2eeFrameCryptor *self,
    Lke2eeFrameMetadata *metadata);
LKE2EE_API
guint64 lke2ee_frame_cryptor_get_n_iv_skipped (Lke2eeFrameCryptor *self);
LKE2EE_API
guint64 lke2ee_frame_cryptor_get_n_ratcheted (Lke2eeFrameCryptor *self);

G_END_DECLS
