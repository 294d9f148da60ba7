// Back through the epochs: the matrix and the list as the training clips were taken then; and addresses that lead there.

import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf, goTo } from "../../mglib/explorer/source/address.js";
import { State } from "../../mglib/explorer/source/state.js";
import { fate } from "../../mglib/explorer/source/wording.js";
import { expected, facts, readData } from "./case.mjs";

const k = facts.names.length;
const VIEW = { split: "train", stream: "fused", compare: "this", order: "label" };

test("an epoch's matrix counts what each clip was taken for then, without those that it did not see", () => {
  const state = new State(readData(), VIEW);
  const epochs = state.epochs;
  assert.equal(epochs, expected.clips.find(({ history }) => history).history.length);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    state.view.epoch = epoch;
    state.recount();
    const counts = new Array(k * k).fill(0);
    expected.clips.forEach(({ label, history }) => {
      if (history && history[epoch - 1] >= 0) counts[label * k + history[epoch - 1]]++;
    });
    assert.deepEqual([...state.counts], counts);
    state.chooseCell([1, 2]);
    const then = ({ label, history }) => label === 1 && history?.[epoch - 1] === 2;
    const clips = expected.clips.flatMap((clip, row) => (then(clip) ? [row] : []));
    assert.deepEqual(
      state.rows.toSorted((a, b) => a - b),
      clips,
    );
  }
});

test("a clip is FN in so many of the epochs that saw it", () => {
  const state = new State(readData(), VIEW);
  const told = expected.clips.map(({ label, history }) => {
    const seen = history?.filter((then) => then >= 0);
    return seen ? ` · FN in ${seen.filter((then) => then !== label).length}/${seen.length}` : "";
  });
  assert.ok(
    expected.clips.some(({ history }) => history?.includes(-1)),
    "an epoch did not see some clip",
  );
  assert.deepEqual(
    expected.clips.map((_, row) => fate(state, row)),
    told,
  );
});

test("other clips and other runs have no epochs, and the end is the finished network", () => {
  const state = new State(readData(), { ...VIEW, split: "test", epoch: 2 });
  assert.deepEqual([state.epochs, state.epoch], [0, 0]);
  state.view.split = "train";
  assert.equal(state.epoch, 2);
  state.view.compare = "other";
  assert.equal(state.epoch, 0);
  Object.assign(state.view, { compare: "this", epoch: 0 });
  state.recount();
  const cells = expected.cells.find(({ split, system, other }) => split === "train" && system === "fused" && !other);
  assert.deepEqual([...state.counts], cells.counts);
});

test("a clip that is watched stays chosen in an epoch that took it for something else", () => {
  const state = new State(readData(), VIEW);
  state.recount();
  const row = expected.clips.findIndex(
    ({ label, history, answer }) => history?.some((then) => then >= 0 && then !== label) && answer === label,
  );
  const { label } = expected.clips[row];
  state.chooseCell([label, label], row);
  state.view.epoch = expected.clips[row].history.findIndex((then) => then >= 0 && then !== label) + 1;
  state.recount();
  state.fillList(row, true);
  assert.equal(state.clip, row);
  assert.ok(!state.rows.includes(row));
});

test("an address leads back to what is looked at, and says nothing that a run does not have", () => {
  const state = new State(readData(), VIEW);
  Object.assign(state.view, { epoch: 3, order: "recall", log: true, threshold: 0.05, mode: "count" });
  state.collapsed.add(1);
  state.recount();
  state.chooseCell([1, 0]);
  const again = new State(readData(), { split: "test", stream: "rgb", compare: "this" });
  const { cell, clip } = goTo(again, addressOf(state));
  assert.deepEqual(again.view, state.view);
  assert.deepEqual([again.collapsed, cell, clip], [state.collapsed, state.labels, state.clip]);
  const before = { ...again.view };
  goTo(again, "split=nowhere&stream=limbs&order=random&cell=1+99&folded=77&epoch=x");
  assert.deepEqual(again.view, { ...before, hide: false, log: false, threshold: 0, epoch: 0 });
  assert.deepEqual(again.collapsed, new Set());
});
