/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Who does the AES-GCM: a table of functions for each crypto library. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  LKE2EE_AEAD_SEAL,
  LKE2EE_AEAD_OPEN,
} Lke2eeAeadDirection;

typedef enum
{
  LKE2EE_AEAD_OPENED,
  LKE2EE_AEAD_NOT_AUTHENTIC,    /* the tag does not verify */
  LKE2EE_AEAD_FAILED,           /* the cipher itself does not work */
} Lke2eeAeadResult;

typedef struct _Lke2eeAead Lke2eeAead;
typedef struct _Lke2eeAeadBackend Lke2eeAeadBackend;

/* The beginning of every backend's context. */
struct _Lke2eeAead
{
  const Lke2eeAeadBackend *backend;
};

/* What these do is told in lke2ee-aead-private.h. The caller has made sure that
 * sizes of text are at most G_MAXINT and that of a key is 16 or 32, and sets
 * the backend of a new context. */
struct _Lke2eeAeadBackend
{
  const char *name;

  /* Whether it can be used on this machine, and is of use there. */
  gboolean (*is_available) (void);

  Lke2eeAead *(*new) (Lke2eeAeadDirection direction, const guint8 *key,
      gsize key_size);
  void (*free) (Lke2eeAead *self);

  gboolean (*seal) (Lke2eeAead *self, const guint8 *iv, const guint8 *aad,
      gsize aad_size, const guint8 *in, gsize size, guint8 *out, guint8 *tag);
  Lke2eeAeadResult (*open) (Lke2eeAead *self, const guint8 *iv,
      const guint8 *aad, gsize aad_size, const guint8 *in, gsize size,
      guint8 *out, const guint8 *tag);

  gboolean (*start) (Lke2eeAead *self, const guint8 *iv, const guint8 *aad,
      gsize aad_size);
  gboolean (*update) (Lke2eeAead *self, const guint8 *in, gsize size,
      guint8 *out);
  gboolean (*seal_finish) (Lke2eeAead *self, guint8 *tag);
  gboolean (*open_finish) (Lke2eeAead *self, const guint8 *tag);
};

extern const Lke2eeAeadBackend lke2ee_aead_openssl;
extern const Lke2eeAeadBackend lke2ee_aead_ipsecmb;

G_END_DECLS
