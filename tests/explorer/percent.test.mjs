// Shares in percent, as in Python.

import assert from "node:assert/strict";
import { test } from "node:test";

import { percent } from "../../mglib/explorer/source/wording.js";

test("none and all are said of none and all alone", () => {
  const said = [0, 1 / 300, 0.426, 299 / 300, 1, 0.1 * 3 + 0.7].map((share) => percent(share));
  assert.deepEqual(said, ["0 %", "1 %", "43 %", "99 %", "100 %", "100 %"]);
  assert.deepEqual([percent(1 / 4563, 1), percent(4562 / 4563, 1), percent(1, 1)], ["0.1 %", "99.9 %", "100.0 %"]);
});
