// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// What the server, or anyone with its view, gets to see: nothing. A subscriber
// without a key receives exactly what the server forwards.
import assert from 'node:assert/strict';

import { until } from '../../../examples/browser/driver/until.mjs';

const FRAMES = 45;
const CODECS = ['vp8', 'vp9', 'h264'];

// Noise has no number; a decoder that gives up shows black, which reads as 0.
const isNoPicture = (number) => number === null || number === 0;

const inChromium = (codec) => ({
  name: `${codec}: Chromium without a key shows none of it`,
  async run(room) {
    const blind = await room.page('server-view', {});
    const viewer = await room.page('viewer');
    const shown = [];
    await room.publish('camera', ['--codec', codec]);
    await viewer.waitForMore('camera', 'video', FRAMES);
    await until('packets without a key', async () => {
      shown.push(await blind.shownNumber('camera'));
      return (await blind.track('camera', 'video')).packets > 2 * FRAMES;
    });
    assert(shown.every(isNoPicture), shown.join(' '));
    const { state } = await blind.track('camera', 'video');
    assert.equal(state, 'missing key');
    await viewer.assertShows('camera');
  },
});

const inRecorder = {
  name: 'a recorder without a key records none of it, and says so',
  async run(room) {
    const recorder = await room.record([], []);
    const camera = await room.publish('camera', []);
    await recorder.waitFor(
      'state', { identity: 'camera', state: 'missing-key' });
    await camera.waitFor('progress', { seconds: '4' });
    await until('frames that are refused', () =>
      recorder.seen('progress', { identity: 'camera', kind: 'video' })
        .some(({ dropped }) => Number(dropped) > FRAMES));
    const recording = await room.finish(recorder);
    const parts = recording.index.participants.flatMap((p) => p.parts);
    assert.deepEqual(parts, []);
  },
};

const ciphertext = (codec) => ({
  name: `${codec}: a recording of ciphertext shows none of it until decrypted`,
  async run(room) {
    const recorder = await room.record(['--ciphertext'], []);
    await room.publish('camera', ['--codec', codec]);
    await room.recorded(recorder, 'camera', 'video', FRAMES);
    const closed = await room.finish(recorder);
    const before = await closed.numbers('camera');
    assert(before.every(isNoPicture), before.join(' '));
    assert(closed.totals('camera', 'video').frames >= FRAMES);

    await room.decrypt(recorder.folder,
      ['--passphrase-file', await room.keyFile('camera')]);
    const opened = await closed.reopen('.mkv');
    await opened.assertSound('camera');
    return opened.assertPictures('camera', FRAMES, { everyFrame: true });
  },
});

export default [
  ...CODECS.map(inChromium),
  inRecorder,
  ...CODECS.map(ciphertext),
];
