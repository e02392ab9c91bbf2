/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Umbrella header for applications; never included inside lib/. */
#pragma once

#include "lke2ee-codec.h"
#include "lke2ee-data-cryptor.h"
#include "lke2ee-enum-types.h"
#include "lke2ee-error.h"
#include "lke2ee-frame-cryptor.h"
#include "lke2ee-frame-metadata.h"
#include "lke2ee-frame-result.h"
#include "lke2ee-kdf.h"
#include "lke2ee-key-provider.h"
#include "lke2ee-secret-bytes.h"
