/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Server-injected frames: blank media in the clear, marked by a trailer. */
#pragma once

#include "lke2ee-codec.h"

G_BEGIN_DECLS

typedef enum
{
  LKE2EE_SIF_NONE,              /* not marked */
  LKE2EE_SIF_KNOWN,             /* marked, and one of the known blank frames */
  LKE2EE_SIF_UNKNOWN,           /* marked, but anything else: never let pass */
} Lke2eeSif;

Lke2eeSif lke2ee_sif_identify (Lke2eeCodec codec, const guint8 *frame,
    gsize size, GBytes *sif_trailer, gsize *payload_size);

G_END_DECLS
