/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* IVs of one encryptor under one key: a random start, then a counter. */
#pragma once

#include "lke2ee-wire-private.h"

G_BEGIN_DECLS

typedef struct _Lke2eeIv Lke2eeIv;

struct _Lke2eeIv
{
  guint8 next[LKE2EE_IV_SIZE];  /* big endian */
};

void lke2ee_iv_init (Lke2eeIv *self);
void lke2ee_iv_init_at (Lke2eeIv *self, const guint8 *start);
guint lke2ee_iv_next (Lke2eeIv *self, guint8 *iv);

G_END_DECLS
