// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// Makes wire.json and packets.json: encrypted frames and data packets for each
// row of the wire format, sealed with WebCrypto and the format's rules written
// down a second time. Not run by the tests.
// Usage: node generate-wire.mjs frames > wire.json
//        node generate-wire.mjs packets > packets.json
const subtle = crypto.subtle;
const hex = (bytes) => Buffer.from(bytes).toString('hex');
const unhex = (text) => new Uint8Array(Buffer.from(text.replace(/ /g, ''), 'hex'));
const concat = (...parts) => new Uint8Array(Buffer.concat(parts.map((p) => Buffer.from(p))));

const parameters = (kdf, salt) =>
  kdf === 'pbkdf2'
    ? { name: 'PBKDF2', salt, hash: 'SHA-256', iterations: 100000 }
    : { name: 'HKDF', salt, hash: 'SHA-256', info: new Uint8Array(128) };

async function derive(kdf, material, salt, bits) {
  if (kdf === 'none') return material;
  const key = await subtle.importKey('raw', material, kdf.toUpperCase(), false, ['deriveBits']);
  return new Uint8Array(await subtle.deriveBits(parameters(kdf, salt), key, bits));
}

function escape(run) {
  const out = [];
  let zeros = 0;
  for (const byte of run) {
    if (zeros >= 2 && byte <= 3) {
      out.push(3);
      zeros = 0;
    }
    out.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return out;
}

async function importKey(row) {
  const salt = new TextEncoder().encode(row.salt);
  let material = row.passphrase ? new TextEncoder().encode(row.passphrase) : unhex(row.key);
  for (let i = 0; i < row.ratchets; i++) material = await derive(row.kdf, material, salt, 256);
  const raw = await derive(row.kdf, material, salt, row.key_size);
  return subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt']);
}

// A data packet: no header, so nothing that is authenticated but not encrypted;
// IV and key index travel in fields of their own.
async function sealPacket(row) {
  const algorithm = { name: 'AES-GCM', iv: unhex(row.iv) };
  return hex(await subtle.encrypt(algorithm, await importKey(row), unhex(row.data)));
}

async function sealFrame(row) {
  const key = await importKey(row);
  const frame = unhex(row.frame);
  const iv = unhex(row.iv);
  const header = frame.slice(0, row.header);
  const text = new Uint8Array(
    await subtle.encrypt({ name: 'AES-GCM', iv, additionalData: header }, key, frame.slice(row.header)),
  );
  const run = concat(text, iv, [12, row.key_index]);
  return hex(concat(header, row.codec.startsWith('h26') ? escape(run) : run));
}

const defaults = {
  kdf: 'pbkdf2',
  passphrase: 'correct horse battery staple',
  salt: 'LKFrameEncryptionKey',
  key_size: 128,
  key_index: 0,
  ratchets: 0,
  iv: '0102030405060708090a0b0c',
};
const raw = { passphrase: undefined, key: '000102030405060708090a0b0c0d0e0f' };
const sps = '00000001 6742c01f0fd91f888884000003000400000300c83c60c920';
const pps = '00000001 6887cb83cb20';

const rows = [
  { name: 'audio', codec: 'audio', header: 1, frame: '78 0102030405' },
  { name: 'audio of one byte', codec: 'audio', header: 1, frame: '78' },
  { name: 'vp8 key frame', codec: 'vp8', header: 10, frame: '100200 9d012a 08000800 4708858588' },
  { name: 'vp8 delta frame', codec: 'vp8', header: 3, frame: '110200 4708858588' },
  { name: 'vp9', codec: 'vp9', header: 0, frame: '8249834200' },
  { name: 'h264 key frame', codec: 'h264', header: 44, frame: `${sps}${pps}00000001 6588840af26280` },
  { name: 'h264 slice type 1', codec: 'h264', header: 6, frame: '00000001 419a2468' },
  { name: 'h264 3-byte start code', codec: 'h264', header: 5, frame: '000001 419a2468' },
  { name: 'h264 AUD in the header', codec: 'h264', header: 12, frame: '00000001 09f0 00000001 419a2468' },
  { name: 'h264 all slices in one run', codec: 'h264', header: 6, frame: '00000001 65882468 00000001 65442468' },
  { name: 'h265 key frame', codec: 'h265', header: 12, frame: '00000001 4601 00000001 2601af0980' },
  { name: 'key index 255', codec: 'audio', header: 1, frame: '7801', key_index: 255 },
  { name: 'key index 3', codec: 'h264', header: 6, frame: '00000001 419a2468', key_index: 3 },
  { name: 'hkdf', codec: 'audio', header: 1, frame: '7801', kdf: 'hkdf', ...raw },
  { name: 'raw key through pbkdf2', codec: 'audio', header: 1, frame: '7801', ...raw },
  { name: 'no derivation', codec: 'audio', header: 1, frame: '7801', kdf: 'none', ...raw },
  { name: 'not ASCII', codec: 'audio', header: 1, frame: '7801', passphrase: 'Grüße 日本語 🔑' },
  { name: 'other salt', codec: 'audio', header: 1, frame: '7801', salt: 'pepper' },
  { name: '256 bits', codec: 'audio', header: 1, frame: '7801', key_size: 256 },
  { name: '256 bits, hkdf', codec: 'audio', header: 1, frame: '7801', kdf: 'hkdf', ...raw, key_size: 256 },
  { name: 'ratcheted once', codec: 'audio', header: 1, frame: '7801', ratchets: 1 },
  { name: 'ratcheted three times, hkdf', codec: 'audio', header: 1, frame: '7801', kdf: 'hkdf', ...raw, ratchets: 3 },
  { name: 'ratcheted, 256 bits', codec: 'audio', header: 1, frame: '7801', ratchets: 2, key_size: 256 },
  ...[0, 1, 9, 16, 19, 21].map((type) => ({
    name: `h265 slice type ${type}`,
    codec: 'h265',
    header: 6,
    frame: `00000001 ${(type << 1).toString(16).padStart(2, '0')}01af0980`,
  })),
  // Escapes in the IV: what other SDKs may send.
  ...['000000000000000000000000', '0a0000010b0c0d0e0f000002', '000003000003000003000003'].map((iv) => ({
    name: `escapes in iv ${iv}`,
    codec: 'h264',
    header: 6,
    frame: '00000001 419a2468',
    iv,
  })),
];

const packets = [
  { name: 'packet', data: '120a0a0868656c6c6f21' },
  { name: 'packet of one byte', data: '00' },
  { name: 'packet with what frames escape', data: '000001000002000003' },
  { name: 'packet, key index 15', data: '0801', key_index: 15 },
  { name: 'packet, iv of zeros', data: '0801', iv: '000000000000000000000000' },
  { name: 'packet, hkdf', data: '0801', kdf: 'hkdf', ...raw },
  { name: 'packet, no derivation', data: '0801', kdf: 'none', ...raw },
  { name: 'packet, 256 bits', data: '0801', key_size: 256 },
  { name: 'packet, other salt', data: '0801', salt: 'pepper' },
  { name: 'packet, ratcheted once', data: '0801', ratchets: 1 },
];

const [table, seal] = process.argv[2] === 'packets' ? [packets, sealPacket] : [rows, sealFrame];
for (const row of table) {
  Object.assign(row, { ...defaults, ...row });
  row.encrypted = await seal(row);
  if (row.frame) row.frame = row.frame.replace(/ /g, '');
}
process.stdout.write(`[\n${table.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`);
