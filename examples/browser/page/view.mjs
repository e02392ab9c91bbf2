// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// Shows a session's state: the big status line and a tile per participant.
import { SQUARES, readNumber } from './frame-number.mjs';

const WORDS = {
  ok: 'Decrypted',
  muted: 'Muted',
  waiting: 'Waiting',
  'wrong key': 'Wrong key',
  'missing key': 'Key missing',
  'not encrypted': 'Not encrypted',
};
const BAD = ['not encrypted', 'wrong key', 'missing key'];
// The state of several is the first of these that one of them has.
const WORST = [...BAD, 'ok', 'waiting', 'muted'];

const byId = (id) => document.getElementById(id);
const tiles = new Map();    // identity -> its figure

const worst = (states) =>
  WORST.find((state) => states.includes(state)) ?? 'waiting';
const overall = (tracks) =>
  worst(Object.values(tracks).map(({ state }) => state));

function tileOf(identity) {
  let tile = tiles.get(identity);
  if (!tile) {
    tile = byId('tile').content.firstElementChild.cloneNode(true);
    tile.querySelector('.name').textContent = identity;
    tiles.set(identity, tile);
    byId('tiles').append(tile);
  }
  return tile;
}

function describeFigures({ video, audio }) {
  const parts = [];
  if (video?.codec) parts.push(video.codec);
  if (video?.width) parts.push(`${video.width} x ${video.height}`);
  if (video) parts.push(`${Math.round(video.rate ?? 0)} frames/s`);
  if (audio?.codec) parts.push(audio.codec);
  return parts.join(' · ');
}

function showParticipant(identity, { tracks, error }) {
  const tile = tileOf(identity);
  const state = overall(tracks);
  tile.dataset.state = state;
  tile.querySelector('.state').textContent = WORDS[state];
  tile.querySelector('.figures').textContent = describeFigures(tracks);
  tile.querySelector('.complaint').textContent =
    state === 'ok' ? '' : error ?? '';
}

// The line for a room without trouble, or how many of the others are opened.
function statusWord({ connection, encrypted }, states) {
  if (connection === 'disconnected') return 'Not connected';
  if (connection !== 'connected') return 'Connecting';
  if (!encrypted) return 'Connected without a key';
  const opened = states.filter((state) => state === 'ok').length;
  return states.some((state) => BAD.includes(state))
    ? `${opened} of ${states.length} decrypted`
    : 'Connected, encrypted';
}

function showStatus(state) {
  const others = Object.values(state.participants);
  const states = others.map(({ tracks }) => overall(tracks));
  const rate = others.reduce(
    (sum, { tracks }) => sum + (tracks.video?.rate ?? 0), 0);
  const connected = state.connection === 'connected';
  byId('status').dataset.state = !connected ? state.connection
    : state.encrypted ? worst(states) : 'missing key';
  byId('status-word').textContent = statusWord(state, states);
  byId('status-detail').textContent = connected
    ? `${others.length} other participant${others.length === 1 ? '' : 's'}, ` +
      `${Math.round(rate)} frames/s decoded`
    : 'Join a room to see who is in it';
}

export function show(state, room) {
  showStatus(state);
  for (const [identity, participant] of Object.entries(state.participants))
    showParticipant(identity, participant);
  for (const [identity, tile] of tiles) {
    if (identity in state.participants) continue;
    tile.remove();
    tiles.delete(identity);
  }
  attach(room);
  const connected = state.connection === 'connected';
  byId('controls').hidden = !connected;
  byId('join').querySelector('.primary').hidden = connected;
}

// Sound comes out of the video's element as well.
function attach(room) {
  for (const participant of room?.remoteParticipants.values() ?? []) {
    const element = tileOf(participant.identity).querySelector('video');
    for (const { track } of participant.trackPublications.values())
      if (track && !track.attachedElements.includes(element))
        track.attach(element);
  }
}

// The frame number in the picture that a participant's tile shows, or null.
export function shownNumber(identity) {
  const video = tiles.get(identity)?.querySelector('video');
  if (!video?.videoWidth) return null;
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0);
  const side = canvas.width / SQUARES;
  return readNumber((square) => {
    const [r, g, b] = context.getImageData(
      Math.floor((square + 0.5) * side), Math.floor(side / 2), 1, 1).data;
    return 0.299 * r + 0.587 * g + 0.114 * b;
  });
}
