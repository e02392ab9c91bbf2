/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* AES-GCM over ipsec-mb, for CPUs with vector AES (VAES, VPCLMULQDQ).
 *
 * Of the library only the direct GCM functions are used. They work on the
 * caller's key table and message context and on nothing else (of the global
 * error number they only ever write 0), so the manager is there once, to look
 * them up, and threads need no care. Table and message context lie in secret
 * memory; registers and stack are cleared by the library itself (SAFE_DATA). */

#include "lke2ee-aead-backend-private.h"

#include "lke2ee-secret-private.h"
#include "lke2ee-wire-private.h"

#include <intel-ipsec-mb.h>

typedef struct _Functions Functions;

struct _Functions
{
  aes_gcm_pre_t expand_key;
  aes_gcm_init_t start;
  aes_gcm_enc_dec_t whole[2];   /* by direction */
  aes_gcm_enc_dec_update_t update[2];
  aes_gcm_enc_dec_finalize_t finish[2];
};

typedef struct _Aead Aead;

/* All of it lies in secret memory, in one cell, so that a thousand streams have
 * few places each. */
struct _Aead
{
  Lke2eeAead parent;
  aes_gcm_enc_dec_t whole;
  aes_gcm_init_t start;
  aes_gcm_enc_dec_update_t update;
  aes_gcm_enc_dec_finalize_t finish;
  Lke2eeSecret *secret;         /* that this lies in */

  struct gcm_context_data message;
  /* The library asks for this at a multiple of 64; cells begin at one. */
  struct gcm_key_data key __attribute__ ((aligned (64)));
};

#define KEY(self) (&((Aead *) (self))->key)
#define MESSAGE(self) (&((Aead *) (self))->message)

static Functions aes_128, aes_256;

/* The library may have been built without what makes it safe to use, and
 * refuses to work if its self test fails. */
static gboolean
is_usable (IMB_MGR * manager)
{
  const guint64 needed = IMB_FEATURE_VAES | IMB_FEATURE_VPCLMULQDQ
      | IMB_FEATURE_SAFE_DATA | IMB_FEATURE_SELF_TEST
      | IMB_FEATURE_SELF_TEST_PASS;

  return imb_get_errno (manager) == 0
      && (manager->features & needed) == needed;
}

static void
look_up_functions (const IMB_MGR * manager)
{
  aes_128 = (Functions) {
    .expand_key = manager->gcm128_pre,
    .start = manager->gcm128_init,
    .whole = {manager->gcm128_enc, manager->gcm128_dec},
    .update = {manager->gcm128_enc_update, manager->gcm128_dec_update},
    .finish = {manager->gcm128_enc_finalize, manager->gcm128_dec_finalize},
  };
  aes_256 = (Functions) {
    .expand_key = manager->gcm256_pre,
    .start = manager->gcm256_init,
    .whole = {manager->gcm256_enc, manager->gcm256_dec},
    .update = {manager->gcm256_enc_update, manager->gcm256_dec_update},
    .finish = {manager->gcm256_enc_finalize, manager->gcm256_dec_finalize},
  };
}

static gboolean
set_up (void)
{
  IMB_MGR *manager = alloc_mb_mgr (0);
  gboolean usable;

  if (manager == NULL)
    return FALSE;
  init_mb_mgr_auto (manager, NULL);
  usable = is_usable (manager);
  if (usable)
    look_up_functions (manager);
  free_mb_mgr (manager);
  return usable;
}

static gboolean
is_available (void)
{
  static gsize state;           /* 1: no, 2: yes */

  if (g_once_init_enter (&state))
    g_once_init_leave (&state, set_up ()? 2 : 1);
  return state == 2;
}

static Lke2eeAead *
aead_new (Lke2eeAeadDirection direction, const guint8 * key, gsize key_size)
{
  const Functions *functions = key_size == 16 ? &aes_128 : &aes_256;
  Lke2eeSecret *secret = lke2ee_secret_new (sizeof (Aead));

  if (secret == NULL)
    return NULL;

  Aead *self = (Aead *) lke2ee_secret_peek_writable (secret);
  self->whole = functions->whole[direction];
  self->start = functions->start;
  self->update = functions->update[direction];
  self->finish = functions->finish[direction];
  self->secret = secret;
  functions->expand_key (key, &self->key);
  return &self->parent;
}

static void
aead_free (Lke2eeAead * self)
{
  lke2ee_secret_unref (((Aead *) self)->secret);
}

static gboolean
seal (Lke2eeAead * self, const guint8 * iv, const guint8 * aad,
    gsize aad_size, const guint8 * in, gsize size, guint8 * out, guint8 * tag)
{
  ((Aead *) self)->whole (KEY (self), MESSAGE (self), out, in, size, iv, aad,
      aad_size, tag, LKE2EE_TAG_SIZE);
  return TRUE;
}

static Lke2eeAeadResult
open (Lke2eeAead * self, const guint8 * iv, const guint8 * aad,
    gsize aad_size, const guint8 * in, gsize size, guint8 * out,
    const guint8 * tag)
{
  guint8 computed[LKE2EE_TAG_SIZE];

  seal (self, iv, aad, aad_size, in, size, out, computed);
  return lke2ee_tags_equal (computed, tag) ?
      LKE2EE_AEAD_OPENED : LKE2EE_AEAD_NOT_AUTHENTIC;
}

static gboolean
start (Lke2eeAead * self, const guint8 * iv, const guint8 * aad,
    gsize aad_size)
{
  ((Aead *) self)->start (KEY (self), MESSAGE (self), iv, aad, aad_size);
  return TRUE;
}

static gboolean
update (Lke2eeAead * self, const guint8 * in, gsize size, guint8 * out)
{
  ((Aead *) self)->update (KEY (self), MESSAGE (self), out, in, size);
  return TRUE;
}

static gboolean
seal_finish (Lke2eeAead * self, guint8 * tag)
{
  ((Aead *) self)->finish (KEY (self), MESSAGE (self), tag, LKE2EE_TAG_SIZE);
  return TRUE;
}

static gboolean
open_finish (Lke2eeAead * self, const guint8 * tag)
{
  guint8 computed[LKE2EE_TAG_SIZE];

  seal_finish (self, computed);
  return lke2ee_tags_equal (computed, tag);
}

const Lke2eeAeadBackend lke2ee_aead_ipsecmb = {
  .name = "ipsec-mb",
  .is_available = is_available,
  .new = aead_new,
  .free = aead_free,
  .seal = seal,
  .open = open,
  .start = start,
  .update = update,
  .seal_finish = seal_finish,
  .open_finish = open_finish,
};
