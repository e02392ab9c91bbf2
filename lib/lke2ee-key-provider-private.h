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
