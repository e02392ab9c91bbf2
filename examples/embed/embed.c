/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Both elements in an application: a provider of its own, derived in C, that
 * fetches keys when frames need them, shared by the whole pipeline through a
 * GstContext. Ends with what each element counted. */

#include <gst/gst.h>
#include <lke2ee/lke2ee.h>

#define N_FRAMES 200

/* The provider. An application would ask its own key service here. */

#define EMBED_TYPE_PROVIDER (embed_provider_get_type ())
G_DECLARE_FINAL_TYPE (EmbedProvider, embed_provider, EMBED, PROVIDER,
    Lke2eeKeyProvider)

struct _EmbedProvider
{
  Lke2eeKeyProvider parent_instance;
  guint n_requests;
};

G_DEFINE_FINAL_TYPE (EmbedProvider, embed_provider, LKE2EE_TYPE_KEY_PROVIDER);

/* On a streaming thread, so only what costs no time: a raw key goes through
 * HKDF. For a passphrase or a network call start that, and return FALSE. */
static gboolean
on_request_key (Lke2eeKeyProvider * provider, const char *participant,
    guint index)
{
  static const guint8 stored_key[] = "this key comes from our key service";
  g_autoptr (GBytes) key =
      lke2ee_secret_bytes_new (stored_key, sizeof stored_key - 1);

  EMBED_PROVIDER (provider)->n_requests++;
  g_print ("a frame of %s needs key %u\n", participant, index);
  return lke2ee_key_provider_set_key (provider, participant, key,
      LKE2EE_KDF_HKDF, index, NULL);
}

static void
embed_provider_class_init (EmbedProviderClass * klass)
{
  LKE2EE_KEY_PROVIDER_CLASS (klass)->request_key = on_request_key;
}

static void
embed_provider_init (EmbedProvider * self)
{
}

/* Every element of @pipeline that has no provider of its own uses this one. */
static void
share_provider (GstElement * pipeline, EmbedProvider * provider)
{
  g_autoptr (GstContext) context =
      gst_context_new ("lke2ee.key-provider", TRUE);

  gst_structure_set (gst_context_writable_structure (context),
      "key-provider", LKE2EE_TYPE_KEY_PROVIDER, provider, NULL);
  gst_element_set_context (pipeline, context);
}

static gboolean
play (GstElement * pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
      30 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  if (message != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return TRUE;
  if (message != NULL) {
    g_autoptr (GError) error = NULL;

    gst_message_parse_error (message, &error, NULL);
    g_printerr ("%s\n", error->message);
  }
  return FALSE;
}

static guint64
print_stats (GstElement * pipeline, const char *name)
{
  g_autoptr (GstElement) element =
      gst_bin_get_by_name (GST_BIN (pipeline), name);
  g_autoptr (GstStructure) stats = NULL;
  guint64 frames = 0, dropped = 0;

  g_object_get (element, "stats", &stats, NULL);
  gst_structure_get (stats, "frames", G_TYPE_UINT64, &frames, "dropped",
      G_TYPE_UINT64, &dropped, NULL);
  g_print ("%s: %" G_GUINT64_FORMAT " frames, %" G_GUINT64_FORMAT
      " dropped\n", name, frames, dropped);
  return frames - dropped;
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);

  g_autoptr (GError) error = NULL;
  g_autofree char *launch =
      g_strdup_printf ("audiotestsrc num-buffers=%d ! opusenc ! "
      "lke2eeenc name=enc participant=alice ! "
      "lke2eedec name=dec participant=alice ! fakesink", N_FRAMES);
  g_autoptr (GstElement) pipeline = gst_parse_launch (launch, &error);
  if (error != NULL) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  /* Not shared-key: each participant has a ring of its own. */
  g_autoptr (EmbedProvider) provider =
      g_object_new (EMBED_TYPE_PROVIDER, NULL);
  share_provider (pipeline, provider);

  gboolean ok = play (pipeline);
  ok &= print_stats (pipeline, "enc") > 0;
  ok &= print_stats (pipeline, "dec") > 0;
  ok &= provider->n_requests == 1;
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return ok ? 0 : 1;
}
