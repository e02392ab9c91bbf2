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


def run(codec):
    packets, sealed = make_packets(codec)
    disturbed = disturb(packets, codec)
    assert len(disturbed) < len(packets), 'nothing was lost'
    opened, counters = receive(codec, disturbed)
    position = 0
    for frame in opened:
        # Each in turn, so a frame may be missing but none is new or again.
        assert frame in sealed[position:], 'a damaged frame came out'
        position = sealed.index(frame, position) + 1
    assert len(opened) < len(sealed) and len(opened) > len(sealed) / 2, \
        f'{len(opened)} of {len(sealed)}'
    assert counters['frames'] == len(opened) + counters['dropped']
    return (f'({len(packets) - len(disturbed)} of {len(packets)} packets lost,'
            f' {len(opened)} of {len(sealed)} frames came, '
            f'{counters["dropped"]} refused)')
