/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Keeps a participant in its room. States:
 *
 *     CONNECTING --- join response --> JOINED
 *         ^                              |
 *         '--- delay --- WAITING <-------' lost
 *
 * The first connection is tried like the later ones, except that a refused
 * token or an unknown room ends the session at once: that does not heal. */

#include "session.h"

#include <gio/gio.h>

#include "backoff.h"
#include "signalling.h"

/* From a connected websocket to the server's join response. */
#define JOIN_TIMEOUT_S 15

struct _Session
{
  char *url;
  gboolean auto_subscribe;
  SessionTokenFunc make_token;
  SessionFuncs funcs;
  gpointer user_data;

  Signalling *signalling;
  char *refreshed_token;        /* from the server; better than the first */
  gboolean joined;
  gboolean was_joined;
  guint n_failed;
  guint timer;                  /* the delay, or the join's time limit */
};

static void connect_now (Session * self);

static gboolean
on_delay_over (gpointer data)
{
  Session *self = data;

  self->timer = 0;
  connect_now (self);
  return G_SOURCE_REMOVE;
}

static void
disconnect (Session * self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->signalling, signalling_free);
  self->joined = FALSE;
}

static void
try_again (Session * self, const char *reason)
{
  guint delay;

  disconnect (self);
  self->n_failed++;
  delay = backoff_get_delay (self->n_failed, g_random_double ());
  self->timer = g_timeout_add (delay, on_delay_over, self);
  self->funcs.lost (reason, self->user_data);
}

static void
on_closed (const GError * error, gpointer data)
{
  Session *self = data;

  if (!self->was_joined
      && (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED)
          || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))) {
    g_autofree char *reason = g_strdup (error->message);

    disconnect (self);
    self->funcs.ended (reason, self->user_data);
    return;
  }
  g_autofree char *reason = g_strdup (error->message);
  try_again (self, reason);
}

static void
on_leave (Session * self, const Livekit__LeaveRequest * leave)
{
  const char *reason;

  if (message_judge_leave (leave, &reason) == LEAVE_TRY_AGAIN) {
    try_again (self, reason);
    return;
  }
  disconnect (self);
  self->funcs.ended (reason, self->user_data);
}

static void
on_join (Session * self, const Livekit__JoinResponse * join)
{
  gboolean again = self->was_joined;

  g_clear_handle_id (&self->timer, g_source_remove);
  self->joined = TRUE;
  self->was_joined = TRUE;
  self->n_failed = 0;
  self->funcs.joined (join, again, self->user_data);
}

static void
on_message (SignalResponse * message, gpointer data)
{
  Session *self = data;

  switch (message->message_case) {
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN:
      on_join (self, message->join);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_LEAVE:
      on_leave (self, message->leave);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_REFRESH_TOKEN:
      g_free (self->refreshed_token);
      self->refreshed_token = g_strdup (message->refresh_token);
      break;
    default:
      if (self->joined)
        self->funcs.message (message, self->user_data);
  }
}

static gboolean
on_join_too_late (gpointer data)
{
  Session *self = data;

  self->timer = 0;
  try_again (self, "The server does not let us join");
  return G_SOURCE_REMOVE;
}

static void
connect_now (Session * self)
{
  static const SignallingFuncs funcs = { on_message, on_closed };
  g_autofree char *token = self->refreshed_token ?
      g_strdup (self->refreshed_token) : self->make_token (self->user_data);

  g_autofree char *uri = signalling_make_uri (self->url, token,
      self->auto_subscribe);

  self->signalling = signalling_new (uri, &funcs, self);
  self->timer = g_timeout_add_seconds (JOIN_TIMEOUT_S, on_join_too_late, self);
}

Session *
session_new (const char *url, gboolean auto_subscribe,
    SessionTokenFunc make_token, const SessionFuncs * funcs, gpointer user_data)
{
  Session *self = g_new0 (Session, 1);

  self->url = g_strdup (url);
  self->auto_subscribe = auto_subscribe;
  self->make_token = make_token;
  self->funcs = *funcs;
  self->user_data = user_data;
  return self;
}

void
session_free (Session * self)
{
  disconnect (self);
  g_free (self->refreshed_token);
  g_free (self->url);
  g_free (self);
}

void
session_start (Session * self)
{
  connect_now (self);
}

/* Nothing happens while there is no connection. */
void
session_send (Session * self, GBytes * message)
{
  if (self->joined)
    signalling_send (self->signalling, message);
}

/* The media connection failed while the websocket still stands. */
void
session_lose (Session * self, const char *reason)
{
  if (self->joined)
    try_again (self, reason);
}

void
session_leave (Session * self)
{
  g_autoptr (GBytes) leave = message_new_leave ();

  session_send (self, leave);
  disconnect (self);
}
