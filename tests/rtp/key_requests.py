# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""Key frames that are asked for with and without all headers, as FIR and PLI
do, whatever the payloader's config-interval: it puts nothing into the frames,
so each arrives as it was encrypted."""

import gi

from stream import (CODECS, Gst, PASSPHRASE, VIDEO, data_of, encode, pull_all,
                    run as play, sink, stats)

gi.require_version('GstVideo', '1.0')
from gi.repository import GstVideo  # noqa: E402

N = 90
EVERY = 30
# Key frames only when they are asked for.
X264 = 'x264enc tune=zerolatency speed-preset=veryfast key-int-max=100000'
X265 = 'x265enc tune=zerolatency speed-preset=ultrafast key-int-max=100000'
# With parameter sets in band, and with sets that have to leave codec_data.
ENCODERS = {
    'h264': (X264 + ' ! video/x-h264,stream-format=byte-stream',
             X264 + ' ! video/x-h264,stream-format=avc'),
    'h265': (X265,
             X265 + ' ! h265parse ! video/x-h265,stream-format=hvc1'),
}
PAYLOADERS = {'h264': 'rtph264pay', 'h265': 'rtph265pay'}


def cases():
    for codec, encoders in ENCODERS.items():
        for encoder in encoders:
            for interval in (0, -1, 1):
                for all_headers in (False, True):
                    yield codec, encoder, interval, all_headers


def ask_now_and_then(pipeline, all_headers):
    """From downstream of the payloader, in the thread of the encoder: so each
    request comes in time for another key frame."""
    n_frames = 0
    pay = pipeline.get_by_name('pay').get_static_pad('src')

    def on_frame(pad, info):
        nonlocal n_frames
        n_frames += 1
        if n_frames % EVERY == 0:
            pay.send_event(GstVideo.video_event_new_upstream_force_key_unit(
                Gst.CLOCK_TIME_NONE, all_headers, n_frames))
        return Gst.PadProbeReturn.OK

    pipeline.get_by_name('t').get_static_pad('sink').add_probe(
        Gst.PadProbeType.BUFFER, on_frame)


def with_start_codes(sample):
    data = data_of(sample)
    position = 0
    units = []
    while position < len(data):
        size = int.from_bytes(data[position:position + 4], 'big')
        units.append(data[position + 4:position + 4 + size])
        position += 4 + size
    return b''.join(b'\0\0\0\1' + unit for unit in units)


def run(codec, encoder, interval, all_headers):
    c = CODECS[codec]
    pipeline = Gst.parse_launch(
        encode(codec, VIDEO, encoder, N)
        + f'! lke2eeenc {PASSPHRASE} ! tee name=e '
        f'e. ! queue ! {sink("encrypted")} '
        f'e. ! queue ! {PAYLOADERS[codec]} name=pay mtu=1200 '
        f'aggregate-mode=zero-latency config-interval={interval} ! '
        f'{c.depayloader} ! {c.caps} ! tee name=d '
        f'd. ! queue ! {sink("arrived")} '
        f'd. ! queue ! lke2eedec name=dec {PASSPHRASE} ! {sink("opened")}')
    ask_now_and_then(pipeline, all_headers)
    play(pipeline)
    encrypted = pull_all(pipeline, 'encrypted')
    sealed, arrived, opened = ([data_of(s) for s in pull_all(pipeline, name)]
                               for name in ('sealed', 'arrived', 'opened'))
    counters = stats(pipeline, 'dec')
    pipeline.set_state(Gst.State.NULL)
    n_keys = sum(not s.get_buffer().has_flags(Gst.BufferFlags.DELTA_UNIT)
                 for s in encrypted)
    assert n_keys == N // EVERY, f'{n_keys} key frames'
    changed = [i for i, (a, b) in enumerate(
        zip(map(with_start_codes, encrypted), arrived)) if a != b]
    assert len(arrived) == len(encrypted) and not changed, \
        f'{len(arrived)} of {len(encrypted)} arrived, changed: {changed}'
    assert opened == sealed and counters['dropped'] == 0, counters
    return f'({len(opened)} frames, {n_keys} key frames)'
