// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// What the page publishes where there is no camera: a moving picture with its
// frame number, and a tone.
import { drawNumber } from './frame-number.mjs';

const TONE_HZ = 440;

function paint(context, { width, height }, number) {
  context.fillStyle = `hsl(${number % 360} 45% 30%)`;
  context.fillRect(0, 0, width, height);
  const x = (number * width) / 180 % width;
  context.fillStyle = 'hsl(45 90% 65%)';
  context.beginPath();
  context.arc(x, height * 0.6, height / 6, 0, 2 * Math.PI);
  context.fill();
  drawNumber(context, width, number);
}

// A video track; stop() ends it.
export function testPicture({ width = 640, height = 360, framerate = 30 } = {}) {
  const canvas = Object.assign(document.createElement('canvas'), {
    width, height });
  const context = canvas.getContext('2d', { alpha: false });
  let number = 0;
  const draw = () => paint(context, canvas, number++ & 0xffff);
  draw();
  const [track] = canvas.captureStream(framerate).getVideoTracks();
  const timer = setInterval(draw, 1000 / framerate);
  return {
    track,
    stop() {
      clearInterval(timer);
      track.stop();
    },
  };
}

// An audio track; stop() ends it.
export function testTone() {
  const audio = new AudioContext();
  const oscillator = new OscillatorNode(audio, { frequency: TONE_HZ });
  const gain = new GainNode(audio, { gain: 0.3 });
  const out = audio.createMediaStreamDestination();
  oscillator.connect(gain).connect(out);
  oscillator.start();
  const [track] = out.stream.getAudioTracks();
  return {
    track,
    stop() {
      track.stop();
      audio.close();
    },
  };
}
