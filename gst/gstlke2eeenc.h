/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* lke2eeenc: encoded frames in, encrypted frames out. */
#pragma once

#include "gstlke2eebase.h"

G_BEGIN_DECLS

#define LKE2EE_TYPE_ENC (lke2ee_enc_get_type ())

G_DECLARE_FINAL_TYPE (Lke2eeEnc, lke2ee_enc, LKE2EE, ENC, Lke2eeBase)

GST_ELEMENT_REGISTER_DECLARE (lke2eeenc);

G_END_DECLS
