// The list of clips, and what a clip is held against.

import assert from "node:assert/strict";
import { test } from "node:test";

import { State } from "../../mglib/explorer/source/state.js";
import { choiceSentence, counted, sameSentence, unitSentence } from "../../mglib/explorer/source/wording.js";
import { expected, facts, readData } from "./case.mjs";

const labels = [...facts.names.keys()];

test("a mistaken clip is held against the surest true positives of what it was taken for", () => {
  assert.ok(expected.rivals.length > 5);
  const state = new State(readData(), { split: "test", stream: "fused", compare: "this", order: "label" });
  state.recount();
  for (const { clip, label, answer, rivals } of expected.rivals) {
    state.chooseCell([label, answer], clip);
    assert.equal(state.clip, clip);
    assert.deepEqual(state.rivals.rows, rivals);
    state.holdAgainst(-1); // they go round
    assert.equal(state.against, rivals.at(-1) ?? -1);
  }
});

test("where two runs are compared, the list has the clips of both and says whose they are", () => {
  const data = readData();
  const state = new State(data, { split: "train", stream: "fused", compare: "difference", order: "label" });
  state.recount();
  const clips = (other) =>
    expected.cells.find((cells) => cells.split === "train" && cells.system === "fused" && cells.other === other).clips;
  for (const i of labels) {
    for (const j of labels) {
      const [mine, theirs] = [clips(false)[`${i} ${j}`] ?? [], clips(true)[`${i} ${j}`] ?? []];
      state.chooseCell([i, j]);
      assert.deepEqual(
        state.rows.toSorted((a, b) => a - b),
        [...new Set([...mine, ...theirs])].sort((a, b) => a - b),
      );
      for (const row of state.rows) {
        const whose = mine.includes(row)
          ? theirs.includes(row)
            ? "both runs"
            : "only this run"
          : "only the other run";
        assert.equal(state.source.get(row), whose);
      }
    }
  }
});

test("an empty difference of two runs says why", () => {
  const data = readData();
  const view = { split: "test", stream: "fused", compare: "difference", order: "label" };
  const different = new State(data, { ...view });
  different.recount();
  assert.equal(sameSentence(different), "");
  const own = data.decisions("fused", false);
  const theirs = { ...own, top: own.top.slice() };
  data.decisions = (_, other) => (other ? theirs : own);
  const said = () => {
    const state = new State(data, { ...view });
    state.recount();
    assert.equal(choiceSentence(state), sameSentence(state));
    return sameSentence(state);
  };
  const rows = [...data.rowsOf("test")];
  assert.equal(said(), `Both runs give ${rows.length} test clips the same answers: nothing differs.`);
  const one = rows.find((row) => theirs.top[3 * row] !== data.labels[row]);
  const other = rows.find(
    (row) => data.labels[row] === data.labels[one] && theirs.top[3 * row] !== theirs.top[3 * one],
  );
  [theirs.top[3 * one], theirs.top[3 * other]] = [own.top[3 * other], own.top[3 * one]];
  assert.equal(said(), "No cell differs, though the runs give 2 test clips different answers.");
});

test("one clip is no clips", () => {
  assert.deepEqual([counted(0, "clip"), counted(1, "clip"), counted(2, "clip")], ["0 clips", "1 clip", "2 clips"]);
  const state = new State(readData(), { split: "test", stream: "fused", compare: "this", order: "label" });
  state.recount();
  state.totals = state.totals.map(() => 1);
  state.counts = state.counts.map((_, at) => Number(at === 0));
  assert.match(unitSentence(state, 0), /: 1 clip, answered once$/);
});
