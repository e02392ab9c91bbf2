#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Installs what is missing, builds, and runs the tests.
#
#   tests/run.sh            every suite
#   tests/run.sh lib demo   only these
#   tests/run.sh --list     their names
#
# Prints the time of each suite and ends with "N passed, N failed".
# LKE2EE_BUILD: folder for the builds (default: build-tests).
set -eu

cd "$(dirname "$0")/.."
top=$PWD
build=${LKE2EE_BUILD:-$top/build-tests}
all="lint build docs lib elements openssl sanitize fuzz races soak rtp interop secrets ct readme examples group-keys room demo install valgrind"

case "${1:-}" in
  --list) echo "$all"; exit 0 ;;
  --help) sed -n '5,/^set -eu/s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
suites=${*:-$all}
for suite in $suites; do
  case " $all " in
    *" $suite "*) ;;
    *) echo "run.sh: no suite '$suite'; there are: $all" >&2; exit 2 ;;
  esac
done

build-aux/setup.sh tests
mkdir -p "$build"
# A registry of its own: no test is to see a plugin of the user's.
export GST_REGISTRY="$build/registry.bin"
export G_DEBUG=fatal-criticals
export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-$build}"

passed=0
failed=0

# "configure FOLDER ARGS...": a build folder with these options.
configure() {
  folder=$1
  shift
  if [ -f "$folder/build.ninja" ]; then
    return
  fi
  meson setup "$folder" "$@" >"$folder.log" 2>&1 || {
    cat "$folder.log"
    return 1
  }
}

compile() {
  ninja -C "$1" >"$1.log" 2>&1 || {
    grep -E 'FAILED|error|warning' "$1.log" | head -n 40
    return 1
  }
}

# The plain build, with warnings as errors.
plain_build() {
  configure "$build/plain" --werror && compile "$build/plain"
}

# "meson_suite FOLDER ARGS...": counts the programs of a Meson suite. A program
# that ends any other way than well is a failure.
meson_suite() {
  folder=$1
  shift
  status=0
  meson test -C "$folder" --no-rebuild --print-errorlogs "$@" \
    >"$folder/suite.log" 2>&1 || status=$?
  ok=$(sed -n 's/^Ok: *\([0-9]*\).*/\1/p' "$folder/suite.log" | tail -n 1)
  # Those that fail stand there twice.
  total=$(grep -oE '^ *[0-9]+/[0-9]+ ' "$folder/suite.log" | sort -u | wc -l)
  if [ "${total:-0}" -eq 0 ]; then
    cat "$folder/suite.log"
    count 0 1
    return
  fi
  [ "$status" -eq 0 ] || cat "$folder/suite.log"
  count "${ok:-0}" $((total - ${ok:-0}))
}

# "closing_line LOG STATUS": counts what a script's closing line says.
closing_line() {
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$1" | tail -n 1)
  if [ -z "$line" ]; then
    tail -n 30 "$1"
    count 0 1
    return
  fi
  p=${line%% *}
  f=${line#*, }
  f=${f%% *}
  [ "$f" -ne 0 ] || [ "$2" -eq 0 ] || f=1
  [ "$f" -eq 0 ] || grep -E '^not ok|rror' "$1" | head -n 40
  count "$p" "$f"
}

count() {
  passed=$((passed + $1))
  failed=$((failed + $2))
  result="$1 passed, $2 failed"
}

run_script() {
  log=$build/$1.log
  shift
  status=0
  "$@" >"$log" 2>&1 || status=$?
  closing_line "$log" "$status"
}

in_devenv() {
  meson devenv -C "$build/plain" -w "$top" "$@"
}

suite_lint() {
  run_script lint python3 tests/lint.py
}

# Warnings are errors with both compilers.
suite_build() {
  plain_build || return 1
  count 1 0
  CC=clang configure "$build/clang" --werror && compile "$build/clang" ||
    return 1
  count 1 0
  result="gcc and clang"
}

# The reference is made and each public symbol is in it.
suite_docs() {
  plain_build && meson_suite "$build/plain" --suite docs
}

suite_lib() {
  plain_build && meson_suite "$build/plain" --suite lib
}

suite_elements() {
  plain_build && meson_suite "$build/plain" --suite elements
}

# The same programs with OpenSSL as cipher: where the CPU has vector AES they
# ran with ipsec-mb.
suite_openssl() {
  plain_build &&
    LKE2EE_AEAD=openssl meson_suite "$build/plain" --suite lib --suite elements
}

# The same programs with both sanitizers. The plugin is not linked against
# their runtime when gst-plugin-scanner or a test loads it, so it is preloaded;
# LeakSanitizer only judges our own programs.
suite_sanitize() {
  configure "$build/sanitize" -Db_sanitize=address,undefined \
    -Db_lundef=false -Dintrospection=disabled -Dexamples=disabled &&
    compile "$build/sanitize" || return 1
  runtime=$(gcc -print-file-name=libasan.so)
  LD_PRELOAD="$runtime" ASAN_OPTIONS=detect_leaks=0 \
    UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
    GST_REGISTRY="$build/registry-asan.bin" \
    meson_suite "$build/sanitize" --suite elements
  first=$result
  ASAN_OPTIONS=detect_leaks=1 \
    UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
    meson_suite "$build/sanitize" --suite lib
  result="elements: $first; lib: $result"
}

# The same programs under ThreadSanitizer, without a suppression: tests/tsan
# tells it what GLib and GStreamer synchronise. It does not see into their own
# memory, nor into GLib's slices; and the plugin only loads into a process that
# is instrumented too.
suite_races() {
  CC=clang configure "$build/races" -Db_sanitize=thread -Db_lundef=false \
    -Dintrospection=disabled -Dexamples=disabled -Ddocs=disabled &&
    compile "$build/races" || return 1
  TSAN_OPTIONS=ignore_noninstrumented_modules=1 G_SLICE=always-malloc \
    GST_REGISTRY_FORK=no GST_REGISTRY="$build/registry-tsan.bin" \
    meson_suite "$build/races" --timeout-multiplier 4
}

suite_valgrind() {
  plain_build || return 1
  LKE2EE_VECTORS="$top/tests/vectors" \
    run_script valgrind in_devenv tests/valgrind.sh "$build/plain"
}

# LKE2EE_FUZZ_RUNS: rounds of each fuzzer.
suite_fuzz() {
  CC=clang configure "$build/fuzz" -Dfuzz=true \
    -Db_sanitize=address,undefined -Db_lundef=false \
    -Dintrospection=disabled -Ddocs=disabled -Dexamples=disabled --werror &&
    compile "$build/fuzz" && plain_build || return 1
  run_script fuzz in_devenv tests/fuzz/run.py "$build/fuzz/tests/fuzz" \
    "$build/fuzz-work"
}

# LKE2EE_SOAK_FRAMES: how many frames.
suite_soak() {
  plain_build || return 1
  run_script soak in_devenv "$build/plain/tests/soak/soak" &&
    grep -E 'sent|^ok' "$build/soak.log"
}

# "peers SCRIPT": runs SCRIPT, which builds LiveKit's parts, with tools that are
# new enough for them.
peers() {
  PATH=$(build-aux/peers.sh "$build/peers") &&
    "$1" "$build/peers" >"$build/peers.log" 2>&1 || {
    tail -n 20 "$build/peers.log"
    return 1
  }
}

suite_rtp() {
  plain_build && peers tests/rtp/setup.sh || return 1
  LKE2EE_READER="$build/peers/reader/reader" \
    run_script rtp in_devenv tests/rtp/run.py
}

suite_interop() {
  plain_build && peers tests/interop/setup.sh || return 1
  run_script interop in_devenv python3 tests/interop/run.py \
    --peers "$build/peers" --frames "$build/plain/tests/interop/frames" \
    --packets "$build/plain/tests/interop/packets"
}

# Two programs in C, LiveKit's server, and its SDK in a browser.
# What needs no server, then rooms of LiveKit's server, with Chromium in them.
suite_room() {
  plain_build || return 1
  meson_suite "$build/plain" --suite room
  first=$result
  peers examples/browser/setup.sh || return 1
  run_script room in_devenv node tests/room/run.mjs "$build/peers" \
    "$build/plain"
  result="$first; in rooms: $result"
}

suite_secrets() {
  plain_build || return 1
  run_script secrets in_devenv tests/secrets/run.py
  first=$result
  run_script memory in_devenv tests/secrets/memory.py \
    "$build/plain/tests/secrets/memory"
  result="in what is said: $first; in memory: $result"
}

suite_ct() {
  plain_build || return 1
  run_script ct tests/ct/run.sh "$build/plain/tests/ct/ct"
}

suite_readme() {
  plain_build || return 1
  LKE2EE_BUILD="$build/plain" run_script readme python3 tests/readme.py
}

suite_examples() {
  plain_build || return 1
  run_script examples in_devenv tests/examples.sh "$build/plain"
}

# A program in Rust; its crates are in its lock file.
suite_group_keys() {
  plain_build || return 1
  folder=$build/group-keys
  (
    PATH=$(build-aux/cargo.sh)
    CARGO_TARGET_DIR=$folder cargo rustc --locked \
      --manifest-path examples/group-keys/Cargo.toml -- -D warnings
  ) >"$folder-build.log" 2>&1 || {
    tail -n 20 "$folder-build.log"
    return 1
  }
  run_script group-keys in_devenv tests/group-keys.sh \
    "$folder/debug/group-keys"
}

suite_demo() {
  plain_build || return 1
  peers examples/browser/setup.sh || return 1
  LKE2EE_PEERS="$build/peers" run_script demo tests/demo.sh "$build/plain"
}

suite_install() {
  plain_build || return 1
  run_script install tests/install.sh "$build/plain" "$build/installed"
}

for suite in $suites; do
  start=$(date +%s)
  result=
  if ! "suite_$(echo "$suite" | tr - _)"; then
    count 0 1
  fi
  printf '%-10s %s (%s s)\n' "$suite" "${result:-}" $(($(date +%s) - start))
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
