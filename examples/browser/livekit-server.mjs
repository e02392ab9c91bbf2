// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// A livekit-server of one's own on this machine, and tokens for it. The key and
// secret are those of the server's development mode; it listens on the loopback
// device only.
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';

export const apiKey = 'devkey';
export const apiSecret = 'secret';
const START_MS = 20000;

// An access token: a JSON Web Token (RFC 7519) signed with HMAC-SHA-256.
export function makeToken(room, identity) {
  const part = (object) =>
    Buffer.from(JSON.stringify(object)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const signed = [
    { alg: 'HS256', typ: 'JWT' },
    {
      iss: apiKey,
      sub: identity,
      nbf: now - 10,
      exp: now + 6 * 3600,
      video: { room, roomJoin: true },
    },
  ].map(part).join('.');
  const mac = createHmac('sha256', apiSecret).update(signed);
  return `${signed}.${mac.digest('base64url')}`;
}

// Whether the server's HTTP port answers yet.
async function answers(port) {
  try {
    return (await fetch(`http://127.0.0.1:${port}/`)).ok;
  } catch {
    return false;
  }
}

// Media go over one UDP port, or over TCP where UDP does not get through.
export async function startLiveKit(program, { port, udpPort, tcpPort }) {
  const config = {
    bind_addresses: ['127.0.0.1'],
    port,
    rtc: {
      udp_port: udpPort,
      tcp_port: tcpPort,
      node_ip: '127.0.0.1',
      enable_loopback_candidate: true,
      use_external_ip: false,
    },
    logging: { level: 'warn' },
  };
  const server = spawn(
    program, ['--dev', '--config-body', JSON.stringify(config)],
    { stdio: ['ignore', 'pipe', 'pipe'] });
  // It does not outlive this program, however that ends.
  const reap = () => server.kill('SIGKILL');
  process.once('exit', reap);
  let log = '';
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', (text) => (log = (log + text).slice(-100000)));
  const ended = new Promise((resolve) => {
    server.once('error', (error) => {
      log += error;
      resolve();
    });
    server.once('exit', resolve);
  }).finally(() => process.off('exit', reap));
  const deadline = Date.now() + START_MS;
  while (!(await answers(port))) {
    const gone = await Promise.race([
      ended.then(() => true),
      new Promise((resolve) => setTimeout(resolve, 100)),
    ]);
    if (gone || Date.now() > deadline) {
      reap();
      throw new Error(`${program} did not start on port ${port}:\n${log}`);
    }
  }
  return {
    url: `ws://127.0.0.1:${port}`,
    pid: server.pid,
    ended,
    log: () => log,
    // On one signal it would wait until the last participant has left.
    stop: () => {
      server.kill('SIGTERM');
      server.kill('SIGINT');
      return ended;
    },
  };
}
