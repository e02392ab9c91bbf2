/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The frame metadata trailer: written and read, and its limits. */

#include <lke2ee/lke2ee.h>

#include "vectors.h"

static void
test_metadata_round_trip (void)
{
  static const Lke2eeFrameMetadata rows[] = {
    {1700000000123456, 0, NULL, 0}, {0, 1, NULL, 0},
    {G_MAXUINT64, G_MAXUINT32, NULL, 0},
    {5, 6, (const guint8 *) "user", 4},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    guint8 frame[300] = "frame";
    Lke2eeFrameMetadata parsed;
    gsize trailer_size;
    gsize size = lke2ee_frame_metadata_write (&rows[i], frame + 5,
        sizeof frame - 5);

    g_assert_cmpuint (size, >, 0);
    g_assert_true (lke2ee_frame_metadata_parse (&parsed, frame, 5 + size,
            &trailer_size));
    g_assert_cmpuint (trailer_size, ==, size);
    g_assert_cmpuint (parsed.timestamp_us, ==, rows[i].timestamp_us);
    g_assert_cmpuint (parsed.frame_id, ==, rows[i].frame_id);
    g_assert_cmpuint (parsed.user_data_size, ==, rows[i].user_data_size);
  }
}

/* As livekit-client writes it: tag, length and value XORed with 0xFF. */
static void
test_metadata_on_the_wire (void)
{
  static const struct
  {
    const char *frame;
    gboolean is_trailer;
    gsize size;
    guint32 frame_id;
  } rows[] = {
    {"aabb fdfbfffffffe f4 4c4b5453", TRUE, 11, 1},
    /* An unknown tag is stepped over. */
    {"aabb 00fe55 fdfbfffffffe f1 4c4b5453", TRUE, 14, 1},
    /* A field longer than the trailer ends it. */
    {"aabb fd00ff f7 4c4b5453", TRUE, 8, 0},
    {"aabb f8 4c4b5453", TRUE, 7, 0},
    {"aabb fa 4c4b5453", TRUE, 5, 0},
    {"aabb fb 4c4b5453", TRUE, 0, 0},
    {"aabb 00 4c4b5453", TRUE, 0, 0},
    {"aabb f4 4c4b5454", FALSE, 0, 0},
    {"4c4b5453", FALSE, 0, 0},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GBytes) frame = bytes_from_hex (rows[i].frame);
    Lke2eeFrameMetadata parsed;
    gsize size, trailer_size;
    const guint8 *data = bytes_peek (frame, &size);

    g_test_message ("%s", rows[i].frame);
    g_assert_true (lke2ee_frame_metadata_parse (&parsed, data, size,
            &trailer_size) == rows[i].is_trailer);
    g_assert_cmpuint (trailer_size, ==, rows[i].size);
    g_assert_cmpuint (parsed.frame_id, ==, rows[i].frame_id);
  }
}

static void
test_metadata_has_limits (void)
{
  guint8 out[400];
  const Lke2eeFrameMetadata nothing = { 0 };
  const Lke2eeFrameMetadata small = {.frame_id = 1 };
  const Lke2eeFrameMetadata large = {.user_data = out,.user_data_size = 249 };

  g_assert_cmpuint (lke2ee_frame_metadata_write (&nothing, out, 400), ==, 0);
  g_assert_cmpuint (lke2ee_frame_metadata_write (&small, out, 10), ==, 0);
  g_assert_cmpuint (lke2ee_frame_metadata_write (&small, out, 11), ==, 11);
  g_assert_cmpuint (lke2ee_frame_metadata_write (&large, out, 400), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frame-metadata/round-trip", test_metadata_round_trip);
  g_test_add_func ("/frame-metadata/wire", test_metadata_on_the_wire);
  g_test_add_func ("/frame-metadata/limits", test_metadata_has_limits);
  return g_test_run ();
}
