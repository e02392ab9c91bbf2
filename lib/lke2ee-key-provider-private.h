/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What frame cryptors need of a provider beyond its public face. */
#pragma once

#include "lke2ee-key-provider.h"
#include "lke2ee-key-ring-private.h"

G_BEGIN_DECLS

/* Changes when rings were replaced or the SIF trailer was set. */
gint lke2ee_key_provider_get_generation (Lke2eeKeyProvider *self);
Lke2eeKeyRing *lke2ee_key_provider_dup_ring (Lke2eeKeyProvider *self,
    const char *participant);
GBytes *lke2ee_key_provider_dup_sif_trailer (Lke2eeKeyProvider *self);

/* NULL if there is none and @create is FALSE. */
Lke2eeKeyRing *lke2ee_key_provider_lookup_ring (Lke2eeKeyProvider *self,
    const char *participant, gboolean create);
Lke2eeKeyRing *lke2ee_key_provider_take_ring (Lke2eeKeyProvider *self,
    const char *participant);
void lke2ee_key_provider_foreach_ring (Lke2eeKeyProvider *self, GHFunc func,
    gpointer user_data);

/* What a key is derived with and where it goes. */
typedef struct _Lke2eeKeyOptions Lke2eeKeyOptions;

struct _Lke2eeKeyOptions
{
  GBytes *salt;
  guint key_size;               /* in bytes */
  guint index;
  guint64 serial;
};

Lke2eeKeyRing *lke2ee_key_provider_begin_request (Lke2eeKeyProvider *self,
    const char *participant, gint key_index, Lke2eeKeyOptions *options);
void lke2ee_key_provider_end_request (Lke2eeKeyProvider *self, gboolean set);
gboolean lke2ee_key_provider_check_index (gint key_index, GError **error);

void lke2ee_key_provider_report_set (Lke2eeKeyProvider *self,
    const char *participant, guint index);

/* Reports from frames; each calls the vfunc at once and queues the signal. */
gboolean lke2ee_key_provider_request_key (Lke2eeKeyProvider *self,
    const char *participant, guint index);
void lke2ee_key_provider_report_invalid (Lke2eeKeyProvider *self,
    const char *participant, guint index);
void lke2ee_key_provider_report_ratcheted (Lke2eeKeyProvider *self,
    const char *participant, guint index, Lke2eeKey *key);

void lke2ee_key_provider_derive_window (Lke2eeKeyProvider *self,
    Lke2eeKeyRing *ring, guint index);

G_END_DECLS
