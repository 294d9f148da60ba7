// Nothing that the reader says is lost: what is not saved waits, in the browser, until it is.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { csv } from "../../mglib/explorer/source/csv.js";
import { Outbox } from "../../mglib/explorer/source/outbox.js";

/** As much of a browser's storage as is used. */
class Storage {
  values = new Map();
  getItem = (name) => this.values.get(name) ?? null;
  setItem = (name, value) => this.values.set(name, value);
  removeItem = (name) => this.values.delete(name);
}

const note = (id, mark) => ({ kind: "note", id, mark, comment: "" });

beforeEach(() => {
  globalThis.localStorage = new Storage();
});

test("what is answered waits no longer, and the rest is there for the next explorer of the run", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const sent = [];
  const outbox = new Outbox("run", (message) => sent.push(message), assert.fail);
  outbox.post(note("a", "ambiguous"));
  outbox.post(note("b", "mislabelled"));
  outbox.post(note("b", "ambiguous")); // the later word counts
  outbox.confirm({ id: "a" });
  assert.deepEqual(
    sent.map(({ id, mark }) => [id, mark]),
    [
      ["a", "ambiguous"],
      ["b", "mislabelled"],
      ["b", "ambiguous"],
    ],
  );
  const next = new Outbox("run", () => {}, assert.fail);
  assert.deepEqual(
    Object.values(next.left).map(({ id, mark }) => [id, mark]),
    [["b", "ambiguous"]],
  );
  assert.deepEqual(new Outbox("another run", () => {}, assert.fail).left, {});
});

test("a note and a decision on one clip are two things", () => {
  const outbox = new Outbox(
    "run",
    () => {},
    () => {},
  );
  outbox.post(note("a", "ambiguous"));
  outbox.post({ kind: "decision", id: "a", label: 3 });
  outbox.confirm({ of: "decision", id: "a" });
  assert.deepEqual(
    outbox.waiting.map(({ kind }) => kind),
    ["note"],
  );
  outbox.confirm({ id: "a" });
});

test("silence is told once nobody has answered for a while, and a closed channel at once", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let told = 0;
  const silent = new Outbox(
    "run",
    () => {},
    () => told++,
  );
  silent.post(note("a", "ambiguous"));
  assert.equal(told, 0);
  t.mock.timers.tick(5000);
  assert.equal(told, 1);
  const closed = new Outbox(
    "run",
    () => assert.fail("closed"),
    () => told++,
  );
  closed.post(note("b", "ambiguous"));
  assert.equal(told, 2);
  assert.equal(closed.waiting.length, 1);
});

test("where the browser keeps nothing, it is known", () => {
  localStorage.setItem = () => {
    throw new Error("full");
  };
  const outbox = new Outbox(
    "run",
    () => {},
    () => {},
  );
  outbox.post(note("a", "ambiguous"));
  assert.equal(outbox.isKept, false);
  assert.equal(outbox.waiting.length, 1);
  outbox.confirm({ id: "a" });
});

test("a table's cells may hold quotes, commas and lines", () => {
  assert.equal(csv(["a", "b"], [['say "x"', "1,2\n3"]]), 'a,b\n"say ""x""","1,2\n3"\n');
  assert.equal(csv(["a"], [[null]]), 'a\n""\n');
});
