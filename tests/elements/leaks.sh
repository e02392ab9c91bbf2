#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Runs PROGRAM under GStreamer's leaks tracer; fails if it fails, or if an
# object of GStreamer is alive at its end.
set -u
log=$(mktemp)
trap 'rm -f "$log"' EXIT
GST_TRACERS=leaks GST_DEBUG='GST_TRACER:7' GST_DEBUG_FILE=$log \
  GST_DEBUG_NO_COLOR=1 "$@"
status=$?
grep -q 'object-alive' "$log" ||
  { echo "leaks.sh: the tracer said nothing" >&2; exit 1; }
if grep 'object-alive, type-name=(string)[^%]' "$log" >&2; then
  echo "leaks.sh: objects are alive at the end" >&2
  exit 1
fi
exit $status
