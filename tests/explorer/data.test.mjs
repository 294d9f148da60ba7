// The payload as the browser reads it is the run as Python reads it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { COSINE, NONE, SEEN, SHARE } from "../../mglib/explorer/source/data.js";
import { expected, facts, isNear, readData } from "./case.mjs";

test("every clip is the one that Python has", () => {
  const data = readData();
  const { top, p } = data.decisions("fused", false);
  assert.equal(expected.clips.length, facts.clips);
  expected.clips.forEach((clip, row) => {
    const found = [data.ids[row], data.splitOf(row), data.groupName(row), data.labels[row], top[3 * row]];
    assert.deepEqual(found, [clip.id, clip.split, clip.group, clip.label, clip.answer]);
    assert.equal(data.seconds(row), clip.seconds);
    assert.ok(isNear(p[3 * row] / SHARE, clip.confidence, 0.5 / SHARE + 1e-6), clip.id);
  });
});

test("training clips alone have a history, epoch by epoch", () => {
  const data = readData();
  expected.clips.forEach((clip, row) => {
    const history = data.history("fused", row);
    const taken = history && Array.from(history, (answer) => (answer === NONE ? -1 : answer));
    assert.deepEqual(taken, clip.history, clip.id);
  });
  assert.ok(
    expected.clips.some(({ history }) => history?.includes(-1)),
    "some epoch missed some clip",
  );
  assert.equal(data.history("ensemble", 0), null);
});

test("the probability of a training clip's label is known for every epoch", () => {
  const data = readData();
  expected.clips.forEach(({ curve, id }, row) => {
    const found = data.curve("fused", row);
    assert.equal(found === null, curve === null, id);
    curve?.forEach((p, epoch) =>
      assert.ok(p === null ? found[epoch] === NONE : isNear(found[epoch] / SEEN, p, 0.5 / SEEN + 1e-6), id),
    );
  });
});

test("similarities to prototypes are those of the features", () => {
  const data = readData();
  expected.clips.forEach((clip, row) => {
    const near = data.nearPrototypes("pose", row);
    assert.equal(near.rival, clip.rival, clip.id);
    assert.ok(isNear(near.own, clip.own, 0.5 / COSINE + 1e-6), clip.id);
  });
  assert.equal(data.nearPrototypes("ensemble", 0), null);
});

test("what the payload lacks is null, and an owner is named once", () => {
  const data = readData();
  assert.equal(data.find("points"), null);
  assert.equal(data.owner(0), expected.clips[0].group); // "subject 000" says already what it is
  data.facts = { ...facts, group_kind: "video" };
  assert.equal(data.owner(0), `video ${expected.clips[0].group}`);
});
