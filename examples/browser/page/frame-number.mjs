// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// The number of a test picture, drawn as a row of 16 squares along its top:
// black is 0, white is 1, the most significant bit stands left. A program can
// read it back from a picture that was encoded, scaled and decoded.
// lke2ee-publish --test draws the same row.

export const SQUARES = 16;
const DARK = 70;
const BRIGHT = 185;

// LUMA (square) is the brightness, 0 to 255, at a square's centre. A row that
// is not plainly black and white, as ciphertext would be, is no number: null.
export function readNumber(luma) {
  let number = 0;
  for (let square = 0; square < SQUARES; square++) {
    const y = luma(square);
    if (y > DARK && y < BRIGHT) return null;
    number = number * 2 + (y >= BRIGHT ? 1 : 0);
  }
  return number;
}

export function drawNumber(context, width, number) {
  const side = width / SQUARES;
  for (let square = 0; square < SQUARES; square++) {
    const bit = (number >> (SQUARES - 1 - square)) & 1;
    context.fillStyle = bit ? 'white' : 'black';
    context.fillRect(square * side, 0, side, side);
  }
}
