/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Errors of the elements: the text says what to do, the debug part which
 * participant and track it is about. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* (transfer full): "participant alice, track TR_1" */
char *lke2ee_error_describe (GstElement *element);

#define LKE2EE_ELEMENT_ERROR(self, domain, code, text) \
  G_STMT_START { \
    g_autofree char *description_ = \
        lke2ee_error_describe (GST_ELEMENT (self)); \
    GST_ELEMENT_ERROR (self, domain, code, text, ("%s", description_)); \
  } G_STMT_END

G_END_DECLS
