/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* 1,000 streams round robin, each with a key of its own, against one of them:
 * what caches cost. The yardstick here is the one stream. */

#include "harness.h"
#include "line.h"

#define N_STREAMS 1000

/* One way to encrypt a frame. */
typedef struct _Kind Kind;

struct _Kind
{
  const char *name;
  gpointer (*new) (Lke2eeKeyProvider * provider, const char *participant,
      const BenchFrame * frame, const guint8 * data);
  void (*encrypt) (gpointer stream);
  void (*free) (gpointer stream);
};

/* The library. All streams write to one buffer, as their frames would go out
 * through one socket. */

typedef struct _Track Track;

struct _Track
{
  Lke2eeFrameCryptor *cryptor;
  GOutputVector frame;
};

static guint8 out[1000000 + 1000];

static gpointer
track_new (Lke2eeKeyProvider * provider, const char *participant,
    const BenchFrame * frame, const guint8 * data)
{
  Track *self = g_new (Track, 1);

  self->cryptor = lke2ee_frame_cryptor_new (provider, participant,
      frame->codec);
  self->frame = (GOutputVector) { data, frame->size };
  return self;
}

static void
track_encrypt (gpointer data)
{
  Track *self = data;
  gsize size;

  g_assert_true (lke2ee_frame_cryptor_encrypt (self->cryptor, &self->frame, 1,
          -1, out, sizeof out, &size) == LKE2EE_FRAME_OK);
}

static void
track_free (gpointer data)
{
  g_object_unref (((Track *) data)->cryptor);
  g_free (data);
}

/* The element. */

static gpointer
element_new (Lke2eeKeyProvider * provider, const char *participant,
    const BenchFrame * frame, const guint8 * data)
{
  GstElement *element = gst_element_factory_make ("lke2eeenc", NULL);

  g_object_set (element, "key-provider", provider, "participant", participant,
      NULL);
  return line_new (element, frame->caps, data, frame->size);
}

static const Kind kinds[] = {
  {"library", track_new, track_encrypt, track_free},
  {"lke2eeenc", element_new, (void (*)(gpointer)) line_push,
      (void (*)(gpointer)) line_free},
};

typedef struct _Streams Streams;

struct _Streams
{
  const Kind *kind;
  guint n;
  guint next;
  gpointer streams[N_STREAMS];
};

static void
streams_run (gpointer data, guint n)
{
  Streams *self = data;

  for (guint i = 0; i < n; i++) {
    self->kind->encrypt (self->streams[self->next]);
    self->next = (self->next + 1) % self->n;
  }
}

static void
compare (const Kind * kind, const BenchFrame * frame, const char *backend)
{
  g_autoptr (Lke2eeKeyProvider) provider = lke2ee_key_provider_new (FALSE);
  g_autofree guint8 *data = bench_frame_new_data (frame);
  g_autofree char *row = g_strdup_printf ("1,000 streams, %s, %s", kind->name,
      backend);
  Streams many = { kind, N_STREAMS };
  Streams one = { kind, 1 };

  for (guint32 i = 0; i < N_STREAMS; i++) {
    const guint32 key[4] = { i, 1, 2, 3 };
    g_autoptr (GBytes) bytes = g_bytes_new (key, sizeof key);
    g_autofree char *participant = g_strdup_printf ("participant %u", i);

    lke2ee_key_provider_set_key (provider, participant, bytes,
        LKE2EE_KDF_NONE, 0, NULL);
    many.streams[i] = kind->new (provider, participant, frame, data);
  }
  one.streams[0] = many.streams[0];
  /* Each has its key and its memory before it counts. */
  streams_run (&many, N_STREAMS);
  BenchResult result = bench_compare (streams_run, &one, streams_run, &many);
  bench_print (row, frame->name, &result);
  for (guint i = 0; i < N_STREAMS; i++)
    kind->free (many.streams[i]);
}

int
main (int argc, char **argv)
{
  const char *backend = g_getenv ("LKE2EE_AEAD");

  gst_init (NULL, NULL);
  for (guint i = 0; i < BENCH_N_FRAMES; i++) {
    for (guint j = 0; j < G_N_ELEMENTS (kinds); j++) {
      if (bench_frame_is_wanted (&bench_frames[i], argc, argv))
        compare (&kinds[j], &bench_frames[i], backend ? backend : "default");
    }
  }
  return 0;
}
