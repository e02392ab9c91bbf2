/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Slots of one participant: keys, the current index, failures, ratchet
 * candidates. Knows no codec and no frame. Thread-safe. */
#pragma once

#include <gio/gio.h>

#include "lke2ee-key-private.h"

G_BEGIN_DECLS

typedef struct _Lke2eeKeyRing Lke2eeKeyRing;

typedef enum
{
  LKE2EE_SLOT_EMPTY,
  LKE2EE_SLOT_READY,
  LKE2EE_SLOT_INVALID,
} Lke2eeSlotState;

Lke2eeKeyRing *lke2ee_key_ring_new (guint size, gint failure_tolerance);
Lke2eeKeyRing *lke2ee_key_ring_ref (Lke2eeKeyRing *self);
void lke2ee_key_ring_unref (Lke2eeKeyRing *self);

/* Changes with every change of a key or of the current index: whoever caches
 * compares it, without a lock. */
gint lke2ee_key_ring_get_generation (Lke2eeKeyRing *self);
guint lke2ee_key_ring_get_size (Lke2eeKeyRing *self);

guint lke2ee_key_ring_reduce_index (Lke2eeKeyRing *self, gint index);
guint lke2ee_key_ring_get_current_index (Lke2eeKeyRing *self);
void lke2ee_key_ring_set_current_index (Lke2eeKeyRing *self, guint index);

guint lke2ee_key_ring_reserve (Lke2eeKeyRing *self, gint index,
    guint64 *serial);
gboolean lke2ee_key_ring_set_key (Lke2eeKeyRing *self, guint index,
    Lke2eeKey *key, guint64 serial);
gboolean lke2ee_key_ring_replace_key (Lke2eeKeyRing *self, guint index,
    Lke2eeKey *expected, Lke2eeKey *key);
Lke2eeKey *lke2ee_key_ring_dup_key (Lke2eeKeyRing *self, guint index);
GPtrArray *lke2ee_key_ring_dup_candidates (Lke2eeKeyRing *self, guint index,
    gint64 *expires);
gboolean lke2ee_key_ring_is_empty (Lke2eeKeyRing *self);
void lke2ee_key_ring_clear (Lke2eeKeyRing *self);

gboolean lke2ee_key_ring_may_try (Lke2eeKeyRing *self, guint index);
void lke2ee_key_ring_succeeded (Lke2eeKeyRing *self, guint index);
gboolean lke2ee_key_ring_failed (Lke2eeKeyRing *self, guint index);
gboolean lke2ee_key_ring_should_request (Lke2eeKeyRing *self, guint index);

Lke2eeKey *lke2ee_key_ring_begin_window (Lke2eeKeyRing *self, guint index);
gboolean lke2ee_key_ring_add_to_window (Lke2eeKeyRing *self, guint index,
    Lke2eeKey *base, Lke2eeKey *key);
void lke2ee_key_ring_end_window (Lke2eeKeyRing *self, guint index,
    Lke2eeKey *base);
gboolean lke2ee_key_ring_wait_for_window (Lke2eeKeyRing *self, guint index,
    gint generation, gint64 hold_us, GCancellable *cancellable);
void lke2ee_key_ring_pass_time (Lke2eeKeyRing *self, gint64 us);
void lke2ee_key_ring_wake (Lke2eeKeyRing *self);
gboolean lke2ee_key_ring_accept_ratchet (Lke2eeKeyRing *self, guint index,
    Lke2eeKey *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lke2eeKeyRing, lke2ee_key_ring_unref);

G_END_DECLS
