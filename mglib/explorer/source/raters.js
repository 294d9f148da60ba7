// Two raters side by side: how far they agree, and the clips that they see differently.

import { h, select } from "./dom.js";
import { sideBySide } from "./ratings.js";
import { counted, percent } from "./wording.js";

/** @typedef {import("./ratings.js").Decisions} Decisions */

const SHOWN = 50;

export class Raters {
  #pair = ["", ""];

  /**
   * @param {import("./state.js").State} state
   * @param {(row: number) => void} open
   */
  constructor(state, open) {
    this.state = state;
    this.open = open;
    this.choices = h("span", { class: "mg-walk" });
    this.says = h("p", { class: "mg-lead", role: "status" });
    this.body = h("tbody", {});
    const table = h("table", { class: "mg-table", "aria-label": "Two raters" }, this.body);
    this.box = h(
      "details",
      { class: "mg-raters" },
      h("summary", {}, "two raters side by side"),
      this.choices,
      this.says,
      table,
    );
  }

  /** @param {Decisions} decisions */
  show(decisions) {
    const names = Object.keys(decisions).filter((name) => Object.keys(decisions[name]).length);
    this.box.hidden = names.length < 2;
    if (this.box.hidden) return;
    if (!this.#pair.every((name) => names.includes(name))) this.#pair = names.slice(0, 2);
    const choice = (/** @type {0 | 1} */ at) =>
      select(
        `Rater ${at + 1}`,
        names.map((name) => [name, name]),
        this.#pair[at],
        (name) => {
          this.#pair[at] = name;
          this.show(decisions);
        },
      );
    this.choices.replaceChildren(choice(0), choice(1));
    const [one, other] = this.#pair;
    const { rows, clips, alike, kappa } = sideBySide(decisions, one, other);
    const kappaText = Number.isNaN(kappa) ? "not defined" : kappa.toFixed(2);
    this.says.textContent = clips
      ? `${counted(clips, "clip")} decided by both: ${percent(alike)} alike, Cohen's kappa ${kappaText}.`
      : "No clip was decided by both.";
    this.box.dataset.kappa = kappaText;
    const heads = ["clip", "was", one, other].map((text) => h("th", { scope: "col" }, text));
    this.body.replaceChildren(h("tr", {}, ...heads), ...rows.slice(0, SHOWN).map((row) => this.#row(row)));
  }

  /** @param {{ id: string, was: string, one: string, other: string }} row */
  #row({ id, was, one, other }) {
    const open = () => this.open(this.state.data.ids.indexOf(id));
    const name = h("button", { class: "mg-sort", type: "button", onclick: open }, id);
    const label = (/** @type {string} */ text) =>
      h("td", { class: one === other ? "" : "mg-differs" }, text || "left out");
    return h("tr", {}, h("td", {}, name), h("td", {}, was), label(one), label(other));
  }
}
