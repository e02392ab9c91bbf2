#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Puts livekit-server, livekit-client, and puppeteer-core, which drives Chromium,
# into FOLDER, at the versions of the lock files. Needs go, node and npm on the
# PATH. Usage: setup.sh FOLDER
set -eu

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/livekit-server" "$1/browser"
folder=$(cd "$1" && pwd)

cp "$here"/server/go.* "$folder/livekit-server/"
(cd "$folder/livekit-server" &&
  go build -o livekit-server github.com/livekit/livekit-server/cmd/server)

# Installed anew only after a change: npm ci always starts from nothing.
if ! cmp -s "$here/package-lock.json" "$folder/browser/package-lock.json" ||
  [ ! -d "$folder/browser/node_modules" ]; then
  cp "$here"/package*.json "$folder/browser/"
  (cd "$folder/browser" && npm ci --no-audit --no-fund --ignore-scripts)
fi
