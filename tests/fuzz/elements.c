/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Our elements inside a fuzzer. */

#include "elements.h"

GST_PLUGIN_STATIC_DECLARE (lke2ee);

void
fuzz_elements_init (void)
{
  /* No other plugin, no scanner process, no registry file. */
  g_setenv ("GST_PLUGIN_SYSTEM_PATH", "", TRUE);
  g_setenv ("GST_PLUGIN_PATH", "", TRUE);
  g_setenv ("GST_REGISTRY_DISABLE", "yes", TRUE);
  gst_init (NULL, NULL);
  GST_PLUGIN_STATIC_REGISTER (lke2ee);
  fuzz_be_strict ();
}

GstHarness *
fuzz_element_harness (const char *launch)
{
  g_autoptr (GError) error = NULL;
  GstElement *element = gst_parse_launch (launch, &error);

  g_assert_no_error (error);
  GstHarness *harness = gst_harness_new_with_element (element, "sink", "src");
  gst_object_unref (element);
  return harness;
}

void
fuzz_restart (GstHarness * harness)
{
  gst_element_set_state (harness->element, GST_STATE_READY);
  gst_element_set_state (harness->element, GST_STATE_PLAYING);
  gst_harness_push_event (harness, gst_event_new_stream_start ("fuzz"));
}

void
fuzz_append (GstBuffer * buffer, Input * input, gsize size)
{
  gsize taken;
  guint8 *data = input_take_copy (input, size, &taken);

  if (taken > 0)
    gst_buffer_append_memory (buffer, gst_memory_new_wrapped (0, data, taken,
            0, taken, data, g_free));
}

GstBuffer *
fuzz_take_buffer (Input * input, gsize size, gboolean in_two)
{
  GstBuffer *buffer = gst_buffer_new ();
  gsize first = in_two ? size / 2 : size;

  fuzz_append (buffer, input, first);
  fuzz_append (buffer, input, size - first);
  return buffer;
}

void
fuzz_flush (GstHarness * harness)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (harness, gst_event_new_flush_start ());
  gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
}

guint
fuzz_drain (GstHarness * harness)
{
  GstBuffer *buffer;
  GstEvent *event;
  guint n = 0;

  while ((buffer = gst_harness_try_pull (harness)) != NULL) {
    gst_buffer_unref (buffer);
    n++;
  }
  while ((event = gst_harness_try_pull_event (harness)) != NULL)
    gst_event_unref (event);
  while ((event = gst_harness_try_pull_upstream_event (harness)) != NULL)
    gst_event_unref (event);
  return n;
}
