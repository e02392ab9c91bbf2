// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// Coming, muting, leaving, and many at once.
import assert from 'node:assert/strict';

import { PAGE_PICTURE } from '../case.mjs';

const FRAMES = 30;

const lateJoiner = (codec) => ({
  name: `${codec}: late joiners start at a key frame that they asked for`,
  async run(room) {
    const camera = await room.publish('camera', ['--codec', codec]);
    // The first key frame is long gone.
    await camera.waitFor('progress', { seconds: '3' });
    const page = await room.page('latecomer');
    const recorder = await room.record();
    await page.waitForMore('camera', 'video', FRAMES);
    await page.assertShows('camera');
    await room.recorded(recorder, 'camera', 'video', FRAMES);
    await camera.waitFor('keyframe-request', { kind: 'video' });
    const recording = await room.finish(recorder);
    await recording.assertSound('camera');
    return recording.assertPictures('camera', FRAMES, { everyFrame: true });
  },
});

const muteFromGStreamer = {
  name: 'GStreamer mutes: injected frames reach nobody, and it goes on',
  async run(room) {
    const page = await room.page('viewer');
    const recorder = await room.record();
    const camera = await room.publish('camera', []);
    await page.waitForMore('camera', 'video', FRAMES);
    await room.recorded(recorder, 'camera', 'audio', FRAMES);
    for (const kind of ['audio', 'video']) {
      camera.tell(`mute ${kind}`);
      await camera.waitFor('muted', { kind });
      await page.waitForState('camera', kind, 'muted');
    }
    for (const kind of ['audio', 'video']) {
      camera.tell(`unmute ${kind}`);
      await page.waitForState('camera', kind, 'ok');
      await room.recorded(recorder, 'camera', kind, FRAMES);
    }
    await page.assertShows('camera');
    const { participants } = await page.state();
    assert.equal(participants.camera.error, undefined);
    const recording = await room.finish(recorder);
    assert(recording.totals('camera', 'audio').injected > 0,
      'the server injected silence');
    room.assertNoneRefused(recorder, 'camera');
    await recording.assertSound('camera');
    return recording.assertPictures('camera', 2 * FRAMES);
  },
};

const muteFromChromium = {
  name: 'Chromium mutes: injected frames are not recorded, and it goes on',
  async run(room) {
    const recorder = await room.record();
    const page = await room.page('browser');
    await page.call('publish', 'test', { codec: 'vp8', ...PAGE_PICTURE });
    await page.call('publish', 'tone');
    await room.recorded(recorder, 'browser', 'audio', FRAMES);
    await room.recorded(recorder, 'browser', 'video', FRAMES);
    for (const muted of [true, false])
      for (const kind of ['audio', 'video'])
        await page.call('setMuted', kind, muted);
    await room.recorded(recorder, 'browser', 'audio', FRAMES);
    await room.recorded(recorder, 'browser', 'video', FRAMES);
    const recording = await room.finish(recorder);
    room.assertNoneRefused(recorder, 'browser');
    await recording.assertSound('browser');
    return recording.assertPictures('browser', 2 * FRAMES);
  },
};

// The server injects frames for these two when a publisher leaves.
const leave = (codec) => ({
  name: `${codec}: a publisher leaves, its recording ends well`,
  async run(room) {
    const page = await room.page('viewer');
    const recorder = await room.record();
    const camera = await room.publish('camera', ['--codec', codec]);
    await page.waitForMore('camera', 'video', FRAMES);
    await room.recorded(recorder, 'camera', 'video', FRAMES);
    await camera.quit();
    await recorder.waitFor('participant-gone', { identity: 'camera' });
    const recording = await room.finish(recorder);
    room.assertNoneRefused(recorder, 'camera');
    const { participants } = await page.state();
    assert.equal(participants.camera, undefined);
    assert(!page.log.some((line) => /InvalidKey|MissingKey/.test(line)),
      page.log.join('\n'));
    return recording.assertPictures('camera', FRAMES, { everyFrame: true });
  },
});

const crowd = {
  name: 'two publishers and three subscribers at once',
  async run(room) {
    const recorder = await room.record();
    const anna = await room.page('anna');
    const ben = await room.page('ben');
    await room.publish('camera', ['--codec', 'vp8']);
    await anna.call('publish', 'test', { codec: 'h264', ...PAGE_PICTURE });
    await anna.call('publish', 'tone');
    await Promise.all([
      anna.waitForMore('camera', 'video', FRAMES),
      ben.waitForMore('camera', 'video', FRAMES),
      ben.waitForMore('anna', 'video', FRAMES),
      room.recorded(recorder, 'camera', 'video', FRAMES),
      room.recorded(recorder, 'anna', 'video', FRAMES),
    ]);
    await anna.assertShows('camera');
    await ben.assertShows('camera');
    await ben.assertShows('anna');
    const recording = await room.finish(recorder);
    for (const identity of ['camera', 'anna']) {
      await recording.assertPictures(identity, FRAMES);
      await recording.assertSound(identity);
      room.assertNoneRefused(recorder, identity);
    }
  },
};

export default [
  ...['vp8', 'vp9', 'h264'].map(lateJoiner),
  muteFromGStreamer,
  muteFromChromium,
  ...['vp8', 'h264'].map(leave),
  crowd,
];
