// Whose confusion it is: the chosen cell, person by person (or video by video).

import { button, h } from "./dom.js";
import { counted, percent } from "./wording.js";

/** @typedef {{ group: number, clips: number, taken: number, right: number }} Count Of one person. */

export class People {
  /**
   * @param {import("./state.js").State} state
   * @param {import("./state.js").Actions} actions
   */
  constructor(state, actions) {
    this.state = state;
    this.actions = actions;
    this.kind = state.data.facts.group_kind;
    this.says = h("p", { class: "mg-lead", role: "status" });
    this.head = h("tr", {});
    this.body = h("tbody", {});
    const table = h(
      "table",
      { class: "mg-table", "aria-label": `By ${this.kind}` },
      h("thead", {}, this.head),
      this.body,
    );
    this.box = h("div", { class: "mg-panel mg-people" }, h("div", { class: "mg-scroll" }, this.says, table));
  }

  show() {
    if (this.box.hidden) return;
    const { state, kind } = this;
    const { chosen, units } = state;
    const names = chosen?.map((at) => units[at].name);
    const counts = this.#count();
    const isDiagonal = chosen?.[0] === chosen?.[1];
    this.says.textContent = names ? sentence(counts, names, isDiagonal, kind) : "Choose a cell of the matrix.";
    const [from, to] = names ?? [];
    const [taken, meant] = !names || isDiagonal ? ["right", "recognised"] : ["confused", `taken for ${to}`];
    /** @type {[text: string, title: string][]} The names of classes, which may be long, stand in the sentence above. */
    const heads = [
      [kind, ""],
      ["clips", from ? `clips of ${from}` : ""],
      [taken, `of these, ${meant}`],
      ["share", `of these, ${meant}`],
      [`all ${state.view.split} clips right`, `of all ${state.view.split} clips of the ${kind}`],
    ];
    this.head.replaceChildren(
      ...heads.map(([text, title], at) => h("th", { scope: "col", title, class: at ? "mg-number" : "" }, text)),
      h("th", { scope: "col" }, h("span", { class: "mg-unseen" }, "only this one")),
    );
    this.body.replaceChildren(...counts.map((count) => this.#row(count)));
  }

  /** Of every person with clips of the true class, those with most confusions first. */
  #count() {
    const { state } = this;
    const { data, chosen, units, view } = state;
    const [from, to] = chosen?.map((at) => new Set(units[at].classes)) ?? [];
    const group = data.array("group");
    /** @type {Map<number, Count & { all: number }>} */
    const counts = new Map();
    for (const row of state.rowsIn(view.split)) {
      const one = counts.get(group[row]) ?? { group: group[row], clips: 0, taken: 0, right: 0, all: 0 };
      counts.set(group[row], one);
      one.all++;
      one.right += Number(state.isRight(row));
      if (from && !from.has(data.labels[row])) continue;
      one.clips++;
      if (!to || to.has(state.answer(row))) one.taken++;
    }
    return [...counts.values()].sort((a, b) => b.taken - a.taken || b.clips - a.clips || a.group - b.group);
  }

  /** @param {Count & { all: number }} count */
  #row({ group, clips, taken, right, all }) {
    const name = this.state.data.facts.group_names[group];
    const only = button("only", `Look at the clips of ${this.kind} ${name} alone`, () =>
      this.actions.narrow({ groups: [name] }),
    );
    const number = (/** @type {string} */ text) => h("td", { class: "mg-number" }, text);
    return h(
      "tr",
      { "data-group": name },
      h("td", {}, name),
      number(String(clips)),
      number(String(taken)),
      number(clips ? percent(taken / clips) : "–"),
      number(`${right} of ${all}`),
      h("td", {}, only),
    );
  }
}

/**
 * @param {Count[]} counts The most confused first.
 * @param {string[]} names Of the chosen cell.
 * @param {boolean} isDiagonal
 * @param {string} kind
 */
function sentence(counts, [from, to], isDiagonal, kind) {
  const taken = counts.reduce((sum, one) => sum + one.taken, 0);
  const having = counts.filter((one) => one.taken).length;
  const showing = counts.filter((one) => one.clips).length;
  const clips = taken === 1 ? "clip" : "clips";
  const what = isDiagonal ? `right ${clips} of ${from}` : `${clips} of ${from} taken for ${to}`;
  if (!taken) return `There are no ${what}.`;
  return `${taken} ${what}: of ${having} of the ${counted(showing, kind)} with clips of ${from}; ${counts[0].taken} of one ${kind}.`;
}
