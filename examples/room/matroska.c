/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* libavformat and not matroskamux: that one waits for data on each of its pads
 * (GstCollectPads), so the frames of a microphone would pile up in memory for
 * as long as the camera beside it is muted. Here a frame is written when it
 * comes, and every second of media is a finished cluster on disk: whatever ends
 * the program, what was written before stays playable. */

#include "matroska.h"

#include <gio/gio.h>
#include <gst/pbutils/pbutils.h>
#include <libavformat/avformat.h>

#define CLUSTER_MS "1000"
#define OPUS_RATE 48000
/* A receiver comes in the middle of a stream: there is nothing to skip. */
#define OPUS_PRE_SKIP 0

struct _Matroska
{
  AVFormatContext *context;
  char *path;
  AVPacket *packet;
  gint64 last[16];              /* for each track: ms; they never go back */
  gboolean begun;
};

static const struct
{
  const char *media_type;
  enum AVCodecID codec;
} codecs[] = {
  {"video/x-vp8", AV_CODEC_ID_VP8},
  {"video/x-vp9", AV_CODEC_ID_VP9},
  {"video/x-h264", AV_CODEC_ID_H264},
  {"video/x-h265", AV_CODEC_ID_HEVC},
  {"audio/x-opus", AV_CODEC_ID_OPUS},
};

static gboolean
check (Matroska * self, int result, GError ** error)
{
  int code = result < 0 ? result : self->context->pb->error;

  if (code >= 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (AVUNERROR (code)),
      "cannot write %s: %s", self->path, AVUNERROR (code) > 0 ?
      g_strerror (AVUNERROR (code)) : "the muxer refuses it");
  return FALSE;
}

static void
matroska_free (Matroska * self)
{
  if (self->context != NULL) {
    avio_closep (&self->context->pb);
    avformat_free_context (self->context);
  }
  av_packet_free (&self->packet);
  g_free (self->path);
  g_free (self);
}

Matroska *
matroska_new (const char *path, GError ** error)
{
  Matroska *self = g_new0 (Matroska, 1);
  int result;

  self->path = g_strdup (path);
  self->packet = av_packet_alloc ();
  avformat_alloc_output_context2 (&self->context, NULL, "matroska", path);
  self->context->flags |= AVFMT_FLAG_FLUSH_PACKETS;
  result = avio_open (&self->context->pb, path, AVIO_FLAG_WRITE);
  if (result < 0) {
    g_set_error (error, G_IO_ERROR,
        g_io_error_from_errno (AVUNERROR (result)), "cannot write %s: %s",
        path, g_strerror (AVUNERROR (result)));
    matroska_free (self);
    return NULL;
  }
  return self;
}

static enum AVCodecID
find_codec (const GstStructure * caps)
{
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++) {
    if (gst_structure_has_name (caps, codecs[i].media_type))
      return codecs[i].codec;
  }
  return AV_CODEC_ID_NONE;
}

static void
set_private (AVCodecParameters * parameters, GstBuffer * buffer)
{
  gsize size = gst_buffer_get_size (buffer);

  parameters->extradata = av_mallocz (size + AV_INPUT_BUFFER_PADDING_SIZE);
  parameters->extradata_size = size;
  gst_buffer_extract (buffer, 0, parameters->extradata, size);
}

/* OpusHead. What RTP carries is mono or stereo (RFC 7587). */
static void
describe_opus (AVCodecParameters * parameters, GstCaps * caps)
{
  guint32 rate = OPUS_RATE;
  guint8 channels = 2, family = 0, streams = 1, coupled = 1, mapping[256];

  gst_codec_utils_opus_parse_caps (caps, &rate, &channels, &family, &streams,
      &coupled, mapping);
  g_autoptr (GstBuffer) header = gst_codec_utils_opus_create_header (rate,
      channels, family, streams, coupled, mapping, OPUS_PRE_SKIP, 0);
  parameters->codec_type = AVMEDIA_TYPE_AUDIO;
  parameters->sample_rate = OPUS_RATE;
  av_channel_layout_default (&parameters->ch_layout, channels);
  if (header != NULL)
    set_private (parameters, header);
}

static void
describe_video (AVCodecParameters * parameters, const GstStructure * caps)
{
  const GValue *codec_data = gst_structure_get_value (caps, "codec_data");

  parameters->codec_type = AVMEDIA_TYPE_VIDEO;
  gst_structure_get (caps, "width", G_TYPE_INT, &parameters->width,
      "height", G_TYPE_INT, &parameters->height, NULL);
  if (codec_data != NULL)
    set_private (parameters, gst_value_get_buffer (codec_data));
}

/* The number of the track, or -1. Before matroska_begin(). */
int
matroska_add_track (Matroska * self, GstCaps * caps, GError ** error)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  enum AVCodecID codec = find_codec (structure);

  if (codec == AV_CODEC_ID_NONE
      || self->context->nb_streams == G_N_ELEMENTS (self->last)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
        "cannot write %s: no more tracks, or not of %s", self->path,
        gst_structure_get_name (structure));
    return -1;
  }
  AVStream *stream = avformat_new_stream (self->context, NULL);
  stream->codecpar->codec_id = codec;
  stream->time_base = av_make_q (1, 1000);
  if (codec == AV_CODEC_ID_OPUS)
    describe_opus (stream->codecpar, caps);
  else
    describe_video (stream->codecpar, structure);
  return stream->index;
}

gboolean
matroska_begin (Matroska * self, GError ** error)
{
  AVDictionary *options = NULL;

  av_dict_set (&options, "cluster_time_limit", CLUSTER_MS, 0);
  int result = avformat_write_header (self->context, &options);
  av_dict_free (&options);
  self->begun = result >= 0;
  return check (self, result, error);
}

gboolean
matroska_write (Matroska * self, int track, GstBuffer * buffer,
    gint64 time_ms, gboolean is_key, GError ** error)
{
  g_auto (GstBufferMapInfo) map = GST_MAP_INFO_INIT;
  AVPacket *packet = self->packet;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return TRUE;
  self->last[track] = MAX (self->last[track], time_ms);
  packet->data = map.data;
  packet->size = map.size;
  packet->stream_index = track;
  packet->pts = packet->dts = self->last[track];
  packet->flags = is_key ? AV_PKT_FLAG_KEY : 0;
  gboolean ok = check (self, av_write_frame (self->context, packet), error);
  av_packet_unref (packet);
  return ok;
}

/* Writes what makes the file seekable, and frees @self in any case. */
gboolean
matroska_close (Matroska * self, GError ** error)
{
  gboolean ok = !self->begun
      || check (self, av_write_trailer (self->context), error);

  matroska_free (self);
  return ok;
}
