// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// Starts a livekit-server and the page, says where they are, and runs until
// Ctrl-C. Usage: node serve.mjs PEERS BUILD [--port N] [--livekit-port N]
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { apiKey, apiSecret, startLiveKit } from './livekit-server.mjs';
import { startPage } from './page-server.mjs';

const { values, positionals: [peers, build] } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string', default: '8080' },
    'livekit-port': { type: 'string', default: '7880' },
  },
});

// The page, and command lines that can be pasted into another terminal.
function explain(page, url) {
  const room = (program, identity) =>
    `${join(build, 'examples/room', program)} --url ${url} ` +
    `--api-key ${apiKey} --api-secret ${apiSecret} \\\n` +
    `        --room demo --identity ${identity} ` +
    '--passphrase-file secret.txt';
  return `
Watch your GStreamer pipeline in the browser, encrypted:

  1. A passphrase, to be typed into the page as well:
     (umask 077; echo "a long passphrase" > secret.txt)
  2. Publish (and record, if you like):
     export GST_PLUGIN_PATH=${join(build, 'gst')}
     ${room('lke2ee-publish', 'camera')} --test
     ${room('lke2ee-record', 'recorder')} --output recording
  3. Open ${page}#room=demo

Ctrl-C ends the server and the page.
`;
}

const liveKitPort = Number(values['livekit-port']);
const liveKit = await startLiveKit(
  join(peers, 'livekit-server/livekit-server'),
  { port: liveKitPort, tcpPort: liveKitPort + 1, udpPort: liveKitPort + 2 });
const page = await startPage({
  port: Number(values.port),
  client: join(peers, 'browser/node_modules/livekit-client/dist'),
  liveKitUrl: liveKit.url,
});
console.log(explain(page.url, liveKit.url));

async function stop() {
  await page.stop();
  await liveKit.stop();
}
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
liveKit.ended.then(() => page.stop());
