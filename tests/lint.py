#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""What the sources promise and a machine can check: the direction of
dependency, one test per module, licence lines, form.

Every check looks at the files that git knows."""

import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
MAX_FUNCTION = 80

# Modules without code of their own to test: an error domain, a table of wire
# constants, the umbrella header, and those that are tested through the module
# named.
TESTED_BY = {
    'aead-ipsecmb': 'aead',
    'aead-openssl': 'aead',
    'error': 'secret-bytes',
    'key': 'key-ring',
    'key-setting': 'key-provider',
    'key-use': 'key-provider',
    'key-window': 'key-provider',
    'receiver': 'frame-cryptor',
    'sender': 'frame-cryptor',
    'worker': 'key-provider',
}

results = []


def check(name, problems):
    results.append(not problems)
    print('ok' if not problems else 'not ok', '-', name)
    for problem in problems[:20]:
        print('    ' + problem)


def tracked(*patterns):
    out = subprocess.run(
        ['git', 'ls-files', '--cached', '--others', '--exclude-standard', '--',
         *patterns], cwd=TOP, check=True, capture_output=True, text=True)
    return [TOP / line for line in out.stdout.splitlines()
            if (TOP / line).is_file() and not (TOP / line).is_symlink()]


def name_of(path):
    return str(path.relative_to(TOP))


def module_of(path):
    return re.sub(r'(-private)?\.[ch]$', '', path.name)


def includes(path, pattern):
    return re.findall(r'^#\s*include\s+' + pattern, path.read_text(),
                      re.MULTILINE)


def find_knots(paths):
    """Modules that include each other, directly or over others."""
    modules = {module_of(p) for p in paths}
    uses = {m: set() for m in modules}
    for path in paths:
        for include in includes(path, r'"([^"]+)"'):
            used = module_of(pathlib.Path(include))
            if used in modules and used != module_of(path):
                uses[module_of(path)].add(used)
    reach = {m: set(u) for m, u in uses.items()}
    changed = True
    while changed:
        changed = False
        for m in modules:
            more = set().union(*(reach[u] for u in reach[m]), set())
            if not more <= reach[m]:
                reach[m] |= more
                changed = True
    return sorted(m for m in modules if m in reach[m])


def check_dependencies():
    lib = tracked('lib/*.c', 'lib/*.h')
    gst = tracked('gst/*.c', 'gst/*.h')
    check('no include knot in lib/', find_knots(lib))
    check('no include knot in gst/', find_knots(gst))
    check('lib/ does not know GStreamer',
          [name_of(p) for p in lib if includes(p, r'<gst/')])
    check('gst/ does no cryptography of its own',
          [name_of(p) for p in gst if includes(p, r'<(openssl/|sodium|intel-ipsec)')])
    check('one file knows libsodium, one ipsec-mb, two know libcrypto',
          [name_of(p) for p in lib
           if (includes(p, r'<sodium')
               and module_of(p) != 'lke2ee-secret')
           or (includes(p, r'<intel-ipsec')
               and module_of(p) != 'lke2ee-aead-ipsecmb')
           or (includes(p, r'<openssl/')
               and module_of(p) not in ('lke2ee-aead-openssl', 'lke2ee-kdf'))])
    check('the umbrella header is not used inside lib/',
          [name_of(p) for p in lib if includes(p, r'["<](lke2ee/)?lke2ee\.h')])


def check_tests():
    missing = []
    for path in tracked('lib/*.c'):
        module = module_of(path).removeprefix('lke2ee-')
        test = TESTED_BY.get(module, module)
        if not (TOP / f'tests/lib/test-{test}.c').exists():
            missing.append(name_of(path))
    check('each module of lib/ has a test', missing)


def check_heads():
    """SPDX, copyright, and a comment that says what the file does."""
    sources = tracked('*.c', '*.h')
    rust = tracked('*.rs')
    scripts = tracked('*.py', '*.sh', '*.mjs', '*.go', 'meson.build',
                      '*/meson.build', '*/Cargo.toml', 'meson_options.txt',
                      '.ci/run')
    check('licence and copyright stand first', [
        name_of(p) for p in sources + rust + scripts
        if not re.search(r'SPDX-License-Identifier: LGPL-2.1-or-later\n'
                         r'.*Copyright \(C\)', p.read_text()[:400])])
    check('a comment says what each file does', [
        name_of(p) for p in sources
        if not re.match(r'/\*.*?\*/\n\n(#pragma once\n)?/\*', p.read_text(),
                        re.DOTALL)] + [
        name_of(p) for p in rust
        if not re.match(r'//.*\n//.*\n\n//! ', p.read_text())])


def check_form():
    sources = tracked('*.c', '*.h', '*.py', '*.sh', '*.rs')
    wide, untidy = [], []
    for path in sources:
        for number, line in enumerate(path.read_text().split('\n'), 1):
            where = f'{name_of(path)}:{number}'
            if len(line) > 80 and path.suffix in ('.c', '.h'):
                wide.append(where)
            if '\t' in line or line != line.rstrip():
                untidy.append(where)
    check('no line of C is wider than 80', wide)
    check('no tabs, no blanks at line ends', untidy)


def check_functions():
    out = subprocess.run(
        ['ctags', '-f', '-', '--kinds-C=f', '--fields=+ne', '--output-format=json',
         *map(name_of, tracked('lib/*.c', 'gst/*.c', 'examples/*.c'))],
        cwd=TOP, check=True, capture_output=True, text=True).stdout
    import json
    long = []
    for line in out.splitlines():
        tag = json.loads(line)
        size = tag.get('end', tag['line']) - tag['line'] + 1
        if size > MAX_FUNCTION:
            long.append(f"{tag['path']}: {tag['name']} has {size} lines")
    check(f'no function is longer than {MAX_FUNCTION} lines', long)


def check_places():
    """Nothing names the machine it was written on."""
    pattern = re.compile(r'/' + r'work/|/' + r'root/|registry\.' + 'npmjs')
    check('nothing of one machine', [
        name_of(p) for p in tracked()
        if pattern.search(p.read_text(errors='replace'))])


check_dependencies()
check_tests()
check_heads()
check_form()
check_functions()
check_places()
failed = results.count(False)
print(f'{len(results) - failed} passed, {failed} failed')
sys.exit(1 if failed else 0)
