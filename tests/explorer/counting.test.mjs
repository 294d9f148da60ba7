// Counts, pairs and their intervals are Python's.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  confusedPairs,
  countCells,
  makeUnits,
  orderClasses,
  sortPairs,
  sumUnits,
} from "../../mglib/explorer/source/counting.js";
import { expected, facts, isNear, readData } from "./case.mjs";

const labels = [...facts.names.keys()];

test("cells hold the clips that Python counts, by class and by body group", () => {
  const data = readData();
  const groups = new Set(data.groupNames.keys());
  assert.equal(expected.cells.length, 12);
  for (const { split, system, other, counts, groups: groupCounts, groupLifts, clips } of expected.cells) {
    const cells = countCells(data.rowsOf(split), data.labels, data.decisions(system, other).top, data.k);
    assert.deepEqual([...cells.counts], counts, `${split} ${system} ${other}`);
    for (const i of labels)
      for (const j of labels) assert.deepEqual([...cells.of(i, j)], clips[`${i} ${j}`] ?? [], `cell ${i}, ${j}`);
    const units = makeUnits(data, labels, groups);
    assert.deepEqual(
      units.map(({ name, key }) => [name, key]),
      data.groupNames.map((name, at) => [name, `g${at}`]),
    );
    const sums = sumUnits(cells.counts, units, data.k);
    assert.deepEqual([...sums], groupCounts);
    const pairs = confusedPairs(sums, null, null, units.length, () => undefined);
    assert.ok(pairs.length > 0);
    for (const { i, j, lift } of pairs)
      assert.ok(isNear(lift, groupLifts[i * units.length + j], 1e-6), `body groups ${i}, ${j}: ${lift}`);
  }
});

test("one body group is collapsed where its first class stands", () => {
  const data = readData();
  const units = makeUnits(data, [5, 0, 3, 1, 2, 4], new Set([data.groupOf[0]])); // groups go round: 0 and 3 are one
  assert.deepEqual(
    units.map(({ classes }) => classes),
    [[5], [0, 3], [1], [2], [4]],
  );
});

test("confused pairs have Python's counts, intervals and lifts", () => {
  const data = readData();
  const units = makeUnits(data, labels, new Set());
  for (const [split, pairs] of Object.entries(expected.pairs)) {
    const [mine, theirs] = [false, true].map((other) => {
      const cells = countCells(data.rowsOf(split), data.labels, data.decisions("fused", other).top, data.k);
      return sumUnits(cells.counts, units, data.k);
    });
    const succession = sumUnits(data.array(`succession/${split}`), units, data.k);
    const sure = data.foundIn("fused", split);
    const find = (i, j) => sure.get(i * data.k + j);
    const found = confusedPairs(mine, theirs, succession, data.k, find);
    assert.ok(found.some(({ groups }) => groups > 1));
    assert.equal(found.length, pairs.length);
    found.forEach((pair, at) => checkPair(pair, pairs[at]));
    assert.ok(
      confusedPairs(mine, null, null, data.k, find).every(({ before, follow }) => before === 0 && Number.isNaN(follow)),
    );
  }
});

function checkPair(found, pair) {
  const name = `${pair.i} taken for ${pair.j}`;
  for (const key of ["i", "j", "count", "n", "back", "before", "change", "kind", "groups"])
    assert.equal(found[key], pair[key], `${name}: ${key}`);
  assert.ok(isNear(found.rate, pair.rate, 1e-12) && isNear(found.lift, pair.lift, 1e-6), name);
  assert.ok(
    found.range.every((bound, at) => isNear(bound, pair.range[at], found.groups ? 1e-5 : 1e-6)), // in steps of 1 / SHARE
    `${name}: ${found.range}`,
  );
  if (pair.follow === null) assert.ok(Number.isNaN(found.follow), name);
  else assert.ok(isNear(found.follow, pair.follow, 1e-9), name);
}

test("pairs are sorted by any column, both ways", () => {
  const data = readData();
  const units = makeUnits(data, labels, new Set());
  const pairs = expected.pairs.train.map((pair) => ({ ...pair, follow: pair.follow ?? NaN }));
  sortPairs(pairs, units, "count", true);
  assert.ok(pairs.every(({ count }, at) => !at || pairs[at - 1].count >= count));
  sortPairs(pairs, units, "change", false);
  assert.ok(pairs.every(({ change }, at) => !at || Math.abs(pairs[at - 1].change) <= Math.abs(change)));
  sortPairs(pairs, units, "name", false);
  assert.ok(
    pairs.every(({ i, j }, at) => !at || pairs[at - 1].i < i || (pairs[at - 1].i === i && pairs[at - 1].j < j)),
  );
});

test("classes are ordered by support and by recall, those without clips last", () => {
  const counts = Uint32Array.from([4, 0, 0, 1, 5, 0, 0, 0, 0]); // recall 1, 5 / 6, none
  assert.deepEqual(orderClasses("support", counts, [0, 0, 1]), [1, 0, 2]);
  assert.deepEqual(orderClasses("recall", counts, [0, 0, 1]), [1, 0, 2]);
  assert.deepEqual(orderClasses("group", counts, [1, 0, 1]), [1, 0, 2]);
  assert.deepEqual(orderClasses("label", counts, [1, 0, 1]), [0, 1, 2]);
});
