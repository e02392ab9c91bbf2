#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Installs what is missing, builds, and runs a Node program of this folder with
# the folder of LiveKit's parts, the folder of the build, and ARGS.
# Usage: start.sh PROGRAM [ARGS...]
#
# LKE2EE_BUILD: folder for the build (default: build-demo).
# LKE2EE_PEERS: folder for LiveKit's parts (default: peers in the former).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
build=${LKE2EE_BUILD:-$top/build-demo}
peers=${LKE2EE_PEERS:-$build/peers}
program=$1
shift

prepare() {
  [ -f "$build/build.ninja" ] ||
    meson setup "$build" "$top" -Dtests=disabled -Dintrospection=disabled ||
    return 1
  ninja -C "$build" && "$here/setup.sh" "$peers"
}

"$top/build-aux/setup.sh" demo
mkdir -p "$build" "$peers"
log="$build/start.log"
PATH=$("$top/build-aux/peers.sh" "$peers")
prepare >"$log" 2>&1 || { cat "$log"; exit 1; }
# A registry of its own: the user's is not to know a build folder.
export GST_REGISTRY="$build/registry.bin"
exec meson devenv -C "$build" -w "$PWD" \
  node "$here/$program" "$peers" "$build" "$@"
