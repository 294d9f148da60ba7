// The lasso.

import assert from "node:assert/strict";
import { test } from "node:test";

import { isInside } from "../../mglib/explorer/source/plot.js";

test("a spot is inside a line that goes around it", () => {
  const line = [
    [0, 0],
    [10, 0],
    [10, 10],
    [5, 5],
    [0, 10],
  ]; // a notch from below
  assert.deepEqual(
    [
      [2, 2],
      [5, 8],
      [9, 8],
      [11, 5],
    ].map(([x, y]) => isInside(x, y, line)),
    [true, false, true, false],
  );
});
