// The list of clips; only those in sight are elements of the page.

import { clamp } from "./counting.js";
import { h } from "./dom.js";
import { fate, rounded, takenFor } from "./wording.js";

const ITEM = 36; // pixels; as in explorer.css
const MARGIN = 3; // items above and below what is in sight

export class Clips {
  /**
   * @param {import("./state.js").State} state
   * @param {import("./state.js").Actions} actions
   * @param {string} id Of the explorer; the items' ids begin with it.
   */
  constructor(state, actions, id) {
    this.state = state;
    this.actions = actions;
    this.id = id;
    this.items = h("div", { class: "mg-items" });
    this.box = h(
      "div",
      {
        ...{ class: "mg-scroll mg-list", tabindex: 0, role: "listbox", "aria-label": "Clips" },
        onscroll: () => this.show(),
        onclick: (/** @type {MouseEvent} */ event) => this.#click(event),
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          if (this.step(event.key)) event.preventDefault();
        },
      },
      this.items,
    );
  }

  show() {
    const { rows, clip } = this.state;
    const first = Math.max(0, Math.floor(this.box.scrollTop / ITEM) - MARGIN);
    const last = first + Math.ceil((this.box.clientHeight || 400) / ITEM) + 2 * MARGIN;
    this.items.style.height = `${rows.length * ITEM}px`;
    this.items.replaceChildren(...rows.slice(first, last).map((row, at) => this.#item(row, first + at)));
    if (!rows.length) this.items.append(h("p", { class: "mg-empty" }, "No clips here."));
    this.box.setAttribute("aria-activedescendant", this.#itemId(clip));
  }

  /** Brings the chosen clip into view. */
  reveal() {
    const at = this.state.rows.indexOf(this.state.clip);
    const { scrollTop, clientHeight } = this.box;
    if (at * ITEM < scrollTop) this.box.scrollTop = at * ITEM;
    else if ((at + 1) * ITEM > scrollTop + clientHeight) this.box.scrollTop = (at + 1) * ITEM - clientHeight;
  }

  /**
   * Chooses another clip as a key says; false where it says nothing.
   *
   * @param {string} key
   */
  step(key) {
    const { rows, clip } = this.state;
    const [at, last] = [rows.indexOf(clip), rows.length - 1];
    const next = new Map([
      ["ArrowDown", at + 1],
      ["ArrowUp", at - 1],
      ["Home", 0],
      ["End", last],
      ["PageDown", at + 10],
      ["PageUp", at - 10],
    ]).get(key);
    if (next === undefined || last < 0) return false;
    this.actions.chooseClip(rows[clamp(next, 0, last)]);
    return true;
  }

  /** @param {number} row */
  #itemId(row) {
    return `${this.id}-clip-${row}`;
  }

  /**
   * @param {number} row
   * @param {number} at Place in the list.
   */
  #item(row, at) {
    const { state } = this;
    const { data } = state;
    const [p, note, source] = [state.confidence(row), state.noteOn(row), state.source.get(row)];
    const about = aboutClip(state, row);
    const isChosen = row === state.clip;
    const attributes = {
      ...{ class: `mg-item${isChosen ? " mg-chosen" : ""}`, role: "option", id: this.#itemId(row), "data-row": row },
      ...{ "aria-selected": String(isChosen), "aria-posinset": at + 1, "aria-setsize": state.rows.length },
      ...{
        style: `top:${at * ITEM}px`,
        title: `${data.ids[row]}: ${takenFor(state, row)}, ${rounded(p, 1)}${state.epoch ? " for its label" : ""}`,
      },
    };
    return h(
      "div",
      attributes,
      h("span", { class: `mg-dot ${state.isRight(row) ? "mg-right" : "mg-wrong"}` }),
      h("span", { class: "mg-id" }, data.ids[row], note && h("em", {}, note.mark || "note")),
      h("span", { class: "mg-share" }, rounded(p)),
      h("span", { class: "mg-about" }, about + (source ? ` · ${source}` : "")),
      h("span", { class: "mg-meter" }, h("span", { style: `width:${100 * p}%` })),
    );
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const item = /** @type {Element} */ (event.target).closest(".mg-item");
    if (item instanceof HTMLElement) this.actions.chooseClip(Number(item.dataset.row));
  }
}

/**
 * What was taken for what, where the list is mixed; whose clip it is, where it is not or where it is sorted by that.
 *
 * @param {import("./state.js").State} state
 * @param {number} row
 */
function aboutClip(state, row) {
  const { data, mixed, view } = state;
  const answer = `${data.labelName(row)} → ${state.answerName(row)}`;
  if (!mixed) return `${data.owner(row)}${fate(state, row)}`;
  return view.sort === "group" ? `${data.owner(row)} · ${answer}` : answer;
}
