/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* lke2eedec: encrypted frames in, encoded frames out. */
#pragma once

#include "gstlke2eebase.h"

G_BEGIN_DECLS

#define LKE2EE_TYPE_DEC (lke2ee_dec_get_type ())

G_DECLARE_FINAL_TYPE (Lke2eeDec, lke2ee_dec, LKE2EE, DEC, Lke2eeBase)

GST_ELEMENT_REGISTER_DECLARE (lke2eedec);

G_END_DECLS
