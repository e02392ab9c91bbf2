# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""Clear VP8 and VP9 in our payloaders and the stock ones: each reads what the
other wrote, and temporal layers are told in the same words."""

from stream import CODECS, Gst, VIDEO, data_of, pull_all, run as play, sink

N = 60
STOCK = {'vp8': ('rtpvp8pay', 'rtpvp8depay'),
         'vp9': ('rtpvp9pay', 'rtpvp9depay')}

# Three temporal layers in the order 0 2 1 2, with the references of WebRTC's
# encoders. What refers to layer 0 alone is a place to step up.
LAYERS = {
    'temporal-scalability-number-layers': 3,
    'temporal-scalability-periodicity': 4,
    'temporal-scalability-layer-id': [0, 2, 1, 2],
    'temporal-scalability-rate-decimator': [4, 2, 1],
    'temporal-scalability-target-bitrate': [100_000, 200_000, 400_000],
}
LAYERS_AS_TEXT = {
    'temporal-scalability-layer-sync-flags': '<false,true,true,false>',
    'temporal-scalability-layer-flags': '<'
        'no-ref-golden+no-ref-alt+no-upd-golden+no-upd-alt,'
        'no-ref-golden+no-ref-alt+no-upd-last+no-upd-golden+no-upd-alt,'
        'no-ref-golden+no-ref-alt+no-upd-last+no-upd-alt,'
        'no-ref-alt+no-upd-last+no-upd-golden+no-upd-alt>',
}


def cases():
    for codec, (payloader, depayloader) in STOCK.items():
        ours = CODECS[codec]
        for pair in ((ours.payloader, depayloader),
                     (payloader, ours.depayloader)):
            # VP8 has no depayloader of ours.
            if pair != STOCK[codec]:
                yield codec, *pair


def run(codec, payloader, depayloader):
    pipeline = Gst.parse_launch(
        f'{VIDEO.format(n=N)} ! {CODECS[codec].encoder} ! tee name=t '
        f't. ! queue ! {sink("sent")} t. ! queue ! {payloader} mtu=300 ! '
        f'{depayloader} ! {sink("received")}')
    play(pipeline)
    sent, received = ([data_of(s) for s in pull_all(pipeline, name)]
                      for name in ('sent', 'received'))
    pipeline.set_state(Gst.State.NULL)
    assert len(sent) > N / 4, f'only {len(sent)} frames were sent'
    assert sent == received, f'{len(received)} of {len(sent)} came'
    return f'({len(sent)} frames)'


def read_descriptor(packet):
    """Of a frame's first packet: PictureID, TL0PICIDX, TID and Y."""
    payload = data_of(packet)[12:]
    assert payload[0] & 0x90 == 0x90, 'X and S'
    assert payload[1] == 0xe0 and payload[2] & 0x80, 'I, L, T and 15 bits'
    return (int.from_bytes(payload[2:4], 'big') & 0x7fff, payload[4],
            payload[5])


def first_packets(packets):
    starts = True
    for packet in packets:
        if starts:
            yield packet
        starts = packet.get_buffer().has_flags(Gst.BufferFlags.MARKER)


def run_layers():
    """One encoder, both payloaders: only the first TL0PICIDX may differ, as the
    stock one takes the encoder's, which starts again with the encoder."""
    options = 'mtu=1200 picture-id-mode=15-bit picture-id-offset=7'
    pipeline = Gst.parse_launch(
        f'{VIDEO.format(n=N)} ! {CODECS["vp8"].encoder} name=enc ! tee name=t '
        f't. ! queue ! lke2eevp8pay {options} ! {sink("ours")} '
        f't. ! queue ! rtpvp8pay {options} ! {sink("stock")}')
    encoder = pipeline.get_by_name('enc')
    for name, value in LAYERS.items():
        encoder.set_property(name, value)
    for name, text in LAYERS_AS_TEXT.items():
        Gst.util_set_object_arg(encoder, name, text)
    play(pipeline)
    packets = [pull_all(pipeline, name) for name in ('ours', 'stock')]
    pipeline.set_state(Gst.State.NULL)
    ours, stock = ([read_descriptor(p) for p in first_packets(of_one)]
                   for of_one in packets)
    assert len(ours) > N / 4, f'only {len(ours)} frames'
    assert {descriptor[2] >> 6 for descriptor in stock} == {0, 1, 2}
    start = ours[0][1] - stock[0][1]
    assert ours == [(picture, (tl0 + start) & 0xff, layer)
                    for picture, tl0, layer in stock], (ours, stock)
    return f'({len(ours)} frames)'
