// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors
//
// Waiting for a condition, never for a time.
import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 100;

// Asks CONDITION until its answer is true, and returns it. ATTEMPT may say what
// it saw instead by throwing; that stands in the error after WITHIN ms.
export async function until(what, condition, within = 25000) {
  const deadline = Date.now() + within;
  let saw = '';
  do {
    try {
      const answer = await condition();
      if (answer) return answer;
      saw = '';
    } catch (error) {
      saw = `: ${error.message}`;
    }
    await pause(EVERY_MS);
  } while (Date.now() < deadline);
  throw new Error(`${what}: not within ${within / 1000} s${saw}`);
}
