// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// A stay in a room: joining, keys, publishing, and what is seen of the others.
// Knows nothing of the page's elements; calls onChange when there is news.
import {
  Room,
  RoomEvent,
  Track,
  createLocalTracks,
} from '/livekit-client/livekit-client.esm.mjs';

import { ParticipantKeys, SharedKeys } from './keys.mjs';
import { testPicture, testTone } from './test-source.mjs';
import { describe, measure } from './track-state.mjs';

const MEASURE_MS = 500;
const WORKER = '/livekit-client/livekit-client.e2ee.worker.mjs';

async function localToken(room, identity) {
  const query = new URLSearchParams({ room, identity });
  const response = await fetch(`/token?${query}`);
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

export class Session {
  room = null;
  keys = null;
  onChange = () => {};
  #errors = new Map();     // identity -> last complaint about its encryption
  #figures = new Map();    // track sid -> figures
  #sources = [];
  #timer = null;

  // Keys: { passphrase, index } for all, or { perParticipant: { identity:
  // passphrase } }, or neither: join as one who has no key, as the server is.
  async join({ url, token, room, identity, passphrase, index,
               perParticipant }) {
    await this.leave();
    const local = token ? {} : await localToken(room, identity);
    const encrypted = !!(passphrase || perParticipant);
    const options = { adaptiveStream: false, dynacast: false };
    if (encrypted) {
      this.keys = perParticipant ? new ParticipantKeys() : new SharedKeys();
      options.encryption = {
        keyProvider: this.keys,
        worker: new Worker(WORKER, { type: 'module' }),
      };
      const entries = perParticipant ?? { [identity]: passphrase };
      for (const [who, secret] of Object.entries(entries))
        await this.keys.setPassphrase(secret, { identity: who, index });
    }
    this.room = new Room(options);
    this.#listen();
    if (encrypted) await this.room.setE2EEEnabled(true);
    await this.room.connect(url || local.url, token || local.token);
    this.#timer = setInterval(() => this.#measureAll(), MEASURE_MS);
  }

  async leave() {
    clearInterval(this.#timer);
    for (const source of this.#sources.splice(0)) source.stop();
    await this.room?.disconnect();
    this.room?.options.encryption?.worker.terminate();
    this.room = this.keys = null;
    this.#errors.clear();
    this.#figures.clear();
    this.onChange();
  }

  // A passphrase for a slot; it becomes the one to send with.
  async setPassphrase(passphrase, { identity, index = 0 } = {}) {
    this.#errors.clear();
    await this.keys.setPassphrase(passphrase, { identity, index });
  }

  // Steps the key on that this participant sends with.
  ratchet() {
    this.keys.ratchetKey(this.room.localParticipant.identity);
  }

  // WHAT is 'camera', 'test' or 'tone'.
  async publish(what, { codec = 'vp8', simulcast = false, ...size } = {}) {
    for (const track of await this.#tracksOf(what, size)) {
      const kind = track.kind ?? track.mediaStreamTrack?.kind;
      await this.room.localParticipant.publishTrack(track, {
        source: kind === 'video' ? Track.Source.Camera
                                 : Track.Source.Microphone,
        videoCodec: codec,
        backupCodec: false,
        simulcast,
        red: false,
        dtx: false,
      });
    }
    this.onChange();
  }

  async #tracksOf(what, size) {
    if (what === 'camera')
      return createLocalTracks({ audio: true, video: true });
    const source = what === 'tone' ? testTone() : testPicture(size);
    this.#sources.push(source);
    return [source.track];
  }

  async setMuted(kind, muted) {
    for (const { track } of this.#publicationsOf(this.room.localParticipant))
      if (track?.kind === kind) await (muted ? track.mute() : track.unmute());
    this.onChange();
  }

  // Everything that is to be seen, as plain data.
  state() {
    const participants = {};
    for (const participant of this.room?.remoteParticipants.values() ?? []) {
      const error = this.#errors.get(participant.identity);
      const tracks = {};
      for (const publication of this.#publicationsOf(participant)) {
        const figures = this.#figures.get(publication.trackSid);
        tracks[publication.kind] = {
          state: describe(publication, figures, error, !!this.keys),
          encrypted: publication.isEncrypted,
          muted: publication.isMuted,
          ...figures,
        };
      }
      participants[participant.identity] = { error, tracks };
    }
    return {
      connection: this.room?.state ?? 'disconnected',
      encrypted: this.room?.isE2EEEnabled ?? false,
      participants,
    };
  }

  #publicationsOf(participant) {
    return [...participant.trackPublications.values()];
  }

  #listen() {
    const changed = () => this.onChange();
    this.room
      .on(RoomEvent.EncryptionError, (error, participant) => {
        if (participant)
          this.#errors.set(participant.identity, error.message);
        changed();
      })
      .on(RoomEvent.TrackUnsubscribed, (track, publication) => {
        this.#figures.delete(publication.trackSid);
        changed();
      });
    for (const event of [
      RoomEvent.ConnectionStateChanged, RoomEvent.ParticipantConnected,
      RoomEvent.ParticipantDisconnected, RoomEvent.TrackSubscribed,
      RoomEvent.TrackMuted, RoomEvent.TrackUnmuted,
    ])
      this.room.on(event, changed);
  }

  async #measureAll() {
    for (const participant of this.room?.remoteParticipants.values() ?? []) {
      for (const { track, trackSid } of this.#publicationsOf(participant)) {
        if (!track) continue;
        this.#figures.set(
          trackSid, await measure(track, this.#figures.get(trackSid)));
      }
    }
    this.onChange();
  }
}
