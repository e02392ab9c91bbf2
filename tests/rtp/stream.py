# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""Encoders, payloaders and depayloaders by codec, and running a pipeline."""

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstApp', '1.0')
from gi.repository import Gst, GstApp  # noqa: E402,F401

PASSPHRASE = 'passphrase=rtp'
PATIENCE = 60 * Gst.SECOND

# Raw media of some size; encoders are to make key frames now and then.
VIDEO = 'videotestsrc num-buffers={n} ! video/x-raw,format=I420,' \
        'width=320,height=240,framerate=30/1'
# Noise that hardly compresses: key frames of about a megabyte.
NOISE = 'videotestsrc pattern=snow num-buffers={n} ! video/x-raw,' \
        'format=I420,width=1280,height=960,framerate=30/1'
# A picture that does not change: frames of a few bytes.
STILL = 'videotestsrc pattern=black num-buffers={n} ! video/x-raw,' \
        'format=I420,width=64,height=64,framerate=30/1'
SOUND = 'audiotestsrc num-buffers={n} samplesperbuffer=960'
SILENCE = 'audiotestsrc wave=silence num-buffers={n} samplesperbuffer=960'


class Codec:
    def __init__(self, encoder, caps, payloader, depayloader):
        self.encoder = encoder
        self.caps = caps
        self.payloader = payloader
        self.depayloader = depayloader


H264_CAPS = 'video/x-h264,stream-format=byte-stream,alignment=au'
H265_CAPS = 'video/x-h265,stream-format=byte-stream,alignment=au'
X264 = 'x264enc tune=zerolatency speed-preset=veryfast key-int-max=20 '
X265 = 'x265enc tune=zerolatency speed-preset=ultrafast key-int-max=20 '

CODECS = {
    'opus': Codec('opusenc', 'audio/x-opus', 'rtpopuspay', 'rtpopusdepay'),
    'vp8': Codec('vp8enc deadline=1 cpu-used=8 keyframe-max-dist=20',
                 'video/x-vp8', 'lke2eevp8pay', 'rtpvp8depay'),
    'vp9': Codec('vp9enc deadline=1 cpu-used=8 keyframe-max-dist=20',
                 'video/x-vp9', 'lke2eevp9pay', 'lke2eevp9depay'),
    'h264': Codec(X264, H264_CAPS,
                  'rtph264pay aggregate-mode=zero-latency', 'rtph264depay'),
    'h265': Codec(X265, H265_CAPS,
                  'rtph265pay aggregate-mode=zero-latency', 'rtph265depay'),
}


def run(pipeline):
    """Plays to the end; an error is raised."""
    pipeline.set_state(Gst.State.PLAYING)
    message = pipeline.get_bus().timed_pop_filtered(
        PATIENCE, Gst.MessageType.EOS | Gst.MessageType.ERROR)
    if message is None or message.type == Gst.MessageType.ERROR:
        pipeline.set_state(Gst.State.NULL)
    if message is None:
        raise RuntimeError('the pipeline hangs')
    if message.type == Gst.MessageType.ERROR:
        raise RuntimeError(str(message.parse_error()))


def data_of(sample):
    buffer = sample.get_buffer()
    return buffer.extract_dup(0, buffer.get_size())


def pull_all(pipeline, name):
    """The samples that have come to the appsink NAME."""
    sink = pipeline.get_by_name(name)
    samples = []
    while sample := sink.try_pull_sample(0):
        samples.append(sample)
    return samples


def stats(pipeline, name):
    structure = pipeline.get_by_name(name).get_property('stats')
    return {structure.nth_field_name(i): structure.get_value(
        structure.nth_field_name(i)) for i in range(structure.n_fields())}


def sink(name):
    return (f'appsink name={name} sync=false max-buffers=0 '
            'wait-on-eos=false enable-last-sample=false')


def encode(codec, source=VIDEO, encoder=None, n=60):
    """The beginning of a pipeline: encoded frames, and beside them the sink
    `sealed` with what is sealed of each, in the clear."""
    c = CODECS[codec]
    if codec == 'opus' and source is VIDEO:
        source = SOUND
    return (f'{source.format(n=n)} ! {encoder or c.encoder} ! tee name=t '
            f't. ! queue ! lke2eeenc enabled=false ! {c.caps} ! '
            f'{sink("sealed")} t. ! queue ')
