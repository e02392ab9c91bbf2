/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A key ring.
 *
 * State of a slot:
 *
 *     from     event                                    to
 *     EMPTY    key set                                  READY
 *     READY    failures in a row exceed the tolerance   INVALID
 *     INVALID  key set, ratcheted, or a frame decrypts  READY
 *     any      cleared                                  EMPTY
 *
 * With a tolerance of 10 a hostile server could shut a slot for good with 11
 * frames of garbage. So an invalid slot still tries one frame a second. */

#include "lke2ee-key-ring-private.h"

#include "lke2ee-wire-private.h"

/* How long the key before a change still decrypts what is in flight. */
#define PREVIOUS_KEY_LIFETIME_US (2 * G_USEC_PER_SEC)
#define INVALID_RETRY_US G_USEC_PER_SEC
#define REQUEST_INTERVAL_US G_USEC_PER_SEC

typedef struct _Slot Slot;

struct _Slot
{
  Lke2eeSlotState state;
  Lke2eeKey *key;
  Lke2eeKey *previous;
  gint64 previous_expires;      /* monotonic, us */
  gint failures;                /* in a row; atomic, read without the lock */
  gint64 next_try;              /* INVALID: when a frame may be tried */
  gint64 next_request;          /* EMPTY: when the key may be asked for */
  gboolean window_begun;
  GPtrArray *window;            /* keys ratcheted from key, in order */
};

struct _Lke2eeKeyRing
{
  gatomicrefcount ref_count;
  gint generation;              /* atomic */
  guint size;
  gint failure_tolerance;
  GMutex lock;
  /* guarded by lock */
  guint current_index;
  Slot slots[];
};

Lke2eeKeyRing *
lke2ee_key_ring_new (guint size, gint failure_tolerance)
{
  Lke2eeKeyRing *self = g_malloc0 (sizeof *self + size * sizeof (Slot));

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->size = size;
  self->failure_tolerance = failure_tolerance;
  return self;
}

Lke2eeKeyRing *
lke2ee_key_ring_ref (Lke2eeKeyRing * self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static void
slot_clear_window (Slot * slot)
{
  slot->window_begun = FALSE;
  g_clear_pointer (&slot->window, g_ptr_array_unref);
}

static void
slot_clear (Slot * slot)
{
  g_clear_pointer (&slot->key, lke2ee_key_unref);
  g_clear_pointer (&slot->previous, lke2ee_key_unref);
  slot_clear_window (slot);
  slot->state = LKE2EE_SLOT_EMPTY;
  g_atomic_int_set (&slot->failures, 0);
}

void
lke2ee_key_ring_unref (Lke2eeKeyRing * self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint i = 0; i < self->size; i++)
    slot_clear (&self->slots[i]);
  g_mutex_clear (&self->lock);
  g_free (self);
}

gint
lke2ee_key_ring_get_generation (Lke2eeKeyRing * self)
{
  return g_atomic_int_get (&self->generation);
}

guint
lke2ee_key_ring_get_size (Lke2eeKeyRing * self)
{
  return self->size;
}

/* @index modulo the size; -1 is the current index. */
guint
lke2ee_key_ring_reduce_index (Lke2eeKeyRing * self, gint index)
{
  return index < 0 ? lke2ee_key_ring_get_current_index (self)
      : (guint) index % self->size;
}

guint
lke2ee_key_ring_get_current_index (Lke2eeKeyRing * self)
{
  g_mutex_lock (&self->lock);
  guint index = self->current_index;
  g_mutex_unlock (&self->lock);
  return index;
}

void
lke2ee_key_ring_set_current_index (Lke2eeKeyRing * self, guint index)
{
  g_mutex_lock (&self->lock);
  self->current_index = index % self->size;
  g_atomic_int_inc (&self->generation);
  g_mutex_unlock (&self->lock);
}

/* Called with the lock held. The old key goes on for what is in flight. */
static void
slot_take_key (Slot * slot, Lke2eeKey * key)
{
  g_clear_pointer (&slot->previous, lke2ee_key_unref);
  slot->previous = slot->key;
  slot->previous_expires = g_get_monotonic_time () + PREVIOUS_KEY_LIFETIME_US;
  slot->key = lke2ee_key_ref (key);
  slot_clear_window (slot);
  slot->state = LKE2EE_SLOT_READY;
  g_atomic_int_set (&slot->failures, 0);
  slot->next_request = 0;
}

/* Puts @key into the slot and makes it the current one. */
void
lke2ee_key_ring_set_key (Lke2eeKeyRing * self, guint index, Lke2eeKey * key)
{
  g_mutex_lock (&self->lock);
  slot_take_key (&self->slots[index], key);
  self->current_index = index;
  g_atomic_int_inc (&self->generation);
  g_mutex_unlock (&self->lock);
}

/* The same, but only if the slot still holds @expected, and without changing
 * the current index: for whoever derived @key from it without the lock. */
gboolean
lke2ee_key_ring_replace_key (Lke2eeKeyRing * self, guint index,
    Lke2eeKey * expected, Lke2eeKey * key)
{
  g_mutex_lock (&self->lock);
  gboolean same = self->slots[index].key == expected;
  if (same) {
    slot_take_key (&self->slots[index], key);
    g_atomic_int_inc (&self->generation);
  }
  g_mutex_unlock (&self->lock);
  return same;
}

Lke2eeKey *
lke2ee_key_ring_dup_key (Lke2eeKeyRing * self, guint index)
{
  g_mutex_lock (&self->lock);
  Lke2eeKey *key = self->slots[index].key;
  if (key != NULL)
    lke2ee_key_ref (key);
  g_mutex_unlock (&self->lock);
  return key;
}

/* The keys to try on a frame that names @index, the slot's own first, then the
 * one before it, then the ratcheted ones. Empty if the slot is. @expires is
 * when the list changes without a new generation, or G_MAXINT64. */
GPtrArray *
lke2ee_key_ring_dup_candidates (Lke2eeKeyRing * self, guint index,
    gint64 * expires)
{
  GPtrArray *keys =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lke2ee_key_unref);

  *expires = G_MAXINT64;
  g_mutex_lock (&self->lock);
  Slot *slot = &self->slots[index];
  if (slot->key != NULL)
    g_ptr_array_add (keys, lke2ee_key_ref (slot->key));
  if (slot->previous != NULL
      && g_get_monotonic_time () >= slot->previous_expires)
    g_clear_pointer (&slot->previous, lke2ee_key_unref);
  if (slot->previous != NULL) {
    g_ptr_array_add (keys, lke2ee_key_ref (slot->previous));
    *expires = slot->previous_expires;
  }
  for (guint i = 0; slot->window != NULL && i < slot->window->len; i++)
    g_ptr_array_add (keys, lke2ee_key_ref (slot->window->pdata[i]));
  g_mutex_unlock (&self->lock);
  return keys;
}

gboolean
lke2ee_key_ring_is_empty (Lke2eeKeyRing * self)
{
  gboolean empty = TRUE;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->size && empty; i++)
    empty = self->slots[i].state == LKE2EE_SLOT_EMPTY;
  g_mutex_unlock (&self->lock);
  return empty;
}

void
lke2ee_key_ring_clear (Lke2eeKeyRing * self)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->size; i++)
    slot_clear (&self->slots[i]);
  self->current_index = 0;
  g_atomic_int_inc (&self->generation);
  g_mutex_unlock (&self->lock);
}

/* FALSE if the slot is invalid and this is not the one frame a second. */
gboolean
lke2ee_key_ring_may_try (Lke2eeKeyRing * self, guint index)
{
  gboolean may = TRUE;

  if (self->failure_tolerance < 0)
    return TRUE;
  g_mutex_lock (&self->lock);
  Slot *slot = &self->slots[index];
  if (slot->state == LKE2EE_SLOT_INVALID) {
    gint64 now = g_get_monotonic_time ();

    may = now >= slot->next_try;
    if (may)
      slot->next_try = now + INVALID_RETRY_US;
  }
  g_mutex_unlock (&self->lock);
  return may;
}

/* A frame decrypted under a key of the slot. */
void
lke2ee_key_ring_succeeded (Lke2eeKeyRing * self, guint index)
{
  Slot *slot = &self->slots[index];

  /* The common case takes no lock. */
  if (g_atomic_int_get (&slot->failures) == 0)
    return;
  g_mutex_lock (&self->lock);
  g_atomic_int_set (&slot->failures, 0);
  if (slot->state == LKE2EE_SLOT_INVALID)
    slot->state = LKE2EE_SLOT_READY;
  g_mutex_unlock (&self->lock);
}

/* A frame failed under every key of the slot. TRUE if that made it invalid. */
gboolean
lke2ee_key_ring_failed (Lke2eeKeyRing * self, guint index)
{
  gboolean became_invalid = FALSE;

  if (self->failure_tolerance < 0)
    return FALSE;
  g_mutex_lock (&self->lock);
  Slot *slot = &self->slots[index];
  if (slot->state == LKE2EE_SLOT_READY
      && g_atomic_int_add (&slot->failures, 1) >= self->failure_tolerance) {
    slot->state = LKE2EE_SLOT_INVALID;
    slot->next_try = g_get_monotonic_time () + INVALID_RETRY_US;
    became_invalid = TRUE;
  }
  g_mutex_unlock (&self->lock);
  return became_invalid;
}

/* Whether to ask for the missing key of @index now: once a second. */
gboolean
lke2ee_key_ring_should_request (Lke2eeKeyRing * self, guint index)
{
  gint64 now = g_get_monotonic_time ();

  g_mutex_lock (&self->lock);
  Slot *slot = &self->slots[index];
  gboolean should = slot->key == NULL && now >= slot->next_request;
  if (should)
    slot->next_request = now + REQUEST_INTERVAL_US;
  g_mutex_unlock (&self->lock);
  return should;
}

/* The key whose ratchet window is to be derived, or NULL if that has begun
 * already: one window of derivations per key, however many frames fail. */
Lke2eeKey *
lke2ee_key_ring_begin_window (Lke2eeKeyRing * self, guint index)
{
  Lke2eeKey *base = NULL;

  g_mutex_lock (&self->lock);
  Slot *slot = &self->slots[index];
  if (slot->key != NULL && !slot->window_begun
      && lke2ee_key_can_ratchet (slot->key)) {
    slot->window_begun = TRUE;
    base = lke2ee_key_ref (slot->key);
  }
  g_mutex_unlock (&self->lock);
  return base;
}

/* Adds a derived key, unless the slot has moved on from @base. */
void
lke2ee_key_ring_add_to_window (Lke2eeKeyRing * self, guint index,
    Lke2eeKey * base, Lke2eeKey * key)
{
  g_mutex_lock (&self->lock);
  Slot *slot = &self->slots[index];
  if (slot->key == base) {
    if (slot->window == NULL)
      slot->window =
          g_ptr_array_new_with_free_func ((GDestroyNotify) lke2ee_key_unref);
    g_ptr_array_add (slot->window, lke2ee_key_ref (key));
    g_atomic_int_inc (&self->generation);
  }
  g_mutex_unlock (&self->lock);
}

/* A frame decrypted under @key. If that is of the window it becomes the key of
 * the slot, and the slot the current one. */
gboolean
lke2ee_key_ring_accept_ratchet (Lke2eeKeyRing * self, guint index,
    Lke2eeKey * key)
{
  gboolean accepted = FALSE;

  g_mutex_lock (&self->lock);
  Slot *slot = &self->slots[index];
  if (slot->window != NULL && g_ptr_array_find (slot->window, key, NULL)) {
    slot_take_key (slot, key);
    self->current_index = index;
    g_atomic_int_inc (&self->generation);
    accepted = TRUE;
  }
  g_mutex_unlock (&self->lock);
  return accepted;
}
