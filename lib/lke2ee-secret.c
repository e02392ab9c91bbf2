/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Secret memory: guarded, locked where the limit allows, kept out of core
 * dumps, wiped when it is given back.
 *
 * sodium_malloc() spends at least three pages and as many mappings on each
 * allocation, which does not scale to a thousand participants with sixteen
 * slots. So secrets share slabs: one guarded allocation of many cells, of a
 * size for keys or of one for a cipher's context. A larger secret (a long
 * passphrase) has an allocation of its own. */

#include "lke2ee-secret-private.h"

#include "lke2ee-wire-private.h"

#include <sodium.h>
#include <string.h>

#define MAX_CELLS_PER_SLAB 256

typedef struct _Slab Slab;
typedef struct _SlabClass SlabClass;

struct _SlabClass
{
  gsize cell_size;
  guint cells_per_slab;
  Slab *slabs;                  /* guarded by slabs_lock */
};

struct _Slab
{
  SlabClass *slab_class;
  guint8 *cells;
  gboolean used[MAX_CELLS_PER_SLAB];
  guint n_used;
  Slab *next;
};

/* Four pages each. As sodium_malloc() lets an allocation end with its last
 * page, a slab begins at a multiple of 64, and so does each cell. */
static SlabClass slab_classes[] = {
  {64, 256, NULL},
  {LKE2EE_SECRET_MAX_CELL_SIZE, 13, NULL},
};

G_STATIC_ASSERT (LKE2EE_SECRET_MAX_CELL_SIZE % 64 == 0);

struct _Lke2eeSecret
{
  gatomicrefcount ref_count;
  guint8 *data;
  gsize size;
  Slab *slab;                   /* NULL: data is an allocation of its own */
};

static GMutex slabs_lock;

static gboolean
ensure_sodium (void)
{
  /* Thread-safe and cheap after the first call. */
  return sodium_init () >= 0;
}

static Slab *
slab_new (SlabClass * slab_class)
{
  guint8 *cells =
      sodium_malloc (slab_class->cell_size * slab_class->cells_per_slab);

  if (cells == NULL)
    return NULL;

  Slab *slab = g_new0 (Slab, 1);
  slab->slab_class = slab_class;
  slab->cells = cells;
  return slab;
}

static guint8 *
slab_take_cell (Slab * slab)
{
  for (guint i = 0; i < slab->slab_class->cells_per_slab; i++) {
    if (!slab->used[i]) {
      slab->used[i] = TRUE;
      slab->n_used++;
      return slab->cells + i * slab->slab_class->cell_size;
    }
  }
  g_assert_not_reached ();
}

/* Called with slabs_lock held. */
static Slab *
find_slab_with_room (SlabClass * slab_class)
{
  for (Slab * slab = slab_class->slabs; slab != NULL; slab = slab->next) {
    if (slab->n_used < slab_class->cells_per_slab)
      return slab;
  }

  Slab *slab = slab_new (slab_class);
  if (slab != NULL) {
    slab->next = slab_class->slabs;
    slab_class->slabs = slab;
  }
  return slab;
}

/* @size: at most LKE2EE_SECRET_MAX_CELL_SIZE. */
static guint8 *
cell_alloc (gsize size, Slab ** slab)
{
  SlabClass *slab_class = slab_classes;
  guint8 *cell = NULL;

  while (slab_class->cell_size < size)
    slab_class++;
  g_mutex_lock (&slabs_lock);
  *slab = find_slab_with_room (slab_class);
  if (*slab != NULL)
    cell = slab_take_cell (*slab);
  g_mutex_unlock (&slabs_lock);
  return cell;
}

/* Called with slabs_lock held. */
static void
unlink_slab (Slab * slab)
{
  Slab **link = &slab->slab_class->slabs;

  while (*link != slab)
    link = &(*link)->next;
  *link = slab->next;
}

static void
cell_free (Slab * slab, guint8 * cell)
{
  gsize cell_size = slab->slab_class->cell_size;
  gboolean empty;

  sodium_memzero (cell, cell_size);
  g_mutex_lock (&slabs_lock);
  slab->used[(cell - slab->cells) / cell_size] = FALSE;
  empty = --slab->n_used == 0;
  if (empty)
    unlink_slab (slab);
  g_mutex_unlock (&slabs_lock);

  if (empty) {
    sodium_free (slab->cells);
    g_free (slab);
  }
}

/* Secret memory of @size bytes, filled with zeros; NULL if none can be had. */
Lke2eeSecret *
lke2ee_secret_new (gsize size)
{
  Slab *slab = NULL;
  guint8 *data;

  if (!ensure_sodium ())
    return NULL;

  if (size <= LKE2EE_SECRET_MAX_CELL_SIZE)
    data = cell_alloc (size, &slab);
  else
    data = sodium_malloc (size);
  if (data == NULL)
    return NULL;

  Lke2eeSecret *self = g_new0 (Lke2eeSecret, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->data = data;
  self->size = size;
  self->slab = slab;
  memset (data, 0, size);
  return self;
}

Lke2eeSecret *
lke2ee_secret_new_copy (gconstpointer data, gsize size)
{
  Lke2eeSecret *self = lke2ee_secret_new (size);

  if (self != NULL && size > 0)
    memcpy (self->data, data, size);
  return self;
}

Lke2eeSecret *
lke2ee_secret_ref (Lke2eeSecret * self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
lke2ee_secret_unref (Lke2eeSecret * self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  if (self->slab != NULL)
    cell_free (self->slab, self->data);
  else
    sodium_free (self->data);   /* wipes */
  g_free (self);
}

const guint8 *
lke2ee_secret_peek (const Lke2eeSecret * self, gsize * size)
{
  if (size != NULL)
    *size = self->size;
  return self->data;
}

/* Only for whoever made @self and has not shared it yet. */
guint8 *
lke2ee_secret_peek_writable (Lke2eeSecret * self)
{
  return self->data;
}

/* Makes @self smaller and wipes what is cut off. */
void
lke2ee_secret_truncate (Lke2eeSecret * self, gsize size)
{
  g_return_if_fail (size <= self->size);

  sodium_memzero (self->data + size, self->size - size);
  self->size = size;
}

/* Bytes that live in secret memory for as long as they are referenced. */
GBytes *
lke2ee_secret_to_bytes (Lke2eeSecret * self)
{
  return g_bytes_new_with_free_func (self->data, self->size,
      (GDestroyNotify) lke2ee_secret_unref, lke2ee_secret_ref (self));
}

/* NULL if @text is not all hex digits of even count. */
Lke2eeSecret *
lke2ee_secret_new_from_hex (const char *text, gsize size)
{
  g_autoptr (Lke2eeSecret) self = NULL;
  gsize decoded;

  if (size % 2 != 0 || (self = lke2ee_secret_new (size / 2)) == NULL)
    return NULL;
  if (sodium_hex2bin (self->data, size / 2, text, size, NULL, &decoded,
          NULL) != 0 || decoded != size / 2)
    return NULL;
  return g_steal_pointer (&self);
}

/* In time that depends on @size only. */
static gboolean
is_ascii (const char *text, gsize size)
{
  guint8 all = 0;

  for (gsize i = 0; i < size; i++)
    all |= (guint8) text[i];
  return all < 0x80;
}

/* NULL if @text is not base64, with or without padding, of either alphabet. */
Lke2eeSecret *
lke2ee_secret_new_from_base64 (const char *text, gsize size)
{
  static const int variants[] = {
    sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
    sodium_base64_VARIANT_URLSAFE, sodium_base64_VARIANT_URLSAFE_NO_PADDING,
  };
  g_autoptr (Lke2eeSecret) self = lke2ee_secret_new (size / 4 * 3 + 3);
  gsize decoded;

  /* libsodium 1.0.18 compares characters as signed numbers and reads some of
   * those above 0x7f as digits. */
  if (self == NULL || !is_ascii (text, size))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (variants); i++) {
    if (sodium_base642bin (self->data, self->size, text, size, NULL,
            &decoded, NULL, variants[i]) == 0) {
      lke2ee_secret_truncate (self, decoded);
      return g_steal_pointer (&self);
    }
  }
  return NULL;
}

void
lke2ee_random_fill (gpointer data, gsize size)
{
  if (!ensure_sodium ())
    g_error ("libsodium has no source of random bytes");
  randombytes_buf (data, size);
}

/* In constant time. */
gboolean
lke2ee_memory_equal (gconstpointer a, gconstpointer b, gsize size)
{
  return sodium_memcmp (a, b, size) == 0;
}

/* The same for two tags, which libsodium compares as vectors: sodium_memcmp()
 * goes byte by byte, and took as long as opening a frame of 100 bytes. */
gboolean
lke2ee_tags_equal (const guint8 * a, const guint8 * b)
{
  G_STATIC_ASSERT (LKE2EE_TAG_SIZE == crypto_verify_16_BYTES);
  return crypto_verify_16 (a, b) == 0;
}

void
lke2ee_memory_wipe (gpointer data, gsize size)
{
  sodium_memzero (data, size);
}

/* Several times what libcrypto's derivations were seen to take. */
#define STACK_SIZE 16384

void
lke2ee_stack_wipe (void)
{
  sodium_stackzero (STACK_SIZE);
}
