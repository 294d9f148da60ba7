// What raters decided is what Python reads and counts; the order of review and the classes offered.

import assert from "node:assert/strict";
import { test } from "node:test";

import { decisionsTable, likelyClasses, queueOf, sideBySide } from "../../mglib/explorer/source/ratings.js";
import { State } from "../../mglib/explorer/source/state.js";
import { expected, facts, isNear, readData } from "./case.mjs";

test("two raters agree as far as scikit-learn says", () => {
  const [clips, alike, kappa] = expected.raters.agreement;
  const found = sideBySide(expected.raters.decisions, "ann", "bob");
  assert.equal(found.clips, clips);
  assert.ok(isNear(found.alike, alike, 1e-12) && isNear(found.kappa, kappa, 1e-12));
  assert.notEqual(found.rows[0].one, found.rows[0].other); // those seen differently come first
  assert.equal(sideBySide(expected.raters.decisions, "ann", "eve").clips, 0);
});

test("the file has every decision, in Python's columns", () => {
  const [head, ...lines] = decisionsTable(expected.raters.decisions).trim().split("\n");
  assert.equal(head, Object.keys(expected.raters.table[0]).join(","));
  const quoted = (row) => Object.values(row).map((value) => `"${value.replaceAll('"', '""')}"`);
  assert.deepEqual(lines.toSorted(), expected.raters.table.map((row) => quoted(row).join(",")).toSorted());
});

test("clips are reviewed in the order of doubt, and only those that are looked at", () => {
  const state = new State(readData(), { split: "train", stream: "fused", compare: "this" });
  state.recount();
  const queue = queueOf(state);
  const lead = (row) => state.shown.p[3 * row] - state.shown.p[3 * row + 1];
  assert.equal(queue.length, state.data.rowsOf("train").length);
  queue.slice(1).forEach((row, at) => assert.ok(lead(queue[at]) <= lead(row)));
  state.data.put("queue", Uint32Array.from(queue.toReversed()));
  state.filters = { labels: [facts.names[2]] };
  state.recount();
  const narrowed = queueOf(state);
  assert.ok(narrowed.length > 3 && narrowed.every((row) => state.data.labels[row] === 2));
  assert.deepEqual(
    narrowed,
    queue.toReversed().filter((row) => state.data.labels[row] === 2),
  );
});

test("blind, no class says what the machine answers", () => {
  const data = readData();
  const state = new State(data, { split: "train", stream: "fused", compare: "this" });
  state.recount();
  for (const row of data.rowsOf("train")) {
    const [blind, open] = [true, false].map((isBlind) => likelyClasses(state, row, isBlind));
    assert.equal(blind[0], data.labels[row]);
    assert.ok(blind.every((label) => data.groupOf[label] === data.groupOf[data.labels[row]]));
    assert.equal(open[0], state.answer(row));
    assert.ok(open.includes(data.labels[row]) && new Set(open).size === open.length);
  }
});
