/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* RTP depayloader for encrypted VP9. */
#pragma once

#include <gst/rtp/rtp.h>

G_BEGIN_DECLS

#define LKE2EE_TYPE_VP9_DEPAY (lke2ee_vp9_depay_get_type ())
G_DECLARE_FINAL_TYPE (Lke2eeVp9Depay, lke2ee_vp9_depay, LKE2EE, VP9_DEPAY,
    GstRTPBaseDepayload)

GST_ELEMENT_REGISTER_DECLARE (lke2eevp9depay);

G_END_DECLS
