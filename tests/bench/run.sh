#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Installs what is missing, builds without debugging, measures ours and peers,
# and prints the table of docs/performance.md. Takes five minutes and no part in
# the tests' verdict. A word as argument restricts it to the frames whose names
# begin so: tests/bench/run.sh "H.264"
# LKE2EE_BUILD: folder for the builds (default: build-bench).
set -eu

cd "$(dirname "$0")/../.."
build=${LKE2EE_BUILD:-$PWD/build-bench}

build-aux/setup.sh tests >&2
mkdir -p "$build"
[ -f "$build/release/build.ninja" ] ||
  meson setup "$build/release" --buildtype=release -Dexamples=disabled \
    -Ddocs=disabled -Dintrospection=disabled >"$build/release.log" 2>&1 ||
  { cat "$build/release.log" >&2; exit 1; }
ninja -C "$build/release" >"$build/build.log" 2>&1 ||
  { tail -n 40 "$build/build.log" >&2; exit 1; }

PATH=$(build-aux/peers.sh "$build/peers")
export PATH
tests/bench/setup.sh "$build/peers" >"$build/peers.log" 2>&1 ||
  { tail -n 40 "$build/peers.log" >&2; exit 1; }

export GST_REGISTRY="$build/registry.bin"
export GST_PLUGIN_PATH="$build/release/gst"
exec python3 tests/bench/table.py "$build/release/tests/bench" \
  "$build/peers" "$@"
