/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What the fuzzers share. */

#include "fuzz.h"

#include <string.h>

void
fuzz_be_strict (void)
{
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL
      | G_LOG_LEVEL_WARNING);
}

Lke2eeKeyProvider *
fuzz_provider_new (void)
{
  /* LeakSanitizer does not look into guarded memory, and would take what the
   * contexts of another backend hold there for lost. */
  g_setenv ("LKE2EE_AEAD", "openssl", TRUE);

  Lke2eeKeyProvider *provider = lke2ee_key_provider_new (TRUE);
  g_autoptr (GBytes) key = g_bytes_new_static (FUZZ_KEY, strlen (FUZZ_KEY));
  gboolean ok = lke2ee_key_provider_set_key (provider, NULL, key,
      LKE2EE_KDF_HKDF, 0, NULL);

  g_assert_true (ok);
  g_object_set (provider, "sif-trailer", FUZZ_SIF_TRAILER, NULL);
  return provider;
}

guint8
input_take_byte (Input * self)
{
  if (self->size == 0)
    return 0;
  self->size--;
  return *self->data++;
}

guint8
input_take_last_byte (Input * self)
{
  return self->size > 0 ? self->data[--self->size] : 0;
}

guint8 *
input_take_copy (Input * self, gsize size, gsize * taken)
{
  *taken = MIN (size, self->size);
  guint8 *copy = g_memdup2 (self->data, *taken);
  self->data += *taken;
  self->size -= *taken;
  return copy;
}
