/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* lke2ee-demo: one encrypted stream, three receivers: with the right key, with
 * a wrong one, and without a decryptor. Ends with a file, a picture and a
 * table; fails unless the first receiver got every frame as it was sent and
 * the second none. */

#include <glib/gstdio.h>
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#include "picture.h"
#include "receiver.h"
#include "sender.h"

enum
{
  RIGHT_KEY,
  WRONG_KEY,
  NO_KEY,
  N_RECEIVERS
};

typedef struct
{
  GMainLoop *loop;
  Sender *sender;
  Receiver *receivers[N_RECEIVERS];
  guint n_running;              /* pipelines that have not ended */
  gboolean failed;
  gint64 begin;
  double seconds;
} Demo;

static char *codec_name = NULL;
static char *output = NULL;
static char **files = NULL;

static const GOptionEntry options[] = {
  {"codec", 'c', 0, G_OPTION_ARG_STRING, &codec_name,
      "vp8 (default), vp9, h264 or h265", "CODEC"},
  {"output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      "Folder for received.mkv and receivers.png (default: demo-output)",
      "FOLDER"},
  {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files,
      "Media to send (default: a generated picture and sound)", "[FILE]"},
  {NULL}
};

/* What happens */

static void
on_packet (const char *track, GstSample * packet, gpointer data)
{
  Demo *demo = data;

  for (guint i = 0; i < N_RECEIVERS; i++)
    receiver_push (demo->receivers[i], track, packet);
}

static void
pipeline_ended (Demo * demo)
{
  if (--demo->n_running == 0)
    g_main_loop_quit (demo->loop);
}

static gboolean
on_receiver_message (GstBus * bus, GstMessage * message, gpointer data)
{
  Demo *demo = data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS) {
    pipeline_ended (demo);
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    Receiver *receiver = g_object_get_data (G_OBJECT (bus), "receiver");
    g_autoptr (GError) error = NULL;

    gst_message_parse_error (message, &error, NULL);
    if (receiver->failure == NULL) {
      receiver->failure = g_strdup (error->message);
      pipeline_ended (demo);
    }
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
on_sender_message (GstBus * bus, GstMessage * message, gpointer data)
{
  Demo *demo = data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS) {
    pipeline_ended (demo);
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    g_autoptr (GError) error = NULL;

    gst_message_parse_error (message, &error, NULL);
    g_printerr ("\nThe sender failed: %s\n", error->message);
    demo->failed = TRUE;
    g_main_loop_quit (demo->loop);
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
show_progress (gpointer data)
{
  Demo *demo = data;
  Receiver *right = demo->receivers[RIGHT_KEY];
  gboolean on_terminal = isatty (STDOUT_FILENO);

  g_print ("%s  %5.1f s  sent: %u video, %u audio frames  "
      "decrypted: %u video, %u audio%s", on_terminal ? "\r" : "",
      (g_get_monotonic_time () - demo->begin) / 1e6,
      ledger_get_n_frames (demo->sender->sent_video),
      ledger_get_n_frames (demo->sender->sent_audio),
      ledger_get_n_frames (right->video), ledger_get_n_frames (right->audio),
      on_terminal ? "  " : "\n");
  return G_SOURCE_CONTINUE;
}

/* Setting up */

static char *
write_key (const char *name, GError ** error)
{
  char *path = g_build_filename (output, name, NULL);
  g_autofree char *passphrase = g_uuid_string_random ();

  if (!g_file_set_contents_full (path, passphrase, -1,
          G_FILE_SET_CONTENTS_CONSISTENT, 0600, error))
    g_clear_pointer (&path, g_free);
  return path;
}

static void
watch (GstElement * pipeline, Receiver * receiver, GstBusFunc func,
    Demo * demo)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  g_object_set_data (G_OBJECT (bus), "receiver", receiver);
  gst_bus_add_watch (bus, func, demo);
}

static gboolean
make_receivers (Demo * demo, const char *right_path, const char *wrong_path,
    GError ** error)
{
  static const char *const names[] =
      { "right key", "wrong key", "no decryptor" };
  const char *const key_paths[] = { right_path, wrong_path, NULL };
  g_autofree char *file_path = g_build_filename (output, "received.mkv", NULL);

  for (guint i = 0; i < N_RECEIVERS; i++) {
    demo->receivers[i] = receiver_new (names[i], demo->sender->video,
        demo->sender->audio, key_paths[i],
        i == RIGHT_KEY ? file_path : NULL, error);
    if (demo->receivers[i] == NULL)
      return FALSE;
    watch (demo->receivers[i]->pipeline, demo->receivers[i],
        on_receiver_message, demo);
  }
  return TRUE;
}

static void
run (Demo * demo)
{
  guint timer = g_timeout_add (isatty (STDOUT_FILENO) ? 200 : 1000,
      show_progress, demo);

  watch (demo->sender->pipeline, NULL, on_sender_message, demo);
  demo->begin = g_get_monotonic_time ();
  demo->n_running = N_RECEIVERS + 1;
  for (guint i = 0; i < N_RECEIVERS; i++)
    gst_element_set_state (demo->receivers[i]->pipeline, GST_STATE_PLAYING);
  gst_element_set_state (demo->sender->pipeline, GST_STATE_PLAYING);
  g_main_loop_run (demo->loop);
  demo->seconds = (g_get_monotonic_time () - demo->begin) / 1e6;
  g_source_remove (timer);
  show_progress (demo);
  g_print ("\n");
}

/* What came of it */

static gboolean
print_track (Demo * demo, guint index, const char *track, Ledger * sent,
    Ledger * received)
{
  Receiver *receiver = demo->receivers[index];
  guint n_sent = ledger_get_n_frames (sent);
  guint n_received = ledger_get_n_frames (received);
  guint n_identical = ledger_count_identical (sent, received);

  g_print ("%-13s %-6s %7u %9u %10u ", receiver->name, track, n_sent,
      n_received, n_identical);
  if (receiver->has_decryptor)
    g_print ("%8" G_GUINT64_FORMAT, receiver_count_refused (receiver, track));
  else
    g_print ("%8s", "-");
  g_print (" %12" G_GUINT64_FORMAT "\n", received->bytes);

  if (index == RIGHT_KEY)
    return n_sent > 0 && n_identical == n_sent && n_received == n_sent;
  return n_identical == 0 && (index == NO_KEY || n_received == 0);
}

static gboolean
print_table (Demo * demo)
{
  gboolean ok = TRUE;

  g_print ("%-13s %-6s %7s %9s %10s %8s %12s\n", "receiver", "track", "sent",
      "received", "identical", "refused", "bytes");
  for (guint i = 0; i < N_RECEIVERS; i++) {
    Receiver *receiver = demo->receivers[i];

    if (demo->sender->video != NULL)
      ok &= print_track (demo, i, "video", demo->sender->sent_video,
          receiver->video);
    if (demo->sender->audio != NULL)
      ok &= print_track (demo, i, "audio", demo->sender->sent_audio,
          receiver->audio);
  }
  for (guint i = 0; i < N_RECEIVERS; i++) {
    if (demo->receivers[i]->failure != NULL)
      g_print ("%s: stopped: %s\n", demo->receivers[i]->name,
          demo->receivers[i]->failure);
  }
  g_print ("%.1f s, codec %s\n", demo->seconds,
      demo->sender->video ? demo->sender->video->name : "opus");
  return ok && demo->receivers[RIGHT_KEY]->failure == NULL;
}

static gboolean
write_picture (Demo * demo, GError ** error)
{
  g_autofree char *path = g_build_filename (output, "receivers.png", NULL);
  Picture pictures[N_RECEIVERS];
  gboolean ok;

  for (guint i = 0; i < N_RECEIVERS; i++) {
    pictures[i].label = demo->receivers[i]->name;
    pictures[i].sample = receiver_dup_picture (demo->receivers[i]);
  }
  ok = picture_write (pictures, N_RECEIVERS, path, error);
  for (guint i = 0; i < N_RECEIVERS; i++)
    g_clear_pointer (&pictures[i].sample, gst_sample_unref);
  return ok;
}

static gboolean
demonstrate (Demo * demo, const Codec * codec, GError ** error)
{
  g_autofree char *right_path = write_key ("right-key.txt", error);
  g_autofree char *wrong_path =
      right_path ? write_key ("wrong-key.txt", error) : NULL;
  gboolean ok = wrong_path != NULL
      && (demo->sender = sender_new (files ? files[0] : NULL, codec,
          right_path, on_packet, demo, error)) != NULL
      && make_receivers (demo, right_path, wrong_path, error);

  if (ok)
    run (demo);
  if (right_path != NULL)
    g_unlink (right_path);
  if (wrong_path != NULL)
    g_unlink (wrong_path);
  if (!ok || demo->failed)
    return FALSE;
  ok = print_table (demo);
  if (demo->sender->video != NULL && !write_picture (demo, error))
    return FALSE;
  g_print ("%s/received.mkv%s\n", output, demo->sender->video ?
      " plays; receivers.png beside it shows what each receiver saw"
      : " plays");
  return ok;
}

static const Codec *
parse_arguments (int *argc, char ***argv, GError ** error)
{
  g_autoptr (GOptionContext) context =
      g_option_context_new ("- encrypted media and three receivers");
  const Codec *codec;

  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, argc, argv, error))
    return NULL;
  codec = find_video_codec (codec_name ? codec_name : "vp8");
  if (codec == NULL)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "No codec '%s'; there are vp8, vp9, h264 and h265", codec_name);
  else if (files != NULL && files[1] != NULL)
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "More than one file");
  if (output == NULL)
    output = g_strdup ("demo-output");
  return *error == NULL ? codec : NULL;
}

static void
clear (Demo * demo)
{
  if (demo->sender != NULL)
    gst_element_set_state (demo->sender->pipeline, GST_STATE_NULL);
  for (guint i = 0; i < N_RECEIVERS; i++)
    g_clear_pointer (&demo->receivers[i], receiver_free);
  g_clear_pointer (&demo->sender, sender_free);
  g_main_loop_unref (demo->loop);
}

int
main (int argc, char **argv)
{
  Demo demo = { 0 };
  GError *error = NULL;
  const Codec *codec;
  gboolean ok;

  setlocale (LC_ALL, "");
  codec = parse_arguments (&argc, &argv, &error);
  if (codec == NULL) {
    g_printerr ("%s\n", error->message);
    return 2;
  }
  if (g_mkdir_with_parents (output, 0755) != 0) {
    g_printerr ("Cannot make the folder %s\n", output);
    return 1;
  }
  demo.loop = g_main_loop_new (NULL, FALSE);
  ok = demonstrate (&demo, codec, &error);
  if (error != NULL)
    g_printerr ("%s\n", error->message);
  else if (!ok)
    g_printerr ("The table is not what it should be.\n");
  clear (&demo);
  g_clear_error (&error);
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
