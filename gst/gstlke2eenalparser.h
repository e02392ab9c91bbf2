/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* NAL units of H.264 and H.265 in one form, over GStreamer's codecparsers. */
#pragma once

#include <gst/codecparsers/gsth264parser.h>
#include <gst/codecparsers/gsth265parser.h>
#include <gst/gst.h>
#include <lke2ee/lke2ee.h>

#include "gstlke2eecaps.h"

G_BEGIN_DECLS

typedef enum
{
  LKE2EE_NAL_SLICE,             /* one that SDKs know as a slice */
  LKE2EE_NAL_OTHER_SLICE,       /* data partitions, extensions: they do not */
  LKE2EE_NAL_PARAMETER_SET,
  LKE2EE_NAL_SEI,               /* in front of a picture */
  LKE2EE_NAL_OTHER,             /* AUD, filler, end of sequence, ... */
} Lke2eeNalKind;

typedef struct _Lke2eeNal Lke2eeNal;

struct _Lke2eeNal
{
  Lke2eeNalKind kind;
  gboolean is_key;              /* slice of a key frame (IDR, IRAP) */
  gboolean is_sps;
  guint rank;                   /* parameter set: VPS, SPS, extension, PPS */
  guint id;                     /* parameter set, or LKE2EE_SET_UNKNOWN_ID */
  const guint8 *data;           /* without start code or length */
  gsize size;
  gboolean is_h265;
  union
  {
    GstH264NalUnit h264;
    GstH265NalUnit h265;
  } unit;
};

/* Points unit to the bytes at data, after they were copied there. */
void lke2ee_nal_move_unit (Lke2eeNal *nal);

typedef struct _Lke2eeNalParser Lke2eeNalParser;

Lke2eeNalParser *lke2ee_nal_parser_new (void);
void lke2ee_nal_parser_free (Lke2eeNalParser *self);
void lke2ee_nal_parser_set_stream (Lke2eeNalParser *self,
    const Lke2eeStreamInfo *info);
gboolean lke2ee_nal_parser_set_codec_data (Lke2eeNalParser *self,
    GstBuffer *codec_data, void (*func) (const Lke2eeNal *nal,
        gpointer user_data), gpointer user_data);
guint lke2ee_nal_parser_get_length_size (Lke2eeNalParser *self);

/* Reads the NAL unit at @offset. With @stop_at_slice a slice is taken to go on
 * to the end of @data, without a search for where it does end. FALSE at the end
 * or if what is there is broken; @offset then tells which. */
gboolean lke2ee_nal_parser_next (Lke2eeNalParser *self, const guint8 *data,
    gsize size, gboolean stop_at_slice, gsize *offset, Lke2eeNal *nal);

/* Whether a SEI has a recovery point. Reading that takes the SPS, which may
 * stand behind it: to be asked once the access unit's sets went by. */
gboolean lke2ee_nal_parser_is_recovery_point (Lke2eeNalParser *self,
    Lke2eeNal *sei);

G_END_DECLS
