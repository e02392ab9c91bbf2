# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""What becomes of a secret: the derivations of LiveKit's SDKs, by Python's own
hashlib."""

import hashlib
import hmac

SALT = b'LKFrameEncryptionKey'


def hkdf(material, size):
    extract = hmac.new(SALT, material, hashlib.sha256).digest()
    out, block, i = b'', b'', 1
    while len(out) < size:
        block = hmac.new(extract, block + bytes(128) + bytes([i]),
                         hashlib.sha256).digest()
        out, i = out + block, i + 1
    return out[:size]


def pbkdf2(material, size):
    return hashlib.pbkdf2_hmac('sha256', material, SALT, 100000, size)


def derived(material, kdf, steps=2):
    """The material, and what the key and the ratchet make of it."""
    secrets = [material]
    for _ in range(steps):
        material = kdf(material, 32)
        secrets += [material, material[:16]]
    return secrets
