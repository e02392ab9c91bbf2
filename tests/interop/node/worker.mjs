// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// The unmodified e2ee worker of livekit-client, driven under Node: it is given
// the few globals that it expects of a worker, and frames through the streams
// that a browser would connect to it.

class RTCEncodedFrame {
  constructor(data, timestamp, codec) {
    this.data = data;
    this.timestamp = timestamp;
    this.codec = codec;
  }

  getMetadata() {
    return { synchronizationSource: 0x1234567, payloadType: 96 };
  }
}

// The worker tells video by the property "type".
export class RTCEncodedVideoFrame extends RTCEncodedFrame {
  constructor(data, timestamp, type) {
    super(data, timestamp);
    this.type = type;
  }
}

export class RTCEncodedAudioFrame extends RTCEncodedFrame {}

const waiting = [];
Object.assign(globalThis, {
  self: globalThis,
  onmessage: null,
  RTCEncodedVideoFrame,
  RTCEncodedAudioFrame,
  postMessage(message) {
    // An error that answers a request has its number.
    const i = waiting.findIndex(
      (w) => w.kind === message.kind || (w.uuid && w.uuid === message.data?.uuid),
    );
    if (i >= 0) waiting.splice(i, 1)[0].resolve(message.data);
  },
});
console.log = console.info = console.warn = console.debug = () => {};

await import('livekit-client/e2ee-worker');

export const send = (kind, data) => globalThis.onmessage({ data: { kind, data } });
// Sends, and waits for the answer.
export const ask = (kind, data, reply = kind) =>
  new Promise((resolve) => {
    waiting.push({ kind: reply, uuid: data.uuid, resolve });
    send(kind, data);
  });
