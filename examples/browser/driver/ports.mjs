// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// Ports for a server of one's own, beside others that may run already.
import { createServer } from 'node:net';

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// As startLiveKit() takes them.
export async function freePorts() {
  return {
    port: await freePort(),
    tcpPort: await freePort(),
    udpPort: await freePort(),
  };
}
