#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Load test: N encrypted publishers and one recorder on this machine, N growing
# until frames are lost. Prints a line per N; docs/many-rooms.md explains them.
#
#   tests/bench/room.sh [--codec CODEC] [--size WxH] [--seconds N] [N...]
#
# Not part of the tests' verdict. LKE2EE_BUILD as in examples/browser/start.sh.
set -eu
exec "$(dirname "$0")/../../examples/browser/start.sh" \
  ../../tests/bench/room.mjs "$@"
