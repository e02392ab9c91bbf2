#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""Runs memory.c for each way in which a key can come.

Usage: memory.py PROGRAM. It looks for the secret, for all that is derived from
it, and for the second half of each, in case only a piece is left. The way
through plain memory has to be found, or the search would be blind."""

import os
import pathlib
import subprocess
import sys
import tempfile

from derivation import derived, hkdf, pbkdf2

# regions.h: SECRET_MASK
MASK = 0x5a
PASSPHRASE = b'a passphrase of forty bytes, for a search'
KEY = bytes((7 * i + 3) % 251 for i in range(32))

results = []


def needles(secret, kdf):
    for i, piece in enumerate(derived(secret, kdf)):
        yield f'secret-{i}', piece
        if len(piece) >= 32:
            yield f'end-of-secret-{i}', piece[-16:]


def run(way, secret, kdf, should_be_clean=True):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'secret'
        path.write_bytes(secret)
        masked = [name + '=' + bytes(b ^ MASK for b in piece).hex()
                  for name, piece in needles(secret, kdf)]
        ran = subprocess.run([sys.argv[1], way, str(path), *masked],
                             capture_output=True, text=True, timeout=120,
                             env=dict(os.environ, G_DEBUG='fatal-criticals'))
    told = ran.stdout.count('fine ') + ran.stdout.count('WRONG ')
    clean = ran.returncode == 0
    good = (clean == should_be_clean and told >= 3
            and (clean or 'elsewhere' in ran.stdout))
    results.append(good)
    print('ok' if good else 'not ok', '-', way)
    print(ran.stdout + ran.stderr, end='')


run('key-bytes', KEY, hkdf)
run('passphrase-bytes', PASSPHRASE, pbkdf2)
run('worker', KEY, pbkdf2)
run('key-file', KEY, hkdf)
run('passphrase-file', PASSPHRASE, pbkdf2)
run('plain-memory', KEY, hkdf, should_be_clean=False)
failed = results.count(False)
print(f'{len(results) - failed} passed, {failed} failed')
sys.exit(1 if failed else 0)
