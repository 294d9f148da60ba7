// The panel of the feature map: its kinds, the lasso, the hint, and the key to its colours.

import { button, h, Hint, spotIn } from "./dom.js";
import { chosenUnits, Plot } from "./plot.js";
import { rounded, takenFor } from "./wording.js";

/** @typedef {import("./colours.js").Theme} Theme */
/** @typedef {import("./dom.js").Spot} Spot */

const LABEL = "Feature map. Drag a line around clips to list them; arrow keys step through the listed clips.";
const TRUST = "1: neighbours on the map are neighbours among the features; 15 neighbours, at most 800 clips";
const STILL = 6; // pixels within which a pressed pointer points and draws no line
const STEPS = new Map([
  ["ArrowRight", "ArrowDown"],
  ["ArrowLeft", "ArrowUp"],
]);

export class FeatureMap {
  #kind = "pca";
  /** @type {Theme | null} Null until it was painted. */
  #theme = null;
  /** @type {Spot[] | null} The line that is drawn at the moment. */
  #line = null;

  /**
   * @param {import("./state.js").State} state
   * @param {import("./state.js").Actions} actions
   */
  constructor(state, actions) {
    this.state = state;
    this.actions = actions;
    this.box = h("div", {
      ...{ class: "mg-canvas mg-map", tabindex: 0, role: "application", "aria-roledescription": "feature map" },
      ...{ "aria-label": LABEL, onpointerleave: () => this.hint.hide(), onpointerup: () => this.#release() },
      onpointerdown: (/** @type {PointerEvent} */ event) => this.#press(event),
      onpointermove: (/** @type {PointerEvent} */ event) => this.#move(event),
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (actions.stepInList(STEPS.get(event.key) ?? event.key)) event.preventDefault();
      },
    });
    this.plot = new Plot(state, this.box);
    this.hint = new Hint(this.box);
    this.empty = h("p", { class: "mg-empty" });
    this.box.append(this.empty);
    this.legend = h("footer", { class: "mg-key", "aria-hidden": "true" });
    this.kindButtons = h("span", {});
    this.trust = h("span", { class: "mg-faint", title: TRUST });
  }

  /** @param {Theme} theme */
  paint(theme) {
    this.#theme = theme;
    const kinds = this.#kinds();
    if (!kinds.includes(this.#kind)) this.#kind = "pca";
    this.empty.textContent = kinds.length ? "" : "This run has no features, so there is no map.";
    this.plot.paint(kinds.length ? `${this.#system}/${this.#kind}` : null, theme);
    this.#showKinds(kinds, theme);
    this.highlight();
  }

  /** What is chosen, wherever the choice was made. */
  highlight() {
    if (!this.#theme || !this.plot.plan) return;
    this.plot.highlight(this.#theme, this.#line ?? []);
    this.#explain(this.#theme);
  }

  /** Whose map: a system without features of its own (an ensemble) borrows the first one's. */
  get #system() {
    const { data, view } = this.state;
    return data.facts.maps[view.stream] ? view.stream : Object.keys(data.facts.maps)[0];
  }

  #kinds() {
    return Object.keys(this.state.data.facts.maps[this.#system] || {});
  }

  /**
   * @param {string[]} kinds
   * @param {Theme} theme
   */
  #showKinds(kinds, theme) {
    const buttons = kinds.map((kind) => {
      const name = kind.toUpperCase();
      const show = () => {
        this.#kind = kind;
        this.paint(theme);
      };
      return button(name, `Show ${name}`, show, { "aria-pressed": String(kind === this.#kind) });
    });
    this.kindButtons.replaceChildren(...(kinds.length > 1 ? buttons : []));
    const trust = this.state.data.facts.maps[this.#system]?.[this.#kind];
    this.trust.textContent = trust == null ? "" : `${this.#kind.toUpperCase()}, trustworthiness ${trust.toFixed(2)}`;
  }

  /** @param {Theme} theme */
  #explain(theme) {
    const [from, to] = chosenUnits(this.state, theme);
    const ofCell = [from && legendKey(theme.blue, "true, right", from[0].name)];
    if (to)
      ofCell.push(
        legendKey(theme.green, "answered, right", to[0].name),
        legendKey(theme.red, "confused", "the cell's clips"),
      );
    const ofAll = [
      legendKey(theme.faint, "right"),
      legendKey(theme.red, "confused"),
      legendKey(theme.accent, "chosen"),
    ];
    this.legend.replaceChildren(...(from ? ofCell : ofAll), h("span", {}, "★ prototypes"));
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (!this.plot.plan) return;
    this.#line = [spotIn(this.box, event)];
    this.box.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const { state, plot } = this;
    if (!plot.plan) return;
    const spot = spotIn(this.box, event);
    if (this.#line) {
      this.#line.push(spot);
      this.highlight();
      return;
    }
    const row = plot.nearest(spot);
    if (row < 0) {
      this.hint.hide();
      return;
    }
    const { width, height } = plot.plan;
    const [x, y] = spot;
    const side = x < 150 ? { left: x + 12 } : { right: width - x + 10 };
    const text = `${state.data.ids[row]}: ${takenFor(state, row)} (${rounded(state.confidence(row))})`;
    this.hint.show(text, { ...side, top: Math.min(y + 12, height - 44) });
  }

  #release() {
    const line = this.#line ?? [];
    this.#line = null;
    if (!this.plot.plan || !line.length) return;
    const [[x, y]] = line;
    const reach = Math.max(...line.map((spot) => Math.hypot(spot[0] - x, spot[1] - y)));
    if (reach >= STILL) {
      this.actions.chooseMany(this.plot.within(line));
      return;
    }
    const row = this.plot.nearest(line[0]);
    if (row >= 0) this.actions.openClip(row);
  }
}

/**
 * @param {string} colour
 * @param {string} text
 * @param {string} [title]
 */
const legendKey = (colour, text, title) => h("span", { title }, h("i", { style: `background:${colour}` }), text);
