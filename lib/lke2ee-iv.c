/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* IV generator.
 *
 * A shared key is used by every participant and track of a room, so nothing
 * but chance keeps their IVs apart: 96 random bits to start from, and a
 * counter so that one encryptor never repeats itself. With n encryptors that
 * send m frames each, two ranges meet with a probability below n^2 m / 2^96.
 *
 * Native receivers take the IV from the frame while it is still escaped
 * (webrtc-sdk frame_crypto_transformer.cc), so an IV into which an escape
 * could fall would never decrypt there. Such values are skipped. */

#include "lke2ee-iv-private.h"

#include "lke2ee-secret-private.h"

#include <string.h>

void
lke2ee_iv_init (Lke2eeIv * self)
{
  lke2ee_random_fill (self->next, LKE2EE_IV_SIZE);
}

/* For tests: luck would not find the values to skip. */
void
lke2ee_iv_init_at (Lke2eeIv * self, const guint8 * start)
{
  memcpy (self->next, start, LKE2EE_IV_SIZE);
}

static void
increment (guint8 * counter)
{
  for (gint i = LKE2EE_IV_SIZE - 1; i >= 0 && ++counter[i] == 0; i--);
}

/* The trick of strlen(): a byte borrows from its high bit only if it is 0 or
 * stands above one that is. */
static gboolean
has_zero_byte (const guint8 * iv)
{
  guint64 head, tail;

  memcpy (&head, iv, sizeof head);
  memcpy (&tail, iv + LKE2EE_IV_SIZE - sizeof tail, sizeof tail);
  guint64 borrowed = ((head - 0x0101010101010101) & ~head)
      | ((tail - 0x0101010101010101) & ~tail);
  return (borrowed & 0x8080808080808080) != 0;
}

/* Whether an escape could fall inside @iv: at 00 00 0[0-3], or at its second
 * byte if the tag before it ends with a zero. */
static gboolean
attracts_escape (const guint8 * iv)
{
  /* Most have none, and this is asked for each frame. */
  if (!has_zero_byte (iv))
    return FALSE;
  if (iv[0] == 0 && iv[1] <= 3)
    return TRUE;
  for (guint i = 0; i + 2 < LKE2EE_IV_SIZE; i++) {
    if (iv[i] == 0 && iv[i + 1] == 0 && iv[i + 2] <= 3)
      return TRUE;
  }
  return FALSE;
}

/* Steps over all values that share the offending bytes at once, as a plain
 * count could take 2^80 steps to leave a run such as 00 00 00... */
static void
skip_run (guint8 * counter)
{
  guint last = 1;

  if (counter[0] != 0 || counter[1] > 3) {
    for (last = 2; last < LKE2EE_IV_SIZE; last++) {
      if (counter[last - 2] == 0 && counter[last - 1] == 0
          && counter[last] <= 3)
        break;
    }
  }
  counter[last] = 4;
  memset (counter + last + 1, 0, LKE2EE_IV_SIZE - last - 1);
}

/* The next IV. Returns how many runs of values it had to step over. */
guint
lke2ee_iv_next (Lke2eeIv * self, guint8 * iv)
{
  guint n_skipped = 0;

  while (attracts_escape (self->next)) {
    skip_run (self->next);
    n_skipped++;
  }
  memcpy (iv, self->next, LKE2EE_IV_SIZE);
  increment (self->next);
  return n_skipped;
}
