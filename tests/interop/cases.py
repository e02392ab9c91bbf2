# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""Frames for the tests against LiveKit's SDKs, and what must become of them.

The canonical form of H.264 and H.265 is computed here a second time, from its
description and without our code, so that both can be wrong only together.
"""

START = b"\0\0\0\1"

CAPS = {
    "audio": "audio/x-opus,channel-mapping-family=0",
    "vp8": "video/x-vp8",
    "vp9": "video/x-vp9",
    "h264": "video/x-h264,stream-format=byte-stream,alignment=au",
    "h265": "video/x-h265,stream-format=byte-stream,alignment=au",
}
AVC = "video/x-h264,stream-format=avc,alignment=au"
HVC1 = "video/x-h265,stream-format=hvc1,alignment=au"

_VIDEO = "videotestsrc num-buffers=25 pattern=ball ! video/x-raw,width=320,height=240,framerate=25/1"

# (name, codec, encoder, caps that the encoder is asked for)
ENCODERS = [
    ("opusenc", "audio", "audiotestsrc num-buffers=40 ! opusenc", CAPS["audio"]),
    ("vp8enc", "vp8", _VIDEO + " ! vp8enc deadline=1 keyframe-max-dist=8", CAPS["vp8"]),
    ("vp9enc", "vp9", _VIDEO + " ! vp9enc deadline=1 keyframe-max-dist=8", CAPS["vp9"]),
    ("x264enc", "h264", _VIDEO + " ! x264enc tune=zerolatency sliced-threads=false key-int-max=8", CAPS["h264"]),
    ("x264enc, several slices", "h264",
     _VIDEO + " ! x264enc tune=zerolatency option-string=slices=4 key-int-max=8", CAPS["h264"]),
    ("x264enc, avc", "h264", _VIDEO + " ! x264enc tune=zerolatency option-string=slices=4 key-int-max=8", AVC),
    # No IDR after the first: recovery points stand where decoding can begin.
    ("x264enc, intra refresh", "h264",
     _VIDEO + " ! x264enc tune=zerolatency intra-refresh=true key-int-max=8", CAPS["h264"]),
    ("openh264enc", "h264", _VIDEO + " ! videoconvert ! openh264enc gop-size=8", CAPS["h264"]),
    ("x265enc", "h265", _VIDEO + " ! x265enc tune=zerolatency key-int-max=8", CAPS["h265"]),
    ("x265enc, hvc1", "h265",
     _VIDEO + " ! x265enc tune=zerolatency key-int-max=8 ! h265parse", HVC1),
]

KEYS = [
    ("pbkdf2, index 0", dict(kdf="pbkdf2", passphrase="correct horse", key_index=0)),
    ("pbkdf2, index 3, not ASCII", dict(kdf="pbkdf2", passphrase="Grüße 日本語 🔑 %20", key_index=3)),
    ("hkdf, index 15", dict(kdf="hkdf", key="00112233445566778899aabbccddeeff0102", key_index=15)),
    ("pbkdf2, other salt", dict(kdf="pbkdf2", passphrase="correct horse", key_index=0, salt="pepper")),
    ("hkdf, 256 bits", dict(kdf="hkdf", key="ff" * 32, key_index=0, key_size=256)),
    ("none, index 15", dict(kdf="none", key="0f1e2d3c4b5a69788796a5b4c3d2e1f0", key_index=15)),
]
# What a peer cannot do. Go has neither HKDF nor a salt to set nor 256 bits; the
# web has no key without derivation.
CANNOT = {
    "web": {"none, index 15"},
    "go": {"hkdf, index 15", "pbkdf2, other salt", "hkdf, 256 bits"},
}
CODECS = {"web": {"audio", "vp8", "vp9", "h264", "h265"}, "go": {"audio", "h264", "h265"}}

SPS = bytes.fromhex("6742c01f0fd91f888884000003000400000300c83c60c920")
PPS = bytes.fromhex("6887cb83cb20")
VPS5 = bytes.fromhex("40010c01ffff01600000030090000003000003005dac09")
SPS5 = bytes.fromhex("42010101600000030090000003000003005da0050201e165ac931924")
PPS5 = bytes.fromhex("4401c172b46240")


def _opaque(codec, sizes, first, key):
    for size in sizes:
        for name, fill in (("zeros", b"\0"), ("bytes", b"\x5a")):
            if size < len(first):
                continue
            yield f"{codec} {size} {name}", first + fill * (size - len(first)), key


def synthetic(codec):
    """(name, frame, is key frame) for frames that no encoder makes."""
    big = 1 << 20
    if codec == "audio":
        yield "empty", b"", True
        yield from _opaque(codec, (1, 2, 3, 10, 11, big), b"\x78", True)
        yield "all zeros", bytes(5000), True
    elif codec == "vp8":
        yield "empty", b"", True
        yield from _opaque(codec, (3, 10, 11, big), b"\x11\x02\x00", False)
        yield from _opaque(codec, (10, 11, big), bytes.fromhex("1002009d012a08000800"), True)
        yield "all zeros", bytes(5000), True
    elif codec == "vp9":
        yield "empty", b"", True
        yield from _opaque(codec, (1, 2, 3, 10, 11, big), b"\x82", True)
        yield "all zeros", bytes(5000), True
    else:
        h264 = codec == "h264"
        sets = [SPS, PPS] if h264 else [VPS5, SPS5, PPS5]
        idr = b"\x65\x88" if h264 else b"\x26\x01"
        delta = b"\x41\x9a" if h264 else b"\x02\x01"
        key = b"".join(START + s for s in sets)
        yield "empty", b"", True
        yield from _opaque(codec, (10, 11), START + delta + b"\x80", False)
        yield "key frame", key + START + idr + bytes(range(1, 200)), True
        yield "delta of 2 zeros", START + delta + b"\x80\0\0\x80", False
        yield "zero-rich slice", START + delta + b"\x80" + bytes(3000) + b"\x80", False
        yield "several slices", key + b"".join(
            START + idr + bytes([i]) * 900 for i in (1, 2, 3)), True
        yield "3-byte start codes", b"".join(
            START[1:] + s for s in sets) + START[1:] + idr + b"\x7f" * 50, True
        yield "several slices behind 3-byte start codes", b"".join(
            START[1:] + s for s in sets) + b"".join(START[1:] + idr + bytes([i]) * 90 for i in (1, 2, 3)), True
        yield "1 MB", START + delta + b"\x80" + b"\xa5" * big, False
        aud = b"\x09\xf0" if h264 else b"\x46\x01\x50"
        sei = bytes.fromhex("0605040102030480" if h264 else "4e0105040102030480")
        yield "AUD, SEI", START + aud + key + START + sei + START + idr + b"\x33" * 64, True
        yield "key frame without sets", START + idr + b"\x44" * 64, True


# Frames without a whole clear header: ours drops them.
TOO_SHORT = {
    "vp8": [(b"\x11", False), (b"\x11\x02", False), (bytes.fromhex("1002009d012a080008"), True)],
    "h264": [(START + b"\x65", True), (bytes(5000), True)],
    "h265": [(START + b"\x26", True), (bytes(5000), True)],
}


def split_nals(codec, frame, lengths):
    """NAL units of an access unit: (offset of its data, bytes)."""
    nals, i = [], 0
    if lengths:
        while i + 4 <= len(frame):
            size = int.from_bytes(frame[i:i + 4], "big")
            nals.append((i + 4, frame[i + 4:i + 4 + size]))
            i += 4 + size
        return nals
    starts = []
    while (i := frame.find(b"\0\0\1", i)) >= 0:
        starts.append(i + 3)
        i += 3
    for n, start in enumerate(starts):
        end = starts[n + 1] - 3 if n + 1 < len(starts) else len(frame)
        data = frame[start:end]
        nals.append((start, data.rstrip(b"\0") if n + 1 < len(starts) else data))
    return nals


def _kind(codec, nal):
    if codec == "h264":
        kind = nal[0] & 0x1F
        return ("slice" if kind in (1, 5) else {7: "sps", 8: "pps", 6: "sei"}.get(kind, "other"),
                kind == 5)
    kind = nal[0] >> 1 & 0x3F
    if kind <= 9 or 16 <= kind <= 21:
        return "slice", kind >= 16
    return {32: "vps", 33: "sps", 34: "pps", 39: "sei"}.get(kind, "other"), False


def _has_recovery_point(codec, sei):
    """The first message of the SEI is a recovery point (payload type 6)."""
    return sei[1 if codec == "h264" else 2] == 6


class Canonical:
    """The canonical access units of one stream, in its order."""

    def __init__(self, codec, caps):
        self.codec = codec
        self.lengths = "avc" in caps or "hvc1" in caps
        self.sets = {}
        if "codec_data=(buffer)" in caps:
            self._read_codec_data(bytes.fromhex(caps.split("codec_data=(buffer)")[1].split(",")[0]))

    def _read_codec_data(self, record):
        if self.codec == "h264":
            i, counts = 5, 2
        else:
            i, counts = 23, record[22]
        for _ in range(counts):
            if self.codec == "h264":
                n, i = record[i] & 0x1F, i + 1
            else:
                n, i = int.from_bytes(record[i + 1:i + 3], "big"), i + 3
            for _ in range(n):
                size = int.from_bytes(record[i:i + 2], "big")
                nal = record[i + 2:i + 2 + size]
                kind = _kind(self.codec, nal)[0]
                if kind in ("vps", "sps", "pps"):
                    self.sets[kind] = nal
                i += 2 + size

    def __call__(self, frame):
        if not frame:
            return frame
        new, sei, key = [], [], False
        for offset, nal in split_nals(self.codec, frame, self.lengths):
            kind, is_key = _kind(self.codec, nal)
            if kind in ("vps", "sps", "pps"):
                self.sets[kind] = nal
                new.append(kind)
            elif kind == "sei" and _has_recovery_point(self.codec, nal):
                sei.append(nal)
                key = True
            elif kind == "slice":
                key = key or is_key
                kinds = [k for k in ("vps", "sps", "pps") if k in self.sets and (key or k in new)]
                header = b"".join(START + self.sets[k] for k in kinds)
                header += b"".join(START + s for s in sei)
                return header + self._from_slice(frame, offset)
        return None

    def _from_slice(self, frame, offset):
        if not self.lengths:
            return START + frame[offset:]
        return b"".join(START + nal for at, nal in split_nals(self.codec, frame, True) if at >= offset)
