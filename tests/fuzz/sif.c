/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Server-injected frames: whatever passes has a known SHA-256, and is at the
 * start of a frame that ends in the trailer.
 *
 *     | frame | codec; 0x80: the trailer is appended */

#include "fuzz.h"

#include "lke2ee-nal-private.h"
#include "lke2ee-sif-private.h"

#include <string.h>

#define MAX_KNOWN_SIZE 256

static GBytes *trailer;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_be_strict ();
  trailer = g_bytes_new_static (FUZZ_SIF_TRAILER, strlen (FUZZ_SIF_TRAILER));
  return 0;
}

static gboolean
has_known_hash (const guint8 * data, gsize size)
{
  static const char *const known[] = {
    "ef0161653d8b2b23aad46624b420af1d03ce48950e9fc85718028f91b50f9219",
    "aad8d31fc56b2802ca500e58c2fb9d0b29ad71bb7cb52cd6530251eade188988",
    "f0a0e09647d891d6d50aa898bce7108090375d0d55e50a2bb21147afee558e44",
    "61d9665eed71b6d424ae9539330a3bdd5cb386d4d781c808219a6e36750493a7",
    "faffc26b68a2fc09096fa20f3351e706398b6f838a7500c8063472c2e476e90d",
    NULL
  };
  g_autofree char *hash =
      g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, size);

  return g_strv_contains (known, hash);
}

/* Known as a whole, or H.264 that begins with a known NAL unit. */
static void
assert_known (Lke2eeCodec codec, const guint8 * data, gsize size)
{
  g_assert_cmpuint (size, <=, MAX_KNOWN_SIZE);
  if (codec != LKE2EE_CODEC_H264
      || lke2ee_nal_find_start_code (data, size) < 0) {
    g_assert_true (has_known_hash (data, size));
    return;
  }
  const guint8 *nal = data + lke2ee_nal_find_start_code (data, size) + 3;
  gsize left = size - (nal - data);
  gssize next = lke2ee_nal_find_start_code (nal, left);
  gsize nal_size = next < 0 ? left : (gsize) next;

  while (next >= 0 && nal_size > 0 && nal[nal_size - 1] == 0)
    nal_size--;
  g_assert_true (has_known_hash (nal, nal_size));
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  Input input = { data, size };
  guint8 settings = input_take_last_byte (&input);
  Lke2eeCodec codec = (settings & 0x7f) % (LKE2EE_CODEC_H265 + 1);
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  gsize payload_size = G_MAXSIZE;

  g_byte_array_append (frame, input.data, input.size);
  if (settings & 0x80)
    g_byte_array_append (frame, (const guint8 *) FUZZ_SIF_TRAILER,
        strlen (FUZZ_SIF_TRAILER));
  size = frame->len;
  /* Just that size, for AddressSanitizer. */
  g_autofree guint8 *copy = g_memdup2 (frame->data, size);
  Lke2eeSif sif =
      lke2ee_sif_identify (codec, copy, size, trailer, &payload_size);

  if (settings & 0x80)
    g_assert_cmpint (sif, !=, LKE2EE_SIF_NONE);
  if (sif == LKE2EE_SIF_KNOWN) {
    g_assert_cmpuint (payload_size, <, size);
    assert_known (codec, copy, payload_size);
  }
  return 0;
}
