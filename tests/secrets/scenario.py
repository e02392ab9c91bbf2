#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""One pipeline with a key that comes in the way named, saying all it can.

Usage: scenario.py WAY FOLDER; the secrets come on standard input."""

import sys

import gi

gi.require_version('Gst', '1.0')
gi.require_version('Lke2ee', '1.0')
from gi.repository import GLib, Gst, Lke2ee  # noqa: E402

WAY, FOLDER = sys.argv[1:3]
PASSPHRASE, KEY = (line.rstrip('\n') for line in sys.stdin)


def file_property(name):
    return lambda element: element.set_property(
        name, f'{FOLDER}/secret-{name.removesuffix("-file")}')


def emit(signal, *args):
    return lambda element: element.emit(signal, None, *args, 0)


def ratchet(element):
    """Both sides step on; the new material is a secret as well."""
    emit('set-passphrase', PASSPHRASE)(element)
    element.emit('ratchet-key', None, 0)


def provider(element):
    made = Lke2ee.KeyProvider.new(True)
    made.set_passphrase(None, PASSPHRASE, 0)
    made.connect('key-ratcheted', lambda *_: None)
    element.set_property('key-provider', made)


def bad_key(element):
    """A good key first, then what is refused with a warning."""
    emit('set-passphrase', PASSPHRASE)(element)


def give_away(secret):
    """The track's name is in every message."""
    def leak(element):
        emit('set-passphrase', PASSPHRASE)(element)
        element.set_property('track-id', secret)
    return leak


WAYS = {
    'passphrase-file': file_property('passphrase-file'),
    'key-file': file_property('key-file'),
    'passphrase-property':
        lambda element: element.set_property('passphrase', PASSPHRASE),
    'key-property': lambda element: element.set_property('key', 'hex:' + KEY),
    'passphrase-signal': emit('set-passphrase', PASSPHRASE),
    'key-signal': emit('set-key', GLib.Bytes.new(bytes.fromhex(KEY))),
    'ratchet': ratchet,
    'provider': provider,
    'bad-key': bad_key,
    'given-away key': give_away(KEY),
    'given-away passphrase': give_away(PASSPHRASE),
}


def print_property(pipeline, element, pspec):
    """As gst-launch -v does."""
    try:
        value = element.get_property(pspec.name)
        if isinstance(value, Gst.Structure):
            value = value.to_string()
        print(f'{element.get_path_string()}: {pspec.name} = {value}')
    except TypeError:
        print(f'{element.get_path_string()}: {pspec.name} (not readable)')


def print_readable_properties(element):
    for pspec in element.list_properties():
        if pspec.flags & 1:
            print_property(None, element, pspec)


def refuse_some(elements):
    """Secrets that are no good: their errors and warnings are searched."""
    for element in elements:
        element.set_property('key', 'hex:' + KEY[:18])
        element.set_property('key', KEY + '!')
        element.set_property('key-file', f'{FOLDER}/secret-bad')
        element.emit('set-key', None,
                     GLib.Bytes.new(bytes.fromhex(KEY)[:9]), 0)
        element.emit('set-passphrase', None, '', 0)


def dump(pipeline, name):
    Gst.debug_bin_to_dot_file(pipeline, Gst.DebugGraphDetails.ALL, name)


def play(pipeline):
    bus = pipeline.get_bus()
    pipeline.set_state(Gst.State.PLAYING)
    while True:
        message = bus.timed_pop(20 * Gst.SECOND)
        if message is None:
            sys.exit('the pipeline hangs')
        structure = message.get_structure()
        print(message.type.value_nicks, message.src.get_name(),
              structure.to_string() if structure else '')
        if message.type == Gst.MessageType.STATE_CHANGED:
            dump(pipeline, f'{message.src.get_name()}-'
                 f'{message.parse_state_changed()[1].value_nick}')
        if message.type == Gst.MessageType.ERROR:
            sys.exit(message.parse_error())
        if message.type == Gst.MessageType.EOS:
            return


def main():
    Gst.init(None)
    pipeline = Gst.parse_launch(
        'audiotestsrc num-buffers=10 ! opusenc ! lke2eeenc name=enc ! '
        'lke2eedec name=dec ! fakesink')
    elements = [pipeline.get_by_name('enc'), pipeline.get_by_name('dec')]
    pipeline.connect('deep-notify', print_property)
    for element in elements:
        WAYS[WAY](element)
    pipeline.set_state(Gst.State.PAUSED)
    pipeline.get_state(20 * Gst.SECOND)
    if WAY == 'bad-key':
        refuse_some(elements)
    play(pipeline)
    for element in elements:
        print_readable_properties(element)
    dump(pipeline, 'end')
    pipeline.set_state(Gst.State.NULL)


main()
