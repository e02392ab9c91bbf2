#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""Runs every fuzzer: first what was found before, then new inputs.

Usage: run.py PROGRAMS WORK. PROGRAMS is the folder of the built fuzzers; WORK
gets corpus, logs and findings. LKE2EE_FUZZ_RUNS: rounds of each (200000);
LKE2EE_FUZZ_SEED: another seed than 1 tries other inputs (0: random).

A finding is written to WORK/TARGET-crash-...: fix the code, and keep the input
in tests/fuzz/found/TARGET/."""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
RUNS = int(os.environ.get('LKE2EE_FUZZ_RUNS', 200000))
SEED = int(os.environ.get('LKE2EE_FUZZ_SEED', 1))
# Zero-rich bodies are slow to check byte by byte, a key text is never longer
# than twice 1024 digits, and of frames it is the ends that matter.
MAX_SIZE = {'nal': 300, 'key-text': 300}
DEFAULT_MAX_SIZE = 2048

programs, work = (pathlib.Path(name) for name in sys.argv[1:])
work.mkdir(parents=True, exist_ok=True)
results = []


def environment():
    return dict(
        os.environ, ASAN_OPTIONS='detect_leaks=1:quarantine_size_mb=16',
        UBSAN_OPTIONS='halt_on_error=1:print_stacktrace=1:suppressions='
        + str(HERE / 'ubsan.supp'))


def fuzz(program, target, *arguments):
    return subprocess.run(
        [program, f'-artifact_prefix={work}/{target}-', *arguments],
        env=environment(), capture_output=True, text=True, errors='replace')


def check_found(program, target):
    """Inputs that broke something once. None is fine: says so with 0."""
    inputs = sorted((HERE / 'found' / target).glob('*'))
    if not inputs:
        return 0, ''
    ran = fuzz(program, target, *map(str, inputs))
    return len(inputs), ran.stderr if ran.returncode else ''


def check_new(program, target):
    size = MAX_SIZE.get(target, DEFAULT_MAX_SIZE)
    # What is learned goes into the first folder and is a start for next time.
    learned = work / f'learned-{target}'
    learned.mkdir(exist_ok=True)
    ran = fuzz(program, target, f'-runs={RUNS}', f'-seed={SEED}',
               f'-max_len={size}', '-print_final_stats=1', '-rss_limit_mb=3000',
               str(learned), str(work / 'corpus' / target))
    (work / f'{target}.log').write_text(ran.stderr)
    rounds = int((re.findall(r'number_of_executed_units: (\d+)', ran.stderr)
                  or ['0'])[-1])
    covered = (re.findall(r'cov: (\d+)', ran.stderr) or ['0'])[-1]
    # One that stopped early, or sees nothing of the code, proves nothing.
    good = ran.returncode == 0 and rounds >= RUNS and int(covered) > 50
    return rounds, covered, '' if good else ran.stderr


def check(program):
    target = program.name.removeprefix('fuzz-')
    n_found, problem = check_found(program, target)
    rounds, covered, new_problem = check_new(program, target)
    problem = problem or new_problem
    text = (f'{"not ok" if problem else "ok"} - {target}: {rounds} rounds, '
            f'{covered} edges covered, {n_found} former findings')
    return not problem, text, problem[-3000:]


targets = sorted(path for path in programs.glob('fuzz-*')
                 if path.is_file() and os.access(path, os.X_OK))
subprocess.run(['/usr/bin/python3', str(HERE / 'make-corpus.py'),
                str(work / 'corpus')], check=True)
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    for good, text, problem in pool.map(check, targets):
        print(text, flush=True)
        if not good:
            print(problem)
        results.append(good)
if not targets:
    results.append(False)
    print(f'not ok - no fuzzers in {programs}')
failed = results.count(False)
print(f'{len(results) - failed} passed, {failed} failed')
sys.exit(1 if failed else 0)
