/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The websocket of LiveKit's signalling: binary protobuf messages both ways,
 * and pings of its own, by which both sides notice that the other is gone.
 *
 * All of it happens on the thread-default main context. */

#include "signalling.h"

#include <libsoup/soup.h>

#define MAX_MESSAGE_SIZE (4 * 1024 * 1024)
#define DEFAULT_PING_INTERVAL 10
#define DEFAULT_PING_TIMEOUT 30
#define CONNECT_TIMEOUT 10

struct _Signalling
{
  SoupSession *session;
  SoupWebsocketConnection *socket;      /* NULL until it is connected */
  GCancellable *cancellable;
  SignallingFuncs funcs;
  gpointer user_data;

  guint ping_source;
  gint64 ping_timeout_us;
  gint64 last_heard;            /* monotonic, us */
};

/* To all others the server gives a new track the m-line of one that is gone,
 * maybe in one step, and then webrtcbin has no pad for it. (livekit-server
 * 1.13, pkg/rtc/clientinfo.go; RED and AV1, which this turns off too, do not
 * go with encryption anyway.) */
#define NO_REUSE_OF_M_LINES "&browser=safari"

/* Where a participant joins. @url: ws, wss, http or https, as LiveKit's own
 * tools take it. */
char *
signalling_make_uri (const char *url, const char *token,
    gboolean auto_subscribe)
{
  gsize length = strlen (url);
  g_autofree char *base = g_strndup (url, length - g_str_has_suffix (url,
          "/"));
  g_autofree char *escaped = g_uri_escape_string (token, NULL, FALSE);
  const char *scheme = "";

  if (g_str_has_prefix (base, "http"))
    scheme = "ws";
  return g_strdup_printf ("%s%s/rtc?access_token=%s&protocol=15"
      "&auto_subscribe=%d&sdk=cpp" NO_REUSE_OF_M_LINES, scheme,
      base + (*scheme ? 4 : 0), escaped, auto_subscribe);
}

static void
on_closed (SoupWebsocketConnection * socket, gpointer data)
{
  Signalling *self = data;
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR,
      G_IO_ERROR_CONNECTION_CLOSED, "The server closed the connection");

  self->funcs.closed (error, self->user_data);
}

static gboolean
on_ping_time (gpointer data)
{
  Signalling *self = data;
  gint64 now = g_get_monotonic_time ();

  if (now - self->last_heard > self->ping_timeout_us) {
    g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR,
        G_IO_ERROR_TIMED_OUT, "The server does not answer any more");

    self->ping_source = 0;
    self->funcs.closed (error, self->user_data);
    return G_SOURCE_REMOVE;
  }
  g_autoptr (GBytes) ping = message_new_ping (g_get_real_time () / 1000);
  signalling_send (self, ping);
  return G_SOURCE_CONTINUE;
}

static void
start_pings (Signalling * self, const Livekit__JoinResponse * join)
{
  gint interval = join->ping_interval > 0 ? join->ping_interval
      : DEFAULT_PING_INTERVAL;
  gint timeout = join->ping_timeout > interval ? join->ping_timeout
      : DEFAULT_PING_TIMEOUT;

  self->ping_timeout_us = (gint64) timeout *G_USEC_PER_SEC;
  g_clear_handle_id (&self->ping_source, g_source_remove);
  self->ping_source = g_timeout_add_seconds (interval, on_ping_time, self);
}

static void
on_message (SoupWebsocketConnection * socket, SoupWebsocketDataType type,
    GBytes * bytes, gpointer data)
{
  Signalling *self = data;

  self->last_heard = g_get_monotonic_time ();
  if (type != SOUP_WEBSOCKET_DATA_BINARY)
    return;
  g_autoptr (SignalResponse) message = message_parse (bytes);
  if (message == NULL)
    return;
  if (message->message_case == LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN)
    start_pings (self, message->join);
  self->funcs.message (message, self->user_data);
}

/* libsoup says only that the handshake failed; the server's status says why. */
static GError *
explain (GError * error, SoupMessage * message)
{
  guint status = soup_message_get_status (message);

  if (status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_FORBIDDEN) {
    g_error_free (error);
    return g_error_new (G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
        "The server refuses the token (%u); check API key, secret and room",
        status);
  }
  if (status == SOUP_STATUS_NOT_FOUND) {
    g_error_free (error);
    return g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
        "There is no such room, or no LiveKit server at this URL (404)");
  }
  return error;
}

static void
on_connected (GObject * source, GAsyncResult * result, gpointer data)
{
  SoupMessage *message =
      soup_session_get_async_result_message (SOUP_SESSION (source), result);
  GError *error = NULL;
  SoupWebsocketConnection *socket =
      soup_session_websocket_connect_finish (SOUP_SESSION (source), result,
      &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_error_free (error);       /* freed: data is no more */
    return;
  }
  Signalling *self = data;
  if (socket == NULL) {
    g_autoptr (GError) why = explain (error, message);

    self->funcs.closed (why, self->user_data);
    return;
  }
  self->socket = socket;
  self->last_heard = g_get_monotonic_time ();
  soup_websocket_connection_set_max_incoming_payload_size (socket,
      MAX_MESSAGE_SIZE);
  g_signal_connect (socket, "message", G_CALLBACK (on_message), self);
  g_signal_connect (socket, "closed", G_CALLBACK (on_closed), self);
}

/* @uri: see signalling_make_uri(). */
Signalling *
signalling_new (const char *uri, const SignallingFuncs * funcs,
    gpointer user_data)
{
  Signalling *self = g_new0 (Signalling, 1);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, uri);

  self->session = soup_session_new_with_options ("timeout", CONNECT_TIMEOUT,
      NULL);
  self->cancellable = g_cancellable_new ();
  self->funcs = *funcs;
  self->user_data = user_data;
  soup_session_websocket_connect_async (self->session, message, NULL, NULL,
      G_PRIORITY_DEFAULT, self->cancellable, on_connected, self);
  return self;
}

void
signalling_free (Signalling * self)
{
  g_clear_handle_id (&self->ping_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  if (self->socket != NULL) {
    g_signal_handlers_disconnect_by_data (self->socket, self);
    if (soup_websocket_connection_get_state (self->socket)
        == SOUP_WEBSOCKET_STATE_OPEN)
      soup_websocket_connection_close (self->socket,
          SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
    g_object_unref (self->socket);
  }
  g_object_unref (self->cancellable);
  g_object_unref (self->session);
  g_free (self);
}

/* Lost without a word if the connection is: whoever owns it hears of that. */
void
signalling_send (Signalling * self, GBytes * message)
{
  if (self->socket != NULL && soup_websocket_connection_get_state (self->socket)
      == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_message (self->socket,
        SOUP_WEBSOCKET_DATA_BINARY, message);
}
