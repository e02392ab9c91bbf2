#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Installs what is missing, builds, and runs the demo:
#
#   examples/demo.sh [--codec vp8|vp9|h264|h265] [--output FOLDER] [FILE]
#   examples/demo.sh --room [--codec CODEC] [--output FOLDER]
#
# The second one joins a real room: LiveKit's server on this machine, a
# publisher, a recorder, and a page where there is Chromium.
#
# LKE2EE_BUILD: folder for the build (default: build-demo).
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
build=${LKE2EE_BUILD:-$top/build-demo}

if [ "${1:-}" = --room ]; then
  shift
  exec "$top/examples/browser/start.sh" demo.mjs "$@"
fi

"$top/build-aux/setup.sh" demo
mkdir -p "$build"
log="$build/demo.log"
if [ ! -f "$build/build.ninja" ]; then
  meson setup "$build" "$top" -Dtests=disabled -Dintrospection=disabled \
    >"$log" 2>&1 || { cat "$log"; exit 1; }
fi
ninja -C "$build" >"$log" 2>&1 || { cat "$log"; exit 1; }
# A registry of its own: the user's is not to know a build folder.
export GST_REGISTRY="$build/registry.bin"
exec meson devenv -C "$build" -w "$PWD" "$build/examples/demo/lke2ee-demo" "$@"
