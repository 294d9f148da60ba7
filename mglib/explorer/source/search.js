// The field in which a clip is found by its id, and a slice is typed: "seconds < 1", "subject: S3".

import { h } from "./dom.js";
import { FAR } from "./filters.js";
import { counted } from "./wording.js";

/** @typedef {import("./filters.js").Filters} Filters */

const MEASURED = /^(seconds|missing|confidence|margin|quality)\s*([<>])=?\s*(-?[\d.]+)$/;
const TITLE = 'Find a clip by its id (/), Enter again for the next; or type a slice: "seconds < 1", "quality < 0.2"';

export class Search {
  #text = "";
  #next = 0;

  /**
   * @param {import("./state.js").State} state
   * @param {import("./state.js").Actions} actions
   */
  constructor(state, actions) {
    this.state = state;
    this.actions = actions;
    const { group_kind: kind } = state.data.facts;
    this.field = h("input", {
      ...{ type: "search", class: "mg-text mg-search", placeholder: "clip id", "aria-label": "Find a clip" },
      title: `${TITLE}, "${kind}: NAME"`,
      onkeydown: (/** @type {KeyboardEvent} */ event) => event.key === "Enter" && this.#go(),
    });
    this.says = h("span", { class: "mg-faint", role: "status" });
  }

  #go() {
    const text = this.field.value.trim();
    const { group_kind: kind, group_names: names } = this.state.data.facts;
    const filters = readFilters(text, kind, names);
    if (!text || filters) this.says.textContent = "";
    if (filters) this.actions.narrow(filters);
    else if (text) this.#find(text.toLowerCase());
  }

  /** @param {string} text */
  #find(text) {
    const { data, inside, view } = this.state;
    const names = data.ids.map((id) => id.toLowerCase());
    const rows = [...names.keys()].filter((row) => names[row].includes(text));
    rows.sort((a, b) => Number(names[b] === text) - Number(names[a] === text) || a - b);
    if (text !== this.#text) [this.#text, this.#next] = [text, 0];
    this.says.textContent = counted(rows.length, "clip");
    if (!rows.length) return;
    const row = rows[this.#next++ % rows.length];
    const split = data.splitOf(row);
    if (inside && !inside[row]) this.actions.slice({});
    if (split !== view.split) {
      view.split = split;
      this.actions.recount();
    }
    this.actions.openClip(row);
  }
}

/**
 * A slice that was typed; null where the text is none.
 *
 * @param {string} text
 * @param {string} kind What clips are grouped by.
 * @param {string[]} names Of the groups.
 * @returns {Filters | null}
 */
export function readFilters(text, kind, names) {
  const [, measure, sign, number] = text.toLowerCase().match(MEASURED) ?? [];
  if (measure) return { [measure]: sign === "<" ? [-FAR, Number(number)] : [Number(number), FAR] };
  const [before, ...after] = text.split(":");
  const wanted = after.join(":").trim().toLowerCase();
  if (!wanted || before.trim().toLowerCase() !== kind) return null;
  const found = names.filter((name) => name.toLowerCase() === wanted || name.toLowerCase() === `${kind} ${wanted}`);
  return found.length ? { groups: found } : null;
}
