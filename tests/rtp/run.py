#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""Encrypted frames over RTP: every frame that arrives is one that was sealed,
byte by byte, and where nothing is lost every one arrives."""

import sys
import traceback

import clear
import key_requests
import layers
import loopback
import loss
import readers
import stream
import webrtc

results = []


def check(name, function, *args, **kwargs):
    try:
        remark = function(*args, **kwargs) or ''
        results.append(True)
        print('ok -', name, remark)
    except Exception:
        results.append(False)
        print('not ok -', name)
        print('    ' + traceback.format_exc().replace('\n', '\n    '))
    sys.stdout.flush()


stream.Gst.init(None)
for name, case in loopback.cases():
    check(name, loopback.run, **case)
for codec, payloader, depayloader in clear.cases():
    check(f'{codec} in the clear: {payloader} to {depayloader}', clear.run,
          codec, payloader, depayloader)
check('vp8: temporal layers as rtpvp8pay tells them', clear.run_layers)
for codec, encoder, interval, all_headers in key_requests.cases():
    check(f'{encoder}: config-interval {interval}, key frames asked for with'
          f'{"" if all_headers else "out"} all headers',
          key_requests.run, codec, encoder, interval, all_headers)
for codec in stream.CODECS:
    check(f'{codec}: 2% loss and reordering', loss.run, codec)
    check(f'{codec}: 2% damaged', loss.run_damaged, codec)
for decoder in ('vp9dec', 'avdec_vp9'):
    check(f'vp9: superframes in {decoder}', layers.run, decoder)
for codec, encoder in (('vp8', None), ('vp9', None), ('h264', None),
                       ('h264', 'openh264enc gop-size=20'), ('h265', None)):
    check(f'{codec}: what a server reads {encoder or ""}', readers.run, codec,
          encoder)
for codec in stream.CODECS:
    check(f'{codec}: webrtcbin to webrtcbin', webrtc.run, codec)

failed = results.count(False)
print(f'{len(results) - failed} passed, {failed} failed')
sys.exit(1 if failed else 0)
