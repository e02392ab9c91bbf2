#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 lke2ee contributors
"""Makes the JSON files of this folder from a checkout of C2SP/wycheproof.

Usage: extract-wycheproof.py CHECKOUT. Not run by the tests.
"""
import json
import pathlib
import sys

here = pathlib.Path(__file__).parent
vectors = pathlib.Path(sys.argv[1]) / "testvectors_v1"


def read(name):
    return json.loads((vectors / name).read_text())["testGroups"]


def write(name, rows):
    text = ",\n".join(json.dumps(row) for row in rows)
    (here / name).write_text("[\n" + text + "\n]\n")


FIELDS = {
    "aes-gcm.json": ("key", "iv", "aad", "msg", "ct", "tag"),
    "hkdf-sha256.json": ("ikm", "salt", "info", "size", "okm"),
    "pbkdf2-sha256.json": ("password", "salt", "iterationCount", "dkLen", "dk"),
}


def row(test, fields):
    return {"id": test["tcId"], "valid": test["result"] == "valid", **{f: test[f] for f in fields}}


write("aes-gcm.json", [
    row(test, FIELDS["aes-gcm.json"]) for group in read("aes_gcm_test.json")
    if group["ivSize"] == 96 and group["tagSize"] == 128 and group["keySize"] in (128, 256)
    for test in group["tests"]])
for name, source in (("hkdf-sha256.json", "hkdf_sha256_test.json"),
                     ("pbkdf2-sha256.json", "pbkdf2_hmacsha256_test.json")):
    write(name, [row(test, FIELDS[name]) for group in read(source) for test in group["tests"]])
