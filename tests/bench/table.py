#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""Runs the measurements and prints them as Markdown tables, with what they are
to reach. Usage: table.py PROGRAMS PEERS [FRAME...]"""

import json
import os
import pathlib
import statistics
import subprocess
import sys

BACKENDS = ('openssl', 'ipsec-mb')
FRAMES = ('Opus 100 B', 'VP8 1.2 kB', 'VP8 5 kB', 'H.264 20 kB', 'H.264 50 kB',
          'VP8 key 200 kB', 'VP8 key 1 MB')
# What the library is to reach, by backend and frame.
LIBRARY_GOALS = {
    'openssl': (.95, .97, .98, .90, .90, .98, .98),
    'ipsec-mb': (4.5, 3.3, 2.7, 2.1, 2.1, 2.5, 2.5),
}
# What the ideal element has to reach to be a yardstick; None: not known.
IDEAL_GOALS = {
    'openssl': (.40, .55, None, .92, None, .88, None),
    'ipsec-mb': (.74, 1.1, None, 2.2, None, 1.3, None),
}
ELEMENT_SHARE = .90
STREAMS_SHARE = .95
REPLAY_NS = 50
# Peers are whole processes: pairs of runs, one after the other.
N_PEER_PAIRS = 3


class Results:
    """{row: {column: (ratio, ns)}}, in the order in which they came."""

    def __init__(self):
        self.rows = {}

    def add(self, row, column, ratio, ns):
        self.rows.setdefault(row, {})[column] = (ratio, ns)

    def ratio(self, row, column):
        return self.rows.get(row, {}).get(column, (None, None))[0]

    def ns(self, row, column):
        return self.rows.get(row, {}).get(column, (None, None))[1]


def run(argv, backend=None, cwd=None):
    env = dict(os.environ, G_DEBUG='fatal-warnings')
    env.pop('LKE2EE_AEAD', None)
    if backend:
        env['LKE2EE_AEAD'] = backend
    done = subprocess.run(argv, env=env, cwd=cwd, check=True, text=True,
                          stdout=subprocess.PIPE)
    return [line.split('\t') for line in done.stdout.splitlines()]


def measure(results, program, frames, backend=None):
    print(f'measuring: {program.name} {backend or ""}', file=sys.stderr)
    for row, column, ratio, ns in run([program, *frames], backend):
        results.add(row, column, float(ratio), float(ns))


def usable_backends(programs):
    """Asking for a backend that is not there ends the program."""
    usable = []
    for backend in BACKENDS:
        try:
            run([programs / 'bench-library', 'none'], backend)
            usable.append(backend)
        except subprocess.CalledProcessError:
            print(f'no {backend} on this machine', file=sys.stderr)
    return usable


def measure_peer(results, programs, name, argv, cwd, wanted):
    """Pairs of the yardstick's process and the peer's."""
    ratios, times = {}, {}
    for _ in range(N_PEER_PAIRS):
        print(f'measuring: {name}', file=sys.stderr)
        yardstick = {line[0]: line[1:] for line in
                     run([programs / 'bench-openssl'])}
        frames = [{'name': frame, 'codec': codec, 'size': int(size)}
                  for frame, (codec, size, _) in yardstick.items()
                  if frame in wanted]
        for frame, ns in run([*argv, json.dumps(frames)], cwd=cwd):
            times.setdefault(frame, []).append(float(ns))
            ratios.setdefault(frame, []).append(
                float(yardstick[frame][2]) / float(ns))
    for frame in ratios:
        results.add(name, frame, statistics.median(ratios[frame]),
                    statistics.median(times[frame]))


def measure_all(programs, peers, frames, backends):
    results = Results()
    wanted = [f for f in FRAMES
              if not frames or any(f.startswith(w) for w in frames)]
    measure(results, programs / 'bench-raw', frames)
    for name in ('library', 'element', 'streams'):
        for backend in backends:
            measure(results, programs / f'bench-{name}', frames, backend)
    measure(results, programs / 'bench-element', frames)
    measure_peer(results, programs, 'livekit-client worker',
                 ['node', 'bench.mjs'], peers / 'node', wanted)
    measure_peer(results, programs, 'server-sdk-go', [peers / 'bench' / 'bench'],
                 None, wanted)
    for name in ('escape', 'replay', 'ratchet'):
        measure(results, programs / f'bench-{name}', [])
    return results


def number(value):
    if value is None:
        return ''
    return f'{value:.3f}' if value < .1 else f'{value:.2f}' if value < 10 \
        else f'{value:.0f}'


def print_table(head, rows):
    print('| ' + ' | '.join(head) + ' |')
    print('| ' + ' | '.join('---' for _ in head) + ' |')
    for row in rows:
        print('| ' + ' | '.join(row) + ' |')
    print()


def print_results(results):
    print('Ratios to one cached OpenSSL context that is re-keyed only by IV '
          '(of 1,000 streams: to one stream); CPU time, higher is faster.\n')
    by_frame = {row: columns for row, columns in results.rows.items()
                if set(columns) <= set(FRAMES)}
    print_table(['', *FRAMES], [
        [row, *(number(columns.get(f, (None,))[0]) for f in FRAMES)]
        for row, columns in by_frame.items()])
    print('Parts of it.\n')
    print_table(['', 'of', 'ratio', 'ns'], [
        [row, column, number(ratio), f'{ns:,.0f}']
        for row, columns in results.rows.items() if row not in by_frame
        for column, (ratio, ns) in columns.items()])


def goals(results, backends):
    """(what, where, reached, wanted, met); reached None: not measured."""
    def at_least(what, frame, reached, wanted):
        return (what, frame, reached, f'>= {wanted:.2f}',
                reached is not None and reached >= wanted)

    for backend in backends:
        ours, ideal = f'lke2eeenc, {backend}', f'ideal element, {backend}'
        for frame, wanted in zip(FRAMES, IDEAL_GOALS[backend]):
            if wanted is not None:
                yield at_least(f'{ideal}: fit for a yardstick', frame,
                               results.ratio(ideal, frame), wanted)
        for frame, wanted in zip(FRAMES, LIBRARY_GOALS[backend]):
            row = f'library, {backend}'
            yield at_least(row, frame, results.ratio(row, frame), wanted)
        for frame in FRAMES:
            a, b = results.ratio(ours, frame), results.ratio(ideal, frame)
            yield at_least(f'{ours}: share of the ideal', frame,
                           a / b if a and b else None, ELEMENT_SHARE)
        for kind in ('library', 'lke2eeenc'):
            row = f'1,000 streams, {kind}, {backend}'
            for frame in FRAMES:
                yield at_least(row, frame, results.ratio(row, frame),
                               STREAMS_SHARE)
    for column in ('IVs that count', 'random IVs'):
        ns = results.ns('replay window', column)
        yield ('replay window, ns', column, ns, f'< {REPLAY_NS}',
               ns is not None and ns < REPLAY_NS)
    steps = results.ratio('ratchet', 'one step')
    yield ('derivations for a ratchet step', 'PBKDF2', steps and 1 / steps, '1',
           steps is not None and .9 < steps < 1.1)


def print_goals(results, backends):
    rows = [row for row in goals(results, backends) if row[2] is not None]
    print('Goals.\n')
    print_table(['', 'of', 'reached', 'goal', ''], [
        [what, frame, number(reached), wanted, 'met' if met else '**not met**']
        for what, frame, reached, wanted, met in rows])
    for backend in BACKENDS:
        if backend not in backends:
            print(f'Not measured: {backend} is not to be had on this machine.')
    print(f'{sum(row[4] for row in rows)} of {len(rows)} goals met')


def main():
    programs, peers = map(pathlib.Path, sys.argv[1:3])
    backends = usable_backends(programs)
    results = measure_all(programs.resolve(), peers.resolve(), sys.argv[3:],
                          backends)
    print_results(results)
    print_goals(results, backends)


main()
