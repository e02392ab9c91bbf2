// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// One case: a room of its own, the participants that it starts, and their end.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Page } from '../../examples/browser/driver/chromium.mjs';
import { Program } from '../../examples/browser/driver/program.mjs';
import { until } from '../../examples/browser/driver/until.mjs';
import { apiKey, apiSecret } from '../../examples/browser/livekit-server.mjs';
import { Recording } from './recording.mjs';

export const PASSPHRASE = 'correct horse battery staple';
// Small pictures: what is tested is not the encoders.
const PICTURE = ['--size', '320x180', '--framerate', '15', '--test'];
export const PAGE_PICTURE = { width: 320, height: 180, framerate: 15 };

export class Case {
  #programs = [];
  #pages = [];

  // BENCH: { build, liveKit, chromium, pageUrl }
  constructor(bench, room) {
    this.bench = bench;
    this.room = room;
  }

  async open() {
    this.folder = await mkdtemp(join(tmpdir(), 'lke2ee-room-'));
    return this;
  }

  // A file with a passphrase; also changes one.
  async keyFile(name, passphrase = PASSPHRASE) {
    const file = join(this.folder, `${name}.key`);
    await writeFile(file, `${passphrase}\n`, { mode: 0o600 });
    return file;
  }

  async #start(program, identity, args, keys) {
    const own = keys ??
      ['--passphrase-file', await this.keyFile(identity)];
    const started = new Program(
      join(this.bench.build, 'examples/room', program),
      ['--url', this.bench.liveKit.url, '--api-key', apiKey,
       '--api-secret', apiSecret, '--room', this.room,
       '--identity', identity, ...own, ...args]);
    this.#programs.push(started);
    await started.waitFor('joined');
    return started;
  }

  // A program that publishes; media flow when this returns.
  async publish(identity, args, keys) {
    const program = await this.#start(
      'lke2ee-publish', identity, [...args, ...PICTURE], keys);
    const kinds = ['audio', 'video'].filter((k) => !args.includes(`--no-${k}`));
    for (const kind of kinds) await program.waitFor('media', { kind });
    return program;
  }

  async record(args = [], keys = undefined, identity = 'recorder') {
    const folder = join(this.folder, identity);
    const program = await this.#start(
      'lke2ee-record', identity, ['--output', folder, ...args], keys);
    program.folder = folder;
    return program;
  }

  // Runs `lke2ee-record --decrypt` to its end.
  async decrypt(folder, keys) {
    const program = new Program(
      join(this.bench.build, 'examples/room/lke2ee-record'),
      ['--decrypt', folder, ...keys]);
    this.#programs.push(program);
    const status = await program.exited;
    if (status !== 0) throw new Error(`--decrypt ended with ${status}`);
  }

  // Waits until the recorder has COUNT more frames of a track than now.
  recorded(recorder, identity, kind, count) {
    const [last] = recorder.seen('progress', { identity, kind }).slice(-1);
    const goal = Number(last?.frames ?? 0) + count;
    return until(`${count} recorded frames of ${identity}'s ${kind}`,
      () => recorder.seen('progress', { identity, kind })
        .some((event) => Number(event.frames) >= goal));
  }

  // No frame of a participant was refused for its key or its tag. (Frames that
  // wait for a key frame after a loss are dropped, too, but not refused.)
  assertNoneRefused(recorder, identity) {
    const refusals = recorder.seen('state', { identity })
      .filter(({ state }) => state !== 'ok');
    assert.deepEqual(refusals, []);
  }

  async finish(recorder) {
    await recorder.quit();
    return Recording.open(recorder.folder);
  }

  // The page, not joined yet.
  async openPage(identity) {
    const page = await Page.open(
      this.bench.chromium, this.bench.pageUrl, identity);
    this.#pages.push(page);
    return page;
  }

  // The page, joined with the room's passphrase unless KEYS say otherwise.
  async page(identity, keys = { passphrase: PASSPHRASE }) {
    const page = await this.openPage(identity);
    await page.call('join', { room: this.room, identity, ...keys });
    return page;
  }

  // The last words of everyone, for the log of a failure.
  describe() {
    const tail = (name, lines) =>
      `${name}:\n  ${lines.slice(-25).join('\n  ')}`;
    return [
      ...this.#programs.map((p) => tail(p.name, p.lines)),
      ...this.#pages.map((p) => tail(p.identity, p.log)),
    ].join('\n');
  }

  async close() {
    await Promise.allSettled([
      ...this.#programs.map((program) => program.kill()),
      ...this.#pages.map((page) => page.close()),
    ]);
    await rm(this.folder, { recursive: true, force: true });
  }
}
