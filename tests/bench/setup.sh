#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Puts the peers that are measured into FOLDER, at the versions of
# tests/interop. Needs go, node and npm on the PATH. Usage: setup.sh FOLDER
set -eu

here=$(cd "$(dirname "$0")" && pwd)
"$here/../interop/setup.sh" "$1"
folder=$(cd "$1" && pwd)

cp "$here/node/bench.mjs" "$folder/node/"
mkdir -p "$folder/bench"
cp "$here/../interop/go/go.mod" "$here/../interop/go/go.sum" "$here/go/main.go" \
  "$folder/bench/"
(cd "$folder/bench" && go build -o bench .)
