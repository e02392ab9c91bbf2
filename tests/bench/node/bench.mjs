// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// livekit-client's worker: CPU time of each frame that it encrypts, with all
// threads of the process. Takes one argument, the frames as JSON: a list of
// { name, codec, size }. Prints name and nanoseconds of each.
import {
  RTCEncodedAudioFrame,
  RTCEncodedVideoFrame,
  ask,
  send,
} from './worker.mjs';

const ROUNDS = 5;
const ROUND_NS = 150e6;

const identity = 'bench';

// No zero bytes: an encoder escapes what would read as a start code.
function makeData({ name, codec, size }) {
  const data = new Uint8Array(size).map((_, i) => 1 + ((i * 7919) % 255));
  if (codec === 'h264') data.set([0, 0, 0, 1, 0x41, 0x9a]);
  if (codec === 'vp8') data[0] = name.includes('key') ? 0x10 : 0x11;
  return data.buffer;
}

const makeFrame = ({ name, codec }, data, i) =>
  codec === 'audio'
    ? new RTCEncodedAudioFrame(data.slice(), 960 * i)
    : new RTCEncodedVideoFrame(
        data.slice(),
        3000 * i,
        name.includes('key') ? 'key' : 'delta',
      );

async function configure() {
  await ask(
    'init',
    {
      loglevel: 'silent',
      keyProviderOptions: {
        sharedKey: false,
        ratchetSalt: 'salt',
        ratchetWindowSize: 0,
        failureTolerance: -1,
        keyringSize: 16,
        keySize: 128,
      },
    },
    'initAck',
  );
  send('setKey', {
    participantIdentity: identity,
    key: await crypto.subtle.importKey('raw', new Uint8Array(16), 'HKDF', false, [
      'deriveBits',
      'deriveKey',
    ]),
    keyIndex: 0,
    updateCurrentKeyIndex: true,
  });
  await ask('enable', { enabled: true, participantIdentity: identity });
}

function connect({ name, codec }) {
  const input = new TransformStream();
  const output = new TransformStream();
  send('encode', {
    participantIdentity: identity,
    trackId: name,
    readableStream: input.readable,
    writableStream: output.writable,
    isReuse: false,
    codec: codec === 'audio' ? undefined : codec,
    hasPacketTrailer: false,
  });
  return {
    writer: input.writable.getWriter(),
    reader: output.readable.getReader(),
  };
}

const cpuNs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
};

// Nanoseconds of each of n frames, all of which have to come out larger.
async function measure(frame, { writer, reader }, data, n) {
  const frames = Array.from({ length: n }, (_, i) => makeFrame(frame, data, i));
  const start = cpuNs();
  for (const each of frames) {
    writer.write(each);
    const { value } = await reader.read();
    if (value.data.byteLength < frame.size + 30) throw new Error('in the clear');
  }
  return (cpuNs() - start) / n;
}

async function bench(frame) {
  const track = connect(frame);
  const data = makeData(frame);
  // The first ones are compiled while they run.
  await measure(frame, track, data, 50);
  const first = await measure(frame, track, data, 20);
  const n = Math.max(5, Math.ceil(Math.min(ROUND_NS / first, 1e9 / frame.size)));
  const times = [];
  for (let i = 0; i < ROUNDS; i++)
    times.push(await measure(frame, track, data, n));
  times.sort((a, b) => a - b);
  process.stdout.write(`${frame.name}\t${times[ROUNDS >> 1]}\n`);
}

await configure();
for (const frame of JSON.parse(process.argv[2])) await bench(frame);
process.exit(0);
