#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""A key provider in Python: a subclass that has a key for each participant and
hands it out when a frame needs it.

Two participants send, one receiver each. Mallory has no entry in the key store,
so nobody can read her."""

import hashlib
import sys

import gi

gi.require_version('Gst', '1.0')
gi.require_version('Lke2ee', '1.0')
from gi.repository import GLib, Gst, Lke2ee  # noqa: E402

# A real one would be a key service; this shows where it would be asked.
KEY_STORE = {'alice': hashlib.sha256(b'the key of alice').digest(),
             'bob': hashlib.sha256(b'the key of bob').digest()}


class Provider(Lke2ee.KeyProvider):
    """Virtual functions run on the thread that needs the key, often a
    streaming thread: nothing slow belongs here."""

    def do_request_key(self, participant, index):
        key = KEY_STORE.get(participant)
        print(f'key {index} of {participant}: '
              f'{"found" if key else "unknown"}')
        return key is not None and self.set_key(
            participant, GLib.Bytes.new(key), Lke2ee.Kdf.HKDF, index)

    def do_key_set(self, participant, index):
        print(f'key {index} of {participant} is set')


def transmit(name, sender_key):
    """Sends as NAME, receives with a provider of its own. Returns how many
    frames came in and how many could be read."""
    pipeline = Gst.parse_launch(
        'audiotestsrc num-buffers=50 ! opusenc ! lke2eeenc name=enc ! '
        f'lke2eedec name=dec participant={name} ! fakesink')
    enc, dec = (pipeline.get_by_name(n) for n in ('enc', 'dec'))
    enc.emit('set-key', None, GLib.Bytes.new(sender_key), 0)
    dec.set_property('key-provider', Provider(shared_key=False))
    pipeline.set_state(Gst.State.PLAYING)
    message = pipeline.get_bus().timed_pop_filtered(
        30 * Gst.SECOND, Gst.MessageType.EOS | Gst.MessageType.ERROR)
    stats = dec.get_property('stats')
    frames, dropped = (stats.get_value(n) for n in ('frames', 'dropped'))
    pipeline.set_state(Gst.State.NULL)
    ok = message is not None and message.type == Gst.MessageType.EOS
    print(f'{name}: {frames} frames, {frames - dropped} of them read')
    return frames if ok else 0, frames - dropped


def main():
    Gst.init(None)
    alice = transmit('alice', KEY_STORE['alice'])
    bob = transmit('bob', KEY_STORE['bob'])
    mallory = transmit('mallory', hashlib.sha256(b'guessed').digest())
    return 0 if (alice[0] == alice[1] > 0 and bob[0] == bob[1] > 0
                 and mallory[0] > 0 and mallory[1] == 0) else 1


sys.exit(main())
