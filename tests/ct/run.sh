#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Runs each operation of ct.c under valgrind. Those called leak-... give a secret
# away on purpose, and valgrind has to see it.
#
# Usage: run.sh PROGRAM
set -u
program=$1
here=$(dirname "$0")
passed=0
failed=0
for operation in $("$program" --list); do
  timeout 120 valgrind -q --error-exitcode=9 --num-callers=12 \
    --suppressions="$here/ct.supp" "$program" "$operation" 2>&1
  status=$?
  case $operation in
    leak-*) expected=9 ;;
    *) expected=0 ;;
  esac
  if [ $status -eq $expected ]; then
    echo "ok - $operation"
    passed=$((passed + 1))
  else
    echo "not ok - $operation (status $status, expected $expected)"
    failed=$((failed + 1))
  fi
done
# No operation at all is no success.
[ $((passed + failed)) -gt 0 ] || failed=1
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
