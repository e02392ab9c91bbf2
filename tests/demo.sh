#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Runs examples/demo.sh for each codec and for a file, and looks at what it
# leaves. Usage: tests/demo.sh BUILD
set -u

cd "$(dirname "$0")/.."
export LKE2EE_BUILD="$1"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
passed=0
failed=0

check() {
  name=$1
  shift
  if "$@" >"$folder/log" 2>&1; then
    echo "ok - $name"
    passed=$((passed + 1))
  else
    echo "not ok - $name"
    cat "$folder/log"
    failed=$((failed + 1))
  fi
}

# The demo's own exit status says whether the table is right; it is read here
# once more, so that a table of nothing does not pass.
table_is_right() {
  cat "$folder/table"
  awk -v frames="$1" '
    $1 == "right" && $3 == "video" {
      right = $4 == frames && $5 == frames && $6 == frames && $7 == 0
    }
    $1 == "wrong" && $3 == "video" {
      wrong = $4 == frames && $5 == 0 && $7 == frames
    }
    $1 == "no" && $3 == "video" { no = $5 == frames && $6 == 0 }
    END { exit !(right && wrong && no) }' "$folder/table"
}

run_demo() {
  examples/demo.sh "$@" --output "$folder/out" >"$folder/table" 2>&1 ||
    { cat "$folder/table"; return 1; }
}

# Counts the pictures that a player would show.
plays() {
  n=$(gst-launch-1.0 -v filesrc location="$folder/out/received.mkv" ! \
    decodebin ! video/x-raw ! \
    fakesink silent=false 2>/dev/null | grep -c 'chain')
  echo "$n pictures, not $1"
  [ "$n" -eq "$1" ]
}

# Three pictures of 480x270 side by side.
is_wide_png() {
  gst-discoverer-1.0 "$folder/out/receivers.png" | tee "$folder/png" |
    grep -q 'Width: 1440' && grep -q 'Height: 270' "$folder/png"
}

for codec in vp8 vp9 h264 h265; do
  rm -rf "$folder/out"
  check "$codec runs" run_demo --codec "$codec"
  check "$codec table" table_is_right 300
  check "$codec file plays" plays 300
  check "$codec picture" is_wide_png
done

# A file with audio and video in other codecs than those of the stream, and a
# blank in its name.
gst-launch-1.0 -q matroskamux name=m ! filesink location="$folder/a file.mkv" \
  videotestsrc num-buffers=60 ! theoraenc ! m. \
  audiotestsrc num-buffers=100 ! vorbisenc ! m.
rm -rf "$folder/out"
check "a file" run_demo --codec h264 "$folder/a file.mkv"
check "a file's table" table_is_right 60
check "a file's recording plays" plays 60

refuses() {
  want=$1
  shift
  if run_demo "$@"; then
    echo "it was taken"
    return 1
  fi
  cat "$folder/table"
  grep -q "$want" "$folder/table"
}
check "no such file" refuses nothing-there nothing-there
check "not a media file" refuses COPYING COPYING
check "no such codec" refuses "vp8, vp9, h264 and h265" --codec av1

# A real room. The columns are sent, recorded, dropped, injected.
room_table_is_right() {
  cat "$folder/table"
  awk '
    $1 == "video" { video = $2 >= 300 && $3 >= 300 && $3 <= $2 }
    $1 == "audio" { audio = $3 > 0 && $3 <= $2 }
    /the browser decoded [1-9]/ { browser = 1 }
    END { exit !(video && audio && browser) }' "$folder/table"
}

room_plays() {
  mv "$folder/out/camera-1.mkv" "$folder/out/received.mkv"
  plays "$(awk '$1 == "video" { print $3 }' "$folder/table")"
}

rm -rf "$folder/out"
check "a room" run_demo --room
check "a room's table" room_table_is_right
check "a room's recording plays" room_plays

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
