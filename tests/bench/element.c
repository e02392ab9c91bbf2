/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Elements, push to push: ours beside the ideal one, and GStreamer's own. */

#include "harness.h"
#include "ideal.h"
#include "line.h"
#include "yardstick.h"

#include <string.h>

#define KEY "01020304050607080910111213141516"
#define RTP "application/x-rtp,media=video,clock-rate=90000,payload=96," \
    "encoding-name=VP8,ssrc=(uint)1"

static GstElement *
new_ours (const BenchFrame * frame)
{
  GstElement *element = gst_element_factory_make ("lke2eeenc", NULL);

  g_object_set (element, "key", "hex:" KEY, NULL);
  return element;
}

static GstElement *
new_ideal (const BenchFrame * frame)
{
  return ideal_new (frame->header_size);
}

static GstElement *
new_identity (const BenchFrame * frame)
{
  return gst_element_factory_make ("identity", NULL);
}

static GstElement *
new_aesenc (const BenchFrame * frame)
{
  GstElement *element = gst_element_factory_make ("aesenc", NULL);

  g_object_set (element, "key", KEY, "iv", KEY, NULL);
  return element;
}

/* The same packet again and again, which it would take for a mistake. */
static GstElement *
new_srtpenc (const BenchFrame * frame)
{
  GstElement *element = gst_element_factory_make ("srtpenc", NULL);
  g_autoptr (GstBuffer) key = gst_buffer_new_allocate (NULL, 28, NULL);

  gst_buffer_memset (key, 0, 7, 28);
  g_object_set (element, "key", key, "allow-repeat-tx", TRUE, NULL);
  gst_util_set_object_arg (G_OBJECT (element), "rtp-cipher", "aes-128-gcm");
  gst_util_set_object_arg (G_OBJECT (element), "rtp-auth", "null");
  gst_util_set_object_arg (G_OBJECT (element), "rtcp-cipher", "aes-128-gcm");
  gst_util_set_object_arg (G_OBJECT (element), "rtcp-auth", "null");
  return element;
}

typedef struct _Subject Subject;

struct _Subject
{
  const char *name;
  GstElement *(*new) (const BenchFrame * frame);
  const char *caps;             /* NULL: those of the frame */
  gboolean by_backend;
};

static const Subject subjects[] = {
  {"ideal element", new_ideal, NULL, TRUE},
  {"lke2eeenc", new_ours, NULL, TRUE},
  {"srtpenc (GCM)", new_srtpenc, RTP, FALSE},
  {"aesenc (CBC)", new_aesenc, NULL, FALSE},
  {"identity", new_identity, NULL, FALSE},
};

static guint8 *
new_data (const Subject * subject, const BenchFrame * frame)
{
  static const guint8 rtp_header[12] = { 0x80, 96, 0, 1, 0, 0, 0, 1, 0, 0, 0,
    1
  };
  guint8 *data = bench_frame_new_data (frame);

  if (subject->caps != NULL)
    memcpy (data, rtp_header, sizeof rtp_header);
  return data;
}

static void
compare (const Subject * subject, const BenchFrame * frame,
    const char *backend)
{
  g_autofree guint8 *data = new_data (subject, frame);
  g_autofree char *row = subject->by_backend ?
      g_strdup_printf ("%s, %s", subject->name, backend)
      : g_strdup (subject->name);
  Yardstick *yardstick = yardstick_new (frame);
  Line *line = line_new (subject->new (frame),
      subject->caps ? subject->caps : frame->caps, data, frame->size);
  BenchResult result =
      bench_compare (yardstick_run, yardstick, line_run, line);

  bench_print (row, frame->name, &result);
  line_free (line);
  yardstick_free (yardstick);
}

/* With a backend in LKE2EE_AEAD what depends on it, else what does not. */
int
main (int argc, char **argv)
{
  const char *backend = g_getenv ("LKE2EE_AEAD");

  gst_init (NULL, NULL);
  for (guint i = 0; i < BENCH_N_FRAMES; i++) {
    if (!bench_frame_is_wanted (&bench_frames[i], argc, argv))
      continue;
    for (guint j = 0; j < G_N_ELEMENTS (subjects); j++) {
      if (subjects[j].by_backend == (backend != NULL))
        compare (&subjects[j], &bench_frames[i], backend);
    }
  }
  return 0;
}
