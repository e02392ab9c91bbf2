/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* An allocator that keeps memory.
 *
 * Frames have no fixed size, which is what a GstBufferPool wants, and fresh
 * memory of a large frame costs more (page faults) than encrypting it. So
 * memory that downstream gives back goes to a shelf for its size class, powers
 * of two, and the next frame of that class takes it from there. A shelf is a
 * row of slots, searched from one end, so that what was used last, and is still
 * in a cache, is used next; it has no lock and a bound.
 *
 * All elements share it: of a thousand streams, each with memory of its own,
 * none would find it in a cache. */

#include "gstlke2eeallocator.h"

#include <string.h>

#define MIN_CLASS 8             /* 256 bytes */
#define MAX_CLASS 24            /* 16 MiB; larger memory is not kept */
#define N_CLASSES (MAX_CLASS - MIN_CLASS + 1)
/* What each shelf keeps: enough for a payloader's and a queue's worth. */
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

  Memory *shelves[N_CLASSES][MAX_KEPT_COUNT];   /* atomic; NULL: a free slot */
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

/* NULL if there is none. */
static Memory *
take (Memory ** shelf, guint size)
{
  for (guint i = 0; i < size; i++) {
    Memory *memory = g_atomic_pointer_get (&shelf[i]);

    if (memory != NULL
        && g_atomic_pointer_compare_and_exchange (&shelf[i], memory, NULL))
      return memory;
  }
  return NULL;
}

/* FALSE if there is no room for it. */
static gboolean
put (Memory ** shelf, guint size, Memory * memory)
{
  for (guint i = 0; i < size; i++) {
    if (g_atomic_pointer_get (&shelf[i]) == NULL
        && g_atomic_pointer_compare_and_exchange (&shelf[i], NULL, memory))
      return TRUE;
  }
  return FALSE;
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
    memory = take (self->shelves[size_class - MIN_CLASS],
        max_kept (size_class));
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

  if (size_class > MAX_CLASS
      || !put (self->shelves[size_class - MIN_CLASS], max_kept (size_class),
          (Memory *) memory))
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
    for (guint j = 0; j < MAX_KEPT_COUNT; j++)
      g_free (self->shelves[i][j]);
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
}

/* The one allocator, for as long as somebody has it. */
GstAllocator *
lke2ee_allocator_obtain (void)
{
  static GMutex lock;
  static GWeakRef shared;

  g_mutex_lock (&lock);
  GstAllocator *self = g_weak_ref_get (&shared);
  if (self == NULL) {
    self = g_object_new (LKE2EE_TYPE_ALLOCATOR, NULL);
    gst_object_ref_sink (self);
    g_weak_ref_set (&shared, self);
  }
  g_mutex_unlock (&lock);
  return self;
}
