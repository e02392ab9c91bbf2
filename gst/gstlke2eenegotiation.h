/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Caps of both sides of an element, and the codec_data between them. */
#pragma once

#include <gst/base/gstbasetransform.h>

#include "gstlke2eecaps.h"

G_BEGIN_DECLS

typedef struct _Lke2eeNegotiation Lke2eeNegotiation;

struct _Lke2eeNegotiation
{
  /* fixed: the stream format to offer first, on either side */
  Lke2eeFormat preferred_sink_format;
  Lke2eeFormat preferred_src_format;
  gboolean joins_layers;

  /* of the streaming thread, or while there is none */
  Lke2eeStreamInfo in;
  Lke2eeStreamInfo out;
  GstCaps *in_caps;             /* what in was read from */
  GstBuffer *codec_data;        /* made from the last SPS, for out */
};

/* Forgets the stream. */
void lke2ee_negotiation_clear (Lke2eeNegotiation *self);

/* Any thread. */
GstCaps *lke2ee_negotiation_transform_caps (const Lke2eeNegotiation *self,
    GstPadDirection direction, GstCaps *caps, GstCaps *filter);
GstCaps *lke2ee_negotiation_fixate_caps (Lke2eeNegotiation *self,
    GstPadDirection direction, GstCaps *caps, GstCaps *othercaps);

/* @is_new: (out): whether @in begins another stream. FALSE if @why_not says why
 * the caps cannot be carried. */
gboolean lke2ee_negotiation_set_caps (Lke2eeNegotiation *self, GstCaps *in,
    GstCaps *out, gboolean *is_new, char **why_not);

/* Announces @codec_data on the src pad, if it is another one. */
void lke2ee_negotiation_update_codec_data (Lke2eeNegotiation *self,
    GstBaseTransform *trans, GstBuffer *codec_data);

G_END_DECLS
