# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""Payloader to depayloader without a network: nothing may change."""

from stream import (CODECS, Gst, NOISE, SILENCE, STILL, VIDEO, X264, X265,
                    PASSPHRASE, data_of, encode, pull_all, run as play, sink,
                    stats)

MTUS = (300, 1200)
KEY_INDICES = (0, 15)

FOUR_SLICES_264 = X264 + 'sliced-threads=false option-string="slices=4"'
FOUR_SLICES_265 = X265 + 'option-string="slices=4"'

# What payloaders are set to: every mode has to do.
PAYLOADERS = {
    'opus': ['rtpopuspay'],
    'vp8': ['lke2eevp8pay', 'lke2eevp8pay picture-id-mode=7-bit'],
    'vp9': ['lke2eevp9pay', 'lke2eevp9pay picture-id-mode=none'],
    'h264': [f'rtph264pay aggregate-mode={mode} config-interval={interval}'
             for mode in ('none', 'zero-latency', 'max-stap')
             for interval in (0, 1, -1)],
    'h265': [f'rtph265pay aggregate-mode={mode} config-interval={interval}'
             for mode in ('none', 'zero-latency', 'max')
             for interval in (0, 1, -1)],
}

# Large key frames without an encoder taking minutes for them.
LOSSLESS = {
    'vp8': 'vp8enc deadline=1 cpu-used=16 min-quantizer=0 max-quantizer=4 '
           'target-bitrate=200000000 buffer-size=60000',
    'vp9': 'vp9enc deadline=1 cpu-used=8 min-quantizer=0 max-quantizer=4 '
           'target-bitrate=200000000',
    'h264': 'x264enc tune=zerolatency speed-preset=ultrafast pass=quant '
            'quantizer=10',
    'h265': 'x265enc tune=zerolatency speed-preset=ultrafast qp=10',
}


def cases():
    for codec in CODECS:
        for mtu in MTUS:
            for index in KEY_INDICES:
                for payloader in PAYLOADERS[codec]:
                    yield (f'{codec} mtu {mtu} key {index} {payloader}',
                           dict(codec=codec, mtu=mtu, index=index,
                                payloader=payloader))
    for codec, encoder in (('h264', FOUR_SLICES_264),
                           ('h264', 'openh264enc gop-size=20'),
                           ('h265', FOUR_SLICES_265)):
        for mtu in MTUS:
            yield (f'{codec} mtu {mtu} {encoder}',
                   dict(codec=codec, mtu=mtu, encoder=encoder))
    for codec in CODECS:
        yield (f'{codec} tiny frames', dict(
            codec=codec, source=SILENCE if codec == 'opus' else STILL))
    for codec, encoder in LOSSLESS.items():
        yield (f'{codec} large frames', dict(
            codec=codec, source=NOISE, encoder=encoder, n=4,
            least=1_000_000))


def run(codec, mtu=1200, index=0, payloader=None, encoder=None, source=VIDEO,
        n=60, least=0):
    c = CODECS[codec]
    pipeline = Gst.parse_launch(
        encode(codec, source, encoder, n)
        + f'! lke2eeenc name=enc {PASSPHRASE} key-index={index} ! '
        f'{payloader or c.payloader} mtu={mtu} ! {c.depayloader} ! {c.caps} '
        f'! lke2eedec name=dec {PASSPHRASE} key-index={index} ! {c.caps} ! '
        + sink('opened'))
    play(pipeline)
    sealed = [data_of(s) for s in pull_all(pipeline, 'sealed')]
    opened = [data_of(s) for s in pull_all(pipeline, 'opened')]
    counters = stats(pipeline, 'dec')
    pipeline.set_state(Gst.State.NULL)
    # An encoder may drop a frame for its bit rate.
    assert len(sealed) > n / 4, f'only {len(sealed)} frames were sealed'
    assert max(map(len, sealed)) >= least, max(map(len, sealed))
    same = sum(a == b for a, b in zip(sealed, opened))
    assert sealed == opened, f'{same} of {len(sealed)} came, {counters}'
    return f'({len(sealed)} frames, the largest {max(map(len, sealed))} bytes)'
