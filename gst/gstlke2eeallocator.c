/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* An allocator with free lists.
 *
 * Frames have no fixed size, which is what a GstBufferPool wants, and fresh
 * memory of a large frame costs more (page faults) than encrypting it. So
 * memory that downstream gives back goes to a list for its size class, powers
 * of two, and the next frame of that class takes it from there. The lists are
 * lock-free and bounded. */

#include "gstlke2eeallocator.h"

#include <string.h>

#define MIN_CLASS 8             /* 256 bytes */
#define MAX_CLASS 24            /* 16 MiB; larger memory is not kept */
#define N_CLASSES (MAX_CLASS - MIN_CLASS + 1)
/* What each list keeps: enough for a payloader's and a queue's worth. */
#define MAX_KEPT_BYTES (8 * 1024 * 1024)
#define MAX_KEPT_COUNT 64

typedef struct _Memory Memory;

struct _Memory
{
  GstMemory parent;
  guint8 *data;
};

struct _Lke2eeAllocator
{
  GstAllocator parent_instance;

  GstAtomicQueue *free_lists[N_CLASSES];
};

G_DEFINE_TYPE (Lke2eeAllocator, lke2ee_allocator, GST_TYPE_ALLOCATOR);

static guint
class_for_size (gsize size)
{
  return MAX (g_bit_storage (MAX (size, 1) - 1), MIN_CLASS);
}

static guint
max_kept (guint size_class)
{
  return CLAMP (MAX_KEPT_BYTES >> size_class, 2, MAX_KEPT_COUNT);
}

static Memory *
memory_new (gsize capacity)
{
  /* Header and data in one piece, the data aligned for SIMD. */
  Memory *memory = g_malloc (sizeof *memory + 63 + capacity);

  memory->data = (guint8 *)
      (((guintptr) (memory + 1) + 63) & ~(guintptr) 63);
  return memory;
}

static GstMemory *
lke2ee_allocator_alloc (GstAllocator * allocator, gsize size,
    GstAllocationParams * params)
{
  Lke2eeAllocator *self = LKE2EE_ALLOCATOR (allocator);
  gsize whole = size + params->prefix + params->padding;
  guint size_class = class_for_size (whole);
  Memory *memory = NULL;
  gsize capacity = whole;

  if (size_class <= MAX_CLASS) {
    capacity = (gsize) 1 << size_class;
    memory = gst_atomic_queue_pop (self->free_lists[size_class - MIN_CLASS]);
  }
  if (memory == NULL)
    memory = memory_new (capacity);
  gst_memory_init (GST_MEMORY_CAST (memory), params->flags, allocator, NULL,
      capacity, 63, params->prefix, size);
  return GST_MEMORY_CAST (memory);
}

static void
lke2ee_allocator_free (GstAllocator * allocator, GstMemory * memory)
{
  Lke2eeAllocator *self = LKE2EE_ALLOCATOR (allocator);
  guint size_class = class_for_size (memory->maxsize);

  if (size_class <= MAX_CLASS) {
    GstAtomicQueue *list = self->free_lists[size_class - MIN_CLASS];

    if (gst_atomic_queue_length (list) < max_kept (size_class)) {
      gst_atomic_queue_push (list, memory);
      return;
    }
  }
  g_free (memory);
}

static gpointer
memory_map (GstMemory * memory, gsize maxsize, GstMapFlags flags)
{
  return ((Memory *) memory)->data;
}

static void
memory_unmap (GstMemory * memory)
{
}

static void
release_shared (gpointer data)
{
  gst_memory_unlock (data, GST_LOCK_FLAG_EXCLUSIVE);
  gst_memory_unref (data);
}

/* Shares by way of the parent, as system memory does. The lock makes the
 * parent's buffer copy before somebody writes to what is shared. */
static GstMemory *
memory_share (GstMemory * memory, gssize offset, gssize size)
{
  GstMemory *parent = memory->parent ? memory->parent : memory;
  gsize start = memory->offset + offset;

  if (size == -1)
    size = memory->size - offset;
  gst_memory_lock (parent, GST_LOCK_FLAG_EXCLUSIVE);
  return gst_memory_new_wrapped (GST_MEMORY_FLAG_READONLY,
      ((Memory *) parent)->data, parent->maxsize, start, size,
      gst_memory_ref (parent), release_shared);
}

static void
lke2ee_allocator_finalize (GObject * object)
{
  Lke2eeAllocator *self = LKE2EE_ALLOCATOR (object);

  for (guint i = 0; i < N_CLASSES; i++) {
    gpointer memory;

    while ((memory = gst_atomic_queue_pop (self->free_lists[i])) != NULL)
      g_free (memory);
    gst_atomic_queue_unref (self->free_lists[i]);
  }
  G_OBJECT_CLASS (lke2ee_allocator_parent_class)->finalize (object);
}

static void
lke2ee_allocator_class_init (Lke2eeAllocatorClass * klass)
{
  GstAllocatorClass *allocator_class = GST_ALLOCATOR_CLASS (klass);

  allocator_class->alloc = lke2ee_allocator_alloc;
  allocator_class->free = lke2ee_allocator_free;
  G_OBJECT_CLASS (klass)->finalize = lke2ee_allocator_finalize;
}

static void
lke2ee_allocator_init (Lke2eeAllocator * self)
{
  GstAllocator *allocator = GST_ALLOCATOR (self);

  allocator->mem_type = "Lke2eeMemory";
  allocator->mem_map = memory_map;
  allocator->mem_unmap = memory_unmap;
  allocator->mem_share = memory_share;
  GST_OBJECT_FLAG_SET (self, GST_ALLOCATOR_FLAG_CUSTOM_ALLOC);
  for (guint i = 0; i < N_CLASSES; i++)
    self->free_lists[i] = gst_atomic_queue_new (16);
}

GstAllocator *
lke2ee_allocator_new (void)
{
  GstAllocator *self = g_object_new (LKE2EE_TYPE_ALLOCATOR, NULL);

  gst_object_ref_sink (self);
  return self;
}
