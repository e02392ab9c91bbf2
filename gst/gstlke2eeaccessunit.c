/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Canonical access units, as a list of pieces, nothing copied.
 *
 *     | 00000001 VPS SPS PPS each | 00000001 kept SEI | 00000001 slice ...
 *     |<---------------------- clear header ---------------->| 2 bytes in
 *
 * - Start codes of 4 bytes before the slice: depayloaders write no others, and
 *   they are authenticated.
 * - Parameter sets in band in every key frame: an SFU starts a late joiner at
 *   the packet with the SPS.
 * - No AUD: in a packet before the SPS it would be lost to such a joiner.
 * - No SEI before the slice unless asked for: it would stand in the clear, and
 *   native receivers fail on headers above 255 bytes. A recovery point stays.
 * - Everything from the first slice on is taken over, whatever it is: it is
 *   going to be ciphertext. */

#include "gstlke2eeaccessunit.h"

#include <string.h>

static const guint8 start_code[] = { 0, 0, 0, 1 };

struct _Lke2eeAccessUnit
{
  GArray *pieces;               /* GOutputVector: start code, NAL unit, ... */
  GArray *kept_sei;             /* Lke2eeNal */
  GArray *header_nals;          /* Lke2eeNal: those in front of the slice */
  Lke2eeNal slice;              /* the first one */
  gsize size;
  gsize header_size;
  gboolean has_sps;
  Lke2eeNal sps;                /* the last one that came in band */
};

Lke2eeAccessUnit *
lke2ee_access_unit_new (void)
{
  Lke2eeAccessUnit *self = g_new0 (Lke2eeAccessUnit, 1);

  self->pieces = g_array_new (FALSE, FALSE, sizeof (GOutputVector));
  self->kept_sei = g_array_new (FALSE, FALSE, sizeof (Lke2eeNal));
  self->header_nals = g_array_new (FALSE, FALSE, sizeof (Lke2eeNal));
  return self;
}

void
lke2ee_access_unit_free (Lke2eeAccessUnit * self)
{
  g_array_unref (self->pieces);
  g_array_unref (self->kept_sei);
  g_array_unref (self->header_nals);
  g_free (self);
}

static void
reset (Lke2eeAccessUnit * self)
{
  g_array_set_size (self->pieces, 0);
  g_array_set_size (self->kept_sei, 0);
  g_array_set_size (self->header_nals, 0);
  self->size = 0;
  self->header_size = 0;
  self->has_sps = FALSE;
}

static void
append_piece (Lke2eeAccessUnit * self, const guint8 * data, gsize size)
{
  GOutputVector piece = { data, size };

  g_array_append_val (self->pieces, piece);
  self->size += size;
}

static void
append_nal (const guint8 * data, gsize size, gpointer user_data)
{
  append_piece (user_data, start_code, sizeof start_code);
  append_piece (user_data, data, size);
}

/* The end of a header: two bytes of the first slice, which begins with the
 * piece to be appended next. FALSE if the slice is shorter. */
static gboolean
mark_slice (Lke2eeAccessUnit * self, const Lke2eeNal * slice)
{
  self->header_size = self->size + sizeof start_code + 2;
  return slice->size >= 2;
}

/* What comes before the first slice goes into @sets and kept_sei. */
static Lke2eeAccessUnitResult
collect_header (Lke2eeAccessUnit * self, Lke2eeNalParser * parser,
    Lke2eeParameterSets * sets, const guint8 * data, gsize size,
    gsize * offset, Lke2eeNal * slice)
{
  gboolean found = FALSE;

  while (lke2ee_nal_parser_next (parser, data, size, TRUE, offset, slice)) {
    found = TRUE;
    switch (slice->kind) {
      case LKE2EE_NAL_SLICE:
        return LKE2EE_ACCESS_UNIT_OK;
      case LKE2EE_NAL_OTHER_SLICE:
        /* To every SDK this is no slice, so it would stay in the clear. */
        return LKE2EE_ACCESS_UNIT_BROKEN;
      case LKE2EE_NAL_PARAMETER_SET:
        lke2ee_parameter_sets_put (slice, sets);
        if (slice->is_sps) {
          self->has_sps = TRUE;
          self->sps = *slice;
        }
        break;
      case LKE2EE_NAL_SEI:
        g_array_append_val (self->kept_sei, *slice);
        break;
      case LKE2EE_NAL_OTHER:
        break;
    }
  }
  /* Short of the end something broken stands: there may be a slice behind. */
  return found && *offset == size ? LKE2EE_ACCESS_UNIT_NO_SLICE
      : LKE2EE_ACCESS_UNIT_BROKEN;
}

/* Leaves the recovery points in kept_sei, and the rest if asked to. TRUE if
 * there is a recovery point. */
static gboolean
filter_sei (Lke2eeAccessUnit * self, Lke2eeNalParser * parser,
    gboolean keep_sei)
{
  gboolean recovers = FALSE;

  for (guint i = self->kept_sei->len; i > 0; i--) {
    gboolean recovery_point = lke2ee_nal_parser_is_recovery_point (parser,
        &g_array_index (self->kept_sei, Lke2eeNal, i - 1));

    recovers |= recovery_point;
    if (!recovery_point && !keep_sei)
      g_array_remove_index (self->kept_sei, i - 1);
  }
  return recovers;
}

/* From the first slice on, start codes in place of lengths. */
static gboolean
append_slices (Lke2eeAccessUnit * self, Lke2eeNalParser * parser,
    const guint8 * data, gsize size, gsize offset, const Lke2eeNal * slice)
{
  Lke2eeNal nal;

  append_nal (slice->data, slice->size, self);
  while (lke2ee_nal_parser_next (parser, data, size, TRUE, &offset, &nal))
    append_nal (nal.data, nal.size, self);
  return offset == size;
}

Lke2eeAccessUnitResult
lke2ee_access_unit_make_canonical (Lke2eeAccessUnit * self,
    Lke2eeNalParser * parser, Lke2eeParameterSets * sets, gboolean keep_sei,
    const guint8 * data, gsize size)
{
  Lke2eeAccessUnitResult result;
  Lke2eeNal slice;
  gsize offset = 0;
  reset (self);
  result = collect_header (self, parser, sets, data, size, &offset, &slice);
  if (result != LKE2EE_ACCESS_UNIT_OK)
    return result;

  gboolean is_key = filter_sei (self, parser, keep_sei) || slice.is_key;
  lke2ee_parameter_sets_give (sets, !is_key, append_nal, self);
  for (guint i = 0; i < self->kept_sei->len; i++) {
    const Lke2eeNal *sei = &g_array_index (self->kept_sei, Lke2eeNal, i);

    append_nal (sei->data, sei->size, self);
  }
  if (!mark_slice (self, &slice)
      || !append_slices (self, parser, data, size, offset, &slice))
    return LKE2EE_ACCESS_UNIT_BROKEN;
  return LKE2EE_ACCESS_UNIT_OK;
}

Lke2eeAccessUnitResult
lke2ee_access_unit_read (Lke2eeAccessUnit * self, Lke2eeNalParser * parser,
    const guint8 * data, gsize size)
{
  Lke2eeNal nal;
  gsize offset = 0;

  reset (self);
  while (lke2ee_nal_parser_next (parser, data, size, TRUE, &offset, &nal)) {
    if (self->header_size == 0) {
      if (nal.kind != LKE2EE_NAL_SLICE)
        g_array_append_val (self->header_nals, nal);
      else if (!mark_slice (self, &nal))
        return LKE2EE_ACCESS_UNIT_BROKEN;
      else
        self->slice = nal;
    }
    append_nal (nal.data, nal.size, self);
  }
  if (offset != size)
    return LKE2EE_ACCESS_UNIT_BROKEN;
  return self->header_size > 0 ? LKE2EE_ACCESS_UNIT_OK
      : LKE2EE_ACCESS_UNIT_NO_SLICE;
}

gboolean
lke2ee_access_unit_lies_in (Lke2eeAccessUnit * self, const guint8 * data,
    gsize size)
{
  gsize offset = 0;

  if (self->size != size)
    return FALSE;
  for (guint i = 0; i < self->pieces->len; i++) {
    const GOutputVector *piece =
        &g_array_index (self->pieces, GOutputVector, i);

    /* Start codes are ours, NAL units point into @data. */
    if (i % 2 == 0 ? memcmp (data + offset, piece->buffer, piece->size) != 0
        : (const guint8 *) piece->buffer != data + offset)
      return FALSE;
    offset += piece->size;
  }
  return TRUE;
}

const Lke2eeNal *
lke2ee_access_unit_peek_header (Lke2eeAccessUnit * self, gsize * n_nals,
    const Lke2eeNal ** slice)
{
  *n_nals = self->header_nals->len;
  *slice = &self->slice;
  return (const Lke2eeNal *) self->header_nals->data;
}

const GOutputVector *
lke2ee_access_unit_peek_pieces (Lke2eeAccessUnit * self, gsize * n_pieces)
{
  *n_pieces = self->pieces->len;
  return (const GOutputVector *) self->pieces->data;
}

/* Writes all of it to @out, with start codes. */
void
lke2ee_access_unit_join (Lke2eeAccessUnit * self, guint8 * out)
{
  for (guint i = 0; i < self->pieces->len; i++) {
    const GOutputVector *piece =
        &g_array_index (self->pieces, GOutputVector, i);

    memcpy (out, piece->buffer, piece->size);
    out += piece->size;
  }
}

gsize
lke2ee_access_unit_get_size (Lke2eeAccessUnit * self)
{
  return self->size;
}

gsize
lke2ee_access_unit_get_header_size (Lke2eeAccessUnit * self)
{
  return self->header_size;
}

/* The SPS that came in band with the last access unit, or NULL. */
const Lke2eeNal *
lke2ee_access_unit_peek_sps (Lke2eeAccessUnit * self)
{
  return self->has_sps ? &self->sps : NULL;
}

/* Not GST_WRITE_UINT32_BE: on x86 that is an aligned store, and NAL units lie
 * anywhere. */
static void
write_length (guint8 * out, gsize nal_size)
{
  guint32 length = GUINT32_TO_BE ((guint32) nal_size);

  memcpy (out, &length, sizeof length);
}

/* Turns the start codes of the sealed frame @out into lengths. What was sealed
 * is one NAL unit, to the end of @out. */
void
lke2ee_access_unit_write_lengths (Lke2eeAccessUnit * self, guint8 * out,
    gsize out_size)
{
  gsize offset = 0;

  for (guint i = 0; i < self->pieces->len; i += 2) {
    gsize nal_size =
        g_array_index (self->pieces, GOutputVector, i + 1).size;
    gboolean is_run = offset + sizeof start_code + 2 == self->header_size;

    if (is_run)
      nal_size = out_size - offset - sizeof start_code;
    write_length (out + offset, nal_size);
    if (is_run)
      return;
    offset += sizeof start_code + nal_size;
  }
}

/* Writes the byte-stream @data with lengths to @out, which has room for a
 * third more. Returns how much that is, 0 if @data are broken. @sps is the SPS
 * in it; its data are NULL if there is none. */
gsize
lke2ee_access_unit_write_all_lengths (Lke2eeNalParser * parser,
    const guint8 * data, gsize size, guint8 * out, Lke2eeNal * sps)
{
  Lke2eeNal nal;
  gsize offset = 0;
  gsize written = 0;

  *sps = (Lke2eeNal) {
  LKE2EE_NAL_OTHER};
  while (lke2ee_nal_parser_next (parser, data, size, FALSE, &offset, &nal)) {
    if (nal.is_sps)
      *sps = nal;
    write_length (out + written, nal.size);
    memcpy (out + written + 4, nal.data, nal.size);
    written += 4 + nal.size;
  }
  return offset == size ? written : 0;
}
