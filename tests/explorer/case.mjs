// The payload and the numbers that Python wrote into the folder MGLIB_EXPLORER_CASE.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Data } from "../../mglib/explorer/source/data.js";

const read = (name) => readFileSync(join(process.env.MGLIB_EXPLORER_CASE, name));

export const facts = JSON.parse(read("payload.json"));
export const expected = JSON.parse(read("expected.json"));

/** The payload, at an odd place of its buffer, as messages come. */
export function readData() {
  const bytes = read("payload.bin");
  const message = new Uint8Array(bytes.length + 3);
  message.set(bytes, 3);
  return new Data(facts, new DataView(message.buffer, 3));
}

export const isNear = (found, value, tolerance) => Math.abs(found - value) <= tolerance;
