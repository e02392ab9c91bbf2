#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""Our elements against LiveKit's own SDKs, both directions.

  ours -> peer   lke2eeenc seals, the peer opens: the canonical frame
  peer -> ours   the peer seals, lke2eedec opens: the same frame

and data packets in the same way, through liblke2ee.

Prints "ok NAME" or "not ok NAME: why" for each case and a closing line. A peer
that does not run is an error, never a skip.
"""
import argparse
import base64
import json
import os
import subprocess
import sys

import cases

SIF = b"LKSIFtrailer0123456789abcdefghijklmnopqrstuv"
# Frames between two ratchets.
EPOCH = 3


class Peer:
    """A program that encrypts or decrypts a list of jobs."""

    def __init__(self, name, argv, folder=None):
        self.name, self.argv, self.folder = name, argv, folder

    def run(self, command, jobs):
        done = subprocess.run(
            [*self.argv, command], input=json.dumps(jobs).encode(), cwd=self.folder,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600, check=False)
        if done.returncode != 0:
            sys.exit(f"{self.name} {command} failed:\n{done.stderr.decode()[-2000:]}")
        return [{**j, **result} for j, result in zip(jobs, json.loads(done.stdout))]


class Results:
    """Counts and prints."""

    def __init__(self, only):
        self.only, self.passed, self.failed = only, 0, 0

    def wanted(self, name):
        return self.only is None or self.only in name

    def check(self, name, why):
        """WHY is None if the case is as it should be."""
        if why is None:
            self.passed += 1
            print(f"ok {name}")
        else:
            self.failed += 1
            print(f"not ok {name}: {why}")


def job(name, codec, key, frames, caps=None, out_caps=None, **more):
    """A case as the peers read it. FRAMES: (bytes, is key frame)."""
    return {
        "name": name, "codec": codec, "salt": "LKFrameEncryptionKey", "key_size": 128,
        "caps": caps or cases.CAPS[codec], "out_caps": out_caps or cases.CAPS[codec],
        "frames": [{"data": base64.b64encode(data).decode(), "key": is_key} for data, is_key in frames],
        **key, **more,
    }


def frames_of(result):
    return [None if f is None else base64.b64decode(f["data"]) for f in result["frames"]]


def differences(got, want):
    """Why two lists of frames are not the same, or None."""
    if len(got) != len(want):
        return f"{len(got)} frames instead of {len(want)}"
    for i, (g, w) in enumerate(zip(got, want)):
        if g != w:
            size = "nothing" if g is None else f"{len(g)} bytes {g[:40].hex()}"
            return f"frame {i}: {size} instead of {'nothing' if w is None else f'{len(w)} bytes {w[:40].hex()}'}"
    return None


def sources(ours):
    """(name, codec, caps, frames) of real encoders and of made frames."""
    captured = ours.run("capture", [
        {"encoder": encoder, "caps": caps} for _, _, encoder, caps in cases.ENCODERS])
    for (name, codec, _, _), result in zip(cases.ENCODERS, captured):
        frames = [(base64.b64decode(f["data"]), f["key"]) for f in result["frames"]]
        if len(frames) < 20:
            sys.exit(f"{name} made only {len(frames)} frames")
        yield name, codec, result["caps"], frames
    for codec, caps in cases.CAPS.items():
        yield f"made {codec}", codec, caps, [(data, key) for _, data, key in cases.synthetic(codec)]


def canonical_of(codec, caps, frames):
    if codec not in ("h264", "h265"):
        return [data for data, _ in frames]
    canonical = cases.Canonical(codec, caps)
    return [canonical(data) for data, _ in frames]


def matrix(peer, all_sources):
    """(name, job) for everything that PEER supports."""
    for source, codec, caps, frames in all_sources:
        if codec not in cases.CODECS[peer]:
            continue
        if peer == "go":
            # A fault of server-sdk-go 2.18.1: its encryptor panics on an empty
            # frame and its decryptor refuses one. Its callers send none.
            frames = [f for f in frames if f[0]]
        for key_name, key in cases.KEYS:
            if key_name not in cases.CANNOT[peer]:
                yield f"{source}, {key_name}", codec, caps, frames, key


def ours_to_peer(ours, peer, all_sources, results):
    rows = [r for r in matrix(peer.name, all_sources) if results.wanted(r[0])]
    jobs = [job(name, codec, key, frames, caps) for name, codec, caps, frames, key in rows]
    sealed = ours.run("encrypt", jobs)
    wants = [canonical_of(codec, caps, frames) for _, codec, caps, frames, _ in rows]
    # What ours dropped the peer cannot open: an empty frame passes both, so
    # that the comparison below shows it.
    for result in sealed:
        result["frames"] = [f or {"data": "", "key": False} for f in result["frames"]]
    opened = peer.run("decrypt", sealed)
    for row, got, want in zip(rows, opened, wants):
        results.check(f"ours -> {peer.name}: {row[0]}", differences(frames_of(got), want))


def peer_to_ours(ours, peer, all_sources, results):
    rows = [r for r in matrix(peer.name, all_sources) if results.wanted(r[0])]
    wants = [canonical_of(codec, caps, frames) for _, codec, caps, frames, _ in rows]
    jobs = [job(name, codec, key, [(w, f[1]) for w, f in zip(want, frames)])
            for (name, codec, caps, frames, key), want in zip(rows, wants)]
    sealed = peer.run("encrypt", jobs)
    for lengths in (False, True):
        opened = ours.run("decrypt", [as_lengths(s) if lengths else s for s in sealed])
        for row, got, want in zip(rows, opened, wants):
            if lengths and row[1] not in ("h264", "h265"):
                continue
            form = " as lengths" if lengths else ""
            results.check(f"{peer.name} -> ours{form}: {row[0]}", differences(frames_of(got), want))


def as_lengths(sealed):
    """What a depayloader that gives out avc or hvc1 makes of the frames."""
    codec = sealed["codec"]
    if codec not in ("h264", "h265"):
        return sealed
    frames = []
    for data, f in zip(frames_of(sealed), sealed["frames"]):
        nals = cases.split_nals(codec, data, False)
        frames.append({**f, "data": base64.b64encode(b"".join(
            len(nal).to_bytes(4, "big") + nal for _, nal in nals)).decode()})
    return {**sealed, "frames": frames, "caps": cases.AVC if codec == "h264" else cases.HVC1}


def wrong_key(ours, peer, all_sources, results):
    """Neither side opens a frame that was sealed with another key."""
    other = dict(kdf="pbkdf2", passphrase="another", key_index=0)
    seen = set()
    for _, codec, caps, frames in all_sources:
        name = f"{codec}, wrong key"
        if codec not in cases.CODECS[peer.name] or codec in seen or not results.wanted(name):
            continue
        seen.add(codec)
        frames = [(d, k) for d, k in zip(canonical_of(codec, caps, frames[:9]), (f[1] for f in frames)) if d]
        for seal, open_ in ((ours, peer), (peer, ours)):
            sealed = seal.run("encrypt", [job(name, codec, cases.KEYS[0][1], frames)])
            opened = open_.run("decrypt", [{**s, **other} for s in sealed])
            got = frames_of(opened[0])
            results.check(f"{seal.name} -> {open_.name}: {name}",
                          None if all(f is None for f in got) else "a frame came out")


def too_short(ours, results):
    """Nothing leaves that has no room for its clear header."""
    for codec, frames in cases.TOO_SHORT.items():
        name = f"ours: {codec} frames that cannot be sealed"
        if results.wanted(name):
            sealed = ours.run("encrypt", [job(name, codec, cases.KEYS[0][1], frames)])
            results.check(name, differences(frames_of(sealed[0]), [None] * len(frames)))


def metadata(ours, web, all_sources, results):
    """The frame metadata trailer of the web SDK, both ways."""
    for codec in ("vp8", "h264", "h265"):
        name = f"{codec}, frame metadata"
        if not results.wanted(name):
            continue
        _, _, caps, frames = next(s for s in all_sources if s[1] == codec)
        want = canonical_of(codec, caps, frames)
        for seal, open_ in ((ours, web), (web, ours)):
            sealed = seal.run("encrypt", [job(name, codec, cases.KEYS[0][1], [
                (w, f[1]) for w, f in zip(want, frames)], metadata=True)])
            if not all(f.endswith(b"LKTS") for f in frames_of(sealed[0])):
                results.check(f"{seal.name} -> {open_.name}: {name}", "no trailer")
                continue
            opened = open_.run("decrypt", sealed)
            results.check(f"{seal.name} -> {open_.name}: {name}",
                          differences(frames_of(opened[0]), want))


def injected(ours, web, results):
    """Known blank frames pass on both sides, anything else that is marked does
    not."""
    silence = b"\xf8\xff\xfe" + bytes(77)
    frames = [(silence + SIF, True), (b"\x78\1\2\3" + SIF, True)]
    case = job("opus, injected", "audio", cases.KEYS[0][1], frames,
               sif_trailer=base64.b64encode(SIF).decode())
    for side in (ours, web):
        name = f"{side.name}: opus, injected"
        if results.wanted(name):
            results.check(name, differences(frames_of(side.run("decrypt", [case])[0]), [silence, None]))


def ratchet(ours, web, all_sources, results):
    """20 steps in a row, each followed, with damaged frames in between that
    make no side step on."""
    for codec in ("audio", "vp8"):
        name = f"{codec}, 20 ratchets with window 8"
        if not results.wanted(name):
            continue
        _, _, caps, frames = next(s for s in all_sources if s[1] == codec)
        frames = (list(f for f in frames if f[0]) * 3)[:21 * EPOCH]
        for seal, open_ in ((ours, web), (web, ours)):
            sealed = seal.run("encrypt", [job(name, codec, cases.KEYS[0][1], frames,
                                              ratchet_every=EPOCH)])[0]
            got, want = [], []
            for i, (f, (data, key)) in enumerate(zip(sealed["frames"], frames)):
                got.append(f)
                want.append(data)
                if i % EPOCH == 1:
                    damaged = bytearray(base64.b64decode(f["data"]))
                    damaged[-20] ^= 1
                    got.append({**f, "data": base64.b64encode(damaged).decode()})
                    want.append(None)
            opened = open_.run("decrypt", [{**sealed, "frames": got, "ratchet_window": 8}])[0]
            results.check(f"{seal.name} -> {open_.name}: {name}",
                          differences(frames_of(opened), want))


def user_packet(payload):
    """A serialized EncryptedPacketPayload with a user packet (livekit_models.proto)."""
    def field(number, data):
        size, length = len(data), b""
        while size > 0x7F:
            size, length = size >> 7, length + bytes([size & 0x7F | 0x80])
        return bytes([number << 3 | 2]) + length + bytes([size]) + data
    return field(1, field(2, payload))


def packet_job(name, key, packets):
    return {"name": name, "salt": "LKFrameEncryptionKey", "key_size": 128, **key,
            "packets": [p and {**p, "data": base64.b64encode(p["data"]).decode()} for p in packets]}


def packets_of(result):
    return [p and {**p, "data": base64.b64decode(p["data"])} for p in result["packets"]]


def data_packets(ours, peer, results):
    """Data packets both ways; what was changed on the way is refused."""
    data = [user_packet(p) for p in (b"x", b"hello", bytes(3000), bytes(range(256)) * 60)]
    for key_name, key in cases.KEYS:
        name = f"data packets, {key_name}"
        if key_name in cases.CANNOT[peer.name] or not results.wanted(name):
            continue
        for seal, open_ in ((ours, peer), (peer, ours)):
            clear = [{"data": d, "iv": "", "key_index": key["key_index"]} for d in data]
            sealed = packets_of(seal.run("encrypt", [packet_job(name, key, clear)])[0])
            changed = [{**p, "data": p["data"][:-1] + bytes([p["data"][-1] ^ 1])} for p in sealed]
            opened = open_.run("decrypt", [packet_job(name, key, sealed + changed)])[0]
            got = [p and p["data"] for p in packets_of(opened)]
            results.check(f"{seal.name} -> {open_.name}: {name}",
                          differences(got, data + [None] * len(data)))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", required=True, help="folder that setup.sh filled")
    parser.add_argument("--frames", required=True, help="the program 'frames'")
    parser.add_argument("--packets", required=True, help="the program 'packets'")
    parser.add_argument("--only", help="run the cases whose name contains this")
    args = parser.parse_args()

    ours = Peer("ours", [os.path.abspath(args.frames)])
    our_packets = Peer("ours", [os.path.abspath(args.packets)])
    node = os.path.join(args.peers, "node")
    web = Peer("web", ["node", "peer.mjs"], node)
    go = Peer("go", [os.path.join(os.path.abspath(args.peers), "go", "peer")])
    results = Results(args.only)
    all_sources = list(sources(ours))

    for peer in (web, go):
        ours_to_peer(ours, peer, all_sources, results)
        peer_to_ours(ours, peer, all_sources, results)
        wrong_key(ours, peer, all_sources, results)
        data_packets(our_packets, peer, results)
    too_short(ours, results)
    metadata(ours, web, all_sources, results)
    injected(ours, web, results)
    ratchet(ours, web, all_sources, results)
    print(f"{results.passed} passed, {results.failed} failed")
    sys.exit(results.failed > 0 or results.passed == 0)


if __name__ == "__main__":
    main()
