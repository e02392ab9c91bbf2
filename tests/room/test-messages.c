/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Signalling messages: bytes as livekit_rtc.proto defines them, both ways. */

#include "messages.h"

static GBytes *
pack (const SignalResponse * response)
{
  gsize size = livekit__signal_response__get_packed_size (response);
  guint8 *data = g_malloc (size);

  livekit__signal_response__pack (response, data);
  return g_bytes_new_take (data, size);
}

/* Field 16 (ping_req), in it field 1 (timestamp) as a varint. */
static void
test_ping (void)
{
  const guint8 expected[] = { 0x82, 0x01, 0x03, 0x08, 0xac, 0x02 };
  g_autoptr (GBytes) ping = message_new_ping (300);

  g_assert_cmpmem (g_bytes_get_data (ping, NULL), g_bytes_get_size (ping),
      expected, sizeof expected);
}

/* Every SDK decrypts because of field 14 (encryption = GCM); field 13 turns
 * RED off. */
static void
test_announced_as_encrypted (void)
{
  GBytes *packed[] = {
    message_new_add_audio ("cid-a"),
    message_new_add_video ("cid-v", 640, 360, 1000000)
  };

  for (guint i = 0; i < G_N_ELEMENTS (packed); i++) {
    Livekit__SignalRequest *request = livekit__signal_request__unpack (NULL,
        g_bytes_get_size (packed[i]), g_bytes_get_data (packed[i], NULL));

    g_assert_nonnull (request);
    g_assert_cmpint (request->message_case, ==,
        LIVEKIT__SIGNAL_REQUEST__MESSAGE_ADD_TRACK);
    g_assert_cmpint (request->add_track->encryption, ==, 1);
    g_assert_true (request->add_track->disable_red);
    g_assert_cmpstr (request->add_track->cid, ==, i ? "cid-v" : "cid-a");
    livekit__signal_request__free_unpacked (request, NULL);
    g_bytes_unref (packed[i]);
  }
}

static void
test_broken (void)
{
  const struct
  {
    const char *name;
    const char *bytes;
    gsize size;
  } rows[] = {
    {"nothing", "", 0},
    {"an unknown field", "\xf8\x07\x01", 3},
    {"cut off in a length", "\x0a", 1},
    {"a length beyond the end", "\x0a\x7f\x01", 3},
    {"a join response without a room", "\x0a\x00", 2},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GBytes) bytes = g_bytes_new (rows[i].bytes, rows[i].size);

    g_test_message ("%s", rows[i].name);
    g_assert_null (message_parse (bytes));
  }
}

/* Fields that are not in our schema are skipped. */
static void
test_track_ids (void)
{
  Livekit__MidToTrackId entry = LIVEKIT__MID_TO_TRACK_ID__INIT;
  Livekit__MidToTrackId *entries[] = { &entry };
  Livekit__SessionDescription offer = LIVEKIT__SESSION_DESCRIPTION__INIT;
  SignalResponse response = LIVEKIT__SIGNAL_RESPONSE__INIT;

  entry.mid = (char *) "3";
  entry.track_id = (char *) "TR_1";
  offer.mid_to_track_id = entries;
  offer.n_mid_to_track_id = 1;
  response.message_case = LIVEKIT__SIGNAL_RESPONSE__MESSAGE_OFFER;
  response.offer = &offer;
  /* One without a description is no offer. */
  g_autoptr (GBytes) empty = pack (&response);
  g_assert_null (message_parse (empty));
  offer.sdp = (char *) "v=0";
  g_autoptr (GBytes) known = pack (&response);
  g_autoptr (GByteArray) array = g_byte_array_new ();
  g_byte_array_append (array, g_bytes_get_data (known, NULL),
      g_bytes_get_size (known));
  g_byte_array_append (array, (const guint8 *) "\xf8\x07\x01", 3);
  g_autoptr (GBytes) bytes = g_bytes_new (array->data, array->len);
  g_autoptr (SignalResponse) read = message_parse (bytes);

  g_assert_nonnull (read);
  g_assert_cmpstr (message_peek_track_id (read->offer, "3"), ==, "TR_1");
  g_assert_null (message_peek_track_id (read->offer, "4"));
}

static void
test_leave (void)
{
  const struct
  {
    Livekit__LeaveRequest__Action action;
    guint reason;
    LeaveKind kind;
    const char *name;
  } rows[] = {
    {0, 2, LEAVE_FOR_GOOD, "duplicate-identity"},
    {0, 4, LEAVE_FOR_GOOD, "participant-removed"},
    {0, 3, LEAVE_TRY_AGAIN, "server-shutdown"},
    {2, 5, LEAVE_TRY_AGAIN, "room-deleted"},
    {0, 99, LEAVE_TRY_AGAIN, "unknown"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    Livekit__LeaveRequest leave = LIVEKIT__LEAVE_REQUEST__INIT;
    const char *name;

    leave.action = rows[i].action;
    leave.reason = rows[i].reason;
    g_assert_cmpint (message_judge_leave (&leave, &name), ==, rows[i].kind);
    g_assert_cmpstr (name, ==, rows[i].name);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/messages/ping", test_ping);
  g_test_add_func ("/messages/announced-as-encrypted",
      test_announced_as_encrypted);
  g_test_add_func ("/messages/broken", test_broken);
  g_test_add_func ("/messages/track-ids", test_track_ids);
  g_test_add_func ("/messages/leave", test_leave);
  return g_test_run ();
}
