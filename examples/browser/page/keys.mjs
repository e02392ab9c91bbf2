// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// Where the page's keys come from: two key providers on LiveKit's base classes.
import {
  BaseKeyProvider,
  ExternalE2EEKeyProvider,
  createKeyMaterialFromString,
} from '/livekit-client/livekit-client.esm.mjs';

// One passphrase for the whole room, in any slot of the key ring.
export class SharedKeys extends ExternalE2EEKeyProvider {
  async setPassphrase(passphrase, { index = 0 } = {}) {
    this.onSetEncryptionKey(
      await createKeyMaterialFromString(passphrase), undefined, index);
  }
}

// A passphrase for each participant, this one included. A ratcheted key is
// followed, over up to 8 steps (the base class's window).
export class ParticipantKeys extends BaseKeyProvider {
  constructor() {
    super({ sharedKey: false });
  }

  async setPassphrase(passphrase, { identity, index = 0 }) {
    this.onSetEncryptionKey(
      await createKeyMaterialFromString(passphrase), identity, index);
  }
}
