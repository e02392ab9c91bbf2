/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What the fuzzers share: a strict GLib, and inputs taken apart. */
#pragma once

#include <lke2ee.h>

/* The key that the seed corpus is sealed with: make-corpus.py, KEY. */
#define FUZZ_KEY "0123456789abcdef"
#define FUZZ_SIF_TRAILER "SIF-trailer"

/* What libFuzzer calls. */
int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* The rest of an input. Behind its end there are zeros. */
typedef struct
{
  const guint8 *data;
  gsize size;
} Input;

/* A warning or critical on hostile input is a finding. */
void fuzz_be_strict (void);

/* A shared-key provider that knows FUZZ_KEY and FUZZ_SIF_TRAILER. */
Lke2eeKeyProvider *fuzz_provider_new (void);

guint8 input_take_byte (Input *self);
/* At most @size bytes, in memory of just that size, so that AddressSanitizer
 * sees a step beyond. */
guint8 *input_take_copy (Input *self, gsize size, gsize *taken);
/* From the end: settings stand behind a frame that is a file of its own. */
guint8 input_take_last_byte (Input *self);
