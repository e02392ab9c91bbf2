/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A door for tests: they force IVs next to values that must be skipped. */
#pragma once

#include "lke2ee-frame-cryptor.h"
#include "lke2ee-sender-private.h"

G_BEGIN_DECLS

Lke2eeSender *lke2ee_frame_cryptor_peek_sender (Lke2eeFrameCryptor *self);

G_END_DECLS
