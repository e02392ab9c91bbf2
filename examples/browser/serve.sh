#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Installs what is missing, builds, and starts a LiveKit server on this machine
# and a page that joins its rooms:
#
#   examples/browser/serve.sh [--port N] [--livekit-port N]
#
# LKE2EE_BUILD: folder for the build (default: build-demo).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
build=${LKE2EE_BUILD:-$top/build-demo}
peers=${LKE2EE_PEERS:-$build/peers}

"$top/build-aux/setup.sh" demo
mkdir -p "$peers"
log="$build/serve.log"
prepare() {
  [ -f "$build/build.ninja" ] ||
    meson setup "$build" "$top" -Dtests=disabled -Dintrospection=disabled ||
    return 1
  ninja -C "$build" && "$here/setup.sh" "$peers"
}
PATH=$("$top/build-aux/peers.sh" "$peers")
prepare >"$log" 2>&1 || { cat "$log"; exit 1; }
exec node "$here/serve.mjs" "$peers" "$build" "$@"
