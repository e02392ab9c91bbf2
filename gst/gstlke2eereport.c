/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Reports of one element.
 *
 * Counters are written by the streaming thread alone and read by anyone, so
 * relaxed atomics do. The state is an enum with one function that changes it.
 * Messages are limited to one per second and state; if the last state reached
 * was held back, a clock entry posts it when its second is over, as nothing
 * promises another frame. */

#include "gstlke2eereport.h"

#include <stdatomic.h>

#define N_STATES (LKE2EE_CRYPTION_STATE_INTERNAL_ERROR + 1)

typedef _Atomic guint64 Counter;

struct _Lke2eeReport
{
  GstElement *element;          /* owns this report */
  guint state_signal;
  gboolean encrypts;

  Counter frames, bytes, fates[LKE2EE_N_FATES], ratcheted, iv_skipped;
  _Atomic gint key_index;
  _Atomic gint state;

  GMutex lock;
  /* guarded by lock */
  gint posted_state;            /* -1: none */
  GstClockTime posted_at[N_STATES];
  GstClock *clock;
  GstClockID timer;
};

#define LOAD(counter) \
  atomic_load_explicit (&(counter), memory_order_relaxed)
#define STORE(counter, n) \
  atomic_store_explicit (&(counter), (n), memory_order_relaxed)
/* One thread writes, so this need not be one locked instruction. */
#define ADD(counter, n) STORE (counter, LOAD (counter) + (n))

Lke2eeReport *
lke2ee_report_new (GstElement * element, guint state_signal,
    gboolean encrypts)
{
  Lke2eeReport *self = g_new0 (Lke2eeReport, 1);

  self->element = element;
  self->state_signal = state_signal;
  self->encrypts = encrypts;
  g_mutex_init (&self->lock);
  self->clock = gst_system_clock_obtain ();
  lke2ee_report_reset (self);
  return self;
}

void
lke2ee_report_free (Lke2eeReport * self)
{
  lke2ee_report_stop (self);
  gst_object_unref (self->clock);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static const char *
state_nick (Lke2eeCryptionState state)
{
  GEnumClass *klass = g_type_class_peek (LKE2EE_TYPE_CRYPTION_STATE);

  return g_enum_get_value (klass, state)->value_nick;
}

/* FALSE if that was the state already. */
static gboolean
set_state (Lke2eeReport * self, Lke2eeCryptionState state)
{
  Lke2eeCryptionState old = LOAD (self->state);

  if (state == old)
    return FALSE;
  STORE (self->state, state);
  GST_INFO_OBJECT (self->element, "%s -> %s", state_nick (old),
      state_nick (state));
  g_object_notify (G_OBJECT (self->element), "state");
  g_signal_emit (self->element, self->state_signal, 0, old, state);
  return TRUE;
}

/* A new stream: nothing has happened yet. */
void
lke2ee_report_reset (Lke2eeReport * self)
{
  STORE (self->frames, 0);
  STORE (self->bytes, 0);
  for (guint i = 0; i < LKE2EE_N_FATES; i++)
    STORE (self->fates[i], 0);
  STORE (self->ratcheted, 0);
  STORE (self->iv_skipped, 0);
  STORE (self->key_index, -1);
  set_state (self, LKE2EE_CRYPTION_STATE_NEW);
  g_mutex_lock (&self->lock);
  self->posted_state = -1;
  for (guint i = 0; i < N_STATES; i++)
    self->posted_at[i] = GST_CLOCK_TIME_NONE;
  g_mutex_unlock (&self->lock);
}

/* Takes back the message that is held back. One that is being posted just now
 * may still come. */
void
lke2ee_report_stop (Lke2eeReport * self)
{
  g_mutex_lock (&self->lock);
  GstClockID timer = g_steal_pointer (&self->timer);
  g_mutex_unlock (&self->lock);
  if (timer != NULL) {
    gst_clock_id_unschedule (timer);
    gst_clock_id_unref (timer);
  }
}

/* Messages */

static guint64
count_dropped (Lke2eeReport * self)
{
  guint64 dropped = 0;

  for (guint i = 0; i < LKE2EE_N_FATES; i++) {
    if (lke2ee_report_fate_is_drop (i))
      dropped += LOAD (self->fates[i]);
  }
  return dropped;
}

static GstStructure *
new_state_structure (Lke2eeReport * self, Lke2eeCryptionState state)
{
  g_autofree char *participant = NULL;
  g_autofree char *track_id = NULL;

  g_object_get (self->element, "participant", &participant, "track-id",
      &track_id, NULL);
  return gst_structure_new ("lke2ee-state",
      "participant", G_TYPE_STRING, participant,
      "track-id", G_TYPE_STRING, track_id,
      "state", G_TYPE_STRING, state_nick (state),
      "key-index", G_TYPE_INT, LOAD (self->key_index),
      "frames-dropped", G_TYPE_UINT64, count_dropped (self), NULL);
}

static void
post_structure (Lke2eeReport * self, GstStructure * structure)
{
  gst_element_post_message (self->element,
      gst_message_new_element (GST_OBJECT (self->element), structure));
}

/* What a timer holds: the element only weakly, as it may go away first. While
 * the element is there, so is its report. */
typedef struct _TimerData TimerData;

struct _TimerData
{
  GWeakRef element;
  Lke2eeReport *report;
};

static void
timer_data_free (gpointer data)
{
  g_weak_ref_clear (&((TimerData *) data)->element);
  g_free (data);
}

static gboolean on_timer (GstClock * clock, GstClockTime time, GstClockID id,
    gpointer data);

/* Called with the lock held. */
static void
schedule (Lke2eeReport * self, GstClockTime when)
{
  if (self->timer != NULL)
    return;
  TimerData *data = g_new0 (TimerData, 1);
  g_weak_ref_init (&data->element, self->element);
  data->report = self;
  self->timer = gst_clock_new_single_shot_id (self->clock, when);
  gst_clock_id_wait_async (self->timer, on_timer, data, timer_data_free);
}

/* Posts the state, unless that was posted last, now or when it may. */
static void
post_state (Lke2eeReport * self)
{
  GstClockTime now = gst_clock_get_time (self->clock);
  gint state = LOAD (self->state);
  gboolean post = FALSE;

  g_mutex_lock (&self->lock);
  if (state != self->posted_state) {
    GstClockTime last = self->posted_at[state];

    post = last == GST_CLOCK_TIME_NONE || now >= last + GST_SECOND;
    if (post) {
      self->posted_state = state;
      self->posted_at[state] = now;
    } else {
      schedule (self, last + GST_SECOND);
    }
  }
  g_mutex_unlock (&self->lock);
  if (post)
    post_structure (self, new_state_structure (self, state));
}

static gboolean
on_timer (GstClock * clock, GstClockTime time, GstClockID id, gpointer data)
{
  TimerData *timer = data;
  g_autoptr (GstElement) element = g_weak_ref_get (&timer->element);
  Lke2eeReport *self = timer->report;

  if (element == NULL)
    return TRUE;
  g_mutex_lock (&self->lock);
  gboolean current = self->timer == id;
  if (current)
    g_clear_pointer (&self->timer, gst_clock_id_unref);
  g_mutex_unlock (&self->lock);
  if (current)
    post_state (self);
  return TRUE;
}

void
lke2ee_report_enabled (Lke2eeReport * self, gboolean enabled)
{
  GstStructure *structure = new_state_structure (self, LOAD (self->state));

  gst_structure_set (structure, "enabled", G_TYPE_BOOLEAN, enabled, NULL);
  post_structure (self, structure);
}

/* State */

static void
change_state (Lke2eeReport * self, Lke2eeCryptionState state)
{
  if (set_state (self, state))
    post_state (self);
}

/* The state that a fate leads to, or the old one if it says nothing. */
static Lke2eeCryptionState
state_from_fate (Lke2eeReport * self, Lke2eeFate fate)
{
  switch (fate) {
    case LKE2EE_FATE_DONE:
    case LKE2EE_FATE_JOINED:
      return LKE2EE_CRYPTION_STATE_OK;
    case LKE2EE_FATE_MISSING_KEY:
      return LKE2EE_CRYPTION_STATE_MISSING_KEY;
    case LKE2EE_FATE_NOT_AUTHENTIC:
      return LKE2EE_CRYPTION_STATE_DECRYPTION_FAILED;
    case LKE2EE_FATE_MALFORMED:
      return self->encrypts ? LKE2EE_CRYPTION_STATE_ENCRYPTION_FAILED
          : LKE2EE_CRYPTION_STATE_DECRYPTION_FAILED;
    case LKE2EE_FATE_INTERNAL_ERROR:
      return LKE2EE_CRYPTION_STATE_INTERNAL_ERROR;
    default:
      return LOAD (self->state);
  }
}

Lke2eeCryptionState
lke2ee_report_get_state (Lke2eeReport * self)
{
  return LOAD (self->state);
}

/* Frames */

Lke2eeFate
lke2ee_report_fate_from_result (Lke2eeFrameResult result)
{
  static const Lke2eeFate fates[] = {
    [LKE2EE_FRAME_OK] = LKE2EE_FATE_DONE,
    [LKE2EE_FRAME_EMPTY] = LKE2EE_FATE_CLEAR,
    [LKE2EE_FRAME_INJECTED] = LKE2EE_FATE_INJECTED,
    [LKE2EE_FRAME_MISSING_KEY] = LKE2EE_FATE_MISSING_KEY,
    [LKE2EE_FRAME_AUTHENTICATION_FAILED] = LKE2EE_FATE_NOT_AUTHENTIC,
    [LKE2EE_FRAME_INVALID_KEY] = LKE2EE_FATE_NOT_AUTHENTIC,
    [LKE2EE_FRAME_MALFORMED] = LKE2EE_FATE_MALFORMED,
    [LKE2EE_FRAME_INJECTED_UNKNOWN] = LKE2EE_FATE_INJECTED_UNKNOWN,
    [LKE2EE_FRAME_REPLAYED] = LKE2EE_FATE_REPLAYED,
    [LKE2EE_FRAME_INTERNAL_ERROR] = LKE2EE_FATE_INTERNAL_ERROR,
  };

  return fates[result];
}

gboolean
lke2ee_report_fate_is_drop (Lke2eeFate fate)
{
  return fate >= LKE2EE_FATE_MISSING_KEY;
}

/* Counts a frame of @size bytes; without @says_state it only waited for a key
 * frame, and says nothing of the keys of now. */
void
lke2ee_report_frame (Lke2eeReport * self, Lke2eeFate fate, gsize size,
    gboolean says_state)
{
  ADD (self->fates[fate], 1);
  ADD (self->bytes, size);
  ADD (self->frames, 1);
  if (says_state)
    change_state (self, state_from_fate (self, fate));
}

/* A frame that counted as joined goes out: its picture's other frames did not
 * come. */
void
lke2ee_report_unjoined (Lke2eeReport * self)
{
  ADD (self->fates[LKE2EE_FATE_JOINED], -1);
}

/* Takes over what the cryptor counted by the frame at hand; @key_index -1 if
 * none was involved. */
void
lke2ee_report_cryptor (Lke2eeReport * self, guint64 n_iv_skipped,
    guint64 n_ratcheted, gint key_index)
{
  if (key_index >= 0)
    STORE (self->key_index, key_index);
  ADD (self->iv_skipped, n_iv_skipped);
  if (n_ratcheted == 0)
    return;
  ADD (self->ratcheted, n_ratcheted);
  change_state (self, LKE2EE_CRYPTION_STATE_KEY_RATCHETED);
}

GstStructure *
lke2ee_report_get_stats (Lke2eeReport * self)
{
  guint64 injected_unknown = LOAD (self->fates[LKE2EE_FATE_INJECTED_UNKNOWN]);
  g_autofree char *participant = NULL;
  g_autofree char *track_id = NULL;

  g_object_get (self->element, "participant", &participant, "track-id",
      &track_id, NULL);
  return gst_structure_new ("application/x-lke2ee-stats",
      "participant", G_TYPE_STRING, participant,
      "track-id", G_TYPE_STRING, track_id,
      "frames", G_TYPE_UINT64, LOAD (self->frames),
      "bytes", G_TYPE_UINT64, LOAD (self->bytes),
      "passed-clear", G_TYPE_UINT64, LOAD (self->fates[LKE2EE_FATE_CLEAR]),
      "dropped", G_TYPE_UINT64, count_dropped (self),
      "missing-key", G_TYPE_UINT64,
      LOAD (self->fates[LKE2EE_FATE_MISSING_KEY]),
      "authentication-failed", G_TYPE_UINT64,
      LOAD (self->fates[LKE2EE_FATE_NOT_AUTHENTIC]),
      "malformed", G_TYPE_UINT64,
      LOAD (self->fates[LKE2EE_FATE_MALFORMED]) + injected_unknown
      + LOAD (self->fates[LKE2EE_FATE_INTERNAL_ERROR]),
      "replayed", G_TYPE_UINT64, LOAD (self->fates[LKE2EE_FATE_REPLAYED]),
      "held", G_TYPE_UINT64, LOAD (self->fates[LKE2EE_FATE_HELD]),
      "joined", G_TYPE_UINT64, LOAD (self->fates[LKE2EE_FATE_JOINED]),
      "injected", G_TYPE_UINT64,
      LOAD (self->fates[LKE2EE_FATE_INJECTED]) + injected_unknown,
      "ratcheted", G_TYPE_UINT64, LOAD (self->ratcheted),
      "iv-skipped", G_TYPE_UINT64, LOAD (self->iv_skipped),
      "key-index", G_TYPE_INT, LOAD (self->key_index),
      "state", G_TYPE_STRING, state_nick (LOAD (self->state)), NULL);
}
