// Slices hold the clips that Python chooses, and their intervals are Python's.

import assert from "node:assert/strict";
import { test } from "node:test";

import { clipsThatPass, filterSentence } from "../../mglib/explorer/source/filters.js";
import { partAndRest, tQuantile } from "../../mglib/explorer/source/intervals.js";
import { readFilters } from "../../mglib/explorer/source/search.js";
import { State } from "../../mglib/explorer/source/state.js";
import { expected, isNear, readData } from "./case.mjs";

const open = () => new State(readData(), { split: "train", stream: "fused", compare: "this", order: "label" });

test("filters choose the clips that Python chooses, and every count follows", () => {
  assert.ok(expected.parts.length > 6);
  const state = open();
  for (const { filters, rows } of expected.parts) {
    state.filters = filters;
    state.recount();
    const inside = [...state.inside.keys()].filter((row) => state.inside[row]);
    assert.deepEqual(inside, rows, JSON.stringify(filters));
    const total = state.totals.reduce((a, b) => a + b, 0);
    assert.equal(total, rows.filter((row) => state.data.splitOf(row) === "train").length);
    assert.ok(filterSentence(filters, "subject").length > 3);
  }
  state.filters = {};
  state.recount();
  assert.equal(state.inside, null);
  assert.equal(clipsThatPass(state, { groups: [], id: "" }), null);
});

test("a slice is held against the rest as in Python", () => {
  const state = open();
  state.recount();
  const group = state.data.array("group");
  let intervals = 0;
  for (const { filters, rows, ...ends } of expected.parts) {
    const inside = new Set(rows);
    const found = partAndRest(
      state.data.rowsOf("train"),
      (row) => state.isRight(row),
      (row) => group[row],
      (row) => inside.has(row),
    );
    for (const name of ["part", "rest", "difference"]) {
      const { value, low, high } = found[name];
      [value, low, high].forEach((end, at) => {
        const python = ends[name][at];
        if (python === null) assert.ok(Number.isNaN(end), `${JSON.stringify(filters)} ${name}`);
        else assert.ok(isNear(end, python, 1e-9), `${JSON.stringify(filters)} ${name}: ${end}, ${python}`);
        intervals += Number(python !== null && at > 0);
      });
    }
  }
  assert.ok(intervals > 20);
  assert.ok(isNear(tQuantile(1), 12.706204736174694, 1e-9)); // of the table in every book
});

test("a slice can be typed", () => {
  const read = (text) => readFilters(text, "subject", ["subject 003", "s4"]);
  assert.deepEqual(read("seconds < 1"), { seconds: [-1e9, 1] });
  assert.deepEqual(read("Quality>=0.25"), { quality: [0.25, 1e9] });
  assert.deepEqual(read("subject: 003"), { groups: ["subject 003"] });
  assert.deepEqual(read("subject: S4"), { groups: ["s4"] });
  for (const text of ["clip 00012", "subject: 9", "seconds", ""]) assert.equal(read(text), null);
});
