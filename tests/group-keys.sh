#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Who can open which frames, by each protocol: the example's table is the one
# below. Bob is removed with the third key, dave joins with the 18th. Inside
# `meson devenv`. Usage: tests/group-keys.sh PROGRAM
set -u

program=$1
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
passed=0
failed=0

result() {
  if [ "$2" -eq 0 ]; then
    echo "ok - $1"
    passed=$((passed + 1))
  else
    echo "not ok - $1"
    failed=$((failed + 1))
  fi
}

# "check PROTOCOL": the table is the one of standard input, and the program
# agrees.
check() {
  cat >"$work/wanted"
  status=0
  timeout 120 "$program" --protocol "$1" --frames 5 >"$work/printed" || status=$?
  result "$1: the program ends well" "$status"
  grep -E '^(sender|alice|bob|carol|dave) ' "$work/printed" >"$work/table"
  diff -u "$work/wanted" "$work/table"
  result "$1: everyone opens what is meant for him, and nothing else" $?
}

check mls <<'END'
sender  key                    slot    alice      bob    carol     dave
alice   epoch 1                   1        -   5 of 5   5 of 5   0 of 5
bob     epoch 1                   1   5 of 5        -   5 of 5   0 of 5
carol   epoch 1                   1   5 of 5   5 of 5        -   0 of 5
alice   epoch 2                   2        -   5 of 5   5 of 5   0 of 5
bob     epoch 2                   2   5 of 5        -   5 of 5   0 of 5
carol   epoch 2                   2   5 of 5   5 of 5        -   0 of 5
alice   epoch 3                   3        -   0 of 5   5 of 5   0 of 5
carol   epoch 3                   3   5 of 5   0 of 5        -   0 of 5
alice   epoch 17                  1        -   0 of 5   5 of 5   0 of 5
carol   epoch 17                  1   5 of 5   0 of 5        -   0 of 5
alice   epoch 18                  2        -   0 of 5   5 of 5   5 of 5
carol   epoch 18                  2   5 of 5   0 of 5        -   5 of 5
dave    epoch 18                  2   5 of 5   0 of 5   5 of 5        -
alice   epoch 19                  3        -   0 of 5   5 of 5   5 of 5
carol   epoch 19                  3   5 of 5   0 of 5        -   5 of 5
dave    epoch 19                  3   5 of 5   0 of 5   5 of 5        -
END

check megolm <<'END'
sender  key                    slot    alice      bob    carol     dave
alice   session 1, message 0      1        -   5 of 5   5 of 5   0 of 5
bob     session 1, message 0      1   5 of 5        -   5 of 5   0 of 5
carol   session 1, message 0      1   5 of 5   5 of 5        -   0 of 5
alice   session 2, message 0      2        -   5 of 5   5 of 5   0 of 5
bob     session 2, message 0      2   5 of 5        -   5 of 5   0 of 5
carol   session 2, message 0      2   5 of 5   5 of 5        -   0 of 5
alice   session 3, message 0      3        -   0 of 5   5 of 5   0 of 5
carol   session 3, message 0      3   5 of 5   0 of 5        -   0 of 5
alice   session 17, message 0     1        -   0 of 5   5 of 5   0 of 5
carol   session 17, message 0     1   5 of 5   0 of 5        -   0 of 5
alice   session 17, message 1     2        -   0 of 5   5 of 5   5 of 5
carol   session 17, message 1     2   5 of 5   0 of 5        -   5 of 5
dave    session 1, message 0      1   5 of 5   0 of 5   5 of 5        -
alice   session 18, message 0     3        -   0 of 5   5 of 5   5 of 5
carol   session 18, message 0     3   5 of 5   0 of 5        -   5 of 5
dave    session 2, message 0      2   5 of 5   0 of 5   5 of 5        -
END

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
