// The panel of the matrix: pointer and keys on the grid, and the key to its colours.

import { clamp } from "./counting.js";
import { h, Hint } from "./dom.js";
import { Grid } from "./grid.js";
import { cellSentence, choiceSentence, colourKeys, sameSentence, unitSentence } from "./wording.js";

/** @typedef {import("./state.js").Cell} Cell */

const LABEL = `Confusion matrix. Arrow keys move from cell to cell, n and p to the next and previous confusion, \
Enter goes to the clips.`;
const MOVES = new Map([
  ["ArrowUp", [-1, 0]],
  ["ArrowDown", [1, 0]],
  ["ArrowLeft", [0, -1]],
  ["ArrowRight", [0, 1]],
]);

export class Matrix {
  /** @type {import("./colours.js").Theme | null} Null until it was painted. */
  #theme = null;
  /** @type {Cell | null} */
  #hovered = null;

  /**
   * @param {import("./state.js").State} state
   * @param {import("./state.js").Actions} actions
   * @param {string} saysId Of the element that says what is chosen.
   */
  constructor(state, actions, saysId) {
    this.state = state;
    this.actions = actions;
    this.box = h("div", {
      ...{ class: "mg-canvas", tabindex: 0, role: "application", "aria-roledescription": "confusion matrix" },
      ...{ "aria-label": LABEL, "aria-describedby": saysId },
      onpointermove: (/** @type {PointerEvent} */ event) => this.#hover(event),
      onpointerleave: () => this.#hover(null),
      onclick: (/** @type {MouseEvent} */ event) => this.#click(event),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
      onfocus: () => this.#paintCrosses(),
      onblur: () => this.#paintCrosses(),
    });
    this.says = h("p", { class: "mg-says", id: saysId, "aria-live": "polite" });
    this.legend = h("div", { class: "mg-legend", "aria-hidden": "true" });
    this.grid = new Grid(state, this.box);
    this.hint = new Hint(this.box);
  }

  /** @param {import("./colours.js").Theme} theme */
  paint(theme) {
    this.#theme = theme;
    this.grid.paint(theme);
    this.highlight();
    this.#explain(theme);
  }

  /** What is chosen, wherever the choice was made. */
  highlight() {
    this.says.textContent = choiceSentence(this.state);
    this.#paintCrosses();
  }

  #paintCrosses() {
    if (this.#theme) this.grid.highlight(this.#theme, this.#hovered, this.box.matches(":focus-within"));
  }

  /** @param {import("./colours.js").Theme} theme */
  #explain({ ramps }) {
    const keys = colourKeys(this.state).map(({ before, ramp, after }) => {
      const stops = ramps[ramp].join(",");
      return h("span", {}, before, h("i", { style: `background:linear-gradient(90deg,${stops})` }), after);
    });
    const same = sameSentence(this.state);
    this.legend.replaceChildren(...(same ? [same] : keys));
  }

  /** @param {PointerEvent | null} event */
  #hover(event) {
    if (!this.#theme) return;
    const spot = event && this.grid.locate(event);
    this.#hovered = spot && spot.cell;
    this.#paintCrosses();
    if (!spot || (!spot.cell && spot.unit < 0)) {
      this.hint.hide();
      return;
    }
    const { width, height } = this.grid.place;
    const side = spot.x > width - 270 ? { right: width - spot.x + 10 } : { left: spot.x + 14 };
    const text = spot.cell ? cellSentence(this.state, ...spot.cell) : unitSentence(this.state, spot.unit);
    this.hint.show(text, { ...side, top: Math.min(spot.y + 16, height - 60) });
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const { cell, unit } = this.grid.locate(event);
    if (cell) this.#choose(cell);
    else if (unit >= 0) this.actions.toggleGroup(this.state.units[unit].group);
  }

  /** @param {Cell} cell */
  #choose(cell) {
    this.actions.choose(cell);
    this.actions.showList();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { units, chosen } = this.state;
    const [i, j] = chosen || [0, 0];
    const last = units.length - 1;
    const move = MOVES.get(event.key);
    if (move) this.#choose([clamp(i + move[0], 0, last), clamp(j + move[1], 0, last)]);
    else if (event.key === "Enter") this.actions.goToList();
    else if (event.key === "e") this.actions.toggleGroup(units[i].group);
    else return;
    event.preventDefault();
  }
}
