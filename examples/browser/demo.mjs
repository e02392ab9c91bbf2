// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// The whole way once: a LiveKit server, lke2ee-publish, lke2ee-record and, where
// there is a Chromium, the page. Ends with a recorded file and a table.
// Usage: node demo.mjs PEERS BUILD [--output FOLDER] [--codec CODEC]
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { CHROMIUM, Page, startChromium } from './driver/chromium.mjs';
import { freePorts } from './driver/ports.mjs';
import { Program } from './driver/program.mjs';
import { until } from './driver/until.mjs';
import { apiKey, apiSecret, startLiveKit } from './livekit-server.mjs';
import { startPage } from './page-server.mjs';

const FRAMES = 300;
const ROOM = 'demo';

const { values: { output, codec }, positionals: [peers, build] } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: 'string', default: 'demo-output/room' },
    codec: { type: 'string', default: 'vp8' },
  },
});

const say = (text) => console.log(`demo: ${text}`);

function start(name, liveKit, identity, keyFile, args) {
  return new Program(join(build, 'examples/room', name), [
    '--url', liveKit.url, '--api-key', apiKey, '--api-secret', apiSecret,
    '--room', ROOM, '--identity', identity, '--passphrase-file', keyFile,
    ...args]);
}

// A viewer in a browser, or null where there is no Chromium.
async function openViewer(liveKit, passphrase) {
  if (!existsSync(CHROMIUM)) {
    say('no Chromium here: the page is left out');
    return null;
  }
  const server = await startPage({
    port: 0,
    client: join(peers, 'browser/node_modules/livekit-client/dist'),
    liveKitUrl: liveKit.url,
  });
  const chromium = await startChromium(peers);
  const page = await Page.open(chromium, server.url, 'viewer');
  await page.call('join', { room: ROOM, identity: 'viewer', passphrase });
  return {
    page,
    async close() {
      await chromium.close();
      await server.stop();
    },
  };
}

// Lets FRAMES frames flow; returns what a viewer decoded of them.
async function watch(recorder, viewer) {
  await until(
    `${FRAMES} recorded frames`,
    () => recorder.seen('progress', { kind: 'video' })
      .some(({ frames }) => Number(frames) >= FRAMES),
    (FRAMES / 30) * 3000 + 20000);
  if (!viewer) return null;
  await viewer.page.assertShows('camera');
  await viewer.page.page.setViewport({ width: 1280, height: 800 });
  await viewer.page.page.screenshot({ path: join(output, 'page.png') });
  return viewer.page.track('camera', 'video');
}

// The sums of the recording's tracks of one kind.
function sum(index, kind) {
  const sums = { frames: 0, dropped: 0, injected: 0 };
  for (const { parts } of index.participants)
    for (const track of parts.flatMap(({ tracks }) => tracks))
      if (track.kind === kind)
        for (const key of Object.keys(sums)) sums[key] += track[key];
  return sums;
}

function printTable(rows) {
  console.log();
  for (const [first, ...rest] of rows)
    console.log(first.padEnd(22) + rest.map((c) => `${c}`.padStart(10)).join(''));
  console.log();
}

// Prints what became of the frames; true if it is as it should be.
async function report(publisher, recorder, seen) {
  const text = await readFile(join(output, 'index.json'), 'utf8');
  const index = JSON.parse(text);
  const [last] = publisher.seen('progress').slice(-1);
  const video = sum(index, 'video');
  const audio = sum(index, 'audio');
  printTable([
    ['track', 'sent', 'recorded', 'dropped', 'injected'],
    ['video', last['video-frames'], video.frames, video.dropped,
     video.injected],
    ['audio', last['audio-frames'], audio.frames, audio.dropped,
     audio.injected],
  ]);
  if (seen) say(`the browser decoded ${seen.decoded} pictures of it`);
  for (const { parts } of index.participants)
    for (const { file } of parts) say(`recorded ${join(output, file)}`);
  if (seen) say(`the page: ${join(output, 'page.png')}`);
  // Dropped frames are those that waited for a key frame after packets were
  // lost, on a busy machine; a refused one is reported as a state.
  const refused = recorder.seen('state').some(({ state }) => state !== 'ok');
  return !refused && video.frames >= FRAMES && audio.frames > 0 &&
    (!seen || seen.decoded > 0);
}

async function main() {
  const secrets = await mkdtemp(join(tmpdir(), 'lke2ee-demo-'));
  const keyFile = join(secrets, 'passphrase');
  const passphrase = randomBytes(18).toString('base64');
  await writeFile(keyFile, passphrase, { mode: 0o600 });
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  const open = [() => rm(secrets, { recursive: true })];
  try {
    const liveKit = await startLiveKit(
      join(peers, 'livekit-server/livekit-server'), await freePorts());
    open.push(() => liveKit.stop());
    const recorder = start('lke2ee-record', liveKit, 'recorder', keyFile,
                           ['--output', output]);
    open.push(() => recorder.kill());
    await recorder.waitFor('joined');
    const publisher = start('lke2ee-publish', liveKit, 'camera', keyFile,
                            ['--codec', codec, '--test']);
    open.push(() => publisher.kill());
    await publisher.waitFor('media', { kind: 'video' });
    const viewer = await openViewer(liveKit, passphrase);
    if (viewer) open.push(() => viewer.close());
    say('server, publisher and recorder run; ten seconds');
    const seen = await watch(recorder, viewer);
    await recorder.quit();
    await publisher.quit();
    if (!(await report(publisher, recorder, seen))) process.exitCode = 1;
  } finally {
    for (const close of open.reverse()) await close();
  }
}

await main();
