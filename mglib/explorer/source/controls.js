// What stands above the panels: which run, stream and split, how many clips are right, how cells are shown.

import { groupColour } from "./colours.js";
import { button, h, press, select, tick } from "./dom.js";
import { headline } from "./wording.js";

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
  ["support", "by clips"],
  ["recall", "by recall"],
  ["label", "by label"],
];
const FOLDS = "Collapse classes to body groups; a click on a name, or e, opens or closes one group";
const EPOCHS = "Training clips as they were taken in an epoch; the end: as the finished network answers";
const THRESHOLD = "Hide cells below this share of the true class";

export class Controls {
  /** What brings a control to what the settings say. @type {(() => void)[]} */
  #follow = [];

  /**
   * @param {State} state
   * @param {import("./state.js").Actions} actions
   */
  constructor(state, actions) {
    this.state = state;
    this.actions = actions;
    this.title = h("div", { class: "mg-title" });
    this.folds = tick("body groups", FOLDS, (isOn) => this.#fold(isOn));
    this.choices = h("div", { class: "mg-controls" }, ...this.#sources());
    this.head = h("div", { class: "mg-head" }, this.title, this.choices);
    this.tools = this.#tools();
    this.groups = h("div", { class: "mg-groups", role: "group", "aria-label": "Fold to one row" });
  }

  show() {
    const { data, collapsed, showsOther } = this.state;
    const { run, other } = data.facts;
    this.folds.box.checked = collapsed.size === data.groupNames.length;
    const name = h("strong", {}, showsOther ? other : run);
    this.title.replaceChildren(name, h("span", { class: "mg-faint" }, headline(this.state)));
    this.#follow.forEach((follow) => follow());
    this.#showGroups();
  }

  /** A button a body group, in its colour: folded to one row, or open. */
  #showGroups() {
    const { data, collapsed } = this.state;
    const { groupNames } = data;
    if (this.groups.childElementCount !== groupNames.length)
      this.groups.replaceChildren(...groupNames.map((name, group) => this.#groupButton(name, group)));
    [...this.groups.children].forEach((one, group) => {
      press(one, collapsed.has(group));
      /** @type {HTMLElement} */ (one.firstElementChild).textContent = collapsed.has(group) ? "▸" : "▾";
    });
    this.groups.hidden = groupNames.length < 2;
  }

  /**
   * @param {string} name
   * @param {number} group
   */
  #groupButton(name, group) {
    const title = `Fold the classes of ${name} to one row, or open them; so does a click on a name in the matrix`;
    const attributes = { class: "mg-group", type: "button", title, onclick: () => this.actions.toggleGroup(group) };
    const mark = h("i", { "aria-hidden": "true", style: `border-color:${groupColour(group)}` });
    return h("button", attributes, mark, name);
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

  /**
   * @template {"compare" | "stream" | "split" | "order"} Name
   * @param {Name} name
   * @param {string} label
   * @param {[string, string][]} options
   */
  #select(name, label, options) {
    const { view } = this.state;
    const list = select(label, options, view[name], (value) => this.#set(name, /** @type {View[Name]} */ (value)));
    this.#follow.push(() => (list.value = view[name]));
    return list;
  }

  /**
   * @param {"hide" | "log"} name
   * @param {string} text
   * @param {string} title
   */
  #tick(name, text, title) {
    const { label, box } = tick(text, title, (isOn) => this.#set(name, isOn));
    this.#follow.push(() => (box.checked = this.state.view[name]));
    return label;
  }

  /** Which clips and answers. */
  #sources() {
    const { run, other, systems, splits } = this.state.data.facts;
    return [
      other &&
        this.#select("compare", "Runs", [
          ["difference", `${run} − ${other}`],
          ["this", run],
          ["other", other],
        ]),
      this.#select("stream", "Stream", Object.entries(systems)),
      this.#select(
        "split",
        "Split",
        splits.map((split) => [split, `${split} clips`]),
      ),
    ];
  }

  /** How the matrix is shown. */
  #tools() {
    return h(
      "div",
      { class: "mg-tools" },
      h("span", { class: "mg-switch", role: "group", "aria-label": "Cells show" }, ...this.#modeButtons()),
      this.#select("order", "Order of classes", ORDERS),
      this.#tick("hide", "hide diagonal", "Leave right answers blank"),
      this.#tick("log", "log", "Logarithmic colour"),
      this.folds.label,
      this.#threshold(),
      this.#epochs(),
    );
  }

  #modeButtons() {
    const { view } = this.state;
    const buttons = MODES.map(({ mode, text, title }) => button(text, title, () => this.#set("mode", mode)));
    this.#follow.push(() => buttons.forEach((one, at) => press(one, MODES[at].mode === view.mode)));
    return buttons;
  }

  #threshold() {
    const { view } = this.state;
    const level = h("span", { class: "mg-level" });
    const range = h("input", {
      ...{ type: "range", min: 0, max: 50, value: 0, title: THRESHOLD, "aria-label": `${THRESHOLD}, percent` },
      oninput: () => this.#set("threshold", Number(range.value) / 100),
    });
    this.#follow.push(() => {
      range.value = String(Math.round(100 * view.threshold));
      level.textContent = `≥ ${range.value} %`;
    });
    return h("span", { class: "mg-tick" }, range, level);
  }

  /** Back through the epochs, for training clips; its end is the finished network. */
  #epochs() {
    const { state } = this;
    const level = h("span", { class: "mg-level" });
    const range = h("input", {
      ...{ type: "range", class: "mg-epochs", min: 1, title: EPOCHS, "aria-label": EPOCHS },
      oninput: () => this.actions.goToEpoch(Number(range.value) > state.epochs ? 0 : Number(range.value)),
    });
    const box = h("span", { class: "mg-tick" }, "epoch", range, level);
    this.#follow.push(() => {
      const { epochs, epoch } = state;
      box.hidden = !epochs;
      range.max = String(epochs + 1);
      range.value = String(epoch || epochs + 1);
      level.textContent = epoch ? `${epoch} of ${epochs}` : "finished";
      range.setAttribute("aria-valuetext", level.textContent);
    });
    return box;
  }
}
