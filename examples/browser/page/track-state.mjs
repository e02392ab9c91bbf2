// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// What a received track is doing, from WebRTC's statistics and from what the
// SDK reports about its encryption.

// The figures of one track: counters since the start, and the rate since the
// figures BEFORE.
export async function measure(track, before) {
  const report = await track.getRTCStatsReport();
  const figures = { time: performance.now(), rate: 0, energy: 0, decoded: 0 };
  for (const entry of report?.values() ?? []) {
    if (entry.type !== 'inbound-rtp') continue;
    figures.codec = report.get(entry.codecId)?.mimeType.split('/')[1];
    figures.width = entry.frameWidth;
    figures.height = entry.frameHeight;
    figures.keyFrames = entry.keyFramesDecoded;
    figures.packets = entry.packetsReceived;
    figures.energy = entry.totalAudioEnergy ?? 0;
    // Sound is counted in samples that were not made up for a loss.
    figures.decoded = entry.kind === 'video'
      ? entry.framesDecoded
      : entry.totalSamplesReceived - entry.concealedSamples;
  }
  const seconds = before && (figures.time - before.time) / 1000;
  if (seconds > 0) figures.rate = (figures.decoded - before.decoded) / seconds;
  return figures;
}

// One word for the state. ERROR is the last complaint of the SDK about this
// participant, such as "InvalidKey: Decryption failed". Without a key of ours a
// decoder that is fed ciphertext counts some of it as frames: HAVE_KEY tells.
export function describe(publication, figures, error, haveKey) {
  if (publication.isMuted) return 'muted';
  if (!publication.isEncrypted) return 'not encrypted';
  if (!haveKey) return 'missing key';
  if (figures?.rate > 0) return 'ok';
  if (error?.startsWith('InvalidKey')) return 'wrong key';
  if (error?.startsWith('MissingKey')) return 'missing key';
  return 'waiting';
}
