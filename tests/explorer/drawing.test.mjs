// The matrix in a small box: its names can be told apart, and no number lies on another.

import assert from "node:assert/strict";
import { test } from "node:test";

import { PAPER } from "../../mglib/explorer/source/colours.js";
import { Drawing, placeInBox } from "../../mglib/explorer/source/drawing.js";
import { shorten } from "../../mglib/explorer/source/dom.js";

const LETTER = 0.5; // width of a letter over its size

/** Draws nothing, and keeps the texts. */
class Pen {
  constructor() {
    this.texts = [];
    for (const name of "fillRect strokeRect beginPath moveTo lineTo stroke save restore translate rotate".split(" "))
      this[name] = () => {};
  }
  get size() {
    return Number(/([\d.]+)px/.exec(this.font)[1]);
  }
  measureText(text) {
    return { width: LETTER * this.size * text.length };
  }
  fillText(text, x, y) {
    this.texts.push({ text, x, y, size: this.size });
  }
}

test("names that begin alike are told apart when they are cut", () => {
  const pen = new Pen();
  pen.font = "10px x";
  const names = ["head", "forehead", "neck", "facial parts"].map((part) => `Touching or scratching ${part}`);
  const cut = names.map((name) => shorten(pen, name, 100));
  assert.equal(new Set(cut).size, names.length);
  assert.deepEqual(
    cut.map((name) => pen.measureText(name).width <= 100 && name.startsWith("Touching")),
    names.map(() => true),
  );
  assert.equal(shorten(pen, "Nodding", 100), "Nodding");
});

test("numbers of clips in low rows are as far apart as the names", () => {
  const units = Array.from({ length: 52 }, (_, at) => ({ name: `gesture ${at}`, group: 0, whole: false }));
  const pen = new Pen();
  const place = placeInBox({ units, collapsed: new Set() }, PAPER, pen, 340, 640);
  const state = { units, totals: units.map(() => 77), view: { order: "label" }, value: () => 0 };
  new Drawing(state, PAPER, pen, place).paint();
  const numbers = pen.texts.filter(({ text }) => text === "77");
  assert.ok(numbers.length > 10);
  for (let at = 1; at < numbers.length; at++)
    assert.ok(numbers[at].y - numbers[at - 1].y >= 0.9 * numbers[at].size, `row ${at}`);
});

test("few classes leave room for their names", () => {
  const units = ["nod", "scratching the back of the other hand"].map((name) => ({ name, group: 0, whole: false }));
  const pen = new Pen();
  const place = placeInBox({ units, collapsed: new Set() }, PAPER, pen, 550, 740);
  new Drawing({ units, totals: [3, 4], view: { order: "label" }, value: () => 0 }, PAPER, pen, place).paint();
  assert.equal(pen.texts.filter(({ text }) => text === units[1].name).length, 2); // of its row and its column
  assert.ok(place.left + 2 * place.cell < place.width && place.top + 2 * place.tall < place.height);
});
