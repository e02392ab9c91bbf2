/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The one macro that marks exported functions; the build hides the rest. */
#pragma once

#if defined (__GNUC__)
#define LKE2EE_API __attribute__ ((visibility ("default"))) extern
#else
#define LKE2EE_API extern
#endif
