/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* A receiving side: encrypted RTP packets to pictures and a file. */
#pragma once

#include <gst/gst.h>

#include "codecs.h"
#include "ledger.h"

typedef struct
{
  const char *name;
  gboolean has_decryptor;
  GstElement *pipeline;
  Ledger *video;
  Ledger *audio;
  char *failure;                /* what stopped the pipeline, or NULL */
} Receiver;

Receiver *receiver_new (const char *name, const Codec * video,
    const Codec * audio, const char *key_path, const char *file_path,
    GError ** error);
void receiver_free (Receiver * receiver);
void receiver_push (Receiver * receiver, const char *track,
    GstSample * packet);
guint64 receiver_count_refused (Receiver * receiver, const char *track);
GstSample *receiver_dup_picture (Receiver * receiver);
