/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Signals brought to a main context: in order, coalesced, bounded, and only
 * for as long as the emitter lives. */

#include "lke2ee-signal-queue-private.h"

#include <lke2ee/lke2ee.h>

static void
on_key_set (GObject * emitter, const char *participant, guint index,
    gpointer data)
{
  g_string_append_printf (data, "%s/%u ", participant, index);
}

typedef struct
{
  GMainContext *context;
  GObject *emitter;
  guint signal_id;
  GString *seen;
  Lke2eeSignalQueue *queue;
} Fixture;

/* Any object with a signal of these arguments is an emitter. */
static void
set_up (Fixture * fixture, gconstpointer data)
{
  fixture->context = g_main_context_new ();
  g_main_context_push_thread_default (fixture->context);
  fixture->emitter = G_OBJECT (lke2ee_key_provider_new (FALSE));
  fixture->queue = lke2ee_signal_queue_new (fixture->emitter);
  g_main_context_pop_thread_default (fixture->context);
  fixture->signal_id = g_signal_lookup ("key-set", LKE2EE_TYPE_KEY_PROVIDER);
  fixture->seen = g_string_new (NULL);
  g_signal_connect (fixture->emitter, "key-set", G_CALLBACK (on_key_set),
      fixture->seen);
}

static void
tear_down (Fixture * fixture, gconstpointer data)
{
  lke2ee_signal_queue_free (fixture->queue);
  g_clear_object (&fixture->emitter);
  g_main_context_unref (fixture->context);
  g_string_free (fixture->seen, TRUE);
}

static void
push (Fixture * fixture, const char *participant, guint index)
{
  lke2ee_signal_queue_push (fixture->queue, fixture->signal_id, participant,
      index, NULL, 256);
}

static void
iterate (Fixture * fixture)
{
  while (g_main_context_iteration (fixture->context, FALSE));
}

static gpointer
push_from_thread (gpointer data)
{
  push (data, "alice", 3);
  return NULL;
}

static void
test_order (Fixture * fixture, gconstpointer data)
{
  push (fixture, "alice", 1);
  push (fixture, "bob", 1);
  push (fixture, "alice", 1);
  push (fixture, "alice", 2);
  g_thread_join (g_thread_new ("push", push_from_thread, fixture));
  g_assert_cmpstr (fixture->seen->str, ==, "");
  iterate (fixture);
  g_assert_cmpstr (fixture->seen->str, ==, "alice/1 bob/1 alice/2 alice/3 ");
  push (fixture, "alice", 1);
  iterate (fixture);
  g_assert_cmpstr (fixture->seen->str, ==,
      "alice/1 bob/1 alice/2 alice/3 alice/1 ");
}

/* Nobody iterates: what waits does not grow for ever. */
static void
test_bounded (Fixture * fixture, gconstpointer data)
{
  guint n = 0;

  for (guint i = 0; i < 10000; i++)
    push (fixture, "alice", i);
  iterate (fixture);
  for (const char *c = fixture->seen->str; *c != '\0'; c++)
    n += *c == ' ';
  g_assert_cmpuint (n, ==, 256);
}

static void
test_weak (Fixture * fixture, gconstpointer data)
{
  push (fixture, "alice", 1);
  g_assert_cmpuint (fixture->emitter->ref_count, ==, 1);
  g_clear_object (&fixture->emitter);
  iterate (fixture);
  g_assert_cmpstr (fixture->seen->str, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/signal-queue/order", Fixture, NULL, set_up, test_order,
      tear_down);
  g_test_add ("/signal-queue/bounded", Fixture, NULL, set_up, test_bounded,
      tear_down);
  g_test_add ("/signal-queue/weak", Fixture, NULL, set_up, test_weak,
      tear_down);
  return g_test_run ();
}
