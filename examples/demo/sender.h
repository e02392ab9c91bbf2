/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The sending side: media to encrypted RTP packets. */
#pragma once

#include <gst/gst.h>

#include "codecs.h"
#include "ledger.h"

/* Called on a streaming thread with each packet of a track ("video" or
 * "audio"), and with NULL at its end. */
typedef void (*PacketFunc) (const char *track, GstSample * packet,
    gpointer user_data);

typedef struct
{
  GstElement *pipeline;
  const Codec *video;           /* NULL: the media have none */
  const Codec *audio;
  Ledger *sent_video;
  Ledger *sent_audio;
  guint n_drawn;                /* frame counter in the picture */
  PacketFunc func;
  gpointer user_data;
} Sender;

Sender *sender_new (const char *path, const Codec * video,
    const char *key_path, PacketFunc func, gpointer user_data,
    GError ** error);
void sender_free (Sender * sender);
