#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Puts LiveKit's SDKs, at the versions of the lock files, into FOLDER. Needs go,
# node and npm on the PATH. Usage: tests/interop/setup.sh FOLDER
set -eu

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/node" "$1/go"
folder=$(cd "$1" && pwd)

cp "$here"/node/* "$folder/node/"
(cd "$folder/node" && npm ci --no-audit --no-fund --ignore-scripts)

cp "$here"/go/* "$folder/go/"
(cd "$folder/go" && go build -o peer .)
