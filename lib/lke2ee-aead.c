/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* AES-GCM: chooses the backend, and hands on to it.
 *
 * OpenSSL is everywhere. ipsec-mb is two to four times as fast where the CPU
 * has vector AES. Both make the same bytes, so the choice is no option of the
 * API; the environment variable LKE2EE_AEAD (openssl or ipsec-mb), read once,
 * is there for tests and measurements. */

#include "lke2ee-aead-private.h"

/* The first that is available is used. */
static const Lke2eeAeadBackend *const backends[] = {
#ifdef HAVE_IPSEC_MB
  &lke2ee_aead_ipsecmb,
#endif
  &lke2ee_aead_openssl,
};

/* @name: NULL for the best one. */
const Lke2eeAeadBackend *
lke2ee_aead_find_backend (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (backends); i++) {
    if ((name == NULL || g_str_equal (name, backends[i]->name))
        && backends[i]->is_available ())
      return backends[i];
  }
  return NULL;
}

static const Lke2eeAeadBackend *
choose_backend (void)
{
  const char *name = g_getenv ("LKE2EE_AEAD");
  const Lke2eeAeadBackend *backend = lke2ee_aead_find_backend (name);

  if (backend == NULL) {
    backend = lke2ee_aead_find_backend (NULL);
    g_warning ("LKE2EE_AEAD: there is no '%s' here; using %s", name,
        backend->name);
  }
  return backend;
}

/* NULL if @key_size is not 16 or 32, or the backend failed. */
Lke2eeAead *
lke2ee_aead_new_with (const Lke2eeAeadBackend * backend,
    Lke2eeAeadDirection direction, const guint8 * key, gsize key_size)
{
  if (key_size != 16 && key_size != 32)
    return NULL;

  Lke2eeAead *self = backend->new (direction, key, key_size);

  if (self != NULL)
    self->backend = backend;
  return self;
}

Lke2eeAead *
lke2ee_aead_new (Lke2eeAeadDirection direction, const guint8 * key,
    gsize key_size)
{
  static const Lke2eeAeadBackend *backend;

  if (g_once_init_enter (&backend))
    g_once_init_leave (&backend, choose_backend ());
  return lke2ee_aead_new_with (backend, direction, key, key_size);
}

/* Wipes the key schedule. */
void
lke2ee_aead_free (Lke2eeAead * self)
{
  self->backend->free (self);
}

gboolean
lke2ee_aead_start (Lke2eeAead * self, const guint8 * iv,
    const guint8 * aad, gsize aad_size)
{
  if (aad_size > G_MAXINT)
    return FALSE;
  return self->backend->start (self, iv, aad, aad_size);
}

gboolean
lke2ee_aead_update (Lke2eeAead * self, const guint8 * in, gsize size,
    guint8 * out)
{
  if (size > G_MAXINT)
    return FALSE;
  return self->backend->update (self, in, size, out);
}

gboolean
lke2ee_aead_seal_finish (Lke2eeAead * self, guint8 * tag)
{
  return self->backend->seal_finish (self, tag);
}

gboolean
lke2ee_aead_open_finish (Lke2eeAead * self, const guint8 * tag)
{
  return self->backend->open_finish (self, tag);
}
