// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// Debian's Chromium without a screen, and the page of examples/browser in it.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { until } from './until.mjs';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
// Loopback addresses are to be seen by the server, and timers to run on in
// pages that are not in front.
const FLAGS = [
  '--no-sandbox',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

// puppeteer-core is in the folder of the peers, not beside this file.
async function loadPuppeteer(peers) {
  const require = createRequire(
    resolve(peers, 'browser/package.json'));
  const file = pathToFileURL(require.resolve('puppeteer-core'));
  return (await import(file)).default;
}

export async function startChromium(peers) {
  const puppeteer = await loadPuppeteer(peers);
  return puppeteer.launch({
    executablePath: CHROMIUM,
    args: FLAGS,
    protocolTimeout: 60000,
  });
}

// Of totalAudioEnergy: full amplitude for a second is 1.
const LOUD = 0.001;

// One participant in a browser profile of its own.
export class Page {
  log = [];

  static async open(chromium, url, identity) {
    const self = new Page();
    self.identity = identity;
    self.context = await chromium.createBrowserContext();
    self.page = await self.context.newPage();
    self.page.on('console', (message) => self.log.push(message.text()));
    self.page.on('pageerror', (error) => self.log.push(`error: ${error}`));
    await self.page.goto(url);
    await self.page.waitForFunction(() => window.lke2ee);
    return self;
  }

  // Calls a method of the page's session.
  call(method, ...args) {
    return this.page.evaluate(
      (name, values) => window.lke2ee.session[name](...values), method, args);
  }

  state() {
    return this.call('state');
  }

  // The figures of another participant's track, {} while there are none.
  async track(identity, kind) {
    const { participants } = await this.state();
    return participants[identity]?.tracks[kind] ?? {};
  }

  shownNumber(identity) {
    return this.page.evaluate((who) => window.lke2ee.shownNumber(who), identity);
  }

  waitForState(identity, kind, wanted) {
    return until(`${this.identity} sees ${kind} of ${identity} ${wanted}`,
      async () => {
        const track = await this.track(identity, kind);
        if (track.state !== wanted) throw new Error(JSON.stringify(track));
        return track;
      });
  }

  // COUNT more decoded frames, or samples, than there are now.
  async waitForMore(identity, kind, count) {
    const { decoded = 0 } = await this.track(identity, kind);
    return until(`${this.identity} decodes ${count} of ${identity}'s ${kind}`,
      async () => {
        const track = await this.track(identity, kind);
        if (!(track.decoded >= decoded + count))
          throw new Error(JSON.stringify(track));
        return track;
      });
  }

  // The picture on the screen has a frame number, and it goes up.
  async assertShows(identity) {
    const read = () => this.shownNumber(identity);
    let first = null;
    await until(`${this.identity} shows a numbered picture of ${identity}`,
      async () => (first = await read()) !== null);
    await until(`the picture of ${identity} moves on from ${first}`,
      async () => (await read()) > first);
  }

  // Sound arrives, and it is no silence: its energy goes up.
  async assertHears(identity) {
    const { energy = 0 } = await this.track(identity, 'audio');
    return until(`${this.identity} hears ${identity}`, async () => {
      const track = await this.track(identity, 'audio');
      if (!(track.energy > energy + LOUD)) throw new Error(JSON.stringify(track));
      return track;
    });
  }

  close() {
    return this.context.close();
  }
}
