/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The ideal element: two pads, an output buffer that is used again, one pass of
 * GCM. No key management, no trailer, no escaping, no caps, no counters; no use
 * for anything but to tell what GStreamer itself costs. */

#include "ideal.h"

#include "lke2ee-aead-private.h"

#include <string.h>

#define TAG_SIZE 16

typedef struct _Ideal Ideal;
typedef GstElementClass IdealClass;

struct _Ideal
{
  GstElement parent;

  GstPad *src;
  Lke2eeAead *aead;
  gsize header_size;
  guint64 iv[2];
  GstBuffer *out;               /* the last one, for the next frame */
  GstMapInfo map;               /* of out, for as long as it lives */
};

GType ideal_get_type (void);
G_DEFINE_TYPE (Ideal, ideal, GST_TYPE_ELEMENT);

static void
drop_out (Ideal * self)
{
  if (self->out == NULL)
    return;
  gst_memory_unmap (self->map.memory, &self->map);
  gst_clear_buffer (&self->out);
}

/* The last buffer if downstream has let go of it, else a new one. */
static GstBuffer *
take_out (Ideal * self, gsize size)
{
  if (self->out != NULL && GST_MINI_OBJECT_REFCOUNT_VALUE (self->out) == 1
      && self->map.maxsize >= size)
    return self->out;
  drop_out (self);
  self->out = gst_buffer_new_allocate (NULL, size, NULL);
  gst_memory_map (gst_buffer_peek_memory (self->out, 0), &self->map,
      GST_MAP_WRITE);
  return self->out;
}

static GstFlowReturn
chain (GstPad * pad, GstObject * parent, GstBuffer * in)
{
  Ideal *self = (Ideal *) parent;
  gsize header_size = self->header_size;
  GstMapInfo map;

  gst_buffer_map (in, &map, GST_MAP_READ);
  GstBuffer *out = take_out (self, map.size + TAG_SIZE);
  guint8 *body = self->map.data + header_size;
  gsize body_size = map.size - header_size;

  memcpy (self->map.data, map.data, header_size);
  self->iv[0]++;
  g_assert_true (lke2ee_aead_seal (self->aead, (guint8 *) self->iv, map.data,
          header_size, map.data + header_size, body_size, body,
          body + body_size));
  gst_buffer_unmap (in, &map);
  GST_BUFFER_PTS (out) = GST_BUFFER_PTS (in);
  GST_BUFFER_DTS (out) = GST_BUFFER_DTS (in);
  GST_BUFFER_DURATION (out) = GST_BUFFER_DURATION (in);
  GST_BUFFER_FLAGS (out) = GST_BUFFER_FLAGS (in);
  gst_buffer_unref (in);
  return gst_pad_push (self->src, gst_buffer_ref (out));
}

static void
ideal_finalize (GObject * object)
{
  Ideal *self = (Ideal *) object;

  drop_out (self);
  lke2ee_aead_free (self->aead);
  G_OBJECT_CLASS (ideal_parent_class)->finalize (object);
}

static void
ideal_class_init (IdealClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = ideal_finalize;
  gst_element_class_set_static_metadata (klass, "ideal", "Benchmark",
      "The least that an encrypting element can do", "lke2ee contributors");
}

static void
ideal_init (Ideal * self)
{
  static const guint8 key[16] = { 1, 2, 3 };
  GstPad *sink = gst_pad_new ("sink", GST_PAD_SINK);

  self->aead = lke2ee_aead_new (LKE2EE_AEAD_SEAL, key, sizeof key);
  self->src = gst_pad_new ("src", GST_PAD_SRC);
  gst_pad_set_chain_function (sink, chain);
  GST_PAD_SET_PROXY_CAPS (sink);
  gst_element_add_pad (GST_ELEMENT (self), sink);
  gst_element_add_pad (GST_ELEMENT (self), self->src);
}

GstElement *
ideal_new (gsize header_size)
{
  Ideal *self = g_object_new (ideal_get_type (), NULL);

  self->header_size = header_size;
  return GST_ELEMENT (self);
}
