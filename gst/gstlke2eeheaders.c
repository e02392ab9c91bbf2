/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* What depayloaders and parsers do to a clear header, undone.
 *
 * rtph264depay puts the sets of sprop-parameter-sets in front of the first
 * access unit, a payloader's config-interval puts sets in front of key frames,
 * h264parse inserts access unit delimiters, and whoever makes avc moves the
 * sets to codec_data. The header is authenticated, so it has to be found as it
 * was. Five ways are tried, those that differ; a stream takes the same way for
 * each key frame, so the one that worked comes first the next time. */

#include "gstlke2eeheaders.h"

#include <string.h>

typedef enum
{
  AS_IT_IS,
  WITHOUT_DELIMITERS,
  LAST_SETS,                    /* of each set only the last in the header */
  WITHOUT_SETS,
  SETS_OF_CODEC_DATA,
  N_KINDS
} HeaderKind;

/* A header of more NAL units is nobody's but an attacker's. */
#define MAX_NALS 64

struct _Lke2eeHeaders
{
  HeaderKind likeliest;
  GByteArray *bytes[N_KINDS];
  GOutputVector headers[N_KINDS];
  HeaderKind kinds[N_KINDS];    /* of headers */
  gsize n_headers;
};

Lke2eeHeaders *
lke2ee_headers_new (void)
{
  Lke2eeHeaders *self = g_new0 (Lke2eeHeaders, 1);

  for (guint i = 0; i < N_KINDS; i++)
    self->bytes[i] = g_byte_array_new ();
  return self;
}

void
lke2ee_headers_free (Lke2eeHeaders * self)
{
  for (guint i = 0; i < N_KINDS; i++)
    g_byte_array_unref (self->bytes[i]);
  g_free (self);
}

static void
append (const guint8 * nal, gsize size, gpointer bytes)
{
  static const guint8 start_code[] = { 0, 0, 0, 1 };

  g_byte_array_append (bytes, start_code, sizeof start_code);
  g_byte_array_append (bytes, nal, size);
}

static gboolean
comes_again (const Lke2eeNal * nals, gsize i, gsize n_nals)
{
  for (gsize j = i + 1; j < n_nals; j++) {
    if (nals[j].kind == LKE2EE_NAL_PARAMETER_SET
        && nals[j].rank == nals[i].rank && nals[j].id == nals[i].id)
      return TRUE;
  }
  return FALSE;
}

static gboolean
belongs (HeaderKind kind, const Lke2eeNal * nals, gsize i, gsize n_nals)
{
  if (kind == AS_IT_IS)
    return TRUE;
  /* Of what an encryptor leaves out only delimiters get inserted. */
  if (nals[i].kind == LKE2EE_NAL_OTHER)
    return FALSE;
  if (nals[i].kind != LKE2EE_NAL_PARAMETER_SET)
    return TRUE;
  switch (kind) {
    case LAST_SETS:
      return !comes_again (nals, i, n_nals);
    case WITHOUT_SETS:
    case SETS_OF_CODEC_DATA:
      return FALSE;
    default:
      return TRUE;
  }
}

static void
build (Lke2eeHeaders * self, HeaderKind kind, Lke2eeAccessUnit * unit,
    Lke2eeParameterSets * codec_data)
{
  GByteArray *bytes = self->bytes[kind];
  gsize n_nals;
  const Lke2eeNal *slice;
  const Lke2eeNal *nals =
      lke2ee_access_unit_peek_header (unit, &n_nals, &slice);

  g_byte_array_set_size (bytes, 0);
  if (kind == SETS_OF_CODEC_DATA)
    lke2ee_parameter_sets_give (codec_data, FALSE, append, bytes);
  for (gsize i = 0; i < n_nals; i++) {
    if (belongs (kind, nals, i, n_nals))
      append (nals[i].data, nals[i].size, bytes);
  }
  append (slice->data, 2, bytes);
}

/* Adds the header of @kind, unless another kind gave the same. */
static void
add (Lke2eeHeaders * self, HeaderKind kind)
{
  const GByteArray *bytes = self->bytes[kind];

  for (gsize i = 0; i < self->n_headers; i++) {
    if (self->headers[i].size == bytes->len
        && memcmp (self->headers[i].buffer, bytes->data, bytes->len) == 0)
      return;
  }
  self->headers[self->n_headers] = (GOutputVector) {
  bytes->data, bytes->len};
  self->kinds[self->n_headers++] = kind;
}

const GOutputVector *
lke2ee_headers_build (Lke2eeHeaders * self, Lke2eeAccessUnit * unit,
    Lke2eeParameterSets * codec_data, gsize * n_headers, gsize * max_size)
{
  gsize n_nals;
  const Lke2eeNal *slice;

  lke2ee_access_unit_peek_header (unit, &n_nals, &slice);
  guint n_kinds = n_nals > MAX_NALS ? 1 : N_KINDS;
  for (guint kind = 0; kind < n_kinds; kind++)
    build (self, kind, unit, codec_data);
  self->n_headers = 0;
  if (self->likeliest < n_kinds)
    add (self, self->likeliest);
  for (guint kind = 0; kind < n_kinds; kind++)
    add (self, kind);

  *n_headers = self->n_headers;
  *max_size = 0;
  for (gsize i = 0; i < self->n_headers; i++)
    *max_size = MAX (*max_size, self->headers[i].size);
  return self->headers;
}

void
lke2ee_headers_succeeded (Lke2eeHeaders * self, gsize index)
{
  self->likeliest = self->kinds[index];
}
