/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Options of what is sent, beside those of connection and keys. */

#include "publish-options.h"

#include <stdio.h>

static gboolean
refuse (GError ** error, const char *text)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, text);
  return FALSE;
}

static GOptionContext *
make_context (PublishOptions * self)
{
  const GOptionEntry entries[] = {
    {"codec", 0, 0, G_OPTION_ARG_STRING, &self->codec,
        "vp8 (default), vp9, h264, h265", "CODEC"},
    {"encoder", 0, 0, G_OPTION_ARG_STRING, &self->encoder,
        "its encoder, such as openh264enc", "NAME"},
    {"size", 0, 0, G_OPTION_ARG_STRING, &self->size, "640x360", "WxH"},
    {"framerate", 0, 0, G_OPTION_ARG_INT, &self->framerate, "30", "N"},
    {"bitrate", 0, 0, G_OPTION_ARG_INT, &self->bitrate, "of the video, 1000",
        "KBPS"},
    {"rotate", 0, 0, G_OPTION_ARG_INT, &self->rotate,
        "go on to the next key file so often", "SECONDS"},
    {"no-audio", 0, 0, G_OPTION_ARG_NONE, &self->no_audio, "video alone",
        NULL},
    {"no-video", 0, 0, G_OPTION_ARG_NONE, &self->no_video, "audio alone",
        NULL},
    {"camera", 0, 0, G_OPTION_ARG_NONE, &self->camera,
        "camera and microphone", NULL},
    {"test", 0, 0, G_OPTION_ARG_NONE, &self->test,
        "a numbered test picture and a tick each second (default)", NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->files,
        NULL, "[FILE]"},
    {NULL}
  };
  GOptionContext *context =
      g_option_context_new ("- publish into a LiveKit room, encrypted");

  g_option_context_add_main_entries (context, entries, NULL);
  options_add_connection (&self->common, context);
  options_add_keys (&self->common, context);
  return context;
}

static gboolean
check_media (PublishOptions * self, GError ** error)
{
  MediaConfig *config = &self->config;

  if (self->size != NULL && sscanf (self->size, "%ux%u", &config->width,
          &config->height) != 2)
    return refuse (error, "--size is WIDTHxHEIGHT");
  if (config->width < 16 || config->height < 16 || config->width > 4096
      || config->height > 4096 || config->width % 2 || config->height % 2)
    return refuse (error, "--size is 16x16 to 4096x4096, both even");
  if (self->framerate < 1 || self->framerate > 120)
    return refuse (error, "--framerate is 1 to 120");
  if (self->bitrate < 1)
    return refuse (error, "--bitrate is at least 1");
  if (self->rotate < 0)
    return refuse (error, "--rotate is negative");
  if (self->no_audio && self->no_video)
    return refuse (error, "Without audio and video nothing is left");
  if ((self->files != NULL) + self->camera + self->test > 1
      || (self->files != NULL && self->files[1] != NULL))
    return refuse (error, "Give one of FILE, --camera and --test");
  config->source = self->files ? MEDIA_SOURCE_FILE
      : self->camera ? MEDIA_SOURCE_CAMERA : MEDIA_SOURCE_TEST;
  config->path = self->files ? self->files[0] : NULL;
  config->codec = self->codec ? self->codec : "vp8";
  config->encoder = self->encoder;
  config->framerate = self->framerate;
  config->bitrate = self->bitrate;
  config->has[MEDIA_AUDIO] = !self->no_audio;
  config->has[MEDIA_VIDEO] = !self->no_video;
  return TRUE;
}

static gboolean
check_keys (PublishOptions * self, GError ** error)
{
  const Options *options = &self->common;

  if (options->passphrase_files == NULL && options->key_files == NULL)
    return refuse (error, "No key to encrypt with: give --passphrase-file or "
        "--key-file");
  return options_check_keys (options, error);
}

gboolean
publish_options_parse (PublishOptions * self, int *argc, char ***argv,
    GError ** error)
{
  g_autoptr (GOptionContext) context = make_context (self);

  self->config.width = 640;
  self->config.height = 360;
  self->framerate = 30;
  self->bitrate = 1000;
  return g_option_context_parse (context, argc, argv, error)
      && options_check_connection (&self->common, error)
      && check_keys (self, error) && check_media (self, error);
}

void
publish_options_clear (PublishOptions * self)
{
  options_clear (&self->common);
  g_free (self->codec);
  g_free (self->encoder);
  g_free (self->size);
  g_strfreev (self->files);
}
