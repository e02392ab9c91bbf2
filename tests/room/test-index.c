/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* index.json, the gaps in it, and the times of frames. */

#include "index.h"
#include "sync.h"

#include <glib/gstdio.h>
#include <string.h>

static void
test_gaps (void)
{
  Gaps gaps;

  gaps_init (&gaps, 0);
  gaps_frame (&gaps, 900);
  gaps_note (&gaps, "muted");
  gaps_frame (&gaps, 1800);     /* explained, but no gap */
  gaps_frame (&gaps, 2900);     /* a gap that nothing explains */
  gaps_note (&gaps, "missing-key");
  gaps_note (&gaps, "connection-lost");
  gaps_frame (&gaps, 9000);     /* the last thing heard explains it */
  gaps_end (&gaps, 9500);
  g_assert_cmpuint (gaps.found->len, ==, 2);
  const Gap *found = (const Gap *) gaps.found->data;
  g_assert_cmpint (found[0].from, ==, 1800);
  g_assert_cmpint (found[0].to, ==, 2900);
  g_assert_cmpstr (found[0].reason, ==, "no-data");
  g_assert_cmpint (found[1].from, ==, 2900);
  g_assert_cmpstr (found[1].reason, ==, "connection-lost");
  gaps_clear (&gaps);
}

static void
test_sync (void)
{
  Sync sync = { 0 };

  /* Before the first report: as they arrive. */
  g_assert_cmpint (sync_align (&sync, 100, 0), ==, 100);
  /* Audio defines the offset; video that was taken with it but came 60 ms
   * later is put beside it. */
  g_assert_cmpint (sync_align (&sync, 200, 5000), ==, 200);
  g_assert_cmpint (sync_align (&sync, 260, 5000), ==, 200);
  g_assert_cmpint (sync_align (&sync, 290, 5033), ==, 233);
  /* The sender's clock was set: a new offset. */
  g_assert_cmpint (sync_align (&sync, 400, 90000), ==, 400);
  g_assert_cmpint (sync_align (&sync, 450, 90020), ==, 420);
}

static Index *
make_index (void)
{
  Index *index = index_new ("a room", 1700000000123);
  IndexParticipant *ann = index_get_participant (index, "ann");
  IndexPart *part = index_add_part (ann, "ann-1.mkv", 1000);
  IndexTrack *track = index_add_track (part, "TR_1", "video", "vp8");

  track->frames = 7;
  track->dropped = 2;
  track->injected = 1;
  gaps_note (&track->gaps, "muted");
  gaps_frame (&track->gaps, 4000);
  part->ended = 5000;
  track = index_add_unrecorded (ann, "TR_2", "audio", "opus");
  track->dropped = 3;
  gaps_note (&track->gaps, "missing-key");
  index->sif_trailer = g_bytes_new ("abc", 3);
  g_assert_true (index_get_participant (index, "ann") == ann);
  return index;
}

static void
test_json (void)
{
  Index *index = make_index ();
  g_autofree char *json = index_to_json (index);

  g_assert_nonnull (strstr (json,
          "\"started\" : \"2023-11-14T22:13:20.123Z\""));
  g_assert_nonnull (strstr (json, "\"ended\" : null"));
  g_assert_nonnull (strstr (json, "\"from\" : \"2023-11-14T22:13:21.123Z\""));
  g_assert_nonnull (strstr (json, "\"to\" : \"2023-11-14T22:13:24.123Z\""));
  g_assert_nonnull (strstr (json, "\"reason\" : \"muted\""));
  g_assert_nonnull (strstr (strstr (json, "\"unrecorded\""),
          "\"reason\" : \"missing-key\""));
  index_free (index);
}

/* What is written reads back as the same. */
static void
test_round_trip (void)
{
  g_autofree char *folder = g_dir_make_tmp ("lke2ee-index-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "index.json", NULL);
  Index *index = make_index ();
  g_autofree char *before = index_to_json (index);

  g_assert_true (index_write (index, folder, NULL));
  Index *read = index_read (folder, NULL);
  g_assert_nonnull (read);
  g_autofree char *after = index_to_json (read);
  g_assert_cmpstr (after, ==, before);
  index_free (read);
  index_free (index);
  g_assert_true (g_file_set_contents (path, "[]", -1, NULL));
  g_autoptr (GError) error = NULL;
  g_assert_null (index_read (folder, &error));
  g_assert_nonnull (error);
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/index/gaps", test_gaps);
  g_test_add_func ("/index/sync", test_sync);
  g_test_add_func ("/index/json", test_json);
  g_test_add_func ("/index/round-trip", test_round_trip);
  return g_test_run ();
}
