/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* lke2ee-publish: sends a test picture, a camera or a file into a LiveKit room,
 * end-to-end encrypted. docs/room.md has its options. */

#include <glib-unix.h>
#include <locale.h>

#include "commands.h"
#include "events.h"
#include "keys.h"
#include "publish-options.h"
#include "publisher.h"
#include "subscriber.h"

#define PROGRAM "lke2ee-publish"

typedef struct
{
  PublishOptions options;
  GMainLoop *loop;
  Keys *keys;
  Media *media;
  Session *session;
  Publisher *publisher;         /* these two: while we are in the room */
  Subscriber *subscriber;
  gboolean muted[MEDIA_N_KINDS];
  guint seconds;
  guint last_frames;
  const char *state;
  char *failure;
} Publish;

/* Ends */

static void
fail (Publish * self, const char *text)
{
  if (self->failure == NULL)
    self->failure = g_strdup (text);
  g_main_loop_quit (self->loop);
}

static gboolean
on_quit (gpointer data)
{
  Publish *self = data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_bus_message (GstBus * bus, GstMessage * message, gpointer data)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    g_autoptr (GError) error = NULL;

    gst_message_parse_error (message, &error, NULL);
    fail (data, error->message);
  }
  return G_SOURCE_CONTINUE;
}

/* Media; these come on streaming threads. */

typedef struct
{
  const char *event;
  const char *kind;
} Note;

static gboolean
say_note (gpointer data)
{
  Note *note = data;

  events_say (note->event, "kind", note->kind, NULL);
  return G_SOURCE_REMOVE;
}

static void
say_later (const char *event, MediaKind kind)
{
  Note *note = g_new (Note, 1);

  note->event = event;
  note->kind = media_kind_name (kind);
  g_idle_add_full (G_PRIORITY_DEFAULT, say_note, note, g_free);
}

static void
on_first_packet (MediaKind kind, gpointer data)
{
  say_later ("media", kind);
}

static void
on_keyframe_request (gpointer data)
{
  say_later ("keyframe-request", MEDIA_VIDEO);
}

/* The file, or whatever else there is, came to its end. */
static GstPadProbeReturn
on_end_of_media (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Publish *self = data;

  if (GST_EVENT_TYPE (info->data) == GST_EVENT_EOS)
    g_main_loop_quit (self->loop);
  return GST_PAD_PROBE_OK;
}

static void
watch_end (Publish * self)
{
  for (MediaKind kind = 0; kind < MEDIA_N_KINDS; kind++) {
    g_autoptr (GstPad) pad = media_get_packets (self->media, kind);

    if (pad != NULL)
      gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
          on_end_of_media, self, NULL);
  }
}

/* Room */

static void
on_published (MediaKind kind, const char *sid, gpointer data)
{
  Publish *self = data;

  events_say ("published", "track", sid, "kind", media_kind_name (kind),
      "codec", kind == MEDIA_VIDEO ? self->options.config.codec : "opus", NULL);
  if (self->muted[kind])
    publisher_mute (self->publisher, kind, TRUE);
}

static void
on_connection_failed (const char *reason, gpointer data)
{
  Publish *self = data;

  session_lose (self->session, reason);
}

static void
on_joined (const Livekit__JoinResponse * join, gboolean again, gpointer data)
{
  static const PublisherFuncs publisher_funcs =
      { on_published, on_connection_failed };
  static const SubscriberFuncs subscriber_funcs =
      { NULL, NULL, on_connection_failed };
  Publish *self = data;

  events_say (again ? "rejoined" : "joined", "room", join->room->name,
      "identity", join->participant->identity, NULL);
  self->state = "in the room";
  self->subscriber = subscriber_new (media_get_pipeline (self->media),
      self->session, join, &subscriber_funcs, self);
  self->publisher =
      publisher_new (self->media, &self->options.config, self->session, join,
      &publisher_funcs, self);
  if (self->publisher == NULL || self->subscriber == NULL)
    fail (self, "No webrtcbin: is gstreamer1.0-plugins-bad there?");
}

static void
on_message (SignalResponse * message, gpointer data)
{
  Publish *self = data;

  publisher_handle (self->publisher, message);
  subscriber_handle (self->subscriber, message);
}

static void
drop_connections (Publish * self)
{
  g_clear_pointer (&self->publisher, publisher_free);
  g_clear_pointer (&self->subscriber, subscriber_free);
}

static void
on_lost (const char *reason, gpointer data)
{
  Publish *self = data;

  events_say ("lost", "reason", reason, NULL);
  self->state = "connection lost, trying again";
  drop_connections (self);
}

static void
on_ended (const char *reason, gpointer data)
{
  Publish *self = data;

  drop_connections (self);
  fail (self, reason);
}

static char *
make_token (gpointer data)
{
  Publish *self = data;

  return options_make_token (&self->options.common, TRUE, FALSE);
}

/* Commands */

static void
mute (Publish * self, MediaKind kind, gboolean muted)
{
  if (!self->options.config.has[kind] || self->muted[kind] == muted)
    return;
  self->muted[kind] = muted;
  /* The server drops what comes while it takes the track for muted, the first
   * key frame included. */
  if (self->publisher != NULL)
    publisher_mute (self->publisher, kind, muted);
  media_mute (self->media, kind, muted);
  events_say (muted ? "muted" : "unmuted", "kind", media_kind_name (kind),
      NULL);
}

static void
say_key_index (Publish * self, const char *event)
{
  g_autofree char *index = g_strdup_printf ("%d",
      lke2ee_key_provider_get_current_index (keys_get_provider (self->keys),
          NULL));

  events_say (event, "key-index", index, NULL);
}

static gboolean
on_rotate (gpointer data)
{
  Publish *self = data;

  if (keys_rotate (self->keys) >= 0)
    say_key_index (self, "rotated");
  else
    events_say ("not-rotated", "reason", "there is only one key file", NULL);
  return G_SOURCE_CONTINUE;
}

static void
change_keys (Publish * self, Command command)
{
  g_autoptr (GError) error = NULL;

  if (command == COMMAND_RATCHET ? keys_ratchet (self->keys, &error)
      : keys_load (self->keys, &error))
    say_key_index (self, command == COMMAND_RATCHET ? "ratcheted"
        : "reloaded-keys");
  else
    events_say ("key-error", "reason", error->message, NULL);
}

static void
on_command (Command command, gpointer data)
{
  Publish *self = data;

  switch (command) {
    case COMMAND_MUTE_AUDIO:
    case COMMAND_UNMUTE_AUDIO:
      mute (self, MEDIA_AUDIO, command == COMMAND_MUTE_AUDIO);
      break;
    case COMMAND_MUTE_VIDEO:
    case COMMAND_UNMUTE_VIDEO:
      mute (self, MEDIA_VIDEO, command == COMMAND_MUTE_VIDEO);
      break;
    case COMMAND_TOGGLE_MUTE:{
      gboolean muted = self->muted[MEDIA_AUDIO] || self->muted[MEDIA_VIDEO];

      mute (self, MEDIA_AUDIO, !muted);
      mute (self, MEDIA_VIDEO, !muted);
      break;
    }
    case COMMAND_ROTATE:
      on_rotate (self);
      break;
    case COMMAND_RATCHET:
    case COMMAND_RELOAD_KEYS:
      change_keys (self, command);
      break;
    case COMMAND_QUIT:
      g_main_loop_quit (self->loop);
      break;
    default:
      break;
  }
}

static void
say_progress (Publish * self)
{
  g_autofree char *line = g_strdup_printf ("seconds=%u video-frames=%u "
      "audio-frames=%u", self->seconds,
      media_get_n_frames (self->media, MEDIA_VIDEO),
      media_get_n_frames (self->media, MEDIA_AUDIO));

  events_progress (line);
}

static gboolean
on_second (gpointer data)
{
  Publish *self = data;
  guint video = media_get_n_frames (self->media, MEDIA_VIDEO);
  guint audio = media_get_n_frames (self->media, MEDIA_AUDIO);

  self->seconds++;
  g_autofree char *status = g_strdup_printf
      ("%s, %u s: video %u frames (%u fps)%s, audio %u frames%s, key %d\n"
      "m mute, r rotate, q quit\n", self->state, self->seconds, video,
      video - self->last_frames, self->muted[MEDIA_VIDEO] ? " muted" : "",
      audio, self->muted[MEDIA_AUDIO] ? " muted" : "",
      lke2ee_key_provider_get_current_index (keys_get_provider (self->keys),
          NULL));

  self->last_frames = video;
  say_progress (self);
  events_status (status);
  if (self->options.common.duration > 0
      && self->seconds >= (guint) self->options.common.duration)
    g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

/* Life */

static gboolean
set_up (Publish * self, GError ** error)
{
  static const MediaFuncs media_funcs =
      { on_first_packet, on_keyframe_request };
  static const SessionFuncs session_funcs =
      { on_joined, on_message, on_lost, on_ended };

  self->keys = keys_new (TRUE);
  keys_add_options (self->keys, &self->options.common);
  if (!keys_load (self->keys, error))
    return FALSE;
  self->media =
      media_new (&self->options.config, keys_get_provider (self->keys),
      &media_funcs, self, error);
  if (self->media == NULL)
    return FALSE;
  watch_end (self);
  self->session = session_new (self->options.common.url, FALSE, make_token,
      &session_funcs, self);
  return TRUE;
}

static void
run (Publish * self)
{
  GstElement *pipeline = media_get_pipeline (self->media);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  self->state = "joining";
  gst_bus_add_watch (bus, on_bus_message, self);
  g_unix_signal_add (SIGINT, on_quit, self);
  g_unix_signal_add (SIGTERM, on_quit, self);
  g_timeout_add_seconds (1, on_second, self);
  if (self->options.rotate > 0)
    g_timeout_add_seconds (self->options.rotate, on_rotate, self);
  commands_start (on_command, self);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  session_start (self->session);
  g_main_loop_run (self->loop);
  commands_stop ();
  session_leave (self->session);
  drop_connections (self);
  gst_bus_remove_watch (bus);
  /* Now that nothing is sent any more, the last figures are the sums. */
  say_progress (self);
  if (self->failure == NULL)
    events_say ("left", NULL);
  events_end ();
}

static void
clear (Publish * self)
{
  g_clear_pointer (&self->session, session_free);
  g_clear_pointer (&self->media, media_free);
  g_clear_pointer (&self->keys, keys_free);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  publish_options_clear (&self->options);
  g_free (self->failure);
}

int
main (int argc, char **argv)
{
  Publish self = { 0 };
  g_autoptr (GError) error = NULL;
  int status = 0;

  setlocale (LC_ALL, "");
  gst_init (NULL, NULL);
  events_init (PROGRAM);
  if (!publish_options_parse (&self.options, &argc, &argv, &error)) {
    g_printerr ("%s: %s\n", PROGRAM, error->message);
    status = 2;
  } else {
    self.loop = g_main_loop_new (NULL, FALSE);
    if (set_up (&self, &error))
      run (&self);
    if (error != NULL || self.failure != NULL) {
      g_printerr ("%s: %s\n", PROGRAM, error ? error->message : self.failure);
      status = 1;
    }
  }
  clear (&self);
  return status;
}
