/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Names, types, defaults and ranges that programs rely on. */

#include "support.h"

#include <string.h>

static const char *const names[] = { "lke2eeenc", "lke2eedec" };

typedef struct
{
  const char *name, *type;
  const char *access;           /* r, w or rw */
  const char *initial;          /* default; NULL: none */
  const char *range;            /* of a number */
  gint only;                    /* index of the element, -1: both */
} PropertyRow;

static const PropertyRow properties[] = {
  {"key-provider", "Lke2eeKeyProvider", "rw", NULL, NULL, -1},
  {"passphrase", "gchararray", "w", NULL, NULL, -1},
  {"passphrase-file", "gchararray", "rw", NULL, NULL, -1},
  {"key", "gchararray", "w", NULL, NULL, -1},
  {"key-file", "gchararray", "rw", NULL, NULL, -1},
  {"participant", "gchararray", "rw", NULL, NULL, -1},
  {"track-id", "gchararray", "rw", NULL, NULL, -1},
  {"key-index", "gint", "rw", "-1", "-1..255", -1},
  {"enabled", "gboolean", "rw", "true", NULL, -1},
  {"state", "Lke2eeCryptionState", "r", "new", NULL, -1},
  {"stats", "GstStructure", "r", NULL, NULL, -1},
  {"keep-sei", "gboolean", "rw", "false", NULL, 0},
  {"frame-metadata", "Lke2eeMetadataFlags", "rw", "none", NULL, 0},
  {"replay-window", "guint", "rw", "1024", "0..16777216", 1},
  {"wait-for-keyframe", "gboolean", "rw", "false", NULL, 1},
  {"request-keyframe", "gboolean", "rw", "true", NULL, 1},
  {"ratchet-hold", "guint", "rw", "100", "0..1000", 1},
};

static char *
get_initial (GParamSpec * spec)
{
  const GValue *value = g_param_spec_get_default_value (spec);

  if (G_VALUE_HOLDS_ENUM (value))
    return g_strdup (g_enum_get_value (G_PARAM_SPEC_ENUM (spec)->enum_class,
            g_value_get_enum (value))->value_nick);
  if (G_VALUE_HOLDS_FLAGS (value))
    return g_strdup (g_flags_get_first_value (G_PARAM_SPEC_FLAGS
            (spec)->flags_class, g_value_get_flags (value))->value_nick);
  if (g_value_fits_pointer (value) && g_value_peek_pointer (value) == NULL)
    return NULL;
  return gst_value_serialize (value);
}

static char *
get_range (GParamSpec * spec)
{
  if (G_IS_PARAM_SPEC_INT (spec))
    return g_strdup_printf ("%d..%d", G_PARAM_SPEC_INT (spec)->minimum,
        G_PARAM_SPEC_INT (spec)->maximum);
  if (G_IS_PARAM_SPEC_UINT (spec))
    return g_strdup_printf ("%u..%u", G_PARAM_SPEC_UINT (spec)->minimum,
        G_PARAM_SPEC_UINT (spec)->maximum);
  return NULL;
}

static void
check_property (GstElement * element, const PropertyRow * row)
{
  GParamSpec *spec = g_object_class_find_property (G_OBJECT_GET_CLASS
      (element), row->name);

  fail_unless (spec != NULL, "no property %s", row->name);
  g_autofree char *initial = get_initial (spec);
  g_autofree char *range = get_range (spec);
  g_autofree char *access = g_strconcat (spec->flags & G_PARAM_READABLE ? "r"
      : "", spec->flags & G_PARAM_WRITABLE ? "w" : "", NULL);

  fail_unless_equals_string (g_type_name (spec->value_type), row->type);
  fail_unless (strcmp (access, row->access) == 0, "%s is %s", row->name,
      access);
  fail_unless (g_strcmp0 (initial, row->initial) == 0, "%s begins with %s",
      row->name, initial);
  fail_unless (g_strcmp0 (range, row->range) == 0, "%s has %s", row->name,
      range);
}

GST_START_TEST (test_properties)
{
  GstElement *element = gst_element_factory_make (names[__i__], NULL);

  for (guint i = 0; i < G_N_ELEMENTS (properties); i++) {
    if (properties[i].only == -1 || properties[i].only == __i__)
      check_property (element, &properties[i]);
  }
  gst_object_unref (element);
}

GST_END_TEST;

GST_START_TEST (test_signals_and_pads)
{
  static const char *const signals[] = { "set-passphrase", "set-key",
    "ratchet-key", "state-changed", "request-key",
  };
  static const char *const pads[] = { "sink", "src" };
  GstElement *element = gst_element_factory_make (names[__i__], NULL);

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    fail_unless (g_signal_lookup (signals[i], G_OBJECT_TYPE (element)) != 0,
        "no signal %s", signals[i]);
  for (guint i = 0; i < G_N_ELEMENTS (pads); i++) {
    GstPad *pad = gst_element_get_static_pad (element, pads[i]);

    fail_unless (pad != NULL);
    gst_object_unref (pad);
  }
  gst_object_unref (element);
}

GST_END_TEST;

GST_START_TEST (test_stats)
{
  static const char *const counters[] = { "frames", "bytes", "passed-clear",
    "dropped", "missing-key", "authentication-failed", "malformed",
    "replayed", "held", "joined", "injected", "ratcheted", "iv-skipped",
  };
  GstElement *element = gst_element_factory_make (names[__i__], NULL);
  GstStructure *stats;

  g_object_get (element, "stats", &stats, NULL);
  fail_unless (gst_structure_has_name (stats, "application/x-lke2ee-stats"));
  for (guint i = 0; i < G_N_ELEMENTS (counters); i++)
    fail_unless (gst_structure_has_field_typed (stats, counters[i],
            G_TYPE_UINT64), "no counter %s", counters[i]);
  fail_unless (gst_structure_has_field_typed (stats, "key-index",
          G_TYPE_INT));
  fail_unless_equals_string (gst_structure_get_string (stats, "state"),
      "new");
  gst_structure_free (stats);
  gst_object_unref (element);
}

GST_END_TEST;

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("contract");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_properties, 0, G_N_ELEMENTS (names));
  tcase_add_loop_test (tc, test_signals_and_pads, 0, G_N_ELEMENTS (names));
  tcase_add_loop_test (tc, test_stats, 0, G_N_ELEMENTS (names));
  return run_suite (&argc, &argv, suite, "contract");
}
