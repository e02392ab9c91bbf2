/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* NAL unit start codes and emulation prevention, as the SDKs do them
 * (client-sdk-js src/e2ee/utils.ts: writeRbsp, parseRbsp).
 *
 * Ciphertext is random: two zero bytes in a row come once in 64 KiB. So
 * everything here runs over blocks that hold no pair of zeros at the speed of
 * a loop that the compiler vectorises, and looks closer only at a hit. */

#include "lke2ee-nal-private.h"

#include <string.h>

/* Long enough that the look at the result after each does not count. */
#define BLOCK_SIZE 256

/* Where a pair was the next may be near: noise has one in 64 KiB, but who
 * wants to make this slow sends many. */
#define NEAR 16

/* Reads BLOCK_SIZE + 1 bytes. */
static gboolean
block_has_zero_pair (const guint8 * block)
{
  guint8 least = 0xff;

  for (guint i = 0; i < BLOCK_SIZE; i++) {
    guint8 either = block[i] | block[i + 1];

    least = MIN (least, either);
  }
  return least == 0;
}

/* The loader takes the variant for the CPU: vectors of 32 bytes halve what
 * escaping adds to a frame. (Not in a build with ThreadSanitizer, which is not
 * up yet when the loader asks.) */
#if defined (__x86_64__) && defined (__gnu_linux__) && !defined (NO_CLONES)
#define FOR_EACH_CPU __attribute__ ((target_clones ("avx2", "default")))
#else
#define FOR_EACH_CPU
#endif

/* The offset of the first block, from @from on, that holds a pair of zeros, or
 * that is not whole; that of the last byte if there is certainly no pair. */
FOR_EACH_CPU static gsize
skip_blocks (const guint8 * data, gsize size, gsize from)
{
  while (from + BLOCK_SIZE < size && !block_has_zero_pair (data + from))
    from += BLOCK_SIZE;
  /* The rest, as a block that begins in what was seen already. */
  if (from + BLOCK_SIZE >= size && size > BLOCK_SIZE
      && !block_has_zero_pair (data + size - BLOCK_SIZE - 1))
    return size - 1;
  return from;
}

/* The offset of the first pair of zeros that begins before @end, or @end. */
static gsize
find_pair_bytewise (const guint8 * data, gsize from, gsize end)
{
  while (from < end && (data[from] | data[from + 1]) != 0)
    from++;
  return from;
}

/* The offset of the first pair of zero bytes at or behind @from, or @size. */
static gsize
find_zero_pair (const guint8 * data, gsize size, gsize from)
{
  if (from + 1 >= size)
    return size;

  gsize last = size - 1;
  gsize near = MIN (from + NEAR, last);
  gsize found = find_pair_bytewise (data, from, near);

  if (found < near)
    return found;
  found = find_pair_bytewise (data, skip_blocks (data, size, near), last);
  return found < last ? found : size;
}

/* The offset of the first 00 00 01, or -1. (The fourth byte of a long start
 * code is the zero before it.) */
gssize
lke2ee_nal_find_start_code (const guint8 * data, gsize size)
{
  gsize i = 0;

  while ((i = find_zero_pair (data, size, i)) + 2 < size) {
    if (data[i + 2] == 1)
      return i;
    i++;
  }
  return -1;
}

/* The offset of the byte that needs a 03 in front of it, or @size. @from is
 * where the zero count is 0. */
static gsize
find_byte_to_escape (const guint8 * data, gsize size, gsize from)
{
  gsize i = from;

  while ((i = find_zero_pair (data, size, i)) + 2 < size) {
    if (data[i + 2] <= 3)
      return i + 2;
    /* Behind a byte above 3 the count starts anew. */
    i += 3;
  }
  return size;
}

static gsize
count_escapes (const guint8 * data, gsize size, gsize * first)
{
  gsize n = 0;
  gsize i = find_byte_to_escape (data, size, 0);

  *first = i;
  while (i < size) {
    n++;
    i = find_byte_to_escape (data, size, i);
  }
  return n;
}

/* What @size bytes can grow to: a run of zeros gets a 03 after every two. */
gsize
lke2ee_nal_max_escaped_size (gsize size)
{
  return size + size / 2;
}

/* The size of @data once it is escaped. */
gsize
lke2ee_nal_escaped_size (const guint8 * data, gsize size)
{
  gsize first;

  return size + count_escapes (data, size, &first);
}

/* Escapes @data, which has room for lke2ee_nal_max_escaped_size(), as one run
 * that starts with a zero count of 0. Returns the new size. */
gsize
lke2ee_nal_escape_in_place (guint8 * data, gsize size)
{
  gsize first;
  gsize n = count_escapes (data, size, &first);

  if (n == 0)
    return size;

  /* Make the gap for all of them in front of what is still to be escaped; it
   * closes as they are written. */
  guint8 *out = data + first;
  const guint8 *in = data + first + n;
  gsize left = size - first;
  memmove (data + first + n, data + first, left);

  while (n > 0) {
    *out++ = 3;
    n--;
    gsize run = find_byte_to_escape (in, left, 0);
    memmove (out, in, run);
    out += run;
    in += run;
    left -= run;
  }
  return out - data;
}

/* The offset of the first 00 00 03 at or behind @from, or @size. */
static gsize
find_escape (const guint8 * data, gsize size, gsize from)
{
  gsize i = from;

  while ((i = find_zero_pair (data, size, i)) + 2 < size) {
    if (data[i + 2] == 3)
      return i;
    i++;
  }
  return size;
}

gboolean
lke2ee_nal_has_escape (const guint8 * data, gsize size)
{
  return find_escape (data, size, 0) < size;
}

/* Takes the 03 out of each 00 00 03. @out has room for @size bytes and does
 * not overlap. Returns how many it wrote. */
gsize
lke2ee_nal_unescape (const guint8 * data, gsize size, guint8 * out)
{
  gsize from = 0;
  gsize written = 0;

  while (from < size) {
    gsize found = find_escape (data, size, from);
    gsize run = (found < size ? found + 2 : size) - from;

    memcpy (out + written, data + from, run);
    written += run;
    from += run + (found < size ? 1 : 0);
  }
  return written;
}
