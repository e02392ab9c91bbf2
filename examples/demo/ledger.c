/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Frames by their hash. */

#include "ledger.h"

#include <string.h>

Ledger *
ledger_new (void)
{
  Ledger *ledger = g_new0 (Ledger, 1);

  g_mutex_init (&ledger->lock);
  ledger->digests = g_ptr_array_new_with_free_func (g_free);
  return ledger;
}

void
ledger_free (Ledger * ledger)
{
  g_ptr_array_unref (ledger->digests);
  g_mutex_clear (&ledger->lock);
  g_free (ledger);
}

static GstPadProbeReturn
on_frame (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Ledger *ledger = data;
  GstMapInfo map;

  if (!gst_buffer_map (GST_PAD_PROBE_INFO_BUFFER (info), &map, GST_MAP_READ))
    return GST_PAD_PROBE_OK;
  g_mutex_lock (&ledger->lock);
  g_ptr_array_add (ledger->digests,
      g_compute_checksum_for_data (G_CHECKSUM_SHA256, map.data, map.size));
  ledger->bytes += map.size;
  g_mutex_unlock (&ledger->lock);
  gst_buffer_unmap (GST_PAD_PROBE_INFO_BUFFER (info), &map);
  return GST_PAD_PROBE_OK;
}

/* Enters every frame that reaches the element @name of @bin. */
void
ledger_watch (Ledger * ledger, GstElement * bin, const char *name)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (bin), name);
  GstPad *pad = gst_element_get_static_pad (element, "sink");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_frame, ledger, NULL);
  gst_object_unref (pad);
  gst_object_unref (element);
}

guint
ledger_get_n_frames (Ledger * ledger)
{
  g_mutex_lock (&ledger->lock);
  guint n = ledger->digests->len;
  g_mutex_unlock (&ledger->lock);
  return n;
}

/* Received frames that are the sent ones, in their order. */
guint
ledger_count_identical (Ledger * sent, Ledger * received)
{
  guint n_identical = 0;
  guint next = 0;

  for (guint i = 0; i < received->digests->len; i++) {
    for (guint j = next; j < sent->digests->len; j++) {
      if (strcmp (received->digests->pdata[i], sent->digests->pdata[j]) == 0) {
        n_identical++;
        next = j + 1;
        break;
      }
    }
  }
  return n_identical;
}
