// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// Encrypted rooms from end to end: livekit-server, Chromium with LiveKit's own
// SDK, lke2ee-publish and lke2ee-record. Each case has a room of its own; two
// run at a time. PEERS is what examples/browser/setup.sh made.
// Usage: node run.mjs PEERS BUILD [WORDS...], where only cases with one of the
// words in their names run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { startChromium } from '../../examples/browser/driver/chromium.mjs';
import { freePorts } from '../../examples/browser/driver/ports.mjs';
import { startLiveKit } from '../../examples/browser/livekit-server.mjs';
import { startPage } from '../../examples/browser/page-server.mjs';
import { Case } from './case.mjs';
import codecs from './cases/codecs.mjs';
import keys from './cases/keys.mjs';
import page from './cases/page.mjs';
import presence from './cases/presence.mjs';
import serverView from './cases/server-view.mjs';

// One: an encoder, a server and a browser are enough for two cores, and a machine
// that is behind loses packets.
const AT_A_TIME = 1;
const CASE_MS = 90000;

const [peers, build, ...words] = process.argv.slice(2);
const cases = [codecs, presence, keys, serverView, page].flat()
  .filter(({ name }) => !words.length || words.some((w) => name.includes(w)));

async function startBench() {
  const needed = [
    join(peers, 'livekit-server/livekit-server'),
    join(build, 'examples/room/lke2ee-publish'),
    join(build, 'examples/room/lke2ee-record'),
  ];
  for (const file of needed)
    if (!existsSync(file)) throw new Error(`there is no ${file}`);
  const liveKit = await startLiveKit(needed[0], await freePorts());
  const pageServer = await startPage({
    port: 0,
    client: join(peers, 'browser/node_modules/livekit-client/dist'),
    liveKitUrl: liveKit.url,
  });
  const chromium = await startChromium(peers);
  return {
    build, liveKit, chromium, pageUrl: pageServer.url,
    async stop() {
      await chromium.close();
      await pageServer.stop();
      await liveKit.stop();
    },
  };
}

function bounded(work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`not done within ${CASE_MS / 1000} s`)), CASE_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

// Runs one case and prints its line; true if it passed.
async function runCase(bench, { name, run }, number) {
  const start = Date.now();
  const room = await new Case(bench, `room-${number}`).open();
  let problem = null;
  let remark;
  try {
    remark = await bounded(run(room));
  } catch (error) {
    problem = `${error.stack}\n${room.describe()}`;
  }
  await room.close();
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  const words = [`${seconds} s`, ...(remark ? [remark] : [])].join(', ');
  console.log(`${problem ? 'not ok' : 'ok'} - ${name} (${words})`);
  if (problem) console.log(problem.replace(/^/gm, '    '));
  return !problem;
}

const bench = await startBench();
const results = [];
const waiting = [...cases.entries()];
async function lane() {
  for (let next; (next = waiting.shift());)
    results.push(await runCase(bench, next[1], next[0]));
}
try {
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
} finally {
  await bench.stop();
}
const passed = results.filter(Boolean).length;
console.log(`${passed} passed, ${results.length - passed} failed`);
process.exitCode = passed === results.length && passed > 0 ? 0 : 1;
