// The panel of slices: filters that every panel follows, their scores against the rest, and names to keep them by.

import { button, h } from "./dom.js";
import { FAR, filterSentence, isEmpty, measuresOf } from "./filters.js";
import { partAndRest } from "./intervals.js";
import { counted, percent } from "./wording.js";

/** @typedef {import("./filters.js").Filters} Filters */
/** @typedef {import("./filters.js").Measure} Measure */
/** @typedef {import("./intervals.js").Interval} Interval */
/** @typedef {{ filters: Filters, split: string, stream: string, ids: string[] }} Slice */

const MARKS = ["mislabelled", "ambiguous", "bad skeleton", "none"]; // as in notes.py
/** @type {{ name: Measure, text: string, title: string, step: number }[]} */
const MEASURES = [
  { name: "seconds", text: "seconds", title: "Length of the clip", step: 0.1 },
  { name: "missing", text: "missing joints", title: "Share of joints and moments without a key point", step: 0.01 },
  { name: "confidence", text: "confidence", title: "Probability of the answer", step: 0.01 },
  { name: "margin", text: "margin", title: "Similarity to the own prototype less that to the rival's", step: 0.01 },
  { name: "quality", text: "label quality", title: "Held-out probability of the label; training clips", step: 0.01 },
];

export class Slices {
  /**
   * @param {import("./state.js").State} state
   * @param {import("./state.js").Actions} actions
   * @param {(name: string, slice: Slice | null) => void} save
   */
  constructor(state, actions, save) {
    this.state = state;
    this.actions = actions;
    this.save = save;
    /** @type {Record<string, Slice>} */
    this.named = {};
    this.says = h("p", { class: "mg-lead", role: "status" });
    this.fields = h("div", { class: "mg-fields" });
    this.name = h("input", { type: "text", class: "mg-text", placeholder: "name", "aria-label": "Name of the slice" });
    this.kept = h("ul", { class: "mg-kept", "aria-label": "Slices that are kept" });
    const keep = button("keep", "Keep the slice under this name", () => this.#keep());
    const clear = button("clear", "All clips again", () => actions.slice({}));
    const scroll = h("div", { class: "mg-scroll" }, this.says, this.fields, this.kept);
    this.box = h("div", { class: "mg-panel mg-slices" }, scroll, h("footer", {}, this.name, keep, clear));
    this.chip = h("button", {
      ...{ class: "mg-button mg-chip", type: "button", title: "Every panel shows this slice; all clips again" },
      onclick: () => actions.slice({}),
    });
    this.#fill();
  }

  show() {
    const { state } = this;
    const words = filterSentence(state.filters, state.data.facts.group_kind);
    this.chip.hidden = !state.inside;
    this.chip.textContent = `slice: ${words} ×`;
    if (this.box.hidden) return;
    this.says.textContent = state.inside ? this.#scores() : "All clips. Every panel follows what is chosen here.";
    if (!this.fields.contains(document.activeElement)) this.#fill();
    this.#showKept();
  }

  /** Names that were kept, here or by another. @param {Record<string, Slice>} named */
  take(named) {
    this.named = named;
    this.#showKept();
  }

  #scores() {
    const { state } = this;
    const { data, view, inside } = state;
    const group = data.array("group");
    const { part, rest, difference } = partAndRest(
      data.rowsOf(view.split),
      (row) => state.isRight(row),
      (row) => group[row],
      (row) => Boolean(inside?.[row]),
    );
    const n = state.rowsIn(view.split).length;
    const all = data.rowsOf(view.split).length;
    if (!n) return `None of ${counted(all, `${view.split} clip`)} is in this slice.`;
    const held = n < all ? `; the rest ${share(rest)}; difference ${points(difference)}` : "";
    return `${n} of ${counted(all, `${view.split} clip`)}: top-1 ${share(part)}${held}.`;
  }

  /** The fields as the filters are. */
  #fill() {
    const { data } = this.state;
    const measures = measuresOf(this.state);
    this.fields.replaceChildren(
      this.#text(),
      this.#choice("groups", data.facts.group_kind, data.facts.group_names),
      this.#choice("labels", "true class", data.names),
      this.#choice("answers", "answered", data.names),
      this.#choice("body", "body group", data.groupNames),
      this.#choice("marks", "mark", MARKS),
      ...MEASURES.filter(({ name }) => measures.has(name)).map((measure) => this.#range(measure)),
    );
  }

  #text() {
    const field = h("input", {
      ...{ type: "search", class: "mg-text", value: this.state.filters.id ?? "", "aria-label": "Only ids with" },
      onchange: () => this.#set({ id: field.value.trim() }),
    });
    return h("label", {}, h("span", {}, "id with"), field);
  }

  /**
   * @param {"groups" | "labels" | "answers" | "body" | "marks"} name
   * @param {string} text
   * @param {string[]} all
   */
  #choice(name, text, all) {
    const chosen = this.state.filters[name] ?? [];
    const list = h("select", { class: "mg-select", "aria-label": `Only ${text}`, onchange: () => set() });
    const several = chosen.length > 1 ? [h("option", { value: "+", selected: true }, chosen.join(", "))] : [];
    list.append(h("option", { value: "" }, "all"), ...several);
    all.forEach((one, at) =>
      list.append(h("option", { value: at, selected: chosen.length === 1 && one === chosen[0] }, one)),
    );
    const set = () => this.#set({ [name]: list.value === "" ? [] : [all[Number(list.value)]] });
    return h("label", {}, h("span", {}, text), list);
  }

  /** @param {{ name: Measure, text: string, title: string, step: number }} measure */
  #range({ name, text, title, step }) {
    const [low, high] = this.state.filters[name] ?? [];
    const end = (/** @type {string} */ which, /** @type {number | undefined} */ value) =>
      h("input", {
        ...{ type: "number", class: "mg-end", step, placeholder: which, value, "aria-label": `${text}, ${which}` },
        onchange: () => set(),
      });
    const [from, to] = [end("from", low === -FAR ? undefined : low), end("to", high === FAR ? undefined : high)];
    const set = () => {
      const ends = [from.value === "" ? -FAR : Number(from.value), to.value === "" ? FAR : Number(to.value)];
      this.#set({ [name]: from.value === "" && to.value === "" ? [] : ends });
    };
    return h("label", { title }, h("span", {}, text), from, to);
  }

  /** @param {Filters} filters */
  #set(filters) {
    this.actions.narrow(filters);
  }

  #keep() {
    const { state } = this;
    const name = this.name.value.trim();
    if (!name || isEmpty(state.filters)) {
      this.says.textContent = name ? "Choose clips first: this is all of them." : "Give the slice a name first.";
      return;
    }
    const { split, stream } = state.view;
    const ids = [...state.rowsIn(split)].map((row) => state.data.ids[row]);
    this.save(name, { filters: state.filters, split, stream, ids });
  }

  #showKept() {
    const items = Object.entries(this.named).map(([name, slice]) =>
      h(
        "li",
        {},
        button(name, `Look at the slice ${name}`, () => this.actions.slice(slice.filters, slice)),
        h("span", { class: "mg-faint" }, ` ${counted(slice.ids.length, `${slice.split} clip`)} `),
        button("×", `Forget the slice ${name}`, () => this.save(name, null)),
      ),
    );
    this.kept.replaceChildren(...items);
  }
}

/** @param {Interval} interval */
const share = ({ value, low, high }) => {
  if (Number.isNaN(value)) return "–";
  const range = Number.isNaN(low) ? "no interval" : `${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}`;
  return `${percent(value, 1)} [${range}]`;
};

/** @param {Interval} interval */
const points = ({ value, low, high }) => {
  const number = (/** @type {number} */ x) => `${x > 0 ? "+" : ""}${(100 * x).toFixed(1)}`.replace("-", "−");
  const range = Number.isNaN(low) ? "no interval: too few people" : `${number(low)}, ${number(high)}`;
  return `${number(value)} points [${range}]`;
};
