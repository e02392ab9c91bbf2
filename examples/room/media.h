/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The publisher's own media: source, encoder, encryptor, payloader. */
#pragma once

#include <gst/gst.h>
#include <lke2ee/lke2ee.h>

#define MEDIA_N_KINDS 2

typedef enum
{
  MEDIA_AUDIO,
  MEDIA_VIDEO,
} MediaKind;

typedef enum
{
  MEDIA_SOURCE_TEST,
  MEDIA_SOURCE_CAMERA,
  MEDIA_SOURCE_FILE,
} MediaSource;

typedef struct
{
  MediaSource source;
  const char *path;             /* of MEDIA_SOURCE_FILE */
  const char *codec;            /* vp8, vp9, h264, h265 */
  const char *encoder;          /* NULL: the codec's usual one */
  guint width;
  guint height;
  guint framerate;
  guint bitrate;                /* kbit/s */
  gboolean has[MEDIA_N_KINDS];
} MediaConfig;

typedef struct _Media Media;

typedef struct
{
  /* On a streaming thread, all of them. */
  void (*first_packet) (MediaKind kind, gpointer user_data);
  void (*keyframe_request) (gpointer user_data);
} MediaFuncs;

const char *media_kind_name (MediaKind kind);
Media *media_new (const MediaConfig * config, Lke2eeKeyProvider * provider,
    const MediaFuncs * funcs, gpointer user_data, GError ** error);
void media_free (Media * self);
GstElement *media_get_pipeline (Media * self);
GstPad *media_get_packets (Media * self, MediaKind kind);
void media_open (Media * self, gboolean open);
void media_mute (Media * self, MediaKind kind, gboolean muted);
guint media_get_n_frames (Media * self, MediaKind kind);
