/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 lke2ee contributors */

/* Data packets over the same senders and receivers as frames. */

/**
 * Lke2eeDataCryptor:
 *
 * Encrypts and decrypts the data packets of one participant, in LiveKit's
 * `EncryptedPacket`: AES-GCM with the keys of the frames, no additional data,
 * `encrypted_value` = ciphertext and tag. The bytes that go in are the
 * serialized `EncryptedPacketPayload`; data tracks carry IV and key index in
 * their packets' extension and use the same cipher.
 *
 * Source: client-sdk-js `src/e2ee/worker/DataCryptor.ts`, livekit-datatrack.
 *
 * Not thread-safe: one thread at a time.
 *
 * Since: 0.1
 */

#include "lke2ee-data-cryptor.h"

#include "lke2ee-error.h"
#include "lke2ee-receiver-private.h"
#include "lke2ee-sender-private.h"
#include "lke2ee-wire-private.h"

struct _Lke2eeDataCryptor
{
  GObject parent_instance;

  Lke2eeSender *sender;
  Lke2eeReceiver *receiver;
};

G_DEFINE_FINAL_TYPE (Lke2eeDataCryptor, lke2ee_data_cryptor, G_TYPE_OBJECT);

static void
lke2ee_data_cryptor_finalize (GObject * object)
{
  Lke2eeDataCryptor *self = LKE2EE_DATA_CRYPTOR (object);

  g_clear_pointer (&self->sender, lke2ee_sender_free);
  g_clear_pointer (&self->receiver, lke2ee_receiver_free);
  G_OBJECT_CLASS (lke2ee_data_cryptor_parent_class)->finalize (object);
}

static void
lke2ee_data_cryptor_class_init (Lke2eeDataCryptorClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = lke2ee_data_cryptor_finalize;
}

static void
lke2ee_data_cryptor_init (Lke2eeDataCryptor * self)
{
}

/**
 * lke2ee_data_cryptor_new:
 * @provider: where the keys come from
 * @participant: (nullable): the identity whose keys are used, or %NULL for the
 *   shared ring
 *
 * Makes a cryptor for the data packets of one participant.
 *
 * Returns: (transfer full): a new cryptor
 *
 * Since: 0.1
 */
Lke2eeDataCryptor *
lke2ee_data_cryptor_new (Lke2eeKeyProvider * provider,
    const char *participant)
{
  g_return_val_if_fail (LKE2EE_IS_KEY_PROVIDER (provider), NULL);

  Lke2eeDataCryptor *self = g_object_new (LKE2EE_TYPE_DATA_CRYPTOR, NULL);

  self->sender = lke2ee_sender_new (provider, participant);
  self->receiver = lke2ee_receiver_new (provider, participant);
  return self;
}

static GBytes *
set_error_from_result (Lke2eeFrameResult result, gint key_index,
    GError ** error)
{
  switch (result) {
    case LKE2EE_FRAME_MISSING_KEY:
      g_set_error (error, LKE2EE_ERROR, LKE2EE_ERROR_MISSING_KEY,
          "No key is set at index %d; set it first", key_index);
      break;
    case LKE2EE_FRAME_AUTHENTICATION_FAILED:
    case LKE2EE_FRAME_INVALID_KEY:
      g_set_error (error, LKE2EE_ERROR, LKE2EE_ERROR_CRYPTO,
          "The packet does not verify under the key at index %d: "
          "wrong key, or a damaged packet", key_index);
      break;
    default:
      g_set_error_literal (error, LKE2EE_ERROR, LKE2EE_ERROR_CRYPTO,
          "libcrypto could not process the packet");
  }
  return NULL;
}

/**
 * lke2ee_data_cryptor_encrypt:
 * @self: a cryptor
 * @data: the serialized payload
 * @iv: (out) (transfer full): the 12-byte IV, to be sent along
 * @key_index: (out): the key index, to be sent along
 * @error: return location for an error
 *
 * Encrypts a data packet under the ring's current key.
 *
 * Returns: (transfer full): ciphertext and tag, 16 bytes more than @data, or
 *   %NULL with [error@Lke2ee.Error] MISSING_KEY or CRYPTO
 *
 * Since: 0.1
 */
GBytes *
lke2ee_data_cryptor_encrypt (Lke2eeDataCryptor * self, GBytes * data,
    GBytes ** iv, guint * key_index, GError ** error)
{
  guint8 iv_data[LKE2EE_IV_SIZE];
  gsize size;

  g_return_val_if_fail (LKE2EE_IS_DATA_CRYPTOR (self), NULL);
  g_return_val_if_fail (self->sender != NULL, NULL);
  g_return_val_if_fail (data != NULL, NULL);

  const guint8 *bytes = g_bytes_get_data (data, &size);
  g_autofree guint8 *out = g_malloc (size + LKE2EE_TAG_SIZE);
  Lke2eeFrameResult result =
      lke2ee_sender_seal_packet (self->sender, bytes, size, out, iv_data);

  if (result != LKE2EE_FRAME_OK)
    return set_error_from_result (result,
        lke2ee_sender_get_last_key_index (self->sender), error);
  *iv = g_bytes_new (iv_data, sizeof iv_data);
  *key_index = lke2ee_sender_get_last_key_index (self->sender);
  return g_bytes_new_take (g_steal_pointer (&out), size + LKE2EE_TAG_SIZE);
}

/**
 * lke2ee_data_cryptor_decrypt:
 * @self: a cryptor
 * @encrypted: ciphertext and tag
 * @iv: the IV that came along, 12 bytes
 * @key_index: the key index that came along
 * @error: return location for an error
 *
 * Decrypts a data packet.
 *
 * Returns: (transfer full): the serialized payload, or %NULL with
 *   [error@Lke2ee.Error] MISSING_KEY or CRYPTO
 *
 * Since: 0.1
 */
GBytes *
lke2ee_data_cryptor_decrypt (Lke2eeDataCryptor * self, GBytes * encrypted,
    GBytes * iv, guint key_index, GError ** error)
{
  gsize size;

  g_return_val_if_fail (LKE2EE_IS_DATA_CRYPTOR (self), NULL);
  g_return_val_if_fail (self->sender != NULL, NULL);
  g_return_val_if_fail (encrypted != NULL, NULL);
  g_return_val_if_fail (iv != NULL, NULL);

  const guint8 *bytes = g_bytes_get_data (encrypted, &size);
  if (size < LKE2EE_TAG_SIZE || g_bytes_get_size (iv) != LKE2EE_IV_SIZE
      || key_index >= LKE2EE_MAX_RING_SIZE) {
    g_set_error_literal (error, LKE2EE_ERROR, LKE2EE_ERROR_CRYPTO,
        "Not an encrypted packet: it needs a 16-byte tag, a 12-byte IV and a "
        "key index below 256");
    return NULL;
  }

  GOutputVector piece = { bytes, size };
  Lke2eeSealed sealed = {
    .text = {&piece, 1},
    .text_size = size - LKE2EE_TAG_SIZE,
    .tag = bytes + size - LKE2EE_TAG_SIZE,
    .iv = g_bytes_get_data (iv, NULL),
    .key_index = (guint8) key_index,
  };
  g_autofree guint8 *out = g_malloc (size);
  Lke2eeFrameResult result =
      lke2ee_receiver_open (self->receiver, &sealed, out, NULL);

  if (result != LKE2EE_FRAME_OK)
    return set_error_from_result (result, key_index, error);
  return g_bytes_new_take (g_steal_pointer (&out), sealed.text_size);
}
