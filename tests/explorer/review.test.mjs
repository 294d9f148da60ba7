// What a reader says of the time line's segments.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Review } from "../../mglib/explorer/source/timeline/review.js";

/** A recording of a minute in which the machine found nothing. */
const nothing = {
  facts: { recordings: [{ name: "anna", seconds: 60, ids: [] }] },
  machine: () => ({ first: 0, count: 0 }),
  segments: [],
};

test("two segments that are added at one moment are both kept", () => {
  const review = new Review(nothing, {});
  review.time = 9;
  for (const label of [0, 1]) {
    const [id, said] = review.add(label);
    review.corrections = { ...review.corrections, [id]: said };
  }
  assert.deepEqual(
    review.items.map(({ id, label }) => [id, label]),
    [
      ["anna added 9.000", 0],
      ["anna added 9.000 2", 1],
    ],
  );
});
