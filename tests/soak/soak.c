/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Many frames over sixteen streams, with losses and with keys that rotate and
 * ratchet: memory stays flat, counters add up, and nothing is missing but what
 * the loss took.
 *
 * LKE2EE_SOAK_FRAMES: how many (2000000). */

#include <gst/check/gstharness.h>
#include <lke2ee/lke2ee.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define N_STREAMS 16
#define DEFAULT_FRAMES 2000000
#define MAX_SIZE 3000
#define LOSS_PERCENT 2
/* Changes of key in each stream: after a tenth of them its ring is full. */
#define N_CHANGES 250
#define N_REPORTS 10
#define N_WARM_UP 2             /* of the reports */
/* The heap may breathe with the sizes of the frames under way, not grow. */
#define MAX_GROWTH (64 * 1024)

static const struct
{
  const char *caps, *header;
  gsize header_size;
} codecs[] = {
  {"audio/x-opus,channel-mapping-family=0", "\x78", 1},
  {"video/x-vp8", "\x11\x02\x00", 3},
  {"video/x-vp9", "\x82", 1},
  {"video/x-h264,stream-format=byte-stream,alignment=au",
      "\x00\x00\x00\x01\x41\x9a", 6},
  {"video/x-h265,stream-format=byte-stream,alignment=au",
      "\x00\x00\x00\x01\x02\x01", 6},
};

typedef struct
{
  guint codec;
  char *participant;
  GstHarness *enc;
  GstHarness *dec;
  guint64 n_sent;
  guint64 n_lost;
  guint64 n_opened;
} Stream;

typedef struct
{
  Lke2eeKeyProvider *sender;
  Lke2eeKeyProvider *receiver;
  Stream streams[N_STREAMS];
  GRand *random;
  guint64 rotation;             /* in frames of a stream */
  guint64 n_rotations;
  guint64 n_ratchets;
} Soak;

static GstHarness *
new_element (const char *name, Lke2eeKeyProvider * provider,
    const Stream * stream)
{
  GstElement *element = gst_element_factory_make (name, NULL);

  g_assert_nonnull (element);
  g_object_set (element, "key-provider", provider, "participant",
      stream->participant, NULL);
  GstHarness *harness = gst_harness_new_with_element (element, "sink", "src");
  gst_object_unref (element);
  gst_harness_set_caps_str (harness, codecs[stream->codec].caps,
      codecs[stream->codec].caps);
  return harness;
}

/* The receiver has it first, as applications do it. */
static void
set_key (Soak * soak, Stream * stream, gint index)
{
  guint8 raw[32];

  for (guint i = 0; i < sizeof raw; i++)
    raw[i] = g_rand_int (soak->random);
  g_autoptr (GBytes) key = g_bytes_new (raw, sizeof raw);
  g_assert_true (lke2ee_key_provider_set_key (soak->receiver,
          stream->participant, key, LKE2EE_KDF_HKDF, index, NULL));
  g_assert_true (lke2ee_key_provider_set_key (soak->sender,
          stream->participant, key, LKE2EE_KDF_HKDF, index, NULL));
}

static void
ratchet (Lke2eeKeyProvider * provider, Stream * stream)
{
  g_autoptr (GBytes) material = lke2ee_key_provider_ratchet_key (provider,
      stream->participant, -1, NULL);

  g_assert_nonnull (material);
}

/* A new key in the next slot, or a step of the one there is. */
static void
rotate (Soak * soak, Stream * stream)
{
  guint64 n = stream->n_sent / soak->rotation;

  if (n % 3 == 2) {
    ratchet (soak->receiver, stream);
    ratchet (soak->sender, stream);
    soak->n_ratchets++;
  } else {
    set_key (soak, stream, n % 16);
    soak->n_rotations++;
  }
}

static void
soak_init (Soak * soak, guint64 n_frames)
{
  soak->rotation = n_frames / N_STREAMS / N_CHANGES;
  soak->sender = lke2ee_key_provider_new (FALSE);
  soak->receiver = lke2ee_key_provider_new (FALSE);
  soak->random = g_rand_new_with_seed (16);
  for (guint i = 0; i < N_STREAMS; i++) {
    Stream *stream = &soak->streams[i];

    stream->codec = i % G_N_ELEMENTS (codecs);
    stream->participant = g_strdup_printf ("participant-%u", i);
    set_key (soak, stream, 0);
    stream->enc = new_element ("lke2eeenc", soak->sender, stream);
    stream->dec = new_element ("lke2eedec", soak->receiver, stream);
  }
}

static GstBuffer *
new_frame (Soak * soak, const Stream * stream)
{
  gsize size = g_rand_int_range (soak->random, 20, MAX_SIZE);
  GstBuffer *frame = gst_buffer_new_allocate (NULL, size, NULL);
  gsize header_size = codecs[stream->codec].header_size;

  gst_buffer_memset (frame, 0, 0x40 | stream->n_sent % 61, size);
  gst_buffer_fill (frame, 0, codecs[stream->codec].header, header_size);
  /* No byte of it makes a start code. */
  guint64 number = stream->n_sent | G_GUINT64_CONSTANT (0x8080000000000000);
  gst_buffer_fill (frame, header_size, &number, sizeof number);
  return frame;
}

static void
pass_frame (Soak * soak, Stream * stream)
{
  GstBuffer *frame = new_frame (soak, stream);
  GstBuffer *sealed =
      gst_harness_push_and_pull (stream->enc, gst_buffer_ref (frame));

  stream->n_sent++;
  if (g_rand_int_range (soak->random, 0, 100) < LOSS_PERCENT) {
    gst_buffer_unref (sealed);
    stream->n_lost++;
  } else {
    g_assert_cmpint (gst_harness_push (stream->dec, sealed), ==, GST_FLOW_OK);
    GstBuffer *opened = gst_harness_try_pull (stream->dec);
    GstMapInfo map;

    g_assert_nonnull (opened);
    g_assert_true (gst_buffer_map (opened, &map, GST_MAP_READ));
    g_assert_cmpuint (map.size, ==, gst_buffer_get_size (frame));
    g_assert_cmpint (gst_buffer_memcmp (frame, 0, map.data, map.size), ==, 0);
    gst_buffer_unmap (opened, &map);
    gst_buffer_unref (opened);
    stream->n_opened++;
  }
  gst_buffer_unref (frame);
  /* What downstream and upstream were told is not kept here. */
  GstEvent *event;
  while ((event = gst_harness_try_pull_upstream_event (stream->dec)) != NULL)
    gst_event_unref (event);
  if (stream->n_sent % soak->rotation == 0)
    rotate (soak, stream);
}

static guint64
get_stat (GstElement * element, const char *name)
{
  GstStructure *stats;
  guint64 value = 0;

  g_object_get (element, "stats", &stats, NULL);
  g_assert_true (gst_structure_get_uint64 (stats, name, &value));
  gst_structure_free (stats);
  return value;
}

static void
check_counters (const Stream * stream)
{
  GstElement *dec = stream->dec->element;

  g_assert_cmpuint (stream->n_opened + stream->n_lost, ==, stream->n_sent);
  g_assert_cmpuint (get_stat (stream->enc->element, "frames"), ==,
      stream->n_sent);
  g_assert_cmpuint (get_stat (stream->enc->element, "dropped"), ==, 0);
  g_assert_cmpuint (get_stat (dec, "frames"), ==, stream->n_opened);
  g_assert_cmpuint (get_stat (dec, "dropped"), ==, 0);
}

static gsize
get_resident (void)
{
  g_autofree char *text = NULL;
  char *end;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  strtoull (text, &end, 10);
  return strtoull (end, NULL, 10) * sysconf (_SC_PAGESIZE);
}

/* Bytes that malloc has given out. */
static gsize
get_heap (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

static void
soak_clear (Soak * soak)
{
  for (guint i = 0; i < N_STREAMS; i++) {
    gst_harness_teardown (soak->streams[i].enc);
    gst_harness_teardown (soak->streams[i].dec);
    g_free (soak->streams[i].participant);
  }
  g_rand_free (soak->random);
  g_object_unref (soak->sender);
  g_object_unref (soak->receiver);
}

int
main (int argc, char **argv)
{
  const char *wanted = g_getenv ("LKE2EE_SOAK_FRAMES");
  guint64 n_frames = wanted ? g_ascii_strtoull (wanted, NULL, 10)
      : DEFAULT_FRAMES;
  Soak soak = { 0 };
  gsize warm_heap = 0, heap = 0;
  guint64 n_lost = 0, n_opened = 0;

  gst_init (&argc, &argv);
  g_assert_cmpuint (n_frames, >=,
      N_STREAMS * N_CHANGES * N_REPORTS);
  soak_init (&soak, n_frames);
  for (guint64 i = 0; i < n_frames; i++) {
    pass_frame (&soak, &soak.streams[i % N_STREAMS]);
    if ((i + 1) % (n_frames / N_REPORTS) != 0)
      continue;
    heap = get_heap ();
    g_print ("%9" G_GUINT64_FORMAT " frames: heap %6" G_GSIZE_FORMAT
        " KiB, resident %6" G_GSIZE_FORMAT " KiB\n", i + 1, heap / 1024,
        get_resident () / 1024);
    if ((i + 1) / (n_frames / N_REPORTS) == N_WARM_UP)
      warm_heap = heap;
  }
  for (guint i = 0; i < N_STREAMS; i++) {
    check_counters (&soak.streams[i]);
    n_lost += soak.streams[i].n_lost;
    n_opened += soak.streams[i].n_opened;
  }
  g_print ("%" G_GUINT64_FORMAT " sent, %" G_GUINT64_FORMAT " lost on the way, "
      "%" G_GUINT64_FORMAT " opened; %" G_GUINT64_FORMAT " new keys, %"
      G_GUINT64_FORMAT " ratchets\n", n_frames, n_lost, n_opened,
      soak.n_rotations, soak.n_ratchets);
  g_assert_cmpuint (n_opened + n_lost, ==, n_frames);
  g_assert_cmpuint (soak.n_rotations, >, 0);
  g_assert_cmpuint (heap, <=, warm_heap + MAX_GROWTH);
  soak_clear (&soak);
  g_print ("ok - the heap grew by %" G_GSSIZE_FORMAT " bytes after the "
      "warm-up\n1 passed, 0 failed\n",
      (gssize) heap - (gssize) warm_heap);
  return 0;
}
