#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Installs the Debian packages that a group of jobs needs and that are not there
# yet. Usage: build-aux/setup.sh build|demo|room|tests|rust
#
# Only apt packages, as root or through sudo; nothing else of the system
# changes.
set -eu

build="gcc libc6-dev meson ninja-build pkg-config gobject-introspection
libgirepository1.0-dev libglib2.0-dev libgstreamer1.0-dev
libgstreamer-plugins-base1.0-dev libgstreamer-plugins-bad1.0-dev
libsodium-dev libssl-dev"
# ipsec-mb exists for this architecture alone; elsewhere OpenSSL does the job.
[ "$(dpkg --print-architecture)" != amd64 ] || build="$build libipsec-mb-dev"

# What the room programs need beyond that.
room="libsoup-3.0-dev libjson-glib-dev libprotobuf-c-dev protobuf-c-compiler
libavformat-dev gstreamer1.0-nice"

run="gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good
gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly gstreamer1.0-libav
gstreamer1.0-x
python3 fonts-dejavu-core"

tests="g++ clang libclang-rt-14-dev libjson-glib-dev valgrind git python3-venv
python3-gi gir1.2-gstreamer-1.0 gir1.2-gst-plugins-base-1.0
gir1.2-gst-plugins-bad-1.0 gstreamer1.0-nice gi-docgen universal-ctags
ca-certificates gstreamer1.0-plugins-base-apps chromium"

case "${1:-}" in
  build) packages="$build" ;;
  demo) packages="$build $run" ;;
  room) packages="$build $run $room" ;;
  tests) packages="$build $run $room $tests" ;;
  rust) packages=cargo-web ;;
  *) echo "usage: $0 build|demo|room|tests|rust" >&2; exit 2 ;;
esac

missing=
for package in $packages; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) ||
    status=
  # Who asks for Rust found what is there too old: apt brings it up to date.
  [ "$status" = installed ] && [ "$1" != rust ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "setup: these packages are missing and there is no sudo:$missing" >&2
    echo "setup: run 'apt-get install$missing' as root, then try again" >&2
    exit 1
  }
  as_root=sudo
fi

echo "setup: installing$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086 # words
$as_root env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-remove --no-install-recommends $missing >/dev/null
