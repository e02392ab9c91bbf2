/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The quark of the error domain. */

#include "lke2ee-error.h"

/* Not G_DEFINE_QUARK: gst-indent would put blanks into the string. */

/**
 * lke2ee_error_quark:
 *
 * The error domain, [error@Lke2ee.Error].
 *
 * Returns: the error domain of this library
 *
 * Since: 0.1
 */
GQuark
lke2ee_error_quark (void)
{
  return g_quark_from_static_string ("lke2ee-error-quark");
}
