/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* NAL units: GStreamer's codecparsers find and read them; here is what the
 * encryption has to know of each. */

#include "gstlke2eenalparser.h"

#include "gstlke2eesetid.h"

struct _Lke2eeNalParser
{
  Lke2eeStreamInfo info;
  guint length_size;            /* bytes of a length in avc or hvc1 */
  /* Megabytes each: made for the first stream that needs one. */
  GstH264NalParser *h264;
  GstH265Parser *h265;
};

Lke2eeNalParser *
lke2ee_nal_parser_new (void)
{
  Lke2eeNalParser *self = g_new0 (Lke2eeNalParser, 1);

  self->length_size = 4;
  return self;
}

void
lke2ee_nal_parser_free (Lke2eeNalParser * self)
{
  g_clear_pointer (&self->h264, gst_h264_nal_parser_free);
  g_clear_pointer (&self->h265, gst_h265_parser_free);
  g_free (self);
}

/* To be called before anything is read. */
void
lke2ee_nal_parser_set_stream (Lke2eeNalParser * self,
    const Lke2eeStreamInfo * info)
{
  if (info->codec == LKE2EE_CODEC_H265 && self->h265 == NULL)
    self->h265 = gst_h265_parser_new ();
  else if (info->codec == LKE2EE_CODEC_H264 && self->h264 == NULL)
    self->h264 = gst_h264_nal_parser_new ();
  self->info = *info;
  self->length_size = 4;
}

guint
lke2ee_nal_parser_get_length_size (Lke2eeNalParser * self)
{
  return self->length_size;
}

void
lke2ee_nal_move_unit (Lke2eeNal * nal)
{
  if (nal->is_h265) {
    nal->unit.h265.data = (guint8 *) nal->data;
    nal->unit.h265.offset = 0;
  } else {
    nal->unit.h264.data = (guint8 *) nal->data;
    nal->unit.h264.offset = 0;
  }
}

/* H.264 */

static gboolean
h264_sei_has_recovery_point (Lke2eeNalParser * self, GstH264NalUnit * unit)
{
  GArray *messages = NULL;
  gboolean found = FALSE;

  /* It keeps what it understood when it meets something broken. */
  gst_h264_parser_parse_sei (self->h264, unit, &messages);
  for (guint i = 0; messages && i < messages->len; i++)
    found |= g_array_index (messages, GstH264SEIMessage, i).payloadType
        == GST_H264_SEI_RECOVERY_POINT;
  g_clear_pointer (&messages, g_array_unref);
  return found;
}

/* For the SEI that refer to it. */
static void
learn_h264_sps (Lke2eeNalParser * self, GstH264NalUnit * unit)
{
  GstH264SPS sps;

  if (gst_h264_parser_parse_sps (self->h264, unit, &sps)
      == GST_H264_PARSER_OK)
    gst_h264_sps_clear (&sps);
}

static void
set_parameter_set (Lke2eeNal * nal, guint rank, guint id)
{
  nal->kind = LKE2EE_NAL_PARAMETER_SET;
  nal->rank = rank;
  nal->id = id;
}

static void
classify_h264 (Lke2eeNalParser * self, GstH264NalUnit * unit,
    Lke2eeNal * nal)
{
  nal->unit.h264 = *unit;
  switch (unit->type) {
    case GST_H264_NAL_SLICE:
    case GST_H264_NAL_SLICE_IDR:
      nal->kind = LKE2EE_NAL_SLICE;
      nal->is_key = unit->type == GST_H264_NAL_SLICE_IDR;
      break;
    case GST_H264_NAL_SLICE_DPA:
    case GST_H264_NAL_SLICE_DPB:
    case GST_H264_NAL_SLICE_DPC:
    case GST_H264_NAL_SLICE_AUX:
    case GST_H264_NAL_SLICE_EXT:
    case GST_H264_NAL_SLICE_DEPTH:
      nal->kind = LKE2EE_NAL_OTHER_SLICE;
      break;
    case GST_H264_NAL_SPS:
      nal->is_sps = TRUE;
      learn_h264_sps (self, unit);
      set_parameter_set (nal, 1, lke2ee_set_id_of_h264_sps (nal->data,
              nal->size));
      break;
    case GST_H264_NAL_SUBSET_SPS:
    case GST_H264_NAL_SPS_EXT:
      set_parameter_set (nal, 2, unit->type);
      break;
    case GST_H264_NAL_PPS:
      set_parameter_set (nal, 3, lke2ee_set_id_of_h264_pps (nal->data,
              nal->size));
      break;
    case GST_H264_NAL_SEI:
      nal->kind = LKE2EE_NAL_SEI;
      break;
    default:
      nal->kind = LKE2EE_NAL_OTHER;
  }
}

/* H.265 */

static gboolean
h265_sei_has_recovery_point (Lke2eeNalParser * self, GstH265NalUnit * unit)
{
  GArray *messages = NULL;
  gboolean found = FALSE;

  gst_h265_parser_parse_sei (self->h265, unit, &messages);
  for (guint i = 0; messages && i < messages->len; i++)
    found |= g_array_index (messages, GstH265SEIMessage, i).payloadType
        == GST_H265_SEI_RECOVERY_POINT;
  g_clear_pointer (&messages, g_array_unref);
  return found;
}

/* For the SEI that refer to them; the parser reads no SPS without its VPS. */
static void
learn_h265_vps (Lke2eeNalParser * self, GstH265NalUnit * unit)
{
  GstH265VPS vps;

  gst_h265_parser_parse_vps (self->h265, unit, &vps);
}

static void
learn_h265_sps (Lke2eeNalParser * self, GstH265NalUnit * unit)
{
  GstH265SPS sps;

  gst_h265_parser_parse_sps (self->h265, unit, &sps, FALSE);
}

static gboolean
is_h265_slice (guint type)
{
  return type <= GST_H265_NAL_SLICE_RASL_R
      || (type >= GST_H265_NAL_SLICE_BLA_W_LP
      && type <= GST_H265_NAL_SLICE_CRA_NUT);
}

static void
classify_h265 (Lke2eeNalParser * self, GstH265NalUnit * unit,
    Lke2eeNal * nal)
{
  nal->is_h265 = TRUE;
  nal->unit.h265 = *unit;
  if (is_h265_slice (unit->type)) {
    nal->kind = LKE2EE_NAL_SLICE;
    nal->is_key = unit->type >= GST_H265_NAL_SLICE_BLA_W_LP;
    return;
  }
  switch (unit->type) {
    case GST_H265_NAL_VPS:
      learn_h265_vps (self, unit);
      set_parameter_set (nal, 0, lke2ee_set_id_of_h265_vps (nal->data,
              nal->size));
      break;
    case GST_H265_NAL_SPS:
      nal->is_sps = TRUE;
      learn_h265_sps (self, unit);
      set_parameter_set (nal, 1, lke2ee_set_id_of_h265_sps (nal->data,
              nal->size));
      break;
    case GST_H265_NAL_PPS:
      set_parameter_set (nal, 3, lke2ee_set_id_of_h265_pps (nal->data,
              nal->size));
      break;
    case GST_H265_NAL_PREFIX_SEI:
      nal->kind = LKE2EE_NAL_SEI;
      break;
    default:
      /* 10 to 15 and 22 to 31 are reserved for slices. */
      nal->kind = unit->type < GST_H265_NAL_VPS ?
          LKE2EE_NAL_OTHER_SLICE : LKE2EE_NAL_OTHER;
  }
}

/* Finding */

static gboolean
next_h264 (Lke2eeNalParser * self, const guint8 * data, gsize size,
    gboolean stop_at_slice, gsize * offset, Lke2eeNal * nal)
{
  GstH264NalUnit unit;
  GstH264ParserResult result;
  /* A length beyond the end is broken; a start code need not follow. */
  gboolean lengths = self->info.format == LKE2EE_FORMAT_LENGTHS;

  if (lengths) {
    result = gst_h264_parser_identify_nalu_avc (self->h264, data, *offset,
        size, self->length_size, &unit);
  } else {
    result = gst_h264_parser_identify_nalu_unchecked (self->h264, data,
        *offset, size, &unit);
    if (result == GST_H264_PARSER_OK && !(stop_at_slice
            && (unit.type == GST_H264_NAL_SLICE
                || unit.type == GST_H264_NAL_SLICE_IDR)))
      result = gst_h264_parser_identify_nalu (self->h264, data, *offset,
          size, &unit);
  }
  if (result != GST_H264_PARSER_OK
      && (result != GST_H264_PARSER_NO_NAL_END || lengths))
    return FALSE;
  nal->data = data + unit.offset;
  nal->size = unit.size;
  *offset = unit.offset + unit.size;
  classify_h264 (self, &unit, nal);
  return TRUE;
}

static gboolean
next_h265 (Lke2eeNalParser * self, const guint8 * data, gsize size,
    gboolean stop_at_slice, gsize * offset, Lke2eeNal * nal)
{
  GstH265NalUnit unit;
  GstH265ParserResult result;
  /* A length beyond the end is broken; a start code need not follow. */
  gboolean lengths = self->info.format == LKE2EE_FORMAT_LENGTHS;

  if (lengths) {
    result = gst_h265_parser_identify_nalu_hevc (self->h265, data, *offset,
        size, self->length_size, &unit);
  } else {
    result = gst_h265_parser_identify_nalu_unchecked (self->h265, data,
        *offset, size, &unit);
    if (result == GST_H265_PARSER_OK
        && !(stop_at_slice && is_h265_slice (unit.type)))
      result = gst_h265_parser_identify_nalu (self->h265, data, *offset,
          size, &unit);
  }
  if (result != GST_H265_PARSER_OK
      && (result != GST_H265_PARSER_NO_NAL_END || lengths))
    return FALSE;
  nal->data = data + unit.offset;
  nal->size = unit.size;
  *offset = unit.offset + unit.size;
  classify_h265 (self, &unit, nal);
  return TRUE;
}

gboolean
lke2ee_nal_parser_next (Lke2eeNalParser * self, const guint8 * data,
    gsize size, gboolean stop_at_slice, gsize * offset, Lke2eeNal * nal)
{
  *nal = (Lke2eeNal) {
  LKE2EE_NAL_OTHER};
  if (*offset >= size || size > G_MAXUINT)
    return FALSE;
  return self->info.codec == LKE2EE_CODEC_H265 ?
      next_h265 (self, data, size, stop_at_slice, offset, nal)
      : next_h264 (self, data, size, stop_at_slice, offset, nal);
}

gboolean
lke2ee_nal_parser_is_recovery_point (Lke2eeNalParser * self, Lke2eeNal * sei)
{
  return self->info.codec == LKE2EE_CODEC_H265 ?
      h265_sei_has_recovery_point (self, &sei->unit.h265)
      : h264_sei_has_recovery_point (self, &sei->unit.h264);
}

/* codec_data */

typedef void (*NalFunc) (const Lke2eeNal * nal, gpointer user_data);

static void
give_h264_units (Lke2eeNalParser * self, GArray * units, NalFunc func,
    gpointer user_data)
{
  for (guint i = 0; units && i < units->len; i++) {
    GstH264NalUnit *unit = &g_array_index (units, GstH264NalUnit, i);
    Lke2eeNal nal = {.data = unit->data + unit->offset,.size = unit->size };

    classify_h264 (self, unit, &nal);
    func (&nal, user_data);
  }
}

static gboolean
read_avcc (Lke2eeNalParser * self, const guint8 * data, gsize size,
    NalFunc func, gpointer user_data)
{
  GstH264DecoderConfigRecord *record = NULL;

  if (gst_h264_parser_parse_decoder_config_record (self->h264, data, size,
          &record) != GST_H264_PARSER_OK)
    return FALSE;
  self->length_size = record->length_size_minus_one + 1;
  give_h264_units (self, record->sps, func, user_data);
  give_h264_units (self, record->sps_ext, func, user_data);
  give_h264_units (self, record->pps, func, user_data);
  gst_h264_decoder_config_record_free (record);
  return TRUE;
}

/* GStreamer 1.22 has no parser for hvcC records, only for what is in them. */
static gboolean
read_hvcc (Lke2eeNalParser * self, const guint8 * data, gsize size,
    NalFunc func, gpointer user_data)
{
  gsize offset = 23;

  if (size < offset)
    return FALSE;
  self->length_size = (data[21] & 3) + 1;
  for (guint n_arrays = data[22]; n_arrays > 0; n_arrays--) {
    if (offset + 3 > size)
      return FALSE;
    guint n_units = data[offset + 1] << 8 | data[offset + 2];

    offset += 3;
    for (; n_units > 0; n_units--) {
      GstH265NalUnit unit;

      if (gst_h265_parser_identify_nalu_hevc (self->h265, data, offset, size,
              2, &unit) != GST_H265_PARSER_OK)
        return FALSE;
      Lke2eeNal nal = {.data = data + unit.offset,.size = unit.size };
      classify_h265 (self, &unit, &nal);
      func (&nal, user_data);
      offset = unit.offset + unit.size;
    }
  }
  return TRUE;
}

/* Takes the length size from @codec_data and calls @func for each NAL unit in
 * it. FALSE if it is broken. */
gboolean
lke2ee_nal_parser_set_codec_data (Lke2eeNalParser * self,
    GstBuffer * codec_data, NalFunc func, gpointer user_data)
{
  g_auto (GstBufferMapInfo) map = GST_MAP_INFO_INIT;

  /* The codecparsers take no empty record: an empty buffer maps to NULL. */
  if (!gst_buffer_map (codec_data, &map, GST_MAP_READ) || map.size == 0)
    return FALSE;
  return self->info.codec == LKE2EE_CODEC_H265 ?
      read_hvcc (self, map.data, map.size, func, user_data)
      : read_avcc (self, map.data, map.size, func, user_data);
}
