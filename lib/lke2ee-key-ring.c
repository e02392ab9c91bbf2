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

typedef enum
{
  WINDOW_NOT_BEGUN,
  WINDOW_PENDING,
  WINDOW_COMPLETE,
} WindowState;

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
  WindowState window_state;
  gint64 window_begun;          /* PENDING: monotonic, us */
  GPtrArray *window;            /* keys ratcheted from key, in order */
  guint64 serial;               /* of the request that set key */
};

struct _Lke2eeKeyRing
{
  gatomicrefcount ref_count;
  gint generation;              /* atomic */
  guint size;
  gint failure_tolerance;
  gint64 passed;                /* by lke2ee_key_ring_pass_time(), us */
  GMutex lock;
  GCond window_grown;
  /* guarded by lock */
  guint current_index;
  guint64 serial;               /* the last one given out */
  guint64 current_serial;       /* of what set current_index */
  guint64 cleared_serial;       /* requests up to here came before a clear */
  guint n_previous;             /* slots that have a previous key */
  guint window_index;           /* of the window for which others wait */
  const Lke2eeKey *window_base; /* of it, referenced by who derives; or NULL */
  Slot slots[];
};

Lke2eeKeyRing *
lke2ee_key_ring_new (guint size, gint failure_tolerance)
{
  Lke2eeKeyRing *self = g_malloc0 (sizeof *self + size * sizeof (Slot));

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  g_cond_init (&self->window_grown);
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

/* For tests, which have no time to wait. */
void
lke2ee_key_ring_pass_time (Lke2eeKeyRing * self, gint64 us)
{
  self->passed += us;
}

static gint64
get_now (Lke2eeKeyRing * self)
{
  return g_get_monotonic_time () + self->passed;
}

static void
slot_clear_window (Slot * slot)
{
  slot->window_state = WINDOW_NOT_BEGUN;
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
  g_cond_clear (&self->window_grown);
  g_free (self);
}

/* Called with the lock held. Whoever looks at a ring drops the keys whose time
 * is over, so that none stays in a slot that no frame names any more. */
static void
drop_expired (Lke2eeKeyRing * self)
{
  if (self->n_previous == 0)
    return;
  gint64 now = get_now (self);
  for (guint i = 0; i < self->size; i++) {
    Slot *slot = &self->slots[i];

    if (slot->previous != NULL && now >= slot->previous_expires) {
      g_clear_pointer (&slot->previous, lke2ee_key_unref);
      self->n_previous--;
    }
  }
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
  self->current_serial = ++self->serial;
  drop_expired (self);
  g_atomic_int_inc (&self->generation);
  g_mutex_unlock (&self->lock);
}

/* Called with the lock held. The old key goes on for what is in flight. */
static void
take_key (Lke2eeKeyRing * self, Slot * slot, Lke2eeKey * key, guint64 serial)
{
  drop_expired (self);
  if (slot->previous != NULL)
    self->n_previous--;
  g_clear_pointer (&slot->previous, lke2ee_key_unref);
  slot->previous = slot->key;
  if (slot->previous != NULL)
    self->n_previous++;
  slot->previous_expires = get_now (self) + PREVIOUS_KEY_LIFETIME_US;
  slot->key = lke2ee_key_ref (key);
  slot->serial = serial;
  slot_clear_window (slot);
  slot->state = LKE2EE_SLOT_READY;
  g_atomic_int_set (&slot->failures, 0);
  slot->next_request = 0;
  g_atomic_int_inc (&self->generation);
  g_cond_broadcast (&self->window_grown);
}

/* A place in the order of requests, to be had before the derivation, which can
 * take longer than that of a later request. Returns the slot for @index, of
 * which -1 is the current one. */
guint
lke2ee_key_ring_reserve (Lke2eeKeyRing * self, gint index, guint64 * serial)
{
  g_mutex_lock (&self->lock);
  guint slot = index < 0 ? self->current_index : (guint) index % self->size;
  *serial = ++self->serial;
  g_mutex_unlock (&self->lock);
  return slot;
}

/* Puts @key into the slot and makes it the current one, each unless a later
 * request has done so already. FALSE if the key was not taken. */
gboolean
lke2ee_key_ring_set_key (Lke2eeKeyRing * self, guint index, Lke2eeKey * key,
    guint64 serial)
{
  g_mutex_lock (&self->lock);
  Slot *slot = &self->slots[index];
  gboolean taken = serial > self->cleared_serial && serial > slot->serial;
  if (taken)
    take_key (self, slot, key, serial);
  if (taken && serial > self->current_serial) {
    self->current_index = index;
    self->current_serial = serial;
  }
  g_mutex_unlock (&self->lock);
  return taken;
}

/* The same, but only if the slot still holds @expected, and without changing
 * the current index: for whoever derived @key from it without the lock. */
gboolean
lke2ee_key_ring_replace_key (Lke2eeKeyRing * self, guint index,
    Lke2eeKey * expected, Lke2eeKey * key)
{
  g_mutex_lock (&self->lock);
  gboolean same = self->slots[index].key == expected;
  if (same)
    take_key (self, &self->slots[index], key, ++self->serial);
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
  drop_expired (self);
  if (slot->key != NULL)
    g_ptr_array_add (keys, lke2ee_key_ref (slot->key));
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

/* Also what is still being derived for it comes to nothing. */
void
lke2ee_key_ring_clear (Lke2eeKeyRing * self)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->size; i++)
    slot_clear (&self->slots[i]);
  self->n_previous = 0;
  self->current_index = 0;
  self->cleared_serial = ++self->serial;
  g_cond_broadcast (&self->window_grown);
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
    gint64 now = get_now (self);

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

/* Called with the lock held. A window of the same slot, for the key before, is
 * given up at its next step. The current slot, which senders use, waits for no
 * other: under a shared key those are anybody's to name. */
static gboolean
has_to_wait (Lke2eeKeyRing * self, guint index)
{
  return self->window_base != NULL && self->window_index != index
      && self->current_index != index;
}

/* A frame failed under every key of the slot. TRUE if that made it invalid.
 * While the ratchet window is being derived not all keys were tried. */
gboolean
lke2ee_key_ring_failed (Lke2eeKeyRing * self, guint index)
{
  gboolean became_invalid = FALSE;

  if (self->failure_tolerance < 0)
    return FALSE;
  g_mutex_lock (&self->lock);
  Slot *slot = &self->slots[index];
  if (slot->state == LKE2EE_SLOT_READY
      && slot->window_state != WINDOW_PENDING
      && !(slot->window_state == WINDOW_NOT_BEGUN
          && has_to_wait (self, index))
      && g_atomic_int_add (&slot->failures, 1) >= self->failure_tolerance) {
    slot->state = LKE2EE_SLOT_INVALID;
    slot->next_try = get_now (self) + INVALID_RETRY_US;
    became_invalid = TRUE;
  }
  g_mutex_unlock (&self->lock);
  return became_invalid;
}

/* Whether to ask for the missing key of @index now: once a second. */
gboolean
lke2ee_key_ring_should_request (Lke2eeKeyRing * self, guint index)
{
  gint64 now = get_now (self);

  g_mutex_lock (&self->lock);
  Slot *slot = &self->slots[index];
  gboolean should = slot->key == NULL && now >= slot->next_request;
  if (should)
    slot->next_request = now + REQUEST_INTERVAL_US;
  g_mutex_unlock (&self->lock);
  return should;
}

/* The key whose ratchet window is to be derived, until end_window(); or NULL if
 * that has begun already: one window of derivations per key, however many
 * frames fail. Also NULL while another slot's is under way, unless @index is
 * the current one: one participant's many slots are to take nobody else's
 * turn. */
Lke2eeKey *
lke2ee_key_ring_begin_window (Lke2eeKeyRing * self, guint index)
{
  Lke2eeKey *base = NULL;

  g_mutex_lock (&self->lock);
  Slot *slot = &self->slots[index];
  if (!has_to_wait (self, index) && slot->key != NULL
      && slot->window_state == WINDOW_NOT_BEGUN
      && lke2ee_key_can_ratchet (slot->key)) {
    if (self->window_base == NULL || self->window_index == index) {
      self->window_index = index;
      self->window_base = slot->key;
    }
    slot->window_state = WINDOW_PENDING;
    slot->window_begun = get_now (self);
    base = lke2ee_key_ref (slot->key);
  }
  g_mutex_unlock (&self->lock);
  return base;
}

/* Adds a derived key. FALSE if the slot has moved on from @base: then there is
 * no use in deriving more. */
gboolean
lke2ee_key_ring_add_to_window (Lke2eeKeyRing * self, guint index,
    Lke2eeKey * base, Lke2eeKey * key)
{
  g_mutex_lock (&self->lock);
  Slot *slot = &self->slots[index];
  gboolean current = slot->key == base;
  if (current) {
    if (slot->window == NULL)
      slot->window =
          g_ptr_array_new_with_free_func ((GDestroyNotify) lke2ee_key_unref);
    g_ptr_array_add (slot->window, lke2ee_key_ref (key));
    g_atomic_int_inc (&self->generation);
    g_cond_broadcast (&self->window_grown);
  }
  g_mutex_unlock (&self->lock);
  return current;
}

/* The window is complete, or was given up. */
void
lke2ee_key_ring_end_window (Lke2eeKeyRing * self, guint index,
    Lke2eeKey * base)
{
  g_mutex_lock (&self->lock);
  if (self->window_index == index && self->window_base == base)
    self->window_base = NULL;
  if (self->slots[index].key == base)
    self->slots[index].window_state = WINDOW_COMPLETE;
  g_cond_broadcast (&self->window_grown);
  g_mutex_unlock (&self->lock);
}

/* Waits until the ring is not of @generation any more, which is what the caller
 * has tried, for as long as the window of the slot is being derived. FALSE if
 * nothing came, or nothing until @hold_us after the window was begun. Who
 * cancels @cancellable calls lke2ee_key_ring_wake(). */
gboolean
lke2ee_key_ring_wait_for_window (Lke2eeKeyRing * self, guint index,
    gint generation, gint64 hold_us, GCancellable * cancellable)
{
  g_mutex_lock (&self->lock);
  Slot *slot = &self->slots[index];
  gboolean in_time = TRUE;
  gboolean grown = lke2ee_key_ring_get_generation (self) != generation;
  while (slot->window_state == WINDOW_PENDING && !grown && in_time
      && !g_cancellable_is_cancelled (cancellable)) {
    in_time = g_cond_wait_until (&self->window_grown, &self->lock,
        slot->window_begun + hold_us);
    grown = lke2ee_key_ring_get_generation (self) != generation;
  }
  g_mutex_unlock (&self->lock);
  return grown;
}

/* Has waiting threads look around. */
void
lke2ee_key_ring_wake (Lke2eeKeyRing * self)
{
  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->window_grown);
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
    take_key (self, slot, key, ++self->serial);
    self->current_index = index;
    self->current_serial = self->serial;
    accepted = TRUE;
  }
  g_mutex_unlock (&self->lock);
  return accepted;
}
