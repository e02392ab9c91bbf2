/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The sending side of a track: current key, IVs, sealing. */
#pragma once

#include "lke2ee-codec.h"
#include "lke2ee-frame-result.h"
#include "lke2ee-key-provider.h"
#include "lke2ee-vectors-private.h"

G_BEGIN_DECLS

typedef struct _Lke2eeSender Lke2eeSender;

Lke2eeSender *lke2ee_sender_new (Lke2eeKeyProvider *provider,
    const char *participant);
void lke2ee_sender_free (Lke2eeSender *self);
void lke2ee_sender_set_key_index (Lke2eeSender *self, gint key_index);
gint lke2ee_sender_get_last_key_index (Lke2eeSender *self);
guint64 lke2ee_sender_get_n_iv_skipped (Lke2eeSender *self);
Lke2eeFrameResult lke2ee_sender_seal (Lke2eeSender *self, Lke2eeCodec codec,
    const Lke2eeVectors *frame, gsize header_size, guint8 *out,
    gsize *out_size);

/* The same key and IVs for something that is no frame: a data packet. */
Lke2eeFrameResult lke2ee_sender_seal_packet (Lke2eeSender *self,
    const guint8 *data, gsize size, guint8 *out, guint8 *iv);

/* For tests: IVs from @start on, while the key stays. */
gboolean lke2ee_sender_set_iv (Lke2eeSender *self, const guint8 *start);

G_END_DECLS
