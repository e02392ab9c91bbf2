#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
#
# Installs into a folder and uses what is there, as a packager and an
# application would. Usage: tests/install.sh BUILD FOLDER
set -u

cd "$(dirname "$0")/.."
build=$1
dest=$2
rm -rf "$dest"
passed=0
failed=0

check() {
  name=$1
  shift
  if "$@" >"$dest.log" 2>&1; then
    echo "ok - $name"
    passed=$((passed + 1))
  else
    echo "not ok - $name"
    cat "$dest.log"
    failed=$((failed + 1))
  fi
}

# "find_one PATTERN": the one file that is called so.
find_one() {
  found=$(find "$dest" -path "$1")
  [ -n "$found" ] || { echo "no $1 in:" && find "$dest" -type f; return 1; }
}

check "meson install" meson install -C "$build" --destdir "$dest" --no-rebuild
for file in '*/gstreamer-1.0/libgstlke2ee.so' '*/liblke2ee-1.0.so' \
  '*/include/lke2ee-1.0/lke2ee/lke2ee.h' \
  '*/include/lke2ee-1.0/lke2ee/lke2ee-enum-types.h' \
  '*/pkgconfig/lke2ee-1.0.pc' '*/gir-1.0/Lke2ee-1.0.gir' \
  '*/girepository-1.0/Lke2ee-1.0.typelib'; do
  check "installs $file" find_one "$file"
done

no_private_header() {
  ! find "$dest" -name '*-private.h' | grep .
}
check "no private header" no_private_header

lib=$(dirname "$(find "$dest" -name liblke2ee-1.0.so)")
export LD_LIBRARY_PATH="$lib"
# As it is written for the prefix, only where it lies now.
mkdir -p "$dest.pkgconfig"
sed "s|^prefix=\(.*\)|prefix=$dest\1|" "$lib/pkgconfig/lke2ee-1.0.pc" \
  >"$dest.pkgconfig/lke2ee-1.0.pc"
export PKG_CONFIG_PATH="$dest.pkgconfig"
export GST_PLUGIN_PATH="$lib/gstreamer-1.0"
export GI_TYPELIB_PATH="$lib/girepository-1.0"
export GST_REGISTRY="$dest.registry"

only_our_symbols() {
  ! nm -D --defined-only "$lib/liblke2ee-1.0.so" | awk '{ print $3 }' |
    grep -v '^lke2ee_'
}
check "the library exports only lke2ee_*" only_our_symbols

# An application: pkg-config finds it, it compiles as C and as C++, it runs.
application() {
  cat >"$dest.c" <<'C'
#include <lke2ee/lke2ee.h>
int
main (void)
{
  Lke2eeKeyProvider *provider = lke2ee_key_provider_new (TRUE);
  Lke2eeFrameCryptor *cryptor;
  GBytes *frame = g_bytes_new_static ("x123", 4), *sealed = NULL;

  if (!lke2ee_key_provider_set_passphrase (provider, NULL, "pass", 0, NULL))
    return 1;
  cryptor = lke2ee_frame_cryptor_new (provider, NULL, LKE2EE_CODEC_AUDIO);
  if (lke2ee_frame_cryptor_encrypt_bytes (cryptor, frame, &sealed)
      != LKE2EE_FRAME_OK || g_bytes_get_size (sealed) != 34)
    return 2;
  g_bytes_unref (sealed);
  g_bytes_unref (frame);
  g_object_unref (cryptor);
  g_object_unref (provider);
  return 0;
}
C
  # shellcheck disable=SC2046 # words
  $1 "$dest.c" -o "$dest.out" -Wall -Wextra -Werror \
    $(pkg-config --cflags --libs lke2ee-1.0) &&
    "$dest.out"
}
check "a C program" application "cc -x c"
check "the headers in C++" application "c++ -x c++"

python_program() {
  /usr/bin/python3 - <<'P'
import gi
gi.require_version('Lke2ee', '1.0')
from gi.repository import Lke2ee
provider = Lke2ee.KeyProvider.new(True)
assert provider.set_passphrase(None, 'pass', 3)
assert provider.get_current_index(None) == 3
P
}
check "a Python program" python_program

inspects() {
  for element in lke2eeenc lke2eedec lke2eevp8pay lke2eevp9pay \
    lke2eevp9depay; do
    gst-inspect-1.0 "$element" || return 1
  done
}
check "gst-inspect finds the elements" inspects

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
