/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What became of frames: counters, state, signal and bus messages. */
#pragma once

#include <gst/gst.h>
#include <lke2ee/lke2ee.h>

G_BEGIN_DECLS

typedef enum
{
  LKE2EE_FATE_DONE,             /* out, encrypted or decrypted */
  LKE2EE_FATE_CLEAR,            /* out, as it came: empty, or not enabled */
  LKE2EE_FATE_INJECTED,         /* out: blank frame of the server */
  LKE2EE_FATE_HELD,             /* parameter sets kept for the next frame */
  LKE2EE_FATE_JOINED,           /* a VP9 layer kept for the picture's end */
  LKE2EE_FATE_MISSING_KEY,
  LKE2EE_FATE_NOT_AUTHENTIC,
  LKE2EE_FATE_MALFORMED,
  LKE2EE_FATE_INJECTED_UNKNOWN,
  LKE2EE_FATE_REPLAYED,
  LKE2EE_FATE_INTERNAL_ERROR,
  LKE2EE_N_FATES,
} Lke2eeFate;

typedef struct _Lke2eeReport Lke2eeReport;

Lke2eeReport *lke2ee_report_new (GstElement *element, guint state_signal,
    gboolean encrypts);
void lke2ee_report_free (Lke2eeReport *self);
void lke2ee_report_reset (Lke2eeReport *self);
void lke2ee_report_stop (Lke2eeReport *self);

Lke2eeFate lke2ee_report_fate_from_result (Lke2eeFrameResult result);
gboolean lke2ee_report_fate_is_drop (Lke2eeFate fate);
void lke2ee_report_frame (Lke2eeReport *self, Lke2eeFate fate, gsize size,
    gboolean says_state);
void lke2ee_report_unjoined (Lke2eeReport *self);
void lke2ee_report_cryptor (Lke2eeReport *self, guint64 n_iv_skipped,
    guint64 n_ratcheted, gint key_index);
void lke2ee_report_enabled (Lke2eeReport *self, gboolean enabled);

Lke2eeCryptionState lke2ee_report_get_state (Lke2eeReport *self);
GstStructure *lke2ee_report_get_stats (Lke2eeReport *self);

G_END_DECLS
