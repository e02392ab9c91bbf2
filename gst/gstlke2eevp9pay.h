/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* RTP payloader for encrypted VP9. */
#pragma once

#include "gstlke2eevppay.h"

G_BEGIN_DECLS

#define LKE2EE_TYPE_VP9_PAY (lke2ee_vp9_pay_get_type ())
G_DECLARE_FINAL_TYPE (Lke2eeVp9Pay, lke2ee_vp9_pay, LKE2EE, VP9_PAY,
    Lke2eeVpPay)

GST_ELEMENT_REGISTER_DECLARE (lke2eevp9pay);

G_END_DECLS
