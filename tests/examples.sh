#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Runs the example programs; each fails if its own promise does not hold. Inside
# `meson devenv`. Usage: tests/examples.sh BUILD
set -u

cd "$(dirname "$0")/.."
build=$1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0
failed=0

# "check NAME WANTED COMMAND...": it succeeds, and says so.
check() {
  name=$1
  wanted=$2
  shift 2
  if "$@" >"$log" 2>&1 && grep -q "$wanted" "$log"; then
    echo "ok - $name"
    passed=$((passed + 1))
  else
    echo "not ok - $name"
    cat "$log"
    failed=$((failed + 1))
  fi
}

check "embed: a provider in C, shared by a context" "needs key 0" \
  "$build/examples/embed/lke2ee-embed"
check "provider.py: a key for each participant" "mallory: .* 0 of them" \
  examples/provider.py
check "rotate.py: no frame is lost" "received, 0 dropped" \
  examples/rotate.py --every 0.1 --rotations 20

# An example is to be read in one go.
short_enough() {
  lines=$(wc -l <examples/embed/embed.c)
  echo "$lines lines"
  [ "$lines" -lt 150 ]
}
check "embed.c has under 150 lines" lines short_enough

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
