# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""webrtcbin to webrtcbin in one process: ICE, DTLS, SRTP, and key frames that
are asked for by PLI and by FIR."""

import gi

from stream import (CODECS, Gst, PASSPHRASE, SOUND, VIDEO, data_of, encode,
                    pull_all, sink)

gi.require_version('GstWebRTC', '1.0')
gi.require_version('GstSdp', '1.0')
gi.require_version('GstVideo', '1.0')
from gi.repository import GLib, GstSdp, GstVideo, GstWebRTC  # noqa: E402,F401

SECONDS = 40
ENOUGH = 90
ENCODING = {'opus': 'OPUS', 'vp8': 'VP8', 'vp9': 'VP9', 'h264': 'H264',
            'h265': 'H265'}
# Key frames only when they are asked for.
ENCODERS = {
    'vp8': 'vp8enc deadline=1 cpu-used=8 keyframe-max-dist=100000',
    'vp9': 'vp9enc deadline=1 cpu-used=8 keyframe-max-dist=100000',
    'h264': 'x264enc tune=zerolatency speed-preset=veryfast '
            'key-int-max=100000',
    'h265': 'x265enc tune=zerolatency speed-preset=ultrafast '
            'key-int-max=100000',
}


def rtp_caps(codec):
    if codec == 'opus':
        return ('application/x-rtp,media=audio,encoding-name=OPUS,payload=96,'
                'clock-rate=48000')
    return (f'application/x-rtp,media=video,encoding-name={ENCODING[codec]},'
            'payload=96,clock-rate=90000,rtcp-fb-nack-pli=true,'
            'rtcp-fb-ccm-fir=true')


class Call:
    """Two peers, from the offer to enough frames."""

    def __init__(self, codec):
        self.codec = codec
        self.loop = GLib.MainLoop()
        self.error = None
        self.requests = {False: 0, True: 0}     # by all-headers: PLI, FIR
        source = (SOUND if codec == 'opus' else VIDEO).replace(
            'num-buffers={n}', 'is-live=true')
        c = CODECS[codec]
        self.sender = Gst.parse_launch(
            encode(codec, source, ENCODERS.get(codec))
            + f'! lke2eeenc name=enc {PASSPHRASE} ! {c.payloader} mtu=1200 ! '
            f'{rtp_caps(codec)} ! webrtcbin name=rtc bundle-policy=max-bundle')
        self.receiver = Gst.Pipeline()
        self.a = self.sender.get_by_name('rtc')
        self.b = Gst.ElementFactory.make('webrtcbin')
        self.b.set_property('bundle-policy', 'max-bundle')
        self.receiver.add(self.b)

    def connect(self):
        self.a.connect('on-ice-candidate', lambda _, line, candidate:
                       self.b.emit('add-ice-candidate', line, candidate))
        self.b.connect('on-ice-candidate', lambda _, line, candidate:
                       self.a.emit('add-ice-candidate', line, candidate))
        self.a.connect('on-negotiation-needed', self.on_negotiation_needed)
        self.b.connect('pad-added', self.on_pad_added)
        enc = self.sender.get_by_name('enc').get_static_pad('src')
        enc.add_probe(Gst.PadProbeType.EVENT_UPSTREAM, self.on_upstream)
        for pipeline in (self.sender, self.receiver):
            bus = pipeline.get_bus()
            bus.add_signal_watch()
            bus.connect('message::error', self.on_error)

    def on_error(self, bus, message):
        self.error = str(message.parse_error())
        self.loop.quit()

    def on_upstream(self, pad, info):
        event = info.get_event()
        if event.has_name('GstForceKeyUnit'):
            self.requests[event.get_structure().get_boolean(
                'all-headers')[1]] += 1
        return Gst.PadProbeReturn.OK

    def on_negotiation_needed(self, element):
        self.a.emit('create-offer', None, Gst.Promise.new_with_change_func(
            self.on_offer))

    def on_offer(self, promise):
        # The description lives in the reply.
        reply = promise.get_reply()
        offer = reply.get_value('offer')
        self.a.emit('set-local-description', offer, Gst.Promise.new())
        self.b.emit('set-remote-description', offer,
                    Gst.Promise.new_with_change_func(self.on_offer_set))

    def on_offer_set(self, promise):
        self.b.emit('create-answer', None, Gst.Promise.new_with_change_func(
            self.on_answer))

    def on_answer(self, promise):
        reply = promise.get_reply()
        answer = reply.get_value('answer')
        self.b.emit('set-local-description', answer, Gst.Promise.new())
        self.a.emit('set-remote-description', answer, Gst.Promise.new())

    def on_pad_added(self, element, pad):
        if pad.direction != Gst.PadDirection.SRC:
            return
        c = CODECS[self.codec]
        receiving = Gst.parse_bin_from_description(
            f'{c.depayloader} ! {c.caps} ! lke2eedec name=dec {PASSPHRASE} '
            '! ' + sink('opened'), True)
        self.receiver.add(receiving)
        receiving.sync_state_with_parent()
        pad.link(receiving.get_static_pad('sink'))

    def ask_for_key_frame(self, all_headers):
        dec = self.receiver.get_by_name('dec')
        if dec is not None:
            dec.get_static_pad('sink').push_event(
                GstVideo.video_event_new_upstream_force_key_unit(
                    Gst.CLOCK_TIME_NONE, all_headers, 0))

    def is_enough(self):
        """Frames, and for video both ways to ask for a key frame."""
        if self.receiver.get_by_name('opened') is None:
            return False
        self.opened += [data_of(s) for s in pull_all(self.receiver, 'opened')]
        return len(self.opened) >= ENOUGH and (
            self.codec == 'opus' or all(self.requests.values()))

    def on_tick(self):
        self.ticks += 1
        if self.is_enough() or self.ticks > SECONDS * 10:
            self.loop.quit()
        elif self.ticks % 10 == 0 and self.codec != 'opus':
            self.ask_for_key_frame(self.ticks % 20 == 0)
        return True

    def run(self):
        self.opened = []
        self.ticks = 0
        self.connect()
        self.receiver.set_state(Gst.State.PLAYING)
        self.sender.set_state(Gst.State.PLAYING)
        timer = GLib.timeout_add(100, self.on_tick)
        self.loop.run()
        GLib.source_remove(timer)
        sealed = {data_of(s) for s in pull_all(self.sender, 'sealed')}
        enough = self.is_enough()
        for pipeline in (self.sender, self.receiver):
            pipeline.get_bus().remove_signal_watch()
            pipeline.set_state(Gst.State.NULL)
        assert self.error is None, self.error
        assert enough, f'{len(self.opened)} frames, asked {self.requests}'
        # What was in flight at the end may not have been looked at before.
        damaged = [f for f in self.opened if f not in sealed]
        assert not damaged, f'{len(damaged)} damaged frames'
        return (f'({len(self.opened)} frames, asked {self.requests[False]} '
                f'times by PLI, {self.requests[True]} by FIR)')


def run(codec):
    return Call(codec).run()
