#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""Looks for secrets in everything that a pipeline says.

For each way in which a key can come, scenario.py runs as a program of its own
with GST_DEBUG=*:9; it leaves the debug log, DOT dumps of every state, what
gst-launch -v would print, and all bus messages. Here all of that is searched
for the secret and for every key that is derived from it, in hex, base64, as
bytes, and as GstStructure writes what is not ASCII. Runs that give a secret away
on purpose show that the search works."""

import base64
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from derivation import derived, hkdf, pbkdf2

HERE = pathlib.Path(__file__).resolve().parent
PASSPHRASE = 'zebra-violin-Grüße-4711'
RAW_KEY = bytes(range(0x91, 0x91 + 32))

results = []


def octal(secret):
    """As gst_structure_to_string() and g_strescape() write it."""
    return b''.join(bytes([b]) if 32 <= b < 127 else b'\\%03o' % b
                    for b in secret)


def needles(secrets):
    for secret in secrets:
        yield secret
        yield octal(secret)
        # Whatever an escape makes of the rest.
        yield from re.findall(rb'[!-~]{10,}', secret)
        yield secret.hex().encode()
        yield secret.hex().upper().encode()
        # The first 16 and 12 bytes catch cut and padded forms too.
        yield base64.b64encode(secret)[:16]
        yield base64.urlsafe_b64encode(secret)[:16]
        yield ' '.join(f'{b:02x}' for b in secret[:12]).encode()


def find_secrets(folder, extra, secrets):
    """The places where one of the secrets stands."""
    found = []
    texts = {str(p.relative_to(folder)): p.read_bytes()
             for p in folder.rglob('*') if p.is_file()
             and not p.name.startswith('secret-')}
    texts.update(extra)
    for name, text in texts.items():
        for needle in needles(secrets):
            if needle in text:
                found.append(name)
                break
    size = sum(map(len, texts.values()))
    return found, size, texts


def run(way, folder):
    env = dict(os.environ, GST_DEBUG='*:9', GST_DEBUG_NO_COLOR='1',
               GST_DEBUG_FILE=str(folder / 'debug.log'),
               GST_DEBUG_DUMP_DOT_DIR=str(folder), G_MESSAGES_DEBUG='all',
               G_DEBUG='fatal-criticals')
    (folder / 'secret-passphrase').write_text(PASSPHRASE + '\n')
    (folder / 'secret-key').write_bytes(RAW_KEY)
    (folder / 'secret-bad').write_bytes(RAW_KEY[:9])
    if way.startswith('gst-launch'):
        option = way.split()[1].format(folder=folder, secret=PASSPHRASE)
        command = ['gst-launch-1.0', '-v', '-m', 'audiotestsrc',
                   'num-buffers=10', '!', 'opusenc', '!', 'lke2eeenc', option,
                   '!', 'lke2eedec', option, '!', 'fakesink']
    else:
        command = ['/usr/bin/python3', str(HERE / 'scenario.py'), way,
                   str(folder)]
    # The secrets go through a pipe: an argument would be in `ps`.
    return subprocess.run(
        command, env=env, input=f'{PASSPHRASE}\n{RAW_KEY.hex()}\n'.encode(),
        capture_output=True, timeout=120)


def check(way, should_be_found=False):
    secrets = (derived(PASSPHRASE.encode(), pbkdf2)
               + derived(RAW_KEY, hkdf) + [RAW_KEY[:9]])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        ran = run(way, folder)
        found, size, texts = find_secrets(
            folder, {'stdout': ran.stdout, 'stderr': ran.stderr}, secrets)
        said = b'lke2ee-state' in texts['stdout']
        dots = sum(name.endswith('.dot') for name in texts)
    problems = []
    if ran.returncode != 0:
        problems.append(ran.stderr.decode(errors='replace')[-2000:])
    # A run that says nothing has nothing to find.
    if size < 100000 or dots == 0 or not said:
        problems.append(f'only {size} bytes, {dots} DOT dumps were searched')
    if bool(found) != should_be_found:
        problems.append(f'found in {found}')
    results.append(not problems)
    print('ok' if not problems else 'not ok', '-', way,
          f'({size} bytes, {dots} DOT dumps searched)')
    for problem in problems:
        print('    ' + problem)


for way in ('passphrase-file', 'key-file', 'passphrase-property',
            'key-property', 'passphrase-signal', 'key-signal', 'ratchet',
            'provider', 'bad-key',
            'gst-launch passphrase-file={folder}/secret-passphrase'):
    check(way)
for way in ('given-away key', 'given-away passphrase'):
    check(way, should_be_found=True)
# gst-launch logs its own command line, as README says.
check('gst-launch passphrase={secret}', should_be_found=True)
failed = results.count(False)
print(f'{len(results) - failed} passed, {failed} failed')
sys.exit(1 if failed else 0)
