/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* The two trailers of a frame: IV and key index, and frame metadata. What was
 * read and is written again reads the same. */

#include "fuzz.h"

#include "lke2ee-trailer-private.h"

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_be_strict ();
  return 0;
}

static void
check_trailer (const guint8 * frame, gsize size)
{
  guint8 written[LKE2EE_TRAILER_SIZE];
  Lke2eeTrailer trailer;

  if (!lke2ee_trailer_parse (frame + size, size, &trailer))
    return;
  g_assert_cmpuint (size, >=, LKE2EE_TRAILER_SIZE);
  lke2ee_trailer_write (written, trailer.iv, trailer.key_index);
  g_assert_cmpmem (written, sizeof written,
      frame + size - LKE2EE_TRAILER_SIZE, LKE2EE_TRAILER_SIZE);
}

static void
check_metadata (const guint8 * frame, gsize size)
{
  guint8 written[LKE2EE_FRAME_METADATA_MAX_SIZE];
  guint8 user_data[LKE2EE_FRAME_METADATA_MAX_SIZE];
  Lke2eeFrameMetadata metadata, again;
  gsize trailer_size;

  if (!lke2ee_frame_metadata_parse (&metadata, frame, size, &trailer_size)
      || trailer_size == 0)
    return;
  g_assert_cmpuint (trailer_size, <=, size);
  /* As it lies there: every bit inverted. */
  for (gsize i = 0; i < metadata.user_data_size; i++)
    user_data[i] = metadata.user_data[i] ^ 0xff;
  metadata.user_data = user_data;

  gsize written_size =
      lke2ee_frame_metadata_write (&metadata, written, sizeof written);
  if (written_size == 0)
    return;
  g_assert_cmpuint (written_size, <=, trailer_size);
  g_assert_true (lke2ee_frame_metadata_parse (&again, written, written_size,
          &trailer_size));
  g_assert_cmpuint (trailer_size, ==, written_size);
  g_assert_cmpuint (again.timestamp_us, ==, metadata.timestamp_us);
  g_assert_cmpuint (again.frame_id, ==, metadata.frame_id);
  g_assert_cmpuint (again.user_data_size, ==, metadata.user_data_size);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  Input input = { data, size };
  g_autofree guint8 *copy = input_take_copy (&input, size, &size);

  if (size == 0)
    return 0;
  check_trailer (copy, size);
  check_metadata (copy, size);
  return 0;
}
