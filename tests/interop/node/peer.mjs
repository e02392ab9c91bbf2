// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// livekit-client's worker as a peer: reads cases from standard input, writes
// them back with their frames or packets encrypted or decrypted; a refused one is
// null.
// Usage: node peer.mjs encrypt|decrypt
import { readFileSync } from 'node:fs';
import {
  RTCEncodedAudioFrame,
  RTCEncodedVideoFrame,
  ask,
  send,
} from './worker.mjs';

const material = (job) =>
  crypto.subtle.importKey(
    'raw',
    job.kdf === 'pbkdf2'
      ? new TextEncoder().encode(job.passphrase)
      : Buffer.from(job.key, 'hex'),
    job.kdf === 'pbkdf2' ? 'PBKDF2' : 'HKDF',
    false,
    ['deriveBits', 'deriveKey'],
  );

const bytes = (base64) => {
  const buffer = Buffer.from(base64, 'base64');
  return buffer.buffer.slice(
    buffer.byteOffset,
    buffer.byteOffset + buffer.byteLength,
  );
};

const makeFrame = (job, frame, i) =>
  job.codec === 'audio'
    ? new RTCEncodedAudioFrame(bytes(frame.data), 960 * i)
    : new RTCEncodedVideoFrame(
        bytes(frame.data),
        3000 * i,
        frame.key ? 'key' : 'delta',
      );

async function configure(job, participantIdentity) {
  await ask(
    'init',
    {
      loglevel: 'silent',
      keyProviderOptions: {
        sharedKey: false,
        ratchetSalt: job.salt,
        ratchetWindowSize: job.ratchet_window ?? 0,
        failureTolerance: -1,
        keyringSize: 16,
        keySize: job.key_size,
      },
    },
    'initAck',
  );
  send('setSifTrailer', { trailer: new Uint8Array(bytes(job.sif_trailer ?? '')) });
  send('setKey', {
    participantIdentity,
    key: await material(job),
    keyIndex: job.key_index,
    updateCurrentKeyIndex: true,
  });
  await ask('enable', { enabled: true, participantIdentity });
}

// Data packets go through messages. A refused one is answered with an error.
async function runPackets(command, job, participantIdentity) {
  const packets = [];
  for (const [i, { data, iv, key_index: keyIndex }] of job.packets.entries()) {
    const request = { payload: new Uint8Array(bytes(data)), participantIdentity, uuid: `packet ${i}` };
    if (command === 'decrypt') Object.assign(request, { iv: new Uint8Array(bytes(iv)), keyIndex });
    const answer = await ask(`${command}DataRequest`, request, `${command}DataResponse`);
    const base64 = (array) => Buffer.from(array).toString('base64');
    packets.push(
      answer.payload
        ? { data: base64(answer.payload), iv: answer.iv ? base64(answer.iv) : iv, key_index: answer.keyIndex ?? keyIndex }
        : null,
    );
  }
  return { ...job, packets };
}

async function run(command, job, n) {
  const identity = `participant ${n}`;
  await configure(job, identity);
  if (job.packets) return runPackets(command, job, identity);

  const input = new TransformStream();
  const output = new TransformStream();
  send(command === 'encrypt' ? 'encode' : 'decode', {
    participantIdentity: identity,
    trackId: `track ${n}`,
    readableStream: input.readable,
    writableStream: output.writable,
    isReuse: false,
    codec: job.codec === 'audio' ? undefined : job.codec,
    hasPacketTrailer: !!job.metadata,
    packetTrailer:
      job.metadata && command === 'encrypt'
        ? { timestamp: true, frameId: true }
        : undefined,
  });

  // A frame that comes out is the same object as went in.
  const frames = job.frames.map((frame, i) => makeFrame(job, frame, i));
  const passed = new Set();
  const reader = output.readable.getReader();
  const collect = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      passed.add(value);
    }
  })();
  const writer = input.writable.getWriter();
  for (const [i, frame] of frames.entries()) {
    if (command === 'encrypt' && job.ratchet_every && i > 0 && i % job.ratchet_every === 0) {
      // A write is done before its frame is: the key is not to change under it.
      while (!passed.has(frames[i - 1])) await new Promise(setImmediate);
      await ask('ratchetRequest', { participantIdentity: identity, keyIndex: job.key_index }, 'ratchetKey');
    }
    await writer.write(frame);
  }
  await writer.close();
  await collect;
  return {
    ...job,
    frames: frames.map((frame, i) =>
      passed.has(frame)
        ? {
            ...job.frames[i],
            data: Buffer.from(frame.data).toString('base64'),
          }
        : null,
    ),
  };
}

const command = process.argv[2];
const jobs = JSON.parse(readFileSync(0, 'utf8'));
const results = [];
for (const [n, job] of jobs.entries()) results.push(await run(command, job, n));
process.stdout.write(JSON.stringify(results));
