/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The receiving side of a track: which keys to try on a frame. */
#pragma once

#include "lke2ee-codec.h"
#include "lke2ee-frame-result.h"
#include "lke2ee-key-provider.h"
#include "lke2ee-vectors-private.h"

G_BEGIN_DECLS

typedef struct _Lke2eeReceiver Lke2eeReceiver;

Lke2eeReceiver *lke2ee_receiver_new (Lke2eeKeyProvider *provider,
    const char *participant);
void lke2ee_receiver_free (Lke2eeReceiver *self);
void lke2ee_receiver_set_replay_window (Lke2eeReceiver *self, guint window);
void lke2ee_receiver_reset_replay (Lke2eeReceiver *self);
gint lke2ee_receiver_get_last_key_index (Lke2eeReceiver *self);
guint64 lke2ee_receiver_get_n_ratcheted (Lke2eeReceiver *self);
gboolean lke2ee_receiver_wait_for_window (Lke2eeReceiver *self,
    gint64 hold_us, GCancellable *cancellable);
GBytes *lke2ee_receiver_peek_sif_trailer (Lke2eeReceiver *self);

/* A sealed frame, unescaped. */
typedef struct _Lke2eeSealed Lke2eeSealed;

struct _Lke2eeSealed
{
  const GOutputVector *headers; /* to try in turn as additional data */
  gsize n_headers;              /* 0: no additional data */
  Lke2eeVectors text;           /* ciphertext begins at text_offset */
  gsize text_offset;
  gsize text_size;
  const guint8 *tag;
  const guint8 *iv;
  guint8 key_index;
};

/* The text goes behind the room for its header; @used: (optional): which of the
 * headers verified. */
Lke2eeFrameResult lke2ee_receiver_open (Lke2eeReceiver *self,
    const Lke2eeSealed *sealed, guint8 *out, gsize *used);

G_END_DECLS
