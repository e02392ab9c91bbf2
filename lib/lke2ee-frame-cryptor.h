/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* One track's encryption and decryption, without GStreamer. */
#pragma once

#include <gio/gio.h>
#include "lke2ee-codec.h"
#include "lke2ee-frame-metadata.h"
#include "lke2ee-frame-result.h"
#include "lke2ee-key-provider.h"

G_BEGIN_DECLS

/**
 * LKE2EE_FRAME_MAX_HEADERS:
 *
 * How many headers [method@Lke2ee.FrameCryptor.decrypt_with_headers] tries at
 * most.
 *
 * Since: 0.1
 */
#define LKE2EE_FRAME_MAX_HEADERS 8

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
Lke2eeFrameResult lke2ee_frame_cryptor_decrypt_with_headers
    (Lke2eeFrameCryptor *self, const GOutputVector *frame, gsize n_pieces,
    gsize header_size, const GOutputVector *headers, gsize n_headers,
    guint8 *out, gsize out_capacity, gsize *out_size);

LKE2EE_API
gboolean lke2ee_frame_cryptor_wait_for_window (Lke2eeFrameCryptor *self,
    gint64 hold_us, GCancellable *cancellable);

LKE2EE_API
gsize lke2ee_frame_cryptor_get_last_header (Lke2eeFrameCryptor *self);

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
