/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Frame metadata trailer: write and parse. */

#include "lke2ee-frame-metadata.h"

#include <string.h>

#define TAG_TIMESTAMP 0x01
#define TAG_FRAME_ID 0x02
#define TAG_USER_DATA 0x03
#define MAGIC "LKTS"
#define MAGIC_SIZE 4
#define ENVELOPE_SIZE (MAGIC_SIZE + 1)
#define TIMESTAMP_SIZE 8
#define FRAME_ID_SIZE 4

static guint8 *
write_field (guint8 * out, guint8 tag, const guint8 * value, guint8 size)
{
  *out++ = tag ^ 0xff;
  *out++ = size ^ 0xff;
  for (guint i = 0; i < size; i++)
    *out++ = value[i] ^ 0xff;
  return out;
}

static gsize
field_size (gboolean present, gsize value_size)
{
  return present ? 2 + value_size : 0;
}

/**
 * lke2ee_frame_metadata_write: (skip)
 * @self: what to write; fields that are zero are left out
 * @out: (array length=out_capacity): where to write
 * @out_capacity: room in @out, in bytes
 *
 * Writes the trailer that follows an encrypted frame.
 *
 * Returns: bytes written; 0 if all fields are zero, or if they do not fit
 *   @out_capacity or [const@Lke2ee.FRAME_METADATA_MAX_SIZE]
 *
 * Since: 0.1
 */
gsize
lke2ee_frame_metadata_write (const Lke2eeFrameMetadata * self, guint8 * out,
    gsize out_capacity)
{
  guint64 timestamp = GUINT64_TO_BE (self->timestamp_us);
  guint32 frame_id = GUINT32_TO_BE (self->frame_id);
  gsize fields = field_size (timestamp != 0, TIMESTAMP_SIZE)
      + field_size (frame_id != 0, FRAME_ID_SIZE)
      + field_size (self->user_data_size > 0, self->user_data_size);
  gsize size = fields + ENVELOPE_SIZE;

  if (fields == 0 || size > out_capacity
      || size > LKE2EE_FRAME_METADATA_MAX_SIZE)
    return 0;

  if (timestamp != 0)
    out = write_field (out, TAG_TIMESTAMP, (const guint8 *) &timestamp,
        TIMESTAMP_SIZE);
  if (frame_id != 0)
    out = write_field (out, TAG_FRAME_ID, (const guint8 *) &frame_id,
        FRAME_ID_SIZE);
  if (self->user_data_size > 0)
    out = write_field (out, TAG_USER_DATA, self->user_data,
        (guint8) self->user_data_size);
  *out++ = (guint8) size ^ 0xff;
  memcpy (out, MAGIC, MAGIC_SIZE);
  return size;
}

static guint64
read_number (const guint8 * value, gsize size)
{
  guint64 number = 0;

  for (gsize i = 0; i < size; i++)
    number = number << 8 | (value[i] ^ 0xff);
  return number;
}

static void
read_field (Lke2eeFrameMetadata * self, guint8 tag, const guint8 * value,
    gsize size)
{
  if (tag == TAG_TIMESTAMP && size == TIMESTAMP_SIZE) {
    self->timestamp_us = read_number (value, size);
  } else if (tag == TAG_FRAME_ID && size == FRAME_ID_SIZE) {
    self->frame_id = (guint32) read_number (value, size);
  } else if (tag == TAG_USER_DATA) {
    self->user_data = value;
    self->user_data_size = size;
  }
  /* Other tags are for newer peers. */
}

/**
 * lke2ee_frame_metadata_parse: (skip)
 * @self: filled with what the trailer says. @user_data points into @frame and
 *   is still XORed with 0xFF, as it stands there
 * @frame: (array length=size): a frame as it came
 * @size: bytes in @frame
 * @trailer_size: (out): bytes to take off the end of @frame, 0 if the trailer
 *   is broken
 *
 * Looks for a frame metadata trailer at the end of a frame. No encrypted frame
 * ends in `LKTS`, because the byte before its last is 0x0C.
 *
 * Returns: %TRUE if @frame ends in `LKTS`; then a @trailer_size of 0 says that
 *   the frame is malformed
 *
 * Since: 0.1
 */
gboolean
lke2ee_frame_metadata_parse (Lke2eeFrameMetadata * self,
    const guint8 * frame, gsize size, gsize * trailer_size)
{
  memset (self, 0, sizeof *self);
  *trailer_size = 0;
  if (size < ENVELOPE_SIZE
      || memcmp (frame + size - MAGIC_SIZE, MAGIC, MAGIC_SIZE) != 0)
    return FALSE;

  gsize whole = frame[size - ENVELOPE_SIZE] ^ 0xff;
  if (whole < ENVELOPE_SIZE || whole > size)
    return TRUE;

  const guint8 *field = frame + size - whole;
  gsize left = whole - ENVELOPE_SIZE;
  while (left >= 2) {
    gsize value_size = field[1] ^ 0xff;

    if (value_size > left - 2)
      break;
    read_field (self, field[0] ^ 0xff, field + 2, value_size);
    field += 2 + value_size;
    left -= 2 + value_size;
  }
  *trailer_size = whole;
  return TRUE;
}
