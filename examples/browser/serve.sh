#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Starts a LiveKit server on this machine and a page that joins its rooms, and
# prints what to paste and where to look:
#
#   examples/browser/serve.sh [--port N] [--livekit-port N]
set -eu
exec "$(dirname "$0")/start.sh" serve.mjs "$@"
