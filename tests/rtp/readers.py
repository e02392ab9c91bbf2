# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""What livekit-server and libwebrtc read in encrypted packets: exactly the key
frames, PictureIDs in a row, and the PPS that was sent."""

import os
import struct
import subprocess

from stream import (CODECS, Gst, PASSPHRASE, VIDEO, data_of, encode, pull_all,
                    run as play, sink)

N = 200


def is_key(sample):
    return not sample.get_buffer().has_flags(Gst.BufferFlags.DELTA_UNIT)


def make(codec, encoder):
    c = CODECS[codec]
    pipeline = Gst.parse_launch(
        encode(codec, VIDEO, encoder, N) + f'! lke2eeenc {PASSPHRASE} ! tee '
        f'name=e e. ! queue ! {sink("encrypted")} e. ! queue ! {c.payloader} '
        f'mtu=1200 ! {sink("packets")}')
    play(pipeline)
    samples = [pull_all(pipeline, name)
               for name in ('sealed', 'encrypted', 'packets')]
    pipeline.set_state(Gst.State.NULL)
    return samples


def read_packets(codec, packets):
    """By the server's own reader: [(RTP time, is key, PictureID)]."""
    data = b''.join(struct.pack('>I', len(p)) + p
                    for p in map(data_of, packets))
    out = subprocess.run([os.environ['LKE2EE_READER'], codec], input=data,
                         check=True, capture_output=True).stdout
    for line in out.decode().splitlines():
        time, key, picture = line.split()
        yield int(time), key == 'true', int(picture)


def frames_of(rows):
    """Packets of one RTP time are one frame; a key frame if one of them is."""
    frames = []
    for time, key, picture in rows:
        if not frames or frames[-1][0] != time:
            frames.append([time, False, picture])
        frames[-1][1] |= key
        assert frames[-1][2] == picture, 'the PictureID changes in a frame'
    return frames


class Bits:
    def __init__(self, data):
        self.value = int.from_bytes(data, 'big')
        self.left = len(data) * 8

    def bit(self):
        self.left -= 1
        return self.value >> self.left & 1

    def number(self):
        zeros = 0
        while not self.bit():
            zeros += 1
        value = 1
        for _ in range(zeros):
            value = value << 1 | self.bit()
        return value - 1


def slice_header(frame, lengths):
    """first_mb_in_slice, slice_type and pps_id of an IDR, else None."""
    position = 0
    while position < len(frame):
        if lengths:
            size = int.from_bytes(frame[position:position + 4], 'big')
        else:
            following = frame.find(b'\0\0\0\1', position + 4)
            size = (following if following > 0 else len(frame)) - position - 4
        nal = frame[position + 4:position + 4 + size]
        if nal[0] & 0x1f == 5:
            bits = Bits(nal[1:20].replace(b'\0\0\3', b'\0\0'))
            return [bits.number() for _ in range(3)]
        position += 4 + size
    return None


def check_slice_headers(sealed, encrypted):
    n = 0
    for clear, cipher in zip(sealed, encrypted):
        header = slice_header(data_of(clear), False)
        if header is not None:
            n += 1
            assert slice_header(data_of(cipher), True) == header, 'other PPS'
    assert n > 5, f'only {n} IDRs'


def run(codec, encoder=None):
    sealed, encrypted, packets = make(codec, encoder)
    frames = frames_of(read_packets(codec, packets))
    want = [is_key(s) for s in sealed]
    assert len(frames) == len(want), f'{len(frames)} frames'
    assert sum(want) > 5, f'only {sum(want)} key frames'
    wrong = [i for i, frame in enumerate(frames) if frame[1] != want[i]]
    assert not wrong, f'frames {wrong} read wrong'
    if codec in ('vp8', 'vp9'):
        first = frames[0][2]
        assert [f[2] for f in frames] == \
            [(first + i) % 0x8000 for i in range(len(frames))], 'PictureIDs'
    if codec == 'h264':
        check_slice_headers(sealed, encrypted)
    return f'({sum(want)} key frames among {len(want)})'
