# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""Superframes of lke2eedec in real decoders. GStreamer 1.22 has no encoder with
spatial layers, so neighbouring frames stand for the layers of a picture. vp9dec
shows the last frame of a superframe, after decoding all; avdec_vp9 takes it
apart and shows each."""

from stream import (Gst, PASSPHRASE, VIDEO, data_of, pull_all, run as play,
                    sink)

N = 60
CAPS = 'video/x-vp9,width=320,height=240'
ENCODER = 'vp9enc deadline=1 cpu-used=8 keyframe-max-dist=20'


def encode():
    pipeline = Gst.parse_launch(
        f'{VIDEO.format(n=N)} ! {ENCODER} ! {sink("frames")}')
    play(pipeline)
    frames = pull_all(pipeline, 'frames')
    pipeline.set_state(Gst.State.NULL)
    return frames


def decode(buffers, caps, elements):
    pipeline = Gst.parse_launch(
        f'appsrc name=in format=time caps="{caps}" ! {elements} ! '
        f'videoconvert ! video/x-raw,format=I420 ! {sink("pictures")}')
    source = pipeline.get_by_name('in')
    for buffer in buffers:
        source.push_buffer(buffer)
    source.end_of_stream()
    play(pipeline)
    pictures = [data_of(s) for s in pull_all(pipeline, 'pictures')]
    pipeline.set_state(Gst.State.NULL)
    return pictures


def as_layers(frames):
    """Two frames to a picture: one time, the second marked as its last
    (as vp9enc marks all)."""
    for i, sample in enumerate(frames):
        buffer = sample.get_buffer().copy()
        buffer.pts = (i // 2) * Gst.SECOND // 15
        if i % 2 == 0:
            buffer.unset_flags(Gst.BufferFlags.MARKER)
        yield buffer


def run(decoder):
    frames = encode()
    want = decode([f.get_buffer() for f in frames], CAPS, decoder)
    assert len(want) == N, f'{len(want)} pictures to compare with'
    if decoder == 'vp9dec':
        want = want[1::2]
    got = decode(as_layers(frames), CAPS + ',alignment=frame',
                 f'lke2eeenc {PASSPHRASE} ! lke2eedec {PASSPHRASE} ! '
                 + decoder)
    assert got == want, f'{len(got)} pictures, ' \
        f'{sum(a == b for a, b in zip(got, want))} of them right'
    return f'({len(got)} pictures)'
