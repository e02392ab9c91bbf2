#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""Timed key rotation in a running pipeline.

    examples/rotate.py [--every SECONDS] [--rotations N]

A sender and a receiver with a provider each, as on two machines. Every few
seconds a fresh random key goes into the next slot: first at the receiver, then
at the sender, which sends with it from its next frame on. Frames that are still
on their way name the old slot, so none is lost. Ends with what was counted."""

import argparse
import os
import sys

import gi

gi.require_version('Gst', '1.0')
gi.require_version('Lke2ee', '1.0')
from gi.repository import GLib, Gst, Lke2ee  # noqa: E402

RING_SIZE = 16


class Rotation:
    def __init__(self, every, rotations):
        self.left = rotations
        self.index = 0
        self.failed = False
        self.loop = GLib.MainLoop()
        self.pipeline = Gst.parse_launch(
            'audiotestsrc is-live=true ! opusenc ! lke2eeenc name=enc ! queue '
            '! lke2eedec name=dec ! fakesink')
        self.sender = Lke2ee.KeyProvider.new(True)
        self.receiver = Lke2ee.KeyProvider.new(True)
        self.rotate()
        self.pipeline.get_by_name('enc').set_property(
            'key-provider', self.sender)
        self.pipeline.get_by_name('dec').set_property(
            'key-provider', self.receiver)
        GLib.timeout_add(int(every * 1000), self.on_timer)

    def rotate(self):
        """The new key would travel to the others over a secure channel."""
        key = GLib.Bytes.new(os.urandom(32))
        for provider in (self.receiver, self.sender):
            provider.set_key(None, key, Lke2ee.Kdf.HKDF, self.index)
        self.index = (self.index + 1) % RING_SIZE

    def on_timer(self):
        if self.left == 0:
            # Until everything that was sent has arrived.
            self.pipeline.send_event(Gst.Event.new_eos())
            return False
        self.rotate()
        self.left -= 1
        print(f'sending with key {self.sender.get_current_index(None)}')
        return True

    def on_message(self, bus, message):
        if message.type in (Gst.MessageType.EOS, Gst.MessageType.ERROR):
            self.failed = message.type == Gst.MessageType.ERROR
            self.loop.quit()

    def run(self):
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect('message', self.on_message)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.loop.run()
        stats = self.pipeline.get_by_name('dec').get_property('stats')
        frames, dropped = (stats.get_value(name)
                           for name in ('frames', 'dropped'))
        self.pipeline.set_state(Gst.State.NULL)
        print(f'{frames} frames received, {dropped} dropped')
        return not self.failed and frames > 0 and dropped == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--every', type=float, default=2, metavar='SECONDS')
    parser.add_argument('--rotations', type=int, default=5, metavar='N')
    arguments = parser.parse_args()
    Gst.init(None)
    return 0 if Rotation(arguments.every, arguments.rotations).run() else 1


sys.exit(main())
