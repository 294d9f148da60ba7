// The keys that the explorer knows: a line of the most used, and all of them on demand.

import { button, h, press } from "./dom.js";

/** @type {[keys: string, what: string][]} */
const KEYS = [
  ["n p", "next, previous confusion"],
  ["↑ ↓ ← →", "in the matrix: another cell; in lists: another row"],
  ["Enter", "from the matrix or the pairs to the clips"],
  [", .", "previous, next clip to hold against"],
  ["Space", "play, pause"],
  ["e", "in the matrix: fold or open the body group of the row"],
  ["Tab", "to the next panel; ← → between tabs, and on the borders of panels to widen them"],
  ["b w s", "neighbours of the clip; whose confusion it is; slices"],
  ["r", "review the labels of training clips, the most doubtful first"],
  ["1 – 9", "in the review: give the clip this label"],
  ["a x u", "in the review: the label is right, leave the clip out, take the decision back"],
  ["[ ]", "in the review: previous, next clip"],
  ["/", "find a clip by its id, or type a slice: seconds < 1"],
  ["?", "this list"],
];
const USUAL = "n p confusion · ↑ ↓ clip · , . held against · Space play · ? all keys";

export class Shortcuts {
  constructor() {
    const pairs = KEYS.flatMap(([keys, what]) => [
      h("dt", {}, ...keys.split(" ").flatMap((key) => [h("kbd", {}, key), " "])),
      h("dd", {}, what),
    ]);
    this.box = h("dl", { class: "mg-keys", "aria-label": "Keys", hidden: true }, ...pairs);
    this.button = button("keys", "Show the keys that the explorer knows (?)", () => this.toggle(), {
      "aria-pressed": "false",
    });
    this.line = h("p", { class: "mg-usual" }, USUAL);
  }

  toggle() {
    this.box.hidden = !this.box.hidden;
    press(this.button, !this.box.hidden);
  }
}
