/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* RTP payloader for encrypted VP8. */
#pragma once

#include "gstlke2eevppay.h"

G_BEGIN_DECLS

#define LKE2EE_TYPE_VP8_PAY (lke2ee_vp8_pay_get_type ())
G_DECLARE_FINAL_TYPE (Lke2eeVp8Pay, lke2ee_vp8_pay, LKE2EE, VP8_PAY,
    Lke2eeVpPay)

GST_ELEMENT_REGISTER_DECLARE (lke2eevp8pay);

G_END_DECLS
