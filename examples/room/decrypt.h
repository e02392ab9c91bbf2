/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Opens a recording of ciphertext. */
#pragma once

#include <lke2ee/lke2ee.h>

gboolean decrypt_folder (const char *folder, Lke2eeKeyProvider * provider,
    GError ** error);
