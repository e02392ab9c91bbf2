/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* H.264 SPS that libwebrtc leaves alone. */
#pragma once

#include "gstlke2eenalparser.h"

G_BEGIN_DECLS

typedef enum
{
  LKE2EE_SPS_FINE,              /* or not to be read: nothing was done */
  LKE2EE_SPS_RESTRICTED,        /* written anew */
  LKE2EE_SPS_REORDERED,         /* has frames that wait for later ones */
  LKE2EE_SPS_UNKNOWN,           /* nothing says whether it has */
} Lke2eeSpsResult;

/* What the times of buffers say of the order of frames. */
typedef enum
{
  LKE2EE_ORDER_UNKNOWN,
  LKE2EE_ORDER_KEPT,            /* shown as they are decoded */
  LKE2EE_ORDER_CHANGED,         /* there are frames that wait for later ones */
} Lke2eeOrder;

Lke2eeSpsResult lke2ee_sps_restrict (const Lke2eeNal *nal,
    Lke2eeOrder order, GByteArray **restricted);

G_END_DECLS
