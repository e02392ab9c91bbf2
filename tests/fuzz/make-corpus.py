#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""Writes the seed corpus: real frames from encoders, in the clear and sealed,
each in the form that its fuzzer takes apart.

Usage: make-corpus.py FOLDER; makes a folder for each fuzzer in it."""

import pathlib
import struct
import sys

import gi

gi.require_version('Gst', '1.0')
from gi.repository import Gst  # noqa: E402

# fuzz.h: FUZZ_KEY, FUZZ_SIF_TRAILER
KEY = b'0123456789abcdef'
SIF_TRAILER = b'SIF-trailer'
VIDEO = ('videotestsrc num-buffers=4 pattern=ball ! '
         'video/x-raw,width=32,height=32,framerate=25/1 ! ')
ENCODERS = {
    'audio': 'audiotestsrc num-buffers=4 ! opusenc',
    'vp8': VIDEO + 'vp8enc deadline=1 keyframe-max-dist=2',
    'vp9': VIDEO + 'vp9enc deadline=1 keyframe-max-dist=2',
    'h264': VIDEO + 'x264enc tune=zerolatency key-int-max=2 ! '
            'h264parse config-interval=-1 ! '
            'video/x-h264,stream-format=byte-stream,alignment=au',
    'h265': VIDEO + 'x265enc tune=zerolatency key-int-max=2 ! '
            'h265parse config-interval=-1 ! '
            'video/x-h265,stream-format=byte-stream,alignment=au',
}
# dec.c: as byte-stream (or of no such format); with lengths
AS_IT_IS, WITH_LENGTHS = 0, 1
# decrypt.c: what stands behind a frame
OPEN_IT, SEAL_IT, DAMAGE_IT = 0, 1, 2
# livekit pkg/sfu/downtrack.go: frames that the server injects
INJECTED = {
    'vp8': '1002009d012a080008000047088585888584880202000c0d6000feffab5080',
    'audio': 'f8fffe' + '00' * 77,
    'h264': '000000016742c01f0fd91f888884000003000400000300c83c60c920'
            '000000016887cb83cb20000000016588840af2628000a7be',
}

top = pathlib.Path(sys.argv[1])


def write(fuzzer, name, data):
    folder = top / fuzzer
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def run(launch):
    """The frames that come out of a pipeline, and its last codec_data."""
    pipeline = Gst.parse_launch(launch + ' ! appsink name=out sync=false')
    out = pipeline.get_by_name('out')
    pipeline.set_state(Gst.State.PLAYING)
    frames, codec_data = [], b''
    while (sample := out.emit('pull-sample')) is not None:
        buffer = sample.get_buffer()
        frames.append(buffer.extract_dup(0, buffer.get_size()))
        value = sample.get_caps().get_structure(0).get_value('codec_data')
        if value is not None:
            codec_data = value.extract_dup(0, value.get_size())
    pipeline.set_state(Gst.State.NULL)
    if not frames:
        sys.exit(f'nothing came out of: {launch}')
    return frames, codec_data


def stream(caps, codec_data, frames, flags=0x10):
    return (bytes([caps, len(codec_data)]) + codec_data
            + b''.join(bytes([flags]) + struct.pack('<H', len(frame)) + frame
                       for frame in frames))


def write_decrypt(codec, clear, sealed):
    for i, frame in enumerate(sealed):
        write(f'decrypt-{codec}', f'sealed-{i}',
              frame + bytes([0, 0, 0, 0, 0, OPEN_IT]))
    for how in SEAL_IT, DAMAGE_IT:
        write(f'decrypt-{codec}', f'clear-{how}',
              clear[0] + bytes([5, 9, 30, 1, 2, how]))


def write_dec(codec, clear, sealed, sealed_lengths, codec_data):
    name = f'dec-{codec}'
    write(name, 'sealed', stream(AS_IT_IS, b'', sealed))
    write(name, 'changed', stream(AS_IT_IS, b'', [
        frame[:-1] + bytes([frame[-1] ^ 1]) for frame in sealed]))
    write(name, 'layers', stream(WITH_LENGTHS, b'', sealed[:1], 0x00)
          + stream(0, b'', sealed[1:2], 0x02)[2:])
    # 0x20 switches encryption off.
    write(name, 'clear', stream(AS_IT_IS, b'', clear[:1], 0x20))
    write(name, 'metadata', stream(AS_IT_IS, b'', [
        frame + bytes(b ^ 0xff for b in b'\x02\x04\0\0\0\x07\x0b') + b'LKTS'
        for frame in sealed]))
    write(name, 'injected', stream(AS_IT_IS, b'', [
        bytes.fromhex(INJECTED.get(codec, '00')) + SIF_TRAILER]))
    if sealed_lengths:
        write(name, 'lengths', stream(WITH_LENGTHS, codec_data, sealed_lengths))


def write_codec(codec, launch):
    enc = f'lke2eeenc key=hex:{KEY.hex()}'
    clear, _ = run(launch)
    lengths, codec_data = [], b''
    if codec in ('h264', 'h265'):
        parsed, byte_stream = launch.rsplit(' ! ', 1)
        with_lengths = f'video/x-{codec},stream-format=' + (
            'avc' if codec == 'h264' else 'hvc1')
        sealed, _ = run(f'{launch} ! {enc} ! {byte_stream}')
        lengths, codec_data = run(f'{launch} ! {enc} ! {with_lengths}')
        # A record with parameter sets in it, if its size fits into a byte.
        _, record = run(f'{parsed} ! {with_lengths}')
        codec_data = record if len(record) < 256 else codec_data
    else:
        sealed, _ = run(f'{launch} ! {enc}')
    write_decrypt(codec, clear, sealed)
    write_dec(codec, clear, sealed, lengths, codec_data)
    for i, frame in enumerate(sealed):
        write('trailers', f'{codec}-{i}', frame)
        write('nal', f'{codec}-{i}', frame)
        write('nal', f'{codec}-clear-{i}', clear[i])


def write_vp9_packets():
    """As lke2eevp9pay sends them, and layers as browsers do."""
    packets, _ = run(ENCODERS['vp9'] + f' ! lke2eeenc key=hex:{KEY.hex()} ! '
                     'lke2eevp9pay mtu=200')
    write('vp9depay', 'packets', b''.join(
        bytes([0x04 | packet[1] >> 7, len(packet) - 12]) + packet[12:]
        for packet in packets))
    layers = ['aa8001000530014000b402800168aaaa', 'a680010005bbbb',
              'ac80010305cccc', '8e8001500001000100020002f0f1']
    write('vp9depay', 'layers', b''.join(
        bytes([i % 2, len(layer) // 2]) + bytes.fromhex(layer)
        for i, layer in enumerate(layers)))


def write_others():
    write('nal', 'zeros', bytes(200))
    write('nal', 'escapes', b'\0\0\x03\0\0\x03\x01' * 20)
    for i, codec in enumerate(ENCODERS):
        if codec in INJECTED:
            write('sif', codec, bytes.fromhex(INJECTED[codec]) + bytes([0x80 | i]))
    write('trailers', 'metadata', b'frame' + bytes(
        b ^ 0xff for b in b'\x01\x08\0\x06\x1f\0\0\0\0\x05\x03\x02ab\x13') + b'LKTS')
    write('data-packets', 'sealed', bytes(12) + b'\0\0\x01a packet')
    write('data-packets', 'damaged', bytes(12) + b'\0\0\x03a packet')
    write('data-packets', 'as-it-is', bytes(12) + b'\0\0\0' + bytes(40))
    for i, text in enumerate((
            'hex:' + KEY.hex(), KEY.hex(), 'base64:MDEyMzQ1Njc4OWFiY2RlZg==',
            'MDEyMzQ1Njc4OWFiY2RlZg', 'base64:_-_-' * 8, 'hex:' + 'ab' * 1025)):
        write('key-text', str(i), text.encode())


def varint(number):
    """Of up to 14 bits."""
    return (bytes([number]) if number < 0x80
            else bytes([number & 0x7f | 0x80, number >> 7]))


def field(number, value):
    """A field of protobuf: a number, or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def write_signalling():
    """Messages of livekit.proto: a join, updates, an offer, a leave."""
    sdp = (b'v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n'
           b'm=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\n'
           b'a=mid:0\r\na=rtpmap:96 H264/90000\r\na=rtpmap:97 VP8/90000\r\n'
           b'a=ssrc:7 msid:stream track\r\n')
    tracks = [field(1, b'TR_1') + field(2, 1) + field(16, 1),
              field(1, b'TR_2') + field(4, 1)]
    alice = field(1, b'PA_1') + field(2, b'alice') + field(3, 2)
    server = (field(1, b'turn:host:3478?transport=udp') + field(2, b'user')
              + field(3, b'secret'))
    messages = [
        field(1, field(1, field(1, b'RM_1')) + field(2, field(1, b'PA_0'))
              + field(3, alice + field(4, tracks[0])) + field(5, server)
              + field(10, 15) + field(11, 5) + field(13, SIF_TRAILER)),
        field(5, field(1, alice + field(4, tracks[0]) + field(4, tracks[1]))),
        field(3, field(1, b'offer') + field(2, sdp)
              + field(4, field(1, b'0') + field(2, b'TR_1'))),
        field(5, field(1, field(2, b'alice') + field(3, 3))),
        field(8, field(1, 1)),
    ]
    framed = [struct.pack('<H', len(m)) + m for m in messages]
    write('signalling', 'all', b''.join(framed))
    for i, one in enumerate(framed):
        write('signalling', str(i), one)


Gst.init(None)
for codec, launch in ENCODERS.items():
    write_codec(codec, launch)
write_vp9_packets()
write_others()
write_signalling()
