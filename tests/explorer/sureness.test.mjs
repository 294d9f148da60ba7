// Intervals that the browser computes over groups are Python's: of body groups, slices, epochs and another run.

import assert from "node:assert/strict";
import { test } from "node:test";

import { RANKS } from "../../mglib/explorer/source/data.js";
import { State } from "../../mglib/explorer/source/state.js";
import { boundsOverGroups } from "../../mglib/explorer/source/sureness.js";
import { headline } from "../../mglib/explorer/source/wording.js";
import { expected, isNear, readData } from "./case.mjs";

/** @param found What the browser has, and what Python has as [low, high, groups, kind], or null. */
function check(found, pythons, name) {
  if (pythons === null) return assert.equal(found, undefined, name);
  const [low, high, groups, kind] = pythons;
  assert.ok(isNear(found.range[0], low, 1e-9) && isNear(found.range[1], high, 1e-9), `${name}: ${found.range}`);
  assert.deepEqual([found.groups, found.kind], [groups, kind], name);
}

/** Every cell off the diagonal of clips sorted by `place`. */
function checkAll({ rows, labels, answerOf, people }, place, size, bounds, name) {
  const find = boundsOverGroups(
    rows,
    (row) => place(labels[row]),
    (row) => place(answerOf(row)),
    (row) => people[row],
    size,
  );
  for (let at = 0; at < size * size; at++) {
    const [i, j] = [Math.floor(at / size), at % size];
    if (i !== j) check(find(i, j), bounds[at], `${name}: ${i}, ${j}`);
  }
}

test("classes and body groups have the intervals that Python finds over people", () => {
  const data = readData();
  const people = data.array("group");
  for (const { split, system, other, bounds, classBounds } of expected.cells) {
    const { top } = data.decisions(system, other);
    const answerOf = (row) => top[RANKS * row];
    const clips = { rows: data.rowsOf(split), labels: data.labels, answerOf, people };
    checkAll(clips, (label) => label, data.k, classBounds, `${split} ${system} ${other}`);
    checkAll(clips, (label) => data.groupOf[label], data.groupNames.length, bounds, `${split} ${system} ${other}`);
  }
});

test("directions are Python's; a class of one person has no interval", () => {
  const { labels, predicted, people, bounds } = expected.lopsided;
  const clips = { rows: labels.map((_, row) => row), labels, answerOf: (row) => predicted[row], people };
  assert.equal(bounds[1][3], "one-sided");
  assert.equal(bounds[6], null);
  checkAll(clips, (label) => label, 3, bounds, "lopsided");
});

test("what is shown asks Python's numbers first and counts where Python was not asked", () => {
  for (const other of [false, true]) {
    const view = { split: "test", stream: "fused", compare: other ? "other" : "this", order: "label" };
    const state = new State(readData(), view);
    state.collapsed = new Set(state.data.groupNames.keys());
    state.recount();
    const cells = expected.cells.find((one) => one.split === "test" && one.system === "fused" && one.other === other);
    const u = state.units.length;
    for (const pair of state.pairs) {
      const at = state.units[pair.i].group * u + state.units[pair.j].group;
      if (cells.bounds[at]) check(pair, cells.bounds[at], `${pair.i}, ${pair.j}`);
      else assert.equal(pair.groups, 0);
    }
    assert.ok(state.pairs.some(({ groups }) => groups > 1));
  }
});

test("training clips and earlier epochs are scored over people too", () => {
  const state = new State(readData(), { split: "train", stream: "fused", compare: "this", order: "label" });
  state.recount();
  const { value, low, high, groups } = expected.headline;
  const said = `top-1 ${(100 * value).toFixed(1)} % [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}] over ${groups} `;
  assert.ok(headline(state).includes(said), headline(state));
});
