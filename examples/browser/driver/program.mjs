// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// lke2ee-publish and lke2ee-record as child processes: their event lines, and
// the lines that they take on standard input.
import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';

import { until } from './until.mjs';

const QUIT_MS = 15000;

// "lke2ee-publish: muted kind=video" -> { event: 'muted', kind: 'video', at },
// where AT is when it was read, in milliseconds.
function parse(line) {
  const [, event, rest] = line.match(/^[\w-]+: ([\w-]+)(.*)$/) ?? [];
  if (!event) return null;
  const pairs = [...rest.matchAll(/ ([\w-]+)=(\S*)/g)];
  return { event, at: performance.now(), ...Object.fromEntries(pairs.map(([, k, v]) => [k, v])) };
}

export class Program {
  events = [];
  lines = [];

  constructor(path, args) {
    this.name = basename(path);
    this.child = spawn(path, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.exited = new Promise((resolve) => {
      this.child.once('error', (error) => {
        this.lines.push(String(error));
        resolve(-1);
      });
      this.child.once('close', (status, signal) =>
        resolve(this.status = status ?? signal));
    });
    this.child.stdin.on('error', () => {});
    for (const stream of [this.child.stdout, this.child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line);
        const event = parse(line);
        if (event) this.events.push(event);
      });
  }

  // The events of this name that have all of WANTED's values.
  seen(name, wanted = {}) {
    return this.events.filter((event) => event.event === name &&
      Object.entries(wanted).every(([key, value]) => event[key] === value));
  }

  // Waits for an event, looking only at those after the first SKIP.
  waitFor(name, wanted = {}, { skip = 0, within } = {}) {
    return until(
      `${this.name}: ${name} ${JSON.stringify(wanted)}`,
      () => {
        if (this.status !== undefined)
          throw new Error(`it ended with ${this.status}`);
        return this.seen(name, wanted)[skip];
      },
      within);
  }

  tell(line) {
    this.child.stdin.write(`${line}\n`);
  }

  // Ends the program as its user would; it has to finish its files and say 0.
  async quit() {
    this.tell('quit');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), QUIT_MS);
    const status = await this.exited;
    clearTimeout(timer);
    if (status !== 0)
      throw new Error(`${this.name} ended with ${status}`);
  }

  async kill() {
    if (this.status === undefined) this.child.kill('SIGKILL');
    await this.exited;
  }
}
