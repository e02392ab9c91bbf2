// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// What a recorder left: its index, the frame numbers in its pictures, and
// whether there is sound.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import {
  SQUARES, readNumber,
} from '../../examples/browser/page/frame-number.mjs';

const WIDTH = 160;
const HEIGHT = 90;
const TIMEOUT_MS = 30000;
const QUIET = 500;    // of 32767

const run = promisify(execFile);

// Raw bytes of one stream of FILE; as many as can be decoded.
async function decode(file, chain) {
  // Ciphertext is kept in GStreamer's data protocol; it is fed to the decoder
  // as it is.
  const opened = file.endsWith('.gdp') ? 'gdpdepay ! ' : '';
  const pipeline = `${opened}decodebin name=d ! ${chain} ! fdsink fd=1`;
  try {
    const { stdout } = await run(
      'gst-launch-1.0',
      ['-q', 'filesrc', `location=${file}`, '!', ...pipeline.split(' ')],
      { encoding: 'buffer', maxBuffer: 1 << 30, timeout: TIMEOUT_MS });
    return stdout;
  } catch (error) {
    return error.stdout ?? Buffer.alloc(0);
  }
}

// The frame number of each picture of FILE; null where none can be read.
export async function numbersIn(file) {
  const pixels = await decode(
    file, 'videoconvert ! videoscale ! ' +
    `video/x-raw,format=GRAY8,width=${WIDTH},height=${HEIGHT}`);
  const numbers = [];
  const side = WIDTH / SQUARES;
  for (let at = 0; at + WIDTH * HEIGHT <= pixels.length; at += WIDTH * HEIGHT)
    numbers.push(readNumber((square) =>
      pixels[at + 3 * WIDTH + Math.floor((square + 0.5) * side)]));
  return numbers;
}

async function loudnessOf(file) {
  const bytes = await decode(
    file, 'audioconvert ! audioresample ! ' +
    'audio/x-raw,format=S16LE,channels=1,rate=8000');
  let sum = 0;
  for (let at = 0; at + 2 <= bytes.length; at += 2)
    sum += bytes.readInt16LE(at) ** 2;
  return Math.sqrt(sum / Math.max(1, bytes.length / 2));
}

export class Recording {
  constructor(folder, index, suffix) {
    this.folder = folder;
    this.index = index;
    this.suffix = suffix;
  }

  // Looks at the parts whose files end with SUFFIX.
  static async open(folder, suffix = '') {
    const text = await readFile(join(folder, 'index.json'), 'utf8');
    return new Recording(folder, JSON.parse(text), suffix);
  }

  // The same folder, after it was changed.
  reopen(suffix) {
    return Recording.open(this.folder, suffix);
  }

  participant(identity) {
    const found = this.index.participants.find((p) => p.identity === identity);
    assert(found, `${identity} is not in index.json`);
    return found;
  }

  parts(identity) {
    return this.participant(identity).parts
      .filter(({ file }) => file.endsWith(this.suffix));
  }

  // The tracks of which no part has a frame.
  unrecorded(identity) {
    return this.participant(identity).unrecorded;
  }

  // The sums of a participant's tracks of one kind over all parts.
  totals(identity, kind) {
    const sums = { frames: 0, dropped: 0, injected: 0 };
    for (const { tracks } of this.parts(identity))
      for (const track of tracks.filter((t) => t.kind === kind))
        for (const key of Object.keys(sums)) sums[key] += track[key];
    return sums;
  }

  async numbers(identity) {
    const all = [];
    for (const { file } of this.parts(identity))
      all.push(...await numbersIn(join(this.folder, file)));
    return all;
  }

  // At least MIN pictures, each with a number that is greater than the one
  // before. With EVERY_FRAME it is the next number, save where packets were lost
  // and the recorder says that it dropped what came until the next key frame.
  // With REPEATS a number may come again. Returns what it saw, in words.
  async assertPictures(identity, min, { everyFrame, repeats } = {}) {
    const { dropped } = this.totals(identity, 'video');
    const complete = everyFrame && dropped === 0;
    const numbers = await this.numbers(identity);
    const text = numbers.join(' ');
    assert(numbers.length >= min,
      `${numbers.length} pictures of ${identity}, not ${min}: ${text}`);
    for (const [i, number] of numbers.entries()) {
      assert(number !== null, `picture ${i} has no number: ${text}`);
      const step = i > 0 ? number - numbers[i - 1] : 1;
      assert(complete ? step === 1 : step >= (repeats ? 0 : 1),
        `picture ${i} follows by ${step}: ${text}`);
    }
    return `${numbers.length} pictures, ${dropped} dropped after a loss`;
  }

  async assertSound(identity) {
    for (const { file } of this.parts(identity)) {
      const loudness = await loudnessOf(join(this.folder, file));
      assert(loudness > QUIET, `${file} is silent: ${loudness}`);
    }
  }
}
