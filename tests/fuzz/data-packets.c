/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Data packets: what the network says they are, and what was sealed here.
 *
 *     | IV, 12 bytes or fewer | key index: 2 | flags | packet |
 *
 * Flags: 1: the packet is sealed first; 2: and then a bit of it changed. */

#include "fuzz.h"

#include "lke2ee-wire-private.h"

static Lke2eeDataCryptor *cryptor;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_autoptr (Lke2eeKeyProvider) provider = fuzz_provider_new ();

  fuzz_be_strict ();
  cryptor = lke2ee_data_cryptor_new (provider, NULL);
  return 0;
}

static void
seal_and_open (GBytes * packet, gboolean flip)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) iv = NULL;
  guint key_index;
  g_autoptr (GBytes) sealed = lke2ee_data_cryptor_encrypt (cryptor, packet,
      &iv, &key_index, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (sealed), ==,
      g_bytes_get_size (packet) + LKE2EE_TAG_SIZE);
  if (flip) {
    gsize size;
    guint8 *data = g_bytes_unref_to_data (g_steal_pointer (&sealed), &size);

    data[size / 2] ^= 0x10;
    sealed = g_bytes_new_take (data, size);
  }
  g_autoptr (GBytes) opened = lke2ee_data_cryptor_decrypt (cryptor, sealed,
      iv, key_index, &error);

  if (flip) {
    g_assert_error (error, LKE2EE_ERROR, LKE2EE_ERROR_CRYPTO);
    g_assert_null (opened);
  } else {
    g_assert_no_error (error);
    g_assert_true (g_bytes_equal (opened, packet));
  }
}

static void
open_as_it_is (GBytes * packet, GBytes * iv, guint key_index)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) opened = lke2ee_data_cryptor_decrypt (cryptor, packet,
      iv, key_index, &error);

  g_assert_true ((opened == NULL) == (error != NULL));
}

int
LLVMFuzzerTestOneInput (const guint8 * data, gsize size)
{
  Input input = { data, size };
  gsize iv_size, packet_size;
  guint8 *iv_data = input_take_copy (&input, LKE2EE_IV_SIZE, &iv_size);
  guint key_index = input_take_byte (&input);
  key_index |= input_take_byte (&input) << 8;
  guint8 flags = input_take_byte (&input);
  guint8 *packet_data = input_take_copy (&input, G_MAXSIZE, &packet_size);
  g_autoptr (GBytes) iv = g_bytes_new_take (iv_data, iv_size);
  g_autoptr (GBytes) packet = g_bytes_new_take (packet_data, packet_size);

  if (flags & 1)
    seal_and_open (packet, flags & 2);
  else
    open_as_it_is (packet, iv, key_index);
  return 0;
}
