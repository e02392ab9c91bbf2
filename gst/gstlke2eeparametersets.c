/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Store of parameter sets. A stream has a handful, so a sorted list does. */

#include "gstlke2eeparametersets.h"

#include "gstlke2eesetid.h"

#include <string.h>

/* H.264 allows 32 SPS and 256 PPS; more than this is no stream but an attack
 * on our memory. */
#define MAX_SETS 320

typedef struct _ParameterSet ParameterSet;

struct _ParameterSet
{
  guint rank;
  guint id;
  gboolean is_new;
  Lke2eeNal nal;                /* what was put; its bytes are our own */
  gboolean is_filtered;
  GByteArray *instead;          /* what the filter made of it, or NULL */
};

struct _Lke2eeParameterSets
{
  GPtrArray *sets;              /* sorted by rank, id */
  Lke2eeParameterSetFilter filter;
  gpointer filter_data;
};

static void
parameter_set_free (gpointer data)
{
  ParameterSet *set = data;

  g_free ((gpointer) set->nal.data);
  g_clear_pointer (&set->instead, g_byte_array_unref);
  g_free (set);
}

Lke2eeParameterSets *
lke2ee_parameter_sets_new (void)
{
  Lke2eeParameterSets *self = g_new0 (Lke2eeParameterSets, 1);

  self->sets = g_ptr_array_new_with_free_func (parameter_set_free);
  return self;
}

void
lke2ee_parameter_sets_free (Lke2eeParameterSets * self)
{
  g_ptr_array_unref (self->sets);
  g_free (self);
}

void
lke2ee_parameter_sets_clear (Lke2eeParameterSets * self)
{
  g_ptr_array_set_size (self->sets, 0);
}

/* Nothing waits to lead the next access unit any more: it was sent, or there
 * was a flush. */
void
lke2ee_parameter_sets_forget_new (Lke2eeParameterSets * self)
{
  for (guint i = 0; i < self->sets->len; i++)
    ((ParameterSet *) self->sets->pdata[i])->is_new = FALSE;
}

/* The place of (rank, id) in the list, and whether it is there. */
static guint
find (Lke2eeParameterSets * self, guint rank, guint id, gboolean * found)
{
  guint i;

  for (i = 0; i < self->sets->len; i++) {
    const ParameterSet *set = self->sets->pdata[i];

    if (set->rank > rank || (set->rank == rank && set->id >= id)) {
      *found = set->rank == rank && set->id == id;
      return i;
    }
  }
  *found = FALSE;
  return i;
}

/* The set with the rank and id of @nal, made if it is not there; NULL if there
 * are too many. */
static ParameterSet *
ensure_set (Lke2eeParameterSets * self, const Lke2eeNal * nal)
{
  gboolean found;
  guint i = find (self, nal->rank, nal->id, &found);

  if (!found && self->sets->len == MAX_SETS)
    return NULL;
  if (!found) {
    ParameterSet *set = g_new0 (ParameterSet, 1);

    set->rank = nal->rank;
    set->id = nal->id;
    g_ptr_array_insert (self->sets, i, set);
  }
  return self->sets->pdata[i];
}

/* Copies @nal, and points what was parsed of it to the copy. */
static void
fill (ParameterSet * set, const Lke2eeNal * nal)
{
  guint8 *copy = g_memdup2 (nal->data, nal->size);

  g_free ((gpointer) set->nal.data);
  g_clear_pointer (&set->instead, g_byte_array_unref);
  set->is_filtered = FALSE;
  set->nal = *nal;
  set->nal.data = copy;
  lke2ee_nal_move_unit (&set->nal);
}

void
lke2ee_parameter_sets_set_filter (Lke2eeParameterSets * self,
    Lke2eeParameterSetFilter func, gpointer user_data)
{
  self->filter = func;
  self->filter_data = user_data;
}

gboolean
lke2ee_parameter_sets_filter_again (Lke2eeParameterSets * self)
{
  gboolean had_changed = FALSE;

  for (guint i = 0; i < self->sets->len; i++) {
    ParameterSet *set = self->sets->pdata[i];

    had_changed |= set->instead != NULL;
    g_clear_pointer (&set->instead, g_byte_array_unref);
    set->is_filtered = FALSE;
  }
  return had_changed;
}

void
lke2ee_parameter_sets_put (const Lke2eeNal * nal, gpointer user_data)
{
  Lke2eeParameterSets *self = user_data;
  ParameterSet *set = nal->kind == LKE2EE_NAL_PARAMETER_SET ?
      ensure_set (self, nal) : NULL;

  if (set == NULL)
    return;
  set->is_new = TRUE;
  /* Encoders repeat the same sets for each key frame. */
  if (set->nal.size != nal->size
      || memcmp (set->nal.data, nal->data, nal->size) != 0)
    fill (set, nal);
}

static void
give (Lke2eeParameterSets * self, ParameterSet * set,
    Lke2eeParameterSetFunc func, gpointer user_data)
{
  if (!set->is_filtered && self->filter != NULL)
    set->instead = self->filter (&set->nal, self->filter_data);
  set->is_filtered = TRUE;
  if (set->instead != NULL)
    func (set->instead->data, set->instead->len, user_data);
  else
    func (set->nal.data, set->nal.size, user_data);
}

/* One whose id cannot be read could not be replaced by the next of its kind, so
 * it is given only as long as it is new. */
void
lke2ee_parameter_sets_give (Lke2eeParameterSets * self, gboolean only_new,
    Lke2eeParameterSetFunc func, gpointer user_data)
{
  for (guint i = 0; i < self->sets->len; i++) {
    ParameterSet *set = self->sets->pdata[i];

    if (set->is_new || (!only_new && set->id != LKE2EE_SET_UNKNOWN_ID))
      give (self, set, func, user_data);
  }
}
