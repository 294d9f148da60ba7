// Beside the screen: the chosen segment with what can be said of it, and the list of all.

import { button, h, press, select } from "../dom.js";
import { clock } from "./footage.js";

/** @typedef {import("./review.js").Item} Item */

const ROW = 24; // pixels
const MARKS = { "": "·", accepted: "✓", corrected: "✎", rejected: "✕", added: "+" };
/** @type {[string, string][]} */
const ORDERS = [
  ["time", "in order of time"],
  ["score", "least sure first"],
];

/**
 * @typedef {object} Actions
 * @property {(id: string) => void} choose
 * @property {(verdict: string) => void} judge
 * @property {(label: number) => void} rename
 * @property {(border: "start" | "stop") => void} move
 * @property {() => void} add
 * @property {() => void} undo
 * @property {() => void} reorder
 */

export class Desk {
  /**
   * @param {import("./review.js").Review} review
   * @param {Actions} actions
   */
  constructor(review, actions) {
    this.review = review;
    this.actions = actions;
    this.title = h("strong", {}, "–");
    this.about = h("div", { class: "mg-faint mg-line" });
    const names = review.footage.facts.names.map(
      (name, label) => /** @type {[string, string]} */ ([String(label), name]),
    );
    this.classes = select("Class (c)", names, "0", (value) => actions.rename(Number(value)));
    this.verdicts = {
      accepted: button("✓ accept", "Accept the segment (a)", () => actions.judge("accepted")),
      rejected: button("✕ reject", "Reject the segment (r)", () => actions.judge("rejected")),
    };
    this.tools = h(
      "div",
      { class: "mg-tools" },
      ...Object.values(this.verdicts),
      button("starts here", "The segment starts at this moment ([)", () => actions.move("start")),
      button("stops here", "The segment stops at this moment (])", () => actions.move("stop")),
      button("↶", "Take back what was said of it (u)", () => actions.undo()),
      button("+ new", "A segment that nobody found starts here (n)", () => actions.add()),
    );
    const reorder = (/** @type {string} */ value) => {
      review.order = value === "score" ? "score" : "time";
      actions.reorder();
    };
    const scroll = { class: "mg-scroll", role: "listbox", "aria-label": "Segments", tabindex: 0, onscroll: this.list };
    this.inner = h("div", { class: "mg-items" });
    this.scroll = h("div", scroll, this.inner);
    const order = select("Order", ORDERS, review.order, reorder);
    this.head = h("div", { class: "mg-clip-head" }, this.title, this.about);
    this.box = h("div", { class: "mg-desk" }, this.head, this.classes, this.tools, order, this.scroll);
  }

  show() {
    const { review } = this;
    const { item } = review;
    const names = review.footage.names;
    this.title.textContent = item ? names[item.label] : "no segment chosen";
    const said = item?.verdict ? ` · ${item.verdict}` : "";
    const score = item?.score ? ` · score ${item.score.toFixed(2)}` : "";
    this.about.textContent = item ? `${clock(item.start, 2)} to ${clock(item.stop, 2)}${score}${said}` : "";
    if (item) this.classes.value = String(item.label);
    this.classes.disabled = !item;
    for (const [verdict, each] of Object.entries(this.verdicts)) press(each, item?.verdict === verdict);
    this.list();
    const at = review.items.findIndex(({ id }) => id === review.chosen);
    if (at < 0) return;
    const [top, tall] = [at * ROW, this.scroll.clientHeight];
    if (top < this.scroll.scrollTop || top + ROW > this.scroll.scrollTop + tall) this.scroll.scrollTop = top - tall / 2;
  }

  /** The rows in sight. */
  list = () => {
    const { items, chosen } = this.review;
    this.inner.style.height = `${items.length * ROW}px`;
    const first = Math.max(Math.floor(this.scroll.scrollTop / ROW) - 2, 0);
    const last = first + Math.ceil((this.scroll.clientHeight || 200) / ROW) + 4;
    this.inner.replaceChildren(
      ...items.slice(first, last).map((item, i) => this.#row(item, first + i, item.id === chosen)),
    );
  };

  /**
   * @param {Item} item
   * @param {number} at
   * @param {boolean} isChosen
   */
  #row(item, at, isChosen) {
    const mark = MARKS[/** @type {keyof typeof MARKS} */ (item.verdict)];
    const attributes = {
      class: `mg-segment${isChosen ? " mg-chosen" : ""} mg-${item.verdict || "open"}`,
      role: "option",
      "aria-selected": String(isChosen),
      style: `top: ${at * ROW}px`,
      onclick: () => this.actions.choose(item.id),
    };
    const score = item.score ? item.score.toFixed(2) : "";
    const name = h("span", { class: "mg-line" }, this.review.footage.names[item.label]);
    return h("div", attributes, h("i", {}, mark), h("span", {}, clock(item.start)), name, h("em", {}, score));
  }
}
