// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// The page as a person uses it: the form, the buttons, the big status.
import assert from 'node:assert/strict';

import { PASSPHRASE } from '../case.mjs';
import { until } from '../../../examples/browser/driver/until.mjs';

const FRAMES = 30;

const text = (page, selector) =>
  page.$eval(selector, (element) => element.textContent);

const waitForText = (page, selector, wanted) =>
  until(`${selector} says ${wanted}`, async () => {
    const says = await text(page, selector);
    if (!says.includes(wanted)) throw new Error(says);
    return true;
  });

const fill = (page, fields) =>
  page.evaluate((values) => {
    const { elements } = document.getElementById('join');
    for (const [name, value] of Object.entries(values))
      elements[name].value = value;
  }, fields);

const form = {
  name: 'the form joins, publishes, mutes, corrects a passphrase, leaves',
  async run(room) {
    const recorder = await room.record();
    await room.publish('camera', []);
    const { page } = await room.openPage('person');
    await fill(page, { room: room.room, identity: 'person',
                       passphrase: 'mistyped' });
    await page.click('#join .primary');
    await waitForText(page, '#status-word', '0 of 1 decrypted');
    await waitForText(page, '.tile .state', 'Wrong key');
    await waitForText(page, '.tile .complaint', 'InvalidKey');
    await fill(page, { passphrase: PASSPHRASE });
    await page.click('#set-key');
    await waitForText(page, '.tile .state', 'Decrypted');
    await waitForText(page, '#status-word', 'Connected, encrypted');

    await page.click('#publish-test');
    await room.recorded(recorder, 'person', 'video', FRAMES);
    await page.click('#mute');
    await waitForText(page, '#mute[aria-pressed="true"]', 'Mute');
    await page.click('#leave');
    await waitForText(page, '#status-word', 'Not connected');
    await recorder.waitFor('participant-gone', { identity: 'person' });
    const recording = await room.finish(recorder);
    await recording.assertPictures('person', FRAMES);
    await recording.assertSound('person');
  },
};

const badToken = {
  name: 'the form says why it could not join',
  async run(room) {
    const { page } = await room.openPage('person');
    await fill(page, { room: room.room, identity: 'person', token: 'no token',
                       url: room.bench.liveKit.url });
    await page.click('#join .primary');
    await until('an error', async () => (await text(page, '#error')) !== '');
    assert.match(await text(page, '#error'), /token/i);
  },
};

export default [form, badToken];
