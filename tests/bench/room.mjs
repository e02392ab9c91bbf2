// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// Measures one recorder and N publishers, N from the command line. CPU time and
// memory are the kernel's, from /proc. See room.sh.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { freePorts } from '../../examples/browser/driver/ports.mjs';
import { Program } from '../../examples/browser/driver/program.mjs';
import {
  apiKey, apiSecret, startLiveKit,
} from '../../examples/browser/livekit-server.mjs';

const RATE = 30;
const HELD = 0.98;     // of the frames that RATE promises
const TICKS = 100;     // USER_HZ, the unit of /proc/PID/stat

const { values, positionals: [peers, build, ...counts] } = parseArgs({
  allowPositionals: true,
  options: {
    codec: { type: 'string', default: 'vp8' },
    size: { type: 'string', default: '640x360' },
    seconds: { type: 'string', default: '20' },
  },
});
const seconds = Number(values.seconds);

// CPU seconds, and resident memory in MiB.
async function usage(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return {
    cpu: (Number(fields[11]) + Number(fields[12])) / TICKS,
    memory: Number(status.match(/VmRSS:\s+(\d+)/)[1]) / 1024,
  };
}

async function usageOfAll(pids) {
  const sum = { cpu: 0, memory: 0 };
  for (const { cpu, memory } of await Promise.all(pids.map(usage))) {
    sum.cpu += cpu;
    sum.memory += memory;
  }
  return sum;
}

// The last that a recorder said of a stream: { frames, at }.
const lastProgress = (recorder, identity) =>
  recorder.seen('progress', { identity, kind: 'video' }).at(-1);

// Runs N publishers and a recorder for a while; the figures between two
// moments at which all of them ran.
async function measure(liveKit, folder, n) {
  const start = (name, identity, args) => new Program(
    join(build, 'examples/room', name),
    ['--url', liveKit.url, '--api-key', apiKey, '--api-secret', apiSecret,
     '--room', `load-${n}`, '--identity', identity,
     '--passphrase-file', join(folder, 'key'), ...args]);
  const output = join(folder, `${n}`);
  const recorder = start('lke2ee-record', 'recorder', ['--output', output]);
  const publishers = [];
  try {
    await recorder.waitFor('joined');
    for (let i = 0; i < n; i++) {
      const publisher = start('lke2ee-publish', `camera-${i}`, [
        '--codec', values.codec, '--size', values.size,
        '--framerate', `${RATE}`, '--test']);
      publishers.push(publisher);
      await publisher.waitFor('media', { kind: 'video' });
    }
    const identities = publishers.map((_, i) => `camera-${i}`);
    for (const identity of identities)
      await recorder.waitFor('progress', { identity, kind: 'video' });
    return await between(liveKit, recorder, publishers, identities);
  } finally {
    await Promise.all([recorder, ...publishers].map((p) => p.kill()));
    await rm(output, { recursive: true, force: true });
  }
}

async function between(liveKit, recorder, publishers, identities) {
  const groups = {
    publisher: publishers.map((p) => p.child.pid),
    server: [liveKit.pid],
    recorder: [recorder.child.pid],
  };
  const look = async () => ({
    time: performance.now(),
    streams: identities.map((identity) => lastProgress(recorder, identity)),
    groups: Object.fromEntries(await Promise.all(
      Object.entries(groups).map(async ([k, pids]) =>
        [k, await usageOfAll(pids)]))),
  });
  const before = await look();
  await pause(seconds * 1000);    // the length of the measurement
  const after = await look();
  const took = (after.time - before.time) / 1000;
  const figures = {};
  for (const [group, used] of Object.entries(after.groups))
    figures[group] = {
      cpu: (100 * (used.cpu - before.groups[group].cpu)) / took,
      memory: used.memory,
    };
  const rates = after.streams.map(({ frames, at }, i) =>
    (1000 * (frames - before.streams[i].frames)) / (at - before.streams[i].at));
  return { figures, slowest: Math.min(...rates) };
}

function printLine(n, { figures, slowest }) {
  const columns = Object.values(figures).flatMap(({ cpu, memory }) => [
    `${(cpu / n).toFixed(1)} %`, `${(memory / n).toFixed(0)} MiB`]);
  const total = Object.values(figures).reduce((sum, f) => sum + f.cpu, 0);
  console.log([n, slowest.toFixed(1), ...columns, `${total.toFixed(0)} %`]
    .map((cell) => `${cell}`.padStart(10)).join(''));
}

const folder = await mkdtemp(join(tmpdir(), 'lke2ee-load-'));
await writeFile(join(folder, 'key'), 'load test', { mode: 0o600 });
const liveKit = await startLiveKit(
  join(peers, 'livekit-server/livekit-server'), await freePorts());
console.log(`${values.codec}, ${values.size}, ${RATE} frames/s, Opus; ` +
  `${cpus().length} x ${cpus()[0].model.trim()}; per stream, of one core:`);
console.log(['streams', 'frames/s', 'publisher', '', 'server', '', 'recorder',
             '', 'all'].map((cell) => cell.padStart(10)).join(''));
try {
  for (const n of counts.length ? counts.map(Number) : [1, 2, 4, 6, 8]) {
    const result = await measure(liveKit, folder, n);
    printLine(n, result);
    if (result.slowest < HELD * RATE) {
      console.log(`${n} streams are not held at ${RATE} frames/s here`);
      break;
    }
  }
} finally {
  await liveKit.stop();
  await rm(folder, { recursive: true, force: true });
}
