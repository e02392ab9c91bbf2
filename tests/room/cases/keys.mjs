// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// Wrong keys, new keys, a key for each participant, ratcheting.
import assert from 'node:assert/strict';

import { PAGE_PICTURE, PASSPHRASE } from '../case.mjs';

const FRAMES = 30;
const SECOND = 'the key of the next hour';

const wrongInChromium = {
  name: 'wrong passphrase in Chromium: named, then the right one heals it',
  async run(room) {
    const page = await room.page('viewer', { passphrase: 'wrong' });
    await room.publish('camera', []);
    await page.waitForState('camera', 'video', 'wrong key');
    const { participants } = await page.state();
    assert.match(participants.camera.error, /^InvalidKey/);
    assert.equal(await page.shownNumber('camera'), null);
    assert(!((await page.track('camera', 'video')).decoded > 0));
    await page.call('setPassphrase', PASSPHRASE);
    await page.waitForState('camera', 'video', 'ok');
    await page.assertShows('camera');
    await page.assertHears('camera');
  },
};

const wrongInRecorder = {
  name: 'wrong passphrase in the recorder: named, then the right one heals it',
  async run(room) {
    const file = await room.keyFile('room', 'wrong');
    const recorder = await room.record([], ['--passphrase-file', file]);
    await room.publish('camera', []);
    for (let track = 0; track < 2; track++)
      await recorder.waitFor(
        'state', { identity: 'camera', state: 'decryption-failed' },
        { skip: track });
    await recorder.waitFor('progress', { identity: 'camera', frames: '0' });
    await room.keyFile('room', PASSPHRASE);
    recorder.tell('reload-keys');
    await recorder.waitFor('state', { identity: 'camera', state: 'ok' });
    await room.recorded(recorder, 'camera', 'video', FRAMES);
    const recording = await room.finish(recorder);
    assert(recording.totals('camera', 'video').dropped > 0);
    await recording.assertPictures('camera', FRAMES);
    await recording.assertSound('camera');
  },
};

const wrongInPublisher = {
  name: 'wrong passphrase in the publisher: named, then the right one heals it',
  async run(room) {
    const file = await room.keyFile('camera', 'wrong');
    const page = await room.page('viewer');
    const camera = await room.publish(
      'camera', [], ['--passphrase-file', file]);
    await page.waitForState('camera', 'video', 'wrong key');
    await room.keyFile('camera', PASSPHRASE);
    camera.tell('reload-keys');
    await page.waitForState('camera', 'video', 'ok');
    await page.assertShows('camera');
  },
};

const rotation = {
  name: 'rotation to a new key index on both sides loses no frame',
  async run(room) {
    const files = ['--passphrase-file', await room.keyFile('first'),
                   '--passphrase-file', await room.keyFile('second', SECOND)];
    const page = await room.page('browser');
    const recorder = await room.record([], files);
    // Knows the second key only: what it reads was sent with that.
    const newcomer = await room.record(
      ['--key-index', '1'], files.slice(2), 'newcomer');
    const camera = await room.publish('camera', [], files);
    await page.call('publish', 'test', { codec: 'vp8', ...PAGE_PICTURE });
    await page.waitForMore('camera', 'video', FRAMES);
    await room.recorded(recorder, 'browser', 'video', FRAMES);

    // The page sends with the new key first, and by then can receive with it.
    await page.call('setPassphrase', SECOND, { index: 1 });
    await newcomer.waitFor('state', { identity: 'browser', state: 'ok' });
    camera.tell('rotate');
    await camera.waitFor('rotated', { 'key-index': '1' });
    await newcomer.waitFor('state', { identity: 'camera', state: 'ok' });
    await page.waitForMore('camera', 'video', FRAMES);
    await page.assertShows('camera');
    await room.recorded(recorder, 'browser', 'video', FRAMES);
    await room.recorded(recorder, 'camera', 'video', FRAMES);

    const { participants } = await page.state();
    assert.equal(participants.camera.error, undefined);
    const recording = await room.finish(recorder);
    for (const identity of ['camera', 'browser'])
      room.assertNoneRefused(recorder, identity);
    await recording.assertPictures('browser', 2 * FRAMES);
    return recording.assertPictures('camera', 2 * FRAMES, { everyFrame: true });
  },
};

const timedRotation = {
  name: 'rotation by the clock: what the recorder was not told it names',
  async run(room) {
    const first = ['--passphrase-file', await room.keyFile('first')];
    const both = [...first,
                  '--passphrase-file', await room.keyFile('second', SECOND)];
    const recorder = await room.record([], first);
    const camera = await room.publish('camera', ['--rotate', '3'], both);
    await camera.waitFor('rotated', { 'key-index': '1' });
    for (let track = 0; track < 2; track++)
      await recorder.waitFor(
        'state', { identity: 'camera', state: 'missing-key' }, { skip: track });
    const recording = await room.finish(recorder);
    await recording.assertPictures('camera', FRAMES / 2);
    await recording.assertSound('camera');
  },
};

const participantKeys = {
  name: 'a key for each participant, from a provider of the page',
  async run(room) {
    const secrets = { camera: 'of the camera', browser: 'of the browser' };
    const page = await room.page('browser', { perParticipant: secrets });
    const rings = [];
    for (const [identity, passphrase] of Object.entries(secrets))
      rings.push('--participant-passphrase-file',
        `${identity}=${await room.keyFile(identity, passphrase)}`);
    const recorder = await room.record([], rings);
    // A recorder that knows one of the keys gets one of the participants.
    const half = await room.record([], rings.slice(0, 2), 'half');
    await room.publish('camera', [],
      ['--passphrase-file', await room.keyFile('camera', secrets.camera)]);
    await page.call('publish', 'test', { codec: 'vp8', ...PAGE_PICTURE });
    await page.assertShows('camera');
    for (const identity of Object.keys(secrets))
      await room.recorded(recorder, identity, 'video', FRAMES);
    await half.waitFor('state', { identity: 'browser', state: 'missing-key' });
    await room.recorded(half, 'camera', 'video', FRAMES);
    const recording = await room.finish(recorder);
    for (const identity of Object.keys(secrets)) {
      await recording.assertPictures(identity, FRAMES);
      room.assertNoneRefused(recorder, identity);
    }
    const unrecorded = (await room.finish(half)).unrecorded('browser');
    assert.deepEqual(
      unrecorded.map(({ kind, reason }) => `${kind}: ${reason}`),
      ['video: missing-key']);
    assert.deepEqual(half.seen('state', { identity: 'browser', state: 'ok' }),
      []);
  },
};

const ratchetFromPage = ({ name, perParticipant }) => ({
  name: `${name}: the page ratchets, the recorder follows`,
  async run(room) {
    const file = await room.keyFile('browser');
    const page = await room.page('browser', perParticipant
      ? { perParticipant: { browser: PASSPHRASE } }
      : { passphrase: PASSPHRASE });
    const recorder = await room.record(['--ratchet-window', '8'],
      perParticipant ? ['--participant-passphrase-file', `browser=${file}`]
                     : ['--passphrase-file', file]);
    await page.call('publish', 'test', { codec: 'vp8', ...PAGE_PICTURE });
    await room.recorded(recorder, 'browser', 'video', FRAMES);
    for (let step = 0; step < 2; step++) {
      await page.call('ratchet');
      await recorder.waitFor(
        'state', { identity: 'browser', state: 'key-ratcheted' },
        { skip: step });
      await room.recorded(recorder, 'browser', 'video', FRAMES);
    }
    const recording = await room.finish(recorder);
    await recording.assertPictures('browser', 3 * FRAMES);
  },
});

const ratchetFromPublisher = {
  name: 'the publisher ratchets, page and recorder follow',
  async run(room) {
    const file = await room.keyFile('camera');
    const page = await room.page(
      'viewer', { perParticipant: { camera: PASSPHRASE } });
    const recorder = await room.record(['--ratchet-window', '8'],
      ['--participant-passphrase-file', `camera=${file}`]);
    const camera = await room.publish(
      'camera', [], ['--passphrase-file', file]);
    await page.waitForMore('camera', 'video', FRAMES);
    await room.recorded(recorder, 'camera', 'video', FRAMES);
    camera.tell('ratchet');
    await recorder.waitFor(
      'state', { identity: 'camera', state: 'key-ratcheted' });
    await room.recorded(recorder, 'camera', 'video', FRAMES);
    await page.waitForMore('camera', 'video', FRAMES);
    await page.assertShows('camera');
    const recording = await room.finish(recorder);
    await recording.assertPictures('camera', 2 * FRAMES);
  },
};

export default [
  wrongInChromium,
  wrongInRecorder,
  wrongInPublisher,
  rotation,
  timedRotation,
  participantKeys,
  ratchetFromPage({ name: 'shared key' }),
  ratchetFromPage({ name: 'participant keys', perParticipant: true }),
  ratchetFromPublisher,
];
