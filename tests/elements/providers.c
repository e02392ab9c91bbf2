/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Providers that come and go: asked for on the bus, changed while playing, and
 * in a cycle with the element that uses them. */

#include "support.h"

#include <string.h>

#define FRAME "110200 aabbccddee"
#define HOLD_MS 70

/* Holds the element whose provider it is, as an application's may. */

#define HOLDING_TYPE_PROVIDER (holding_provider_get_type ())
G_DECLARE_FINAL_TYPE (HoldingProvider, holding_provider, HOLDING, PROVIDER,
    Lke2eeKeyProvider)

struct _HoldingProvider
{
  Lke2eeKeyProvider parent_instance;
  GstElement *element;
};

G_DEFINE_FINAL_TYPE (HoldingProvider, holding_provider,
    LKE2EE_TYPE_KEY_PROVIDER);

static void
holding_provider_dispose (GObject * object)
{
  gst_clear_object (&HOLDING_PROVIDER (object)->element);
  G_OBJECT_CLASS (holding_provider_parent_class)->dispose (object);
}

static void
holding_provider_class_init (HoldingProviderClass * klass)
{
  G_OBJECT_CLASS (klass)->dispose = holding_provider_dispose;
}

static void
holding_provider_init (HoldingProvider * self)
{
}

static void
set_key (Lke2eeKeyProvider * provider, const char *text)
{
  GBytes *key = g_bytes_new (text, strlen (text));

  fail_unless (lke2ee_key_provider_set_key (provider, NULL, key,
          LKE2EE_KDF_HKDF, 0, NULL));
  g_bytes_unref (key);
}

static Lke2eeKeyProvider *
new_provider (const char *key, guint window)
{
  Lke2eeKeyProvider *provider = lke2ee_key_provider_new (TRUE);

  g_object_set (provider, "ratchet-window-size", window, NULL);
  set_key (provider, key);
  return provider;
}

static void
give_context (GstElement * element, gpointer provider, gboolean persistent)
{
  GstContext *context = gst_context_new ("lke2ee.key-provider", persistent);

  gst_structure_set (gst_context_writable_structure (context),
      "key-provider", LKE2EE_TYPE_KEY_PROVIDER, provider, NULL);
  gst_element_set_context (element, context);
  gst_context_unref (context);
}

static GstBuffer *
seal_under (Lke2eeKeyProvider * provider)
{
  GstElement *element = gst_element_factory_make ("lke2eeenc", NULL);

  g_object_set (element, "key-provider", provider, NULL);
  GstHarness *enc = gst_harness_new_with_element (element, "sink", "src");
  gst_object_unref (element);
  gst_harness_set_src_caps_str (enc, VP8_CAPS);
  GstBuffer *sealed =
      gst_harness_push_and_pull (enc, buffer_from_hex (FRAME));
  gst_harness_teardown (enc);
  return sealed;
}

static gboolean
opens (GstHarness * dec, GstBuffer * sealed)
{
  gst_harness_push (dec, sealed);
  GstBuffer *out = gst_harness_try_pull (dec);
  gboolean opened = out != NULL;

  gst_clear_buffer (&out);
  return opened;
}

static GstBusSyncReply
answer_on_the_bus (GstBus * bus, GstMessage * message, gpointer provider)
{
  const char *type = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_NEED_CONTEXT
      && gst_message_parse_context_type (message, &type)
      && strcmp (type, "lke2ee.key-provider") == 0)
    give_context (GST_ELEMENT (GST_MESSAGE_SRC (message)), provider, TRUE);
  return GST_BUS_PASS;
}

/* Its bus has the handler before the element leaves NULL. */
static GstHarness *
harness_with_answers (const char *name, Lke2eeKeyProvider * provider)
{
  GstElement *element = gst_element_factory_make (name, NULL);
  GstBus *bus = watch (element);

  gst_bus_set_sync_handler (bus, answer_on_the_bus, provider, NULL);
  gst_object_unref (bus);
  GstHarness *harness = gst_harness_new_with_element (element, "sink", "src");
  gst_object_unref (element);
  gst_harness_set_src_caps_str (harness, VP8_CAPS);
  return harness;
}

/* The usual way of an application: it answers on the thread that asks, so that
 * the elements have keys before they start. */
GST_START_TEST (test_an_answer_on_the_bus)
{
  Lke2eeKeyProvider *provider = new_provider ("0123456789abcdef", 0);
  GstHarness *enc = harness_with_answers ("lke2eeenc", provider);
  GstHarness *dec = harness_with_answers ("lke2eedec", provider);

  gst_harness_push (enc, buffer_from_hex (FRAME));
  GstBuffer *out = gst_harness_push_and_pull (dec, gst_harness_pull (enc));
  assert_buffer_is (out, FRAME);
  gst_buffer_unref (out);
  gst_element_set_bus (enc->element, NULL);
  gst_element_set_bus (dec->element, NULL);
  gst_harness_teardown (enc);
  gst_harness_teardown (dec);
  g_assert_finalize_object (provider);
}

GST_END_TEST;

static guint
count_latency_messages (GstBus * bus)
{
  GstMessage *message;
  guint n = 0;

  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_LATENCY))) {
    n++;
    gst_message_unref (message);
  }
  return n;
}

/* The next frame is opened by the new provider alone; its ratchet window is a
 * latency that the pipeline has to hear of. */
GST_START_TEST (test_another_provider_while_playing)
{
  gboolean by_context = __i__;
  Lke2eeKeyProvider *before = new_provider ("0123456789abcdef", 0);
  Lke2eeKeyProvider *after = new_provider ("fedcba9876543210", 8);
  GstHarness *dec = parse_harness ("lke2eedec ratchet-hold="
      G_STRINGIFY (HOLD_MS));
  GstBus *bus = watch (dec->element);

  give_context (dec->element, before, TRUE);
  gst_harness_set_src_caps_str (dec, VP8_CAPS);
  gst_harness_set_upstream_latency (dec, 0);
  fail_unless (opens (dec, seal_under (before)));
  fail_unless_equals_uint64 (gst_harness_query_latency (dec), 0);
  count_latency_messages (bus);

  if (by_context)
    give_context (dec->element, after, TRUE);
  else
    g_object_set (dec->element, "key-provider", after, NULL);
  fail_unless_equals_int (count_latency_messages (bus), 1);
  fail_unless_equals_uint64 (gst_harness_query_latency (dec),
      HOLD_MS * GST_MSECOND);
  fail_unless (opens (dec, seal_under (after)));
  fail_if (opens (dec, seal_under (before)));
  assert_stats_add_up (dec->element, 2);

  gst_element_set_bus (dec->element, NULL);
  gst_object_unref (bus);
  gst_harness_teardown (dec);
  g_assert_finalize_object (before);
  g_assert_finalize_object (after);
}

GST_END_TEST;

/* A context that is not persistent ends with the stream, as GStreamer says;
 * another pipeline may be the next that the element is in. */
GST_START_TEST (test_contexts_in_null)
{
  gboolean persistent = __i__;
  Lke2eeKeyProvider *provider = new_provider ("0123456789abcdef", 0);
  GstElement *enc = gst_element_factory_make ("lke2eeenc", NULL);

  give_context (enc, provider, persistent);
  fail_if (gst_element_set_state (enc, GST_STATE_PAUSED)
      == GST_STATE_CHANGE_FAILURE);
  gst_element_set_state (enc, GST_STATE_NULL);
  fail_unless_equals_int (gst_element_set_state (enc, GST_STATE_PAUSED)
      != GST_STATE_CHANGE_FAILURE, persistent);
  gst_element_set_state (enc, GST_STATE_NULL);
  gst_object_unref (enc);
  g_assert_finalize_object (provider);
}

GST_END_TEST;

/* A provider that holds its element is let go of by unsetting the property, or
 * a context, by setting the element to NULL. */
GST_START_TEST (test_a_provider_that_holds_the_element)
{
  gboolean by_context = __i__;
  HoldingProvider *provider = g_object_new (HOLDING_TYPE_PROVIDER, NULL);
  gpointer element = gst_element_factory_make ("lke2eeenc", NULL);
  gpointer alive = provider;

  provider->element = gst_object_ref (element);
  g_object_add_weak_pointer (G_OBJECT (provider), &alive);
  if (by_context)
    give_context (element, provider, FALSE);
  else
    g_object_set (element, "key-provider", provider, NULL);
  g_object_unref (provider);
  fail_if (gst_element_set_state (element, GST_STATE_PAUSED)
      == GST_STATE_CHANGE_FAILURE);
  gst_element_set_state (element, GST_STATE_NULL);
  if (!by_context)
    g_object_set (element, "key-provider", NULL, NULL);
  fail_unless (alive == NULL, "the provider leaks");
  g_assert_finalize_object (element);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("providers");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_set_timeout (tc, 60);
  tcase_add_test (tc, test_an_answer_on_the_bus);
  tcase_add_loop_test (tc, test_another_provider_while_playing, 0, 2);
  tcase_add_loop_test (tc, test_contexts_in_null, 0, 2);
  tcase_add_loop_test (tc, test_a_provider_that_holds_the_element, 0, 2);
  return run_suite (&argc, &argv, suite, "providers");
}
