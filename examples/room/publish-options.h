/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The command line of lke2ee-publish. */
#pragma once

#include "media.h"
#include "options.h"

typedef struct
{
  Options common;
  MediaConfig config;           /* what comes of the rest */
  char *codec;
  char *encoder;
  char *size;
  int framerate;
  int bitrate;
  int rotate;
  gboolean no_audio;
  gboolean no_video;
  gboolean camera;
  gboolean test;
  char **files;
} PublishOptions;

gboolean publish_options_parse (PublishOptions * self, int *argc,
    char ***argv, GError ** error);
void publish_options_clear (PublishOptions * self);
