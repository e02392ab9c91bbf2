#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""Runs what README tells people to paste.

A block marked `sh` has to succeed. A block `sh receiver` runs beside the block
`sh sender` that follows it; media have to arrive. There is no screen here, so
what would be shown goes into a file instead, and that file must not be empty.
README's own tests/run.sh is what runs this, so it is not run again."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = os.environ['LKE2EE_BUILD']
ARRIVED = 20000
PATIENCE = 60

results = []


def report(name, problem):
    results.append(problem is None)
    print('ok' if problem is None else 'not ok', '-', name)
    if problem:
        print('    ' + problem.replace('\n', '\n    '))


def blocks(text):
    """(mark, body, the line before it) of each shell block."""
    pattern = r'(?:^|\n)([^\n]*)\n```(sh[^\n]*)\n(.*?)\n```'
    position = 0
    while match := re.compile(pattern, re.DOTALL).search(text, position):
        yield match[2], match[3], match[1]
        position = match.end() - 4


def prepare(body, shown):
    """Without a screen, and with the build that is there already."""
    body = re.sub(r'auto(video|audio)sink', f'filesink location={shown}', body)
    return body.replace('$PWD/build-demo', BUILD)


def run_block(body, folder, environment):
    """The exports of a block hold for those after it, as in a shell."""
    if body == 'tests/run.sh':
        return None if os.access(TOP / body, os.X_OK) else 'it is not there'
    shown = folder / 'shown'
    script = (f'set -eu\ncd "{TOP}"\n' if body.startswith('examples/') else
              f'set -eu\ncd "{folder}"\n')
    script += prepare(body, shown) + f'\nenv -0 > "{folder}/env"\n'
    ran = subprocess.run(['bash', '-c', script], env=environment,
                         capture_output=True, text=True, timeout=300)
    if ran.returncode != 0:
        return ran.stdout[-1000:] + ran.stderr[-2000:]
    for entry in (folder / 'env').read_text().split('\0'):
        name, _, value = entry.partition('=')
        if name:
            environment[name] = value
    if 'autovideosink' in body and shown.stat().st_size < ARRIVED:
        return 'nothing was shown'
    return None


def start(body, folder, environment):
    return subprocess.Popen(
        ['bash', '-c', f'cd "{folder}"; exec {body}'], env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def stop(process):
    process.send_signal(signal.SIGINT)
    try:
        return process.communicate(timeout=10)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[0]


def grows(path, process):
    """Whether enough arrives, as long as PROCESS lives."""
    done = threading.Event()
    for _ in range(PATIENCE * 10):
        if path.exists() and path.stat().st_size > ARRIVED:
            return True
        if process.poll() is not None:
            return False
        done.wait(0.1)
    return False


def run_pair(receiver, sender, folder, environment):
    shown = folder / 'arrived'
    shown.unlink(missing_ok=True)
    receiving = start(prepare(receiver, shown), folder, environment)
    sending = start(prepare(sender, shown), folder, environment)
    arrived = grows(shown, receiving)
    output = stop(sending) + stop(receiving)
    return None if arrived else 'nothing arrived\n' + output[-2000:]


def main():
    environment = dict(os.environ)
    receiver = None
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for file in ('README.md',):
            for mark, body, before in blocks((TOP / file).read_text()):
                if mark == 'sh receiver':
                    receiver = body
                    label = before
                elif mark == 'sh sender':
                    report(f'{file}: {label}', run_pair(
                        receiver, body, folder, environment))
                else:
                    report(f'{file}: {body.splitlines()[0]}',
                           run_block(body, folder, environment))
    failed = results.count(False)
    print(f'{len(results) - failed} passed, {failed} failed')
    return 1 if failed or len(results) < 8 else 0


sys.exit(main())
