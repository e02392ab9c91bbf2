/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Action signals for programs that have no headers of ours: they call the
 * provider that the element uses. */

#include "gstlke2eekeyactions.h"

#include <gst/gst.h>
#include <lke2ee/lke2ee.h>

static Lke2eeKeyProvider *
dup_provider (GstElement * element)
{
  return LKE2EE_KEY_PROVIDER (gst_child_proxy_get_child_by_name
      (GST_CHILD_PROXY (element), "key-provider"));
}

static gboolean
warn_on_error (GstElement * element, gboolean ok, GError * error)
{
  if (!ok)
    GST_WARNING_OBJECT (element, "%s", error->message);
  g_clear_error (&error);
  return ok;
}

static gboolean
set_passphrase (GstElement * element, const char *participant,
    const char *passphrase, gint key_index)
{
  g_autoptr (Lke2eeKeyProvider) provider = dup_provider (element);
  GError *error = NULL;

  if (passphrase == NULL)
    return FALSE;
  gboolean ok = lke2ee_key_provider_set_passphrase (provider, participant,
      passphrase, key_index, &error);
  return warn_on_error (element, ok, error);
}

static gboolean
set_key (GstElement * element, const char *participant, GBytes * key,
    gint key_index)
{
  g_autoptr (Lke2eeKeyProvider) provider = dup_provider (element);
  GError *error = NULL;

  if (key == NULL)
    return FALSE;
  gboolean ok = lke2ee_key_provider_set_key (provider, participant, key,
      LKE2EE_KDF_HKDF, key_index, &error);
  return warn_on_error (element, ok, error);
}

static GBytes *
ratchet_key (GstElement * element, const char *participant, gint key_index)
{
  g_autoptr (Lke2eeKeyProvider) provider = dup_provider (element);
  GError *error = NULL;
  GBytes *material = lke2ee_key_provider_ratchet_key (provider, participant,
      key_index, &error);

  warn_on_error (element, material != NULL, error);
  return material;
}

void
lke2ee_key_actions_install (GType type)
{
  const GSignalFlags action = G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION;

  g_signal_new_class_handler ("set-passphrase", type, action,
      G_CALLBACK (set_passphrase), NULL, NULL, NULL, G_TYPE_BOOLEAN, 3,
      G_TYPE_STRING, G_TYPE_STRING, G_TYPE_INT);
  g_signal_new_class_handler ("set-key", type, action, G_CALLBACK (set_key),
      NULL, NULL, NULL, G_TYPE_BOOLEAN, 3, G_TYPE_STRING, G_TYPE_BYTES,
      G_TYPE_INT);
  g_signal_new_class_handler ("ratchet-key", type, action,
      G_CALLBACK (ratchet_key), NULL, NULL, NULL, G_TYPE_BYTES, 2,
      G_TYPE_STRING, G_TYPE_INT);
}
