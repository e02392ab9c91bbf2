#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Builds the reader of livekit-server's own module, at the versions of its lock
# file, in FOLDER. Needs go on the PATH. Usage: tests/rtp/setup.sh FOLDER
set -eu

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/reader"
cp "$here"/reader/* "$1/reader/"
cd "$1/reader" && go build -o reader .
