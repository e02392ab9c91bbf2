/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What becomes of keys between the element's properties and its streaming
 * thread. Before the element leaves READY they wait, as the options of the ring
 * may come behind them; then they become keys at once, and a bad one is refused
 * with a warning while the old key stays. */

#include "gstlke2eekeys.h"

#include <string.h>

#include "gstlke2eeerror.h"

#define REQUEST_INTERVAL_US G_USEC_PER_SEC
#define N_INDICES 256

struct _Lke2eeKeys
{
  GstElement *element;
  guint request_signal;
  gboolean encrypts;
  Lke2eeKeySource *source;
  gint index;                   /* atomic; as the property has it */
  gint is_started;              /* atomic */

  /* of the streaming thread */
  gint64 next_request[N_INDICES];       /* monotonic, us */
};

Lke2eeKeys *
lke2ee_keys_new (GstElement * element, guint request_signal,
    gboolean encrypts)
{
  Lke2eeKeys *self = g_new0 (Lke2eeKeys, 1);

  self->element = element;
  self->request_signal = request_signal;
  self->encrypts = encrypts;
  self->source = lke2ee_key_source_new ();
  self->index = -1;
  return self;
}

void
lke2ee_keys_free (Lke2eeKeys * self)
{
  lke2ee_key_source_free (self->source);
  g_free (self);
}

Lke2eeKeySource *
lke2ee_keys_peek_source (Lke2eeKeys * self)
{
  return self->source;
}

gint
lke2ee_keys_get_index (Lke2eeKeys * self)
{
  return g_atomic_int_get (&self->index);
}

void
lke2ee_keys_set_index (Lke2eeKeys * self, gint index)
{
  g_atomic_int_set (&self->index, index);
}

/* A provider from outside would silently replace the key of a secret property.
 * Before the start both together are an error, see
 * lke2ee_key_source_apply(). */
static gboolean
refuses_provider (Lke2eeKeys * self, const char *from)
{
  if (!g_atomic_int_get (&self->is_started)
      || !lke2ee_key_source_has_secret (self->source))
    return FALSE;
  GST_ELEMENT_WARNING (self->element, RESOURCE, SETTINGS,
      ("The key provider from %s is not used, because the element has a key "
          "of its own. Unset that property first.", from), (NULL));
  return TRUE;
}

/* Another provider can have another ratchet window, for which frames may be
 * held. */
static void
post_latency (Lke2eeKeys * self)
{
  if (g_atomic_int_get (&self->is_started))
    gst_element_post_message (self->element,
        gst_message_new_latency (GST_OBJECT (self->element)));
}

void
lke2ee_keys_set_context (Lke2eeKeys * self, GstContext * context)
{
  g_autoptr (Lke2eeKeyProvider) provider =
      lke2ee_key_source_read_context (context);

  if (provider == NULL || refuses_provider (self, "the context"))
    return;
  lke2ee_key_source_set_from_context (self->source, provider);
  post_latency (self);
}

void
lke2ee_keys_forget_context (Lke2eeKeys * self)
{
  g_autoptr (GstContext) context =
      gst_element_get_context (self->element, LKE2EE_CONTEXT_TYPE);

  if (context == NULL)
    lke2ee_key_source_set_from_context (self->source, NULL);
}

void
lke2ee_keys_set_provider (Lke2eeKeys * self, Lke2eeKeyProvider * provider)
{
  if (provider != NULL && refuses_provider (self, "key-provider"))
    return;
  lke2ee_key_source_set_outside (self->source, provider);
  post_latency (self);
}

void
lke2ee_keys_set_secret (Lke2eeKeys * self, Lke2eeSecretKind kind,
    const char *text)
{
  g_autoptr (GError) error = NULL;

  lke2ee_key_source_set_secret (self->source, kind, text);
  if (!g_atomic_int_get (&self->is_started)
      || lke2ee_key_source_apply (self->source, lke2ee_keys_get_index (self),
          &error))
    return;
  lke2ee_key_source_set_secret (self->source, kind, NULL);
  GST_ELEMENT_WARNING (self->element, RESOURCE, SETTINGS,
      ("%s. The key that was set before stays in use.", error->message),
      (NULL));
}

static gboolean
peer_query (GstElement * element, const char *name, GstQuery * query)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, name);

  return gst_pad_peer_query (pad, query);
}

/* Asks for a context the way elements do: the neighbours, then the bins and
 * the application. */
static void
ask_for_context (Lke2eeKeys * self)
{
  g_autoptr (GstQuery) query = gst_query_new_context (LKE2EE_CONTEXT_TYPE);
  GstContext *context = NULL;

  if (peer_query (self->element, "sink", query)
      || peer_query (self->element, "src", query)) {
    gst_query_parse_context (query, &context);
    /* So that those it holds see it too. */
    gst_element_set_context (self->element, context);
    return;
  }
  gst_element_post_message (self->element,
      gst_message_new_need_context (GST_OBJECT (self->element),
          LKE2EE_CONTEXT_TYPE));
}

/* An encryptor that could never send is a mistake that shows at once. */
static gboolean
check_has_source (Lke2eeKeys * self)
{
  if (!self->encrypts || lke2ee_key_source_has_key (self->source)
      || g_signal_has_handler_pending (self->element, self->request_signal, 0,
          FALSE))
    return TRUE;
  LKE2EE_ELEMENT_ERROR (self->element, RESOURCE, SETTINGS,
      ("No key to encrypt with. Set passphrase-file, key-file, passphrase, "
          "key or key-provider, or connect to request-key."));
  return FALSE;
}

static gboolean
apply (Lke2eeKeys * self)
{
  g_autoptr (GError) error = NULL;

  if (lke2ee_key_source_apply (self->source, lke2ee_keys_get_index (self),
          &error))
    return TRUE;
  if (g_error_matches (error, LKE2EE_ERROR, LKE2EE_ERROR_FILE))
    LKE2EE_ELEMENT_ERROR (self->element, RESOURCE, OPEN_READ,
        ("%s.", error->message));
  else
    LKE2EE_ELEMENT_ERROR (self->element, RESOURCE, SETTINGS,
        ("%s.", error->message));
  return FALSE;
}

gboolean
lke2ee_keys_start (Lke2eeKeys * self, gboolean enabled)
{
  /* First: a secret that is set from here on is applied by whoever sets it, one
   * that was set before by apply(). */
  g_atomic_int_set (&self->is_started, TRUE);
  if (lke2ee_key_source_wants_context (self->source))
    ask_for_context (self);
  if (apply (self) && (!enabled || check_has_source (self)))
    return TRUE;
  g_atomic_int_set (&self->is_started, FALSE);
  return FALSE;
}

void
lke2ee_keys_stop (Lke2eeKeys * self)
{
  g_atomic_int_set (&self->is_started, FALSE);
}

void
lke2ee_keys_forget_requests (Lke2eeKeys * self)
{
  memset (self->next_request, 0, sizeof self->next_request);
}

static gboolean
may_request (Lke2eeKeys * self, guint index)
{
  gint64 now = g_get_monotonic_time ();
  gint64 *next = &self->next_request[index % N_INDICES];

  if (now < *next)
    return FALSE;
  *next = now + REQUEST_INTERVAL_US;
  return TRUE;
}

/* A frame can name any index. One beyond the ring is no key to ask for: set, it
 * would be reduced to a slot that has its own. */
static gboolean
is_in_ring (Lke2eeKeys * self, gint index)
{
  g_autoptr (Lke2eeKeyProvider) provider =
      lke2ee_key_source_dup_provider (self->source);
  guint size;

  g_object_get (provider, "key-ring-size", &size, NULL);
  return index >= 0 && (guint) index < size;
}

gboolean
lke2ee_keys_request (Lke2eeKeys * self, gint index)
{
  g_autofree char *participant = NULL;
  gboolean set = FALSE;

  if (!is_in_ring (self, index) || !may_request (self, index))
    return FALSE;
  g_object_get (self->element, "participant", &participant, NULL);
  g_signal_emit (self->element, self->request_signal, 0, participant, index,
      &set);
  return set;
}
