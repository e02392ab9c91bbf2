// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// Serves the page, the files of livekit-client as they are, and tokens for the
// local livekit-server, on the loopback device: a page may only use WebCrypto
// on https or on localhost.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

import { makeToken } from './livekit-server.mjs';

const page = fileURLToPath(new URL('page', import.meta.url));
const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.map': 'application/json',
};
const headers = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  // Scripts and workers from here alone; the server may be anywhere.
  'Content-Security-Policy':
    "default-src 'self'; connect-src *; img-src data:; " +
    "media-src 'self' blob: mediastream:",
};

// The file that a path of a URL names, or null; nothing outside the two folders.
function fileOf(pathname, client) {
  const path = normalize(decodeURIComponent(pathname));
  if (path.includes('..') || path.includes('\0')) return null;
  if (path === '/') return join(page, 'index.html');
  const [, first, ...rest] = path.split('/');
  return first === 'livekit-client'
    ? join(client, ...rest)
    : join(page, path);
}

async function sendFile(response, file) {
  const type = file && types[extname(file)];
  const found = type && (await stat(file).catch(() => null));
  if (!found?.isFile()) {
    response.writeHead(404, headers).end('not found\n');
    return;
  }
  response.writeHead(200, { ...headers, 'Content-Type': type });
  createReadStream(file).pipe(response);
}

// Only the page itself gets a token: another site's script, which the user's
// browser would send here as well, does not.
function sendToken(request, response, query, liveKitUrl) {
  const site = request.headers['sec-fetch-site'];
  const room = query.get('room');
  const identity = query.get('identity');
  if ((site && site !== 'same-origin') || !room || !identity) {
    response.writeHead(400, headers).end('room and identity are needed\n');
    return;
  }
  response
    .writeHead(200, { ...headers, 'Content-Type': 'application/json' })
    .end(JSON.stringify({ url: liveKitUrl, token: makeToken(room, identity) }));
}

// CLIENT is the folder node_modules/livekit-client/dist.
export async function startPage({ port, client, liveKitUrl }) {
  const server = createServer(async (request, response) => {
    try {
      const url = new URL(request.url, 'http://localhost');
      if (url.pathname === '/token')
        sendToken(request, response, url.searchParams, liveKitUrl);
      else await sendFile(response, fileOf(url.pathname, client));
    } catch {
      response.writeHead(400, headers).end('bad request\n');
    }
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://localhost:${server.address().port}/`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
