/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What a flood of garbage costs the stream beside it: a track of 25 frames a
 * second and one that gets 10,000 frames of garbage a second, in the widest
 * ratchet window, on a provider of theirs in one process. Prints how late a
 * good frame came out of the decryptor at most, first without and then with
 * the flood, and the memory before and after.
 *
 *   flood [SECONDS]     of each part, 10 unless given */

#include <gst/gst.h>
#include <gst/check/gstharness.h>
#include <lke2ee/lke2ee.h>
#include <stdio.h>
#include <string.h>

#define WINDOW 16
#define FRAME_SIZE 5000
#define FRAME_INTERVAL_US (G_USEC_PER_SEC / 25)
#define GARBAGE_SIZE 1200
#define GARBAGE_PER_TICK 10
#define TICK_US 1000

typedef struct _Track Track;

struct _Track
{
  GstHarness *dec;
  gint64 duration_us;
  guint64 n_frames;
  gint64 latest_us;             /* how late a frame came at most */
};

static GstHarness *
new_harness (const char *name, Lke2eeKeyProvider * provider,
    const char *participant)
{
  GstElement *element = gst_element_factory_make (name, NULL);

  g_object_set (element, "key-provider", provider, "participant",
      participant, NULL);
  GstHarness *harness = gst_harness_new_with_element (element, "sink", "src");
  gst_object_unref (element);
  gst_harness_set_src_caps_str (harness, "video/x-vp8");
  return harness;
}

static Lke2eeKeyProvider *
new_provider (void)
{
  Lke2eeKeyProvider *provider = lke2ee_key_provider_new (FALSE);

  g_object_set (provider, "ratchet-window-size", WINDOW, NULL);
  lke2ee_key_provider_set_passphrase (provider, "good", "secret", 0, NULL);
  lke2ee_key_provider_set_passphrase (provider, "hostile", "secret", 0, NULL);
  return provider;
}

static void
sleep_until (gint64 when)
{
  gint64 now = g_get_monotonic_time ();

  if (when > now)
    g_usleep (when - now);
}

static GstBuffer *
new_frame (gsize size)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);

  gst_buffer_memset (buffer, 0, 1, size);
  return buffer;
}

/* Frames when they are due, and when they are out. */
static void
play (Track * track, GstHarness * enc)
{
  gint64 start = g_get_monotonic_time ();

  for (gint64 due = 0; due < track->duration_us; due += FRAME_INTERVAL_US) {
    sleep_until (start + due);
    gst_harness_push (enc, new_frame (FRAME_SIZE));
    gst_harness_push (track->dec, gst_harness_pull (enc));
    GstBuffer *out = gst_harness_try_pull (track->dec);
    gint64 late = g_get_monotonic_time () - start - due;

    if (out == NULL)
      g_error ("a good frame was lost");
    gst_buffer_unref (out);
    track->latest_us = MAX (track->latest_us, late);
    track->n_frames++;
  }
}

static GstBuffer *
new_garbage (guint64 number)
{
  static const guint8 trailer[] = { 12, 0 };
  GstBuffer *buffer = new_frame (GARBAGE_SIZE);

  gst_buffer_fill (buffer, GARBAGE_SIZE - 10, &number, sizeof number);
  gst_buffer_fill (buffer, GARBAGE_SIZE - 2, trailer, sizeof trailer);
  return buffer;
}

static gpointer
flood (gpointer data)
{
  Track *track = data;
  gint64 start = g_get_monotonic_time ();

  for (gint64 due = 0; due < track->duration_us; due += TICK_US) {
    sleep_until (start + due);
    for (guint i = 0; i < GARBAGE_PER_TICK; i++)
      gst_harness_push (track->dec, new_garbage (track->n_frames++));
  }
  return NULL;
}

static guint64
get_resident_kb (void)
{
  g_autofree char *status = NULL;
  guint64 kb = 0;

  if (g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    sscanf (strstr (status, "VmRSS:"), "VmRSS: %" G_GUINT64_FORMAT, &kb);
  return kb;
}

static void
run (const char *name, gint64 duration_us, gboolean with_flood)
{
  Lke2eeKeyProvider *provider = new_provider ();
  GstHarness *enc = new_harness ("lke2eeenc", provider, "good");
  Track good = { new_harness ("lke2eedec", provider, "good"), duration_us };
  Track hostile =
      { new_harness ("lke2eedec", provider, "hostile"), duration_us };
  guint64 before = get_resident_kb ();
  GThread *thread =
      with_flood ? g_thread_new ("flood", flood, &hostile) : NULL;

  play (&good, enc);
  if (thread != NULL)
    g_thread_join (thread);
  printf ("%-14s %8" G_GUINT64_FORMAT " %11" G_GUINT64_FORMAT " %12.1f %9"
      G_GUINT64_FORMAT " %9" G_GUINT64_FORMAT "\n", name, good.n_frames,
      hostile.n_frames, good.latest_us / 1000.0, before, get_resident_kb ());
  gst_harness_teardown (enc);
  gst_harness_teardown (good.dec);
  gst_harness_teardown (hostile.dec);
  g_object_unref (provider);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  gint64 duration_us =
      (argc > 1 ? g_ascii_strtoll (argv[1], NULL, 10) : 10) * G_USEC_PER_SEC;

  printf ("%-14s %8s %11s %12s %9s %9s\n", "", "frames", "garbage",
      "latest, ms", "kB before", "kB after");
  run ("without flood", duration_us, FALSE);
  run ("with flood", duration_us, TRUE);
  return 0;
}
