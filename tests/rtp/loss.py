# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""Packets that are lost or come in another order, behind rtpjitterbuffer: no
damaged frame comes out."""

import random

from stream import (CODECS, Gst, PASSPHRASE, VIDEO, data_of, encode, pull_all,
                    run as play, sink, stats)

LOSS = 0.02
REORDERED = 0.1
# Audio has a packet for each frame, video some.
N = {'opus': 400}


def make_packets(codec):
    """All packets of a stream, and the frames in them."""
    c = CODECS[codec]
    pipeline = Gst.parse_launch(
        encode(codec, VIDEO, None, N.get(codec, 90)) + f'! lke2eeenc {PASSPHRASE} ! '
        f'{c.payloader} mtu=300 ! ' + sink('packets'))
    play(pipeline)
    packets = pull_all(pipeline, 'packets')
    sealed = [data_of(s) for s in pull_all(pipeline, 'sealed')]
    pipeline.set_state(Gst.State.NULL)
    return packets, sealed


def disturb(packets, seed):
    """Neighbours swapped, then some lost; never the first, which begins the
    stream. The same each time."""
    chance = random.Random(seed)
    packets = list(packets)
    for i in range(1, len(packets) - 1):
        if chance.random() < REORDERED:
            packets[i], packets[i + 1] = packets[i + 1], packets[i]
    return [p for i, p in enumerate(packets)
            if i == 0 or chance.random() >= LOSS]


def damage(packets, seed):
    """The last byte of some packets changed: nothing is lost on the way, so
    frames arrive whole and wrong."""
    chance = random.Random(seed)
    damaged = []
    for i, sample in enumerate(packets):
        if i == 0 or chance.random() >= LOSS:
            damaged.append(sample)
            continue
        whole = sample.get_buffer()
        data = bytearray(data_of(sample))
        data[-1] ^= 0x80
        buffer = Gst.Buffer.new_wrapped(bytes(data))
        buffer.pts = whole.pts
        buffer.dts = whole.dts
        damaged.append(Gst.Sample.new(buffer, sample.get_caps(),
                                      sample.get_segment(), None))
    return damaged


def receive(codec, packets):
    c = CODECS[codec]
    pipeline = Gst.parse_launch(
        'appsrc name=in format=time handle-segment-change=true ! '
        'rtpjitterbuffer latency=100 do-lost=true '
        f'! {c.depayloader} ! {c.caps} ! lke2eedec name=dec {PASSPHRASE} ! '
        + sink('opened'))
    source = pipeline.get_by_name('in')
    for packet in packets:
        source.push_sample(packet)
    source.end_of_stream()
    play(pipeline)
    opened = [data_of(s) for s in pull_all(pipeline, 'opened')]
    counters = stats(pipeline, 'dec')
    pipeline.set_state(Gst.State.NULL)
    return opened, counters


def assert_in_turn(opened, sealed):
    """A frame may be missing, but none is new or comes again."""
    position = 0
    for frame in opened:
        assert frame in sealed[position:], 'a damaged frame came out'
        position = sealed.index(frame, position) + 1
    assert len(opened) < len(sealed) and len(opened) > len(sealed) / 2, \
        f'{len(opened)} of {len(sealed)}'


def run(codec):
    packets, sealed = make_packets(codec)
    disturbed = disturb(packets, codec)
    assert len(disturbed) < len(packets), 'nothing was lost'
    opened, counters = receive(codec, disturbed)
    assert_in_turn(opened, sealed)
    assert counters['frames'] == len(opened) + counters['dropped']
    return (f'({len(packets) - len(disturbed)} of {len(packets)} packets lost,'
            f' {len(opened)} of {len(sealed)} frames came, '
            f'{counters["dropped"]} refused)')


def run_damaged(codec):
    packets, sealed = make_packets(codec)
    opened, counters = receive(codec, damage(packets, codec))
    assert_in_turn(opened, sealed)
    assert counters['frames'] == len(opened) + counters['dropped']
    assert counters['dropped'] == len(sealed) - len(opened), counters
    return (f'({len(opened)} of {len(sealed)} frames came, '
            f'{counters["dropped"]} refused)')
