/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The clear headers that an access unit may have been sealed with. */
#pragma once

#include "gstlke2eeaccessunit.h"
#include "gstlke2eeparametersets.h"

G_BEGIN_DECLS

typedef struct _Lke2eeHeaders Lke2eeHeaders;

Lke2eeHeaders *lke2ee_headers_new (void);
void lke2ee_headers_free (Lke2eeHeaders *self);

/* The headers to try for @unit, the likeliest first; @codec_data: the sets that
 * stand there. They are valid until the next call. */
const GOutputVector *lke2ee_headers_build (Lke2eeHeaders *self,
    Lke2eeAccessUnit *unit, Lke2eeParameterSets *codec_data,
    gsize *n_headers, gsize *max_size);
/* The one that verified: the next access unit begins with its kind. */
void lke2ee_headers_succeeded (Lke2eeHeaders *self, gsize index);

G_END_DECLS
