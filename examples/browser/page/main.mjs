// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// Connects the page's elements to a session, and gives programs the same
// session as window.lke2ee: session (see session.mjs) and shownNumber
// (identity), the frame number in the test picture that is on the screen.
//
// The URL's fragment fills the form: #room=demo&identity=me. It takes no
// passphrase: URLs end up in histories and logs.
import { Session } from './session.mjs';
import { show, shownNumber } from './view.mjs';

const session = new Session();
const byId = (id) => document.getElementById(id);
const form = byId('join');
let muted = false;

session.onChange = () => show(session.state(), session.room);
window.lke2ee = { session, shownNumber };

// The lines "name = passphrase", or undefined if there are none.
function readParticipants(text) {
  const entries = text.split('\n')
    .map((line) => line.match(/^\s*(.+?)\s*=\s*(.+?)\s*$/))
    .filter(Boolean)
    .map(([, name, passphrase]) => [name, passphrase]);
  return entries.length ? Object.fromEntries(entries) : undefined;
}

function readForm() {
  const { participants, index, ...fields } =
    Object.fromEntries(new FormData(form));
  return {
    ...fields,
    index: Number(index),
    perParticipant: readParticipants(participants),
  };
}

// An action's error is shown, and the next action takes it away.
async function act(action) {
  byId('error').textContent = '';
  try {
    await action();
  } catch (error) {
    byId('error').textContent = error.message;
  }
}

const onClick = (id, action) =>
  byId(id).addEventListener('click', () => act(action));

form.addEventListener('submit', (event) => {
  event.preventDefault();
  act(() => session.join(readForm()));
});
onClick('publish-test', async () => {
  await session.publish('test', { codec: byId('codec').value });
  await session.publish('tone');
});
onClick('publish-camera', () =>
  session.publish('camera', { codec: byId('codec').value, simulcast: true }));
onClick('mute', async () => {
  muted = !muted;
  byId('mute').setAttribute('aria-pressed', muted);
  await session.setMuted('audio', muted);
  await session.setMuted('video', muted);
});
onClick('set-key', () => {
  const { passphrase, identity, index } = readForm();
  return session.setPassphrase(passphrase, { identity, index });
});
onClick('ratchet', () => session.ratchet());
onClick('leave', () => session.leave());

const given = new URLSearchParams(location.hash.slice(1));
form.elements.identity.value = `browser-${Math.floor(Math.random() * 1000)}`;
for (const name of ['room', 'identity', 'url'])
  if (given.has(name)) form.elements[name].value = given.get(name);
