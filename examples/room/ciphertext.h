/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Writes one track's encrypted frames into a file. */
#pragma once

#include "frame.h"

typedef struct _Ciphertext Ciphertext;

Ciphertext *ciphertext_new (const char *path, GError ** error);
gboolean ciphertext_write (Ciphertext * self, const Frame * frame,
    GError ** error);
gboolean ciphertext_close (Ciphertext * self, GError ** error);
