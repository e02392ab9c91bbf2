#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Prints the PATH with a Cargo new enough for the Rust example. Where the machine
# has none, Debian's cargo-web (security suite) is installed. Usage:
# PATH=$(build-aux/cargo.sh)
set -eu

minor=92

# "is_new_enough PATH": whether the Cargo and the compiler on it are 1.$minor.
is_new_enough() {
  for tool in cargo rustc; do
    version=$(PATH=$1 $tool --version 2>/dev/null) || return 1
    version=${version#"$tool" 1.}
    [ "${version%%.*}" -ge "$minor" ] 2>/dev/null || return 1
  done
}

is_new_enough "$PATH" || {
  "$(dirname "$0")/setup.sh" rust >&2
  PATH=/usr/bin:$PATH
  is_new_enough "$PATH" || {
    echo "cargo: no Cargo >= 1.$minor, and apt has none; on Debian 12 it is" \
      "cargo-web of the security suite" >&2
    exit 1
  }
}
printf '%s' "$PATH"
