// What stands above the panels: which run, stream and split, how many clips are right, how cells are shown.

import { button, h, press, select, tick } from "./dom.js";
import { headline } from "./wording.js";
import { downloadNotes } from "./notes.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").View} View */

/** @type {{ mode: View["mode"], text: string, title: string }[]} */
const MODES = [
  { mode: "share", text: "row %", title: "Cells show shares of the true class" },
  { mode: "count", text: "counts", title: "Cells show counts" },
];
/** @type {[View["order"], string][]} */
const ORDERS = [
  ["group", "by body group"],
  ["similarity", "by similarity"],
  ["support", "by support"],
  ["recall", "by recall"],
  ["label", "by label"],
];
const FOLDS = "Collapse classes to body groups; a click on a name, or e, opens or closes one group";
const THRESHOLD = "Hide cells below this share of the true class";

export class Controls {
  /**
   * @param {State} state
   * @param {import("./state.js").Actions} actions
   */
  constructor(state, actions) {
    this.state = state;
    this.actions = actions;
    this.title = h("div", { class: "mg-title" });
    this.folds = tick("body groups", FOLDS, (isOn) => this.#fold(isOn));
    const download = button("notes ↓", "Download the notes as CSV", () => downloadNotes(state));
    this.choices = h("div", { class: "mg-controls" }, ...this.#sources(), download);
    this.head = h("header", { class: "mg-head" }, this.title, this.choices);
    this.tools = this.#tools();
  }

  show() {
    const { data, collapsed, showsOther } = this.state;
    const { run, other } = data.facts;
    this.folds.box.checked = collapsed.size === data.groupNames.length;
    const name = h("strong", {}, showsOther ? other : run);
    this.title.replaceChildren(name, h("span", { class: "mg-faint" }, headline(this.state)));
    this.#showSources();
  }

  /** What other panels have chosen. */
  #showSources() {
    const { split, stream, compare } = this.state.view;
    for (const [label, value] of Object.entries({ Split: split, Stream: stream, Runs: compare })) {
      const list = this.choices.querySelector(`select[aria-label="${label}"]`);
      if (list instanceof HTMLSelectElement) list.value = value;
    }
  }

  /**
   * @template {keyof View} Name
   * @param {Name} name
   * @param {View[Name]} value
   */
  #set(name, value) {
    this.state.view[name] = value;
    this.actions.recount();
  }

  /** @param {boolean} isOn */
  #fold(isOn) {
    this.state.collapsed = new Set(isOn ? this.state.data.groupNames.keys() : []);
    this.actions.recount();
  }

  /** Which clips and answers. */
  #sources() {
    const { data, view } = this.state;
    const { run, other, systems, splits } = data.facts;
    /** @type {[string, string][]} */
    const runs = other
      ? [
          ["difference", `${run} − ${other}`],
          ["this", run],
          ["other", other],
        ]
      : [];
    return [
      other &&
        select("Runs", runs, view.compare, (value) => this.#set("compare", /** @type {View["compare"]} */ (value))),
      select("Stream", Object.entries(systems), view.stream, (value) => this.#set("stream", value)),
      select(
        "Split",
        splits.map((split) => [split, `${split} clips`]),
        view.split,
        (value) => this.#set("split", value),
      ),
    ];
  }

  /** How the matrix is shown. */
  #tools() {
    const { view } = this.state;
    return h(
      "div",
      { class: "mg-tools" },
      h("span", { class: "mg-switch", role: "group", "aria-label": "Cells show" }, ...this.#modeButtons()),
      select("Order of classes", ORDERS, view.order, (value) =>
        this.#set("order", /** @type {View["order"]} */ (value)),
      ),
      tick("hide diagonal", "Leave right answers blank", (isOn) => this.#set("hide", isOn)).label,
      tick("log", "Logarithmic colour", (isOn) => this.#set("log", isOn)).label,
      this.folds.label,
      this.#threshold(),
    );
  }

  #modeButtons() {
    const buttons = MODES.map(({ mode, text, title }) => {
      const choose = () => {
        buttons.forEach((one, at) => press(one, MODES[at].mode === mode));
        this.#set("mode", mode);
      };
      return button(text, title, choose, { "aria-pressed": String(this.state.view.mode === mode) });
    });
    return buttons;
  }

  #threshold() {
    const level = h("span", { class: "mg-level" }, "≥ 0 %");
    const range = h("input", {
      ...{ type: "range", min: 0, max: 50, value: 0, title: THRESHOLD, "aria-label": `${THRESHOLD}, percent` },
      oninput: () => {
        level.textContent = `≥ ${range.value} %`;
        this.#set("threshold", Number(range.value) / 100);
      },
    });
    return h("span", { class: "mg-tick" }, range, level);
  }
}
