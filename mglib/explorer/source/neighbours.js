// The training clips that lie nearest to the chosen one: of any class, of its own, of its rival's.

import { COSINE, keep } from "./data.js";
import { button, h } from "./dom.js";

/** @typedef {{ near: ArrayLike<number>, alike: ArrayLike<number> }} Found Of one clip, [3, 8]. */

const NUMBER = 8; // of each kind, as in neighbours.py
const KINDS = ["any class", "own class", "rival class"];

export class Neighbours {
  /** @type {Map<string, Found | null>} By system and row; null while they are on their way. */
  #found = new Map();
  #why = "";
  #shown = "";
  /** Whether the first of them shall take the keyboard, once they are there. */
  isWanted = false;

  /**
   * @param {import("./state.js").State} state
   * @param {import("./state.js").Actions} actions
   * @param {(message: object) => void} ask
   */
  constructor(state, actions, ask) {
    this.state = state;
    this.actions = actions;
    this.ask = ask;
    this.says = h("p", { class: "mg-lead", role: "status" });
    this.lists = h("div", { class: "mg-near" });
    this.box = h(
      "section",
      { class: "mg-panel mg-neighbours" },
      h("div", { class: "mg-scroll" }, this.says, this.lists),
    );
  }

  /** Of the chosen clip; asks for them where they are not at hand. */
  show() {
    const { state } = this;
    const row = state.clip;
    const name = `${this.#system} ${row}`;
    if (this.box.hidden || name === this.#shown) return;
    this.lists.replaceChildren();
    const found = row < 0 ? null : this.#find(row);
    this.#shown = found ? name : "";
    if (found) this.#showFound(row, found);
    else this.says.textContent = row < 0 ? "" : this.#why || "…";
  }

  /**
   * @param {{ row: number, system: string, error?: string }} answer
   * @param {DataView<ArrayBuffer>[]} buffers
   */
  receive({ row, system, error }, [near, alike]) {
    if (error) {
      this.#why = error;
      this.#found.delete(`${system} ${row}`);
      this.says.textContent = error;
      return;
    }
    const copy = near.buffer.slice(near.byteOffset, near.byteOffset + near.byteLength); // now aligned
    this.#found.set(`${system} ${row}`, {
      near: new Int32Array(copy),
      alike: new Int8Array(alike.buffer, alike.byteOffset, alike.byteLength),
    });
    if (row === this.state.clip) this.show();
  }

  /** A system without features of its own (an ensemble) borrows the first one's. */
  get #system() {
    const { data, view } = this.state;
    return data.facts.maps[view.stream] ? view.stream : (Object.keys(data.facts.maps)[0] ?? "");
  }

  /** @param {number} row */
  #find(row) {
    const { data } = this.state;
    const system = this.#system;
    if (!system) this.#why = "This run has no features, so it has no neighbours.";
    const [near, alike] = [data.find(`${system}/near`), data.find(`${system}/alike`)];
    const size = KINDS.length * NUMBER;
    if (near && alike) {
      const part = [size * row, size * (row + 1)];
      return { near: near.subarray(...part), alike: alike.subarray(...part) };
    }
    return keep(this.#found, `${system} ${row}`, () => {
      if (system) this.ask({ kind: "neighbours", system, row });
      return null;
    });
  }

  /**
   * @param {number} row
   * @param {Found} found
   */
  #showFound(row, found) {
    const { data } = this.state;
    const lists = KINDS.map((kind, at) => {
      const places = [...Array(NUMBER).keys()].map((place) => at * NUMBER + place).filter((p) => found.near[p] >= 0);
      return { kind, rows: places.map((p) => found.near[p]), alike: places.map((p) => found.alike[p] / COSINE) };
    });
    const any = lists[0].rows;
    const other = any.filter((near) => data.labels[near] !== data.labels[row]).length;
    this.says.textContent = any.length
      ? `${other} of the ${any.length} nearest training clips carry another label than ${data.labelName(row)}.`
      : "There are no other training clips.";
    this.box.dataset.other = String(other);
    this.box.dataset.of = data.ids[row];
    this.lists.replaceChildren(...lists.map((list) => this.#list(row, list)));
    if (this.isWanted) this.lists.querySelector("button")?.focus();
    this.isWanted = false;
  }

  /**
   * @param {number} row
   * @param {{ kind: string, rows: number[], alike: number[] }} list
   */
  #list(row, { kind, rows, alike }) {
    const { data } = this.state;
    const cards = rows.map((near, at) => this.#card(row, near, alike[at], () => this.#hold(rows, kind, at)));
    const name = kind === "any class" || !rows.length ? kind : `${kind}: ${data.labelName(rows[0])}`;
    return h("div", { class: "mg-kind" }, h("h4", {}, name), h("ol", { "aria-label": `Nearest, ${kind}` }, ...cards));
  }

  /**
   * @param {number} row
   * @param {number} near
   * @param {number} alike
   * @param {() => void} hold
   */
  #card(row, near, alike, hold) {
    const { data } = this.state;
    const isOther = data.labels[near] !== data.labels[row];
    const title = `Play ${data.ids[near]} beside the chosen clip`;
    const text = h(
      "span",
      { class: "mg-card" },
      h("b", { class: isOther ? "mg-wrong" : "mg-right" }, data.labelName(near)),
      h("span", { class: "mg-faint" }, `${alike.toFixed(2)} · ${data.owner(near)} · ${data.ids[near]}`),
    );
    const one = button("", title, hold, { class: "mg-nearest", "data-row": near, "aria-label": null });
    one.append(text);
    return h("li", {}, one);
  }

  /**
   * @param {number[]} rows
   * @param {string} kind
   * @param {number} at
   */
  #hold(rows, kind, at) {
    this.actions.holdAgainstThese(rows, `nearest training clip, ${kind}`, at);
  }
}
