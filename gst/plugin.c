/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Registers the elements, nothing else. */

#include "gstlke2eedec.h"
#include "gstlke2eeenc.h"
#include "gstlke2eemetadata.h"
#include "gstlke2eevp8pay.h"
#include "gstlke2eevp9depay.h"
#include "gstlke2eevp9pay.h"

static gboolean
plugin_init (GstPlugin * plugin)
{
  lke2ee_metadata_register ();
  return GST_ELEMENT_REGISTER (lke2eeenc, plugin)
      && GST_ELEMENT_REGISTER (lke2eedec, plugin)
      && GST_ELEMENT_REGISTER (lke2eevp8pay, plugin)
      && GST_ELEMENT_REGISTER (lke2eevp9pay, plugin)
      && GST_ELEMENT_REGISTER (lke2eevp9depay, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, lke2ee,
    "End-to-end encrypted media, compatible with LiveKit", plugin_init,
    PACKAGE_VERSION, "LGPL", "lke2ee", PACKAGE_ORIGIN)
