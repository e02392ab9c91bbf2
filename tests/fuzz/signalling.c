/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What a server tells the room client: one message after the other,
 *
 *     | size: 2, little endian | SignalResponse | ...
 *
 * as protobuf, and in them session descriptions. Whoever leaves has come
 * before, and a track that ends has begun, whatever the server says. */

#include "elements.h"

#include "messages.h"
#include "roster.h"
#include "sdp.h"

static GHashTable *present;     /* identity -> (set of track sids) */

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_elements_init ();
  return 0;
}

static void
on_participant_added (const char *identity, gpointer user_data)
{
  GHashTable *tracks =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_assert_true (g_hash_table_insert (present, g_strdup (identity), tracks));
}

static void
on_participant_removed (const char *identity, gpointer user_data)
{
  GHashTable *tracks = g_hash_table_lookup (present, identity);

  g_assert_nonnull (tracks);
  g_assert_cmpuint (g_hash_table_size (tracks), ==, 0);
  g_hash_table_remove (present, identity);
}

static void
on_track_added (const char *identity, const Livekit__TrackInfo * info,
    gpointer user_data)
{
  GHashTable *tracks = g_hash_table_lookup (present, identity);

  g_assert_nonnull (tracks);
  g_assert_true (g_hash_table_add (tracks, g_strdup (info->sid)));
}

static void
on_track_removed (const char *identity, const char *sid, gpointer user_data)
{
  GHashTable *tracks = g_hash_table_lookup (present, identity);

  g_assert_nonnull (tracks);
  g_assert_true (g_hash_table_remove (tracks, sid));
}

static void
on_track_muted (const char *identity, const char *sid, gboolean muted,
    gpointer user_data)
{
  GHashTable *tracks = g_hash_table_lookup (present, identity);

  g_assert_nonnull (tracks);
  g_assert_true (g_hash_table_contains (tracks, sid));
}

static const RosterFuncs funcs = {
  on_participant_added, on_participant_removed, on_track_added,
  on_track_removed, on_track_muted,
};

static const char *
name_codec (const char *mid, gpointer description)
{
  return message_peek_track_id (description, mid) != NULL ? "VP8" : "opus";
}

static void
read_description (Livekit__SessionDescription * description)
{
  GstSDPMessage *sdp;

  if (gst_sdp_message_new_from_text (description->sdp, &sdp) != GST_SDP_OK)
    return;
  sdp_prefer_codecs (sdp, name_codec, description);
  g_free (sdp_dup_track_id (sdp, "video"));
  g_free (gst_sdp_message_as_text (sdp));
  gst_sdp_message_free (sdp);
}

static void
read_join (Roster * roster, const Livekit__JoinResponse * join)
{
  for (gsize i = 0; i < join->n_ice_servers; i++) {
    const Livekit__IceServer *server = join->ice_servers[i];

    for (gsize j = 0; j < server->n_urls; j++)
      g_free (sdp_make_ice_uri (server->urls[j], server->username,
              server->credential));
  }
  roster_join (roster, join);
}

static void
read_message (Roster * roster, GBytes * bytes)
{
  g_autoptr (SignalResponse) message = message_parse (bytes);
  const char *reason;

  if (message == NULL)
    return;
  switch (message->message_case) {
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_JOIN:
      read_join (roster, message->join);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_UPDATE:
      roster_update (roster, message->update);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_OFFER:
      read_description (message->offer);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_ANSWER:
      read_description (message->answer);
      break;
    case LIVEKIT__SIGNAL_RESPONSE__MESSAGE_LEAVE:
      message_judge_leave (message->leave, &reason);
      g_assert_nonnull (reason);
      break;
    default:
      break;
  }
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  Input input = { data, size };
  Roster *roster = roster_new (&funcs, NULL);

  present = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      (GDestroyNotify) g_hash_table_unref);
  while (input.size > 0) {
    gsize wanted = input_take_byte (&input);
    wanted |= (gsize) input_take_byte (&input) << 8;
    guint8 *copy = input_take_copy (&input, wanted, &size);
    g_autoptr (GBytes) bytes = g_bytes_new_take (copy, size);

    read_message (roster, bytes);
  }
  roster_free (roster);
  g_hash_table_unref (present);
  return 0;
}
