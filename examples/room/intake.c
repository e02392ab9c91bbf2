/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A pad of webrtcbin stays blocked until the main loop has found out whose
 * track it is and built its receiver. The pipeline's running time counts from
 * the beginning of the recording, so times go on when a connection follows
 * another. */

#include "intake.h"

#include "route.h"

struct _Intake
{
  GstElement *pipeline;
  Subscriber *subscriber;
  Lke2eeKeyProvider *provider;  /* NULL: keeps ciphertext */
  GHashTable *receivers;        /* track id -> Receiver */
  GHashTable *waiting;          /* track id -> Blocked, not known yet */
  GPtrArray *parked;            /* of Blocked: nobody takes them */
  IntakeFuncs funcs;
  gpointer user_data;
};

/* A pad whose data wait. */
typedef struct
{
  GstElement *pipeline;
  Intake *intake;
  GstPad *pad;
  gulong probe;
  char *track_id;
} Blocked;

static void
blocked_free (gpointer data)
{
  Blocked *blocked = data;

  gst_object_unref (blocked->pipeline);
  gst_object_unref (blocked->pad);
  g_free (blocked->track_id);
  g_free (blocked);
}

static void
receive (Intake * self, Track * track, Blocked * blocked)
{
  g_autoptr (GError) error = NULL;
  Receiver *receiver = receiver_new (GST_BIN (self->pipeline), blocked->pad,
      track, TRUE, self->provider, self->funcs.frame, self->user_data, &error);

  if (receiver == NULL) {
    self->funcs.state (track->sid, "unsupported-codec", self->user_data);
    g_ptr_array_add (self->parked, blocked);
    return;
  }
  g_hash_table_replace (self->receivers, g_strdup (track->sid), receiver);
  gst_pad_remove_probe (blocked->pad, blocked->probe);
  blocked_free (blocked);
}

/* On the main loop. */
static gboolean
on_blocked (gpointer data)
{
  Blocked *blocked = data;
  Intake *self = blocked->intake;
  Track *track = NULL;

  /* The connection is gone meanwhile, and @self with it. */
  if (GST_STATE (blocked->pipeline) < GST_STATE_PLAYING) {
    blocked_free (blocked);
    return G_SOURCE_REMOVE;
  }
  if (blocked->track_id != NULL)
    track = self->funcs.find_track (blocked->track_id, self->user_data);
  if (track != NULL)
    receive (self, track, blocked);
  else if (blocked->track_id != NULL)
    g_hash_table_replace (self->waiting, g_strdup (blocked->track_id), blocked);
  else
    g_ptr_array_add (self->parked, blocked);
  return G_SOURCE_REMOVE;
}

static GstPadProbeReturn
hold (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  return GST_PAD_PROBE_OK;
}

static void
on_pad_added (GstPad * pad, const char *track_id, gpointer data)
{
  Intake *self = data;
  Blocked *blocked = g_new0 (Blocked, 1);

  blocked->pipeline = gst_object_ref (self->pipeline);
  blocked->intake = self;
  blocked->pad = gst_object_ref (pad);
  blocked->track_id = g_strdup (track_id);
  blocked->probe = gst_pad_add_probe (pad,
      GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM, hold, NULL, NULL);
  g_idle_add_full (G_PRIORITY_DEFAULT, on_blocked, blocked, NULL);
}

static const char *
find_encoding (const char *track_id, gpointer data)
{
  Intake *self = data;
  Track *track = self->funcs.find_track (track_id, self->user_data);

  return track ? route_get_encoding_name (track->codec) : NULL;
}

static void
on_failed (const char *reason, gpointer data)
{
  Intake *self = data;

  self->funcs.failed (reason, self->user_data);
}

static void
on_state (Intake * self, const GstStructure * structure)
{
  const char *sid = gst_structure_get_string (structure, "track-id");
  const char *state = gst_structure_get_string (structure, "state");

  if (sid != NULL && state != NULL)
    self->funcs.state (sid, state, self->user_data);
}

/* The receiver that failed goes; the others go on. */
static void
on_error (Intake * self, GstMessage * message)
{
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer sid, receiver;

  gst_message_parse_error (message, &error, NULL);
  g_hash_table_iter_init (&iter, self->receivers);
  while (g_hash_table_iter_next (&iter, &sid, &receiver)) {
    if (!receiver_owns (receiver, GST_MESSAGE_SRC (message)))
      continue;
    self->funcs.state (sid, "failed", self->user_data);
    g_hash_table_iter_remove (&iter);
    return;
  }
  self->funcs.failed (error->message, self->user_data);
}

static gboolean
on_bus_message (GstBus * bus, GstMessage * message, gpointer data)
{
  Intake *self = data;
  const GstStructure *structure = gst_message_get_structure (message);

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT && structure != NULL
      && gst_structure_has_name (structure, "lke2ee-state"))
    on_state (self, structure);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    on_error (self, message);
  return G_SOURCE_CONTINUE;
}

static GstElement *
make_pipeline (GstClockTime start)
{
  GstElement *pipeline = gst_pipeline_new (NULL);
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();

  gst_pipeline_use_clock (GST_PIPELINE (pipeline), clock);
  gst_element_set_start_time (pipeline, GST_CLOCK_TIME_NONE);
  gst_element_set_base_time (pipeline, start);
  return gst_object_ref_sink (pipeline);
}

/* @start: of the recording, in the system clock's time. NULL without
 * webrtcbin. */
Intake *
intake_new (Session * session, const Livekit__JoinResponse * join,
    Lke2eeKeyProvider * provider, GstClockTime start,
    const IntakeFuncs * funcs, gpointer user_data)
{
  static const SubscriberFuncs subscriber_funcs =
      { find_encoding, on_pad_added, on_failed };
  Intake *self = g_new0 (Intake, 1);

  self->pipeline = make_pipeline (start);
  self->provider = provider;
  self->receivers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      (GDestroyNotify) receiver_free);
  self->waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      blocked_free);
  self->parked = g_ptr_array_new_with_free_func (blocked_free);
  self->funcs = *funcs;
  self->user_data = user_data;
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  gst_bus_add_watch (bus, on_bus_message, self);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  self->subscriber = subscriber_new (self->pipeline, session, join,
      &subscriber_funcs, self);
  if (self->subscriber == NULL)
    g_clear_pointer (&self, intake_free);
  return self;
}

void
intake_free (Intake * self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);

  gst_bus_remove_watch (bus);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_hash_table_unref (self->receivers);
  g_clear_pointer (&self->subscriber, subscriber_free);
  g_hash_table_unref (self->waiting);
  g_ptr_array_unref (self->parked);
  gst_object_unref (self->pipeline);
  g_free (self);
}

void
intake_handle (Intake * self, SignalResponse * message)
{
  subscriber_handle (self->subscriber, message);
}

/* find_track() knows it from now on. */
void
intake_track_known (Intake * self, const char *sid)
{
  gpointer key, blocked;

  if (!g_hash_table_steal_extended (self->waiting, sid, &key, &blocked))
    return;
  g_free (key);
  receive (self, self->funcs.find_track (sid, self->user_data), blocked);
}

void
intake_track_gone (Intake * self, const char *sid)
{
  g_hash_table_remove (self->waiting, sid);
  g_hash_table_remove (self->receivers, sid);
}
