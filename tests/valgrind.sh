#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# What hostile frames and injected faults leave behind: no access to what is not
# ours, no memory lost. What GLib keeps for the life of the process is still
# reachable, and no loss.
#
# Usage: valgrind.sh BUILD; in the environment that finds BUILD's plugin.
set -u
tests=$1/tests
here=$(dirname "$0")
export GST_PLUGIN_LOADING_WHITELIST=gstreamer:gst-plugins-base:gst-plugins-good:lke2ee
export CK_FORK=no G_SLICE=always-malloc
passed=0
failed=0
for program in elements/test-mutations elements/test-replay \
  faults/test-faults-elements lib/test-data-cryptor lib/test-nal \
  lib/test-replay lib/test-secret-bytes lib/test-trailer; do
  if timeout 120 valgrind -q --error-exitcode=9 --leak-check=full \
    --show-leak-kinds=definite --errors-for-leak-kinds=definite \
    --num-callers=20 --suppressions="$here/valgrind.supp" \
    "$tests/$program" 2>&1; then
    echo "ok - $program"
    passed=$((passed + 1))
  else
    echo "not ok - $program"
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
