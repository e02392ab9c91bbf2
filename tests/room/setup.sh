#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Puts the peers of the room tests into FOLDER: livekit-server, livekit-client,
# and puppeteer-core, which drives Debian's Chromium. Needs go, node and npm on
# the PATH. Usage: tests/room/setup.sh FOLDER
set -eu

here=$(cd "$(dirname "$0")" && pwd)
"$here/../../examples/browser/setup.sh" "$1"

mkdir -p "$1/room"
cd "$1/room"
if ! cmp -s "$here/package-lock.json" package-lock.json ||
  [ ! -d node_modules ]; then
  cp "$here"/package*.json .
  npm ci --no-audit --no-fund --ignore-scripts
fi
