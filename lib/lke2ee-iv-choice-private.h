/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Which IVs make a frame's first ciphertext bytes read right to whoever looks
 * at them without the key. */
#pragma once

#include "lke2ee-codec.h"
#include "lke2ee-vectors-private.h"

G_BEGIN_DECLS

#define LKE2EE_IV_CHOICE_MAX_SIZE 4
/* After so many IVs a frame is sent as it is. */
#define LKE2EE_IV_CHOICE_MAX_TRIES 4096

typedef struct _Lke2eeIvChoice Lke2eeIvChoice;

struct _Lke2eeIvChoice
{
  Lke2eeCodec codec;
  guint8 plaintext[LKE2EE_IV_CHOICE_MAX_SIZE];
  gsize size;                   /* of what is looked at, in bytes */
  guint n_bits;                 /* H.264: that have to stay as they are */
};

gboolean lke2ee_iv_choice_init (Lke2eeIvChoice *self, Lke2eeCodec codec,
    const Lke2eeVectors *frame, gsize header_size);
gboolean lke2ee_iv_choice_accepts (const Lke2eeIvChoice *self,
    const guint8 *ciphertext);

G_END_DECLS
