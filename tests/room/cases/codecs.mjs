// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// Every codec in every direction: from GStreamer to Chromium, from Chromium to
// GStreamer, from GStreamer over the server to GStreamer.
import assert from 'node:assert/strict';

import { PAGE_PICTURE } from '../case.mjs';

// Chromium has no H.265 in Debian, and one encoder of its own for H.264.
const ENCODERS = [
  { name: 'vp8', codec: 'vp8', browser: true },
  { name: 'vp9', codec: 'vp9', browser: true },
  { name: 'h264 (x264enc)', codec: 'h264', encoder: 'x264enc', browser: true },
  { name: 'h264 (openh264enc)', codec: 'h264', encoder: 'openh264enc',
    browser: true },
  { name: 'h265', codec: 'h265' },
];
const BROWSER_CODECS = ['vp8', 'vp9', 'h264'];
const MIME = { vp8: 'VP8', vp9: 'VP9', h264: 'H264' };
const FRAMES = 45;
const SOUNDS = 100;

const videoArgs = ({ codec, encoder }) => [
  '--no-audio', '--codec', codec, ...(encoder ? ['--encoder', encoder] : []),
];

const toChromium = (video) => ({
  name: `${video.name}: GStreamer to Chromium`,
  async run(room) {
    const page = await room.page('viewer');
    await room.publish('camera', videoArgs(video));
    await page.waitForState('camera', 'video', 'ok');
    const { codec } = await page.waitForMore('camera', 'video', FRAMES);
    assert.equal(codec, MIME[video.codec]);
    await page.assertShows('camera');
    const { participants } = await page.state();
    assert.equal(participants.camera.error, undefined);
  },
});

const toGStreamer = (video) => ({
  name: `${video.name}: GStreamer to GStreamer`,
  async run(room) {
    const recorder = await room.record();
    await room.publish('camera', videoArgs(video));
    await room.recorded(recorder, 'camera', 'video', FRAMES);
    const recording = await room.finish(recorder);
    room.assertNoneRefused(recorder, 'camera');
    assert.equal(recording.parts('camera').length, 1);
    assert.equal((await recording.numbers('camera')).length,
      recording.totals('camera', 'video').frames);
    return recording.assertPictures('camera', FRAMES, { everyFrame: true });
  },
});

const fromChromium = (codec) => ({
  name: `${codec}: Chromium to GStreamer`,
  async run(room) {
    const recorder = await room.record();
    const page = await room.page('browser');
    await page.call('publish', 'test', { codec, ...PAGE_PICTURE });
    await room.recorded(recorder, 'browser', 'video', FRAMES);
    const recording = await room.finish(recorder);
    room.assertNoneRefused(recorder, 'browser');
    return recording.assertPictures('browser', FRAMES);
  },
});

const simulcast = {
  name: 'vp8 in three layers: Chromium to GStreamer',
  async run(room) {
    const recorder = await room.record();
    const page = await room.page('browser');
    await page.call('publish', 'test',
      { codec: 'vp8', simulcast: true, width: 960, height: 540,
        framerate: 15 });
    await room.recorded(recorder, 'browser', 'video', FRAMES);
    const recording = await room.finish(recorder);
    room.assertNoneRefused(recorder, 'browser');
    // The frame at which the server switches layers comes in both of them.
    return recording.assertPictures('browser', FRAMES, { repeats: true });
  },
};

const opus = [
  {
    name: 'opus: GStreamer to Chromium',
    async run(room) {
      const page = await room.page('listener');
      await room.publish('singer', ['--no-video']);
      await page.waitForState('singer', 'audio', 'ok');
      await page.assertHears('singer');
      const { codec } = await page.track('singer', 'audio');
      assert.equal(codec, 'opus');
    },
  },
  {
    name: 'opus: GStreamer to GStreamer',
    async run(room) {
      const recorder = await room.record();
      await room.publish('singer', ['--no-video']);
      await room.recorded(recorder, 'singer', 'audio', SOUNDS);
      const recording = await room.finish(recorder);
      room.assertNoneRefused(recorder, 'singer');
      await recording.assertSound('singer');
    },
  },
  {
    name: 'opus: Chromium to GStreamer',
    async run(room) {
      const recorder = await room.record();
      const page = await room.page('browser');
      await page.call('publish', 'tone');
      await room.recorded(recorder, 'browser', 'audio', SOUNDS);
      const recording = await room.finish(recorder);
      room.assertNoneRefused(recorder, 'browser');
      await recording.assertSound('browser');
    },
  },
];

export default [
  ...ENCODERS.filter((video) => video.browser).map(toChromium),
  ...ENCODERS.map(toGStreamer),
  ...BROWSER_CODECS.map(fromChromium),
  simulcast,
  ...opus,
];
