/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Our elements inside a fuzzer: linked statically, because a plugin that is
 * loaded gives libFuzzer no coverage. */
#pragma once

#include <gst/check/gstharness.h>

#include "fuzz.h"

void fuzz_elements_init (void);
GstHarness *fuzz_element_harness (const char *launch);
/* As new: making an element for each input would take most of the time. */
void fuzz_restart (GstHarness *harness);

/* Two memories if @in_two. */
GstBuffer *fuzz_take_buffer (Input *input, gsize size, gboolean in_two);
void fuzz_append (GstBuffer *buffer, Input *input, gsize size);
void fuzz_flush (GstHarness *harness);

/* Throws away what came out; returns how many buffers. */
guint fuzz_drain (GstHarness *harness);
