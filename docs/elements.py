#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""Writes the reference page of the elements from what the elements say of
themselves, so that it cannot differ from them.

Usage: elements.py OUTPUT, with the plugin in GST_PLUGIN_PATH"""

import sys

import gi

gi.require_version('Gst', '1.0')
from gi.repository import GObject, Gst  # noqa: E402

ELEMENTS = ['lke2eeenc', 'lke2eedec', 'lke2eevp8pay', 'lke2eevp9pay',
            'lke2eevp9depay']

HEAD = '''Title: Elements
Slug: elements

# Elements

The plugin's elements, their properties and signals. How they stand in a
pipeline is in the project's README; what the key properties mean together, on
the page [Keys](keys.html).
'''


def escape(text):
    return text.replace('|', '\\|')


def own_type(element):
    """Where the type stops that is written in this project."""
    return [t for t in parents(element.__gtype__)
            if t.name.startswith('Lke2ee')]


def parents(gtype):
    while gtype.name != 'GstElement':
        yield gtype
        gtype = gtype.parent


TYPE_NAMES = {'gchararray': 'string', 'gboolean': 'boolean', 'gint': 'int',
              'guint': 'uint'}


def type_name(gtype):
    return TYPE_NAMES.get(gtype.name, gtype.name)


def value_type(spec):
    value = spec.default_value
    if isinstance(value, GObject.GEnum):
        nicks = [v.value_nick for v in type(value).__enum_values__.values()]
        return 'one of ' + ', '.join(nicks)
    if isinstance(value, GObject.GFlags):
        nicks = [v.first_value_nick
                 for v in type(value).__flags_values__.values()]
        return 'flags: ' + ', '.join(nicks)
    return type_name(spec.value_type)


def default(spec):
    value = spec.default_value
    if isinstance(value, GObject.GEnum):
        return value.value_nick
    if isinstance(value, GObject.GFlags):
        return value.first_value_nick or 'none'
    if isinstance(value, bool):
        return str(value).lower()
    return 'unset' if value is None else str(value)


def access(spec):
    readable = spec.flags & GObject.ParamFlags.READABLE
    writable = spec.flags & GObject.ParamFlags.WRITABLE
    return 'read, write' if readable and writable else \
        'read only' if readable else 'write only'


def write_properties(element, out):
    own = own_type(element)
    specs = [s for s in element.list_properties() if s.owner_type in own]
    if not specs:
        return
    out.write('\n| property | type | default | access | meaning |\n'
              '| --- | --- | --- | --- | --- |\n')
    for spec in specs:
        out.write(f'| `{spec.name}` | {value_type(spec)} | {default(spec)} | '
                  f'{access(spec)} | {escape(spec.blurb)} |\n')


def write_signals(element, out):
    ids = [i for t in own_type(element) for i in GObject.signal_list_ids(t)]
    if not ids:
        return
    out.write('\n| signal | arguments | returns |\n| --- | --- | --- |\n')
    for signal_id in ids:
        query = GObject.signal_query(signal_id)
        kind = ' (action)' if query.signal_flags & GObject.SignalFlags.ACTION \
            else ''
        arguments = ', '.join(map(type_name, query.param_types)) or 'none'
        out.write(f'| `{query.signal_name}`{kind} | {arguments} | '
                  f'{type_name(query.return_type)} |\n')


def write_pads(factory, out):
    for template in factory.get_static_pad_templates():
        caps = template.get_caps()
        names = sorted({caps.get_structure(i).get_name()
                        for i in range(caps.get_size())})
        side = template.direction.value_nick.capitalize()
        out.write(f'\n{side} pad: ' + ', '.join(f'`{n}`' for n in names)
                  + '\n')


def main():
    Gst.init(None)
    with open(sys.argv[1], 'w', encoding='utf-8') as out:
        out.write(HEAD)
        for name in ELEMENTS:
            factory = Gst.ElementFactory.find(name)
            element = factory.create(None)
            out.write(f'\n## {name}\n\n{factory.get_metadata("long-name")}. '
                      f'{factory.get_metadata("description")}.\n')
            write_pads(factory, out)
            write_properties(element, out)
            write_signals(element, out)


main()
