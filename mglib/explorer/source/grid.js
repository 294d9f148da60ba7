// The matrix on its canvases: the drawing, the chosen cell above it, and what lies under a pointer.

import { Sheet, spotIn } from "./dom.js";
import { Drawing, placeInBox } from "./drawing.js";

/** @typedef {import("./state.js").Cell} Cell */
/** @typedef {import("./colours.js").Theme} Theme */
/** @typedef {CanvasRenderingContext2D} Context */

export class Grid {
  /** @type {import("./drawing.js").Place} */
  place = { left: 0, top: 0, cell: 0, tall: 0, font: 11, width: 0, height: 0 };

  /**
   * @param {import("./state.js").State} state
   * @param {HTMLElement} box
   */
  constructor(state, box) {
    this.state = state;
    this.box = box;
    this.cells = new Sheet(box);
    this.cross = new Sheet(box); // a sheet of its own: it moves with the pointer
  }

  /** @param {Theme} theme */
  paint(theme) {
    const { clientWidth: width, clientHeight: height } = this.box;
    const context = this.cells.clear(width, height);
    this.place = placeInBox(this.state, theme, context, width, height);
    const { left, top, cell, tall } = this.place;
    this.box.dataset.grid = [left, top, cell, tall].map((x) => x.toFixed(2)).join(" ");
    new Drawing(this.state, theme, context, this.place).paint();
  }

  /**
   * The chosen cell, and the one under the pointer.
   *
   * @param {Theme} theme
   * @param {Cell | null} hovered
   * @param {boolean} isFocused
   */
  highlight(theme, hovered, isFocused) {
    const { chosen } = this.state;
    const context = this.cross.clear(this.place.width, this.place.height);
    if (hovered) this.#paintCross(context, hovered, theme.ink, 1);
    if (chosen) this.#paintCross(context, chosen, theme.accent, isFocused ? 2.5 : 2);
  }

  /**
   * Where a pointer is: in a cell, or at the name of a unit.
   *
   * @param {MouseEvent} event
   */
  locate(event) {
    const { left, top, cell, tall } = this.place;
    const [x, y] = spotIn(this.box, event);
    const [i, j] = [Math.floor((y - top) / tall), Math.floor((x - left) / cell)];
    const u = this.state.units.length;
    const isInside = i >= 0 && j >= 0 && i < u && j < u;
    const named = isInside ? -1 : j < 0 ? i : i < 0 ? j : -1;
    return { x, y, cell: isInside ? /** @type {Cell} */ ([i, j]) : null, unit: named < u ? named : -1 };
  }

  /**
   * @param {Context} context
   * @param {Cell} cell
   * @param {string} colour
   * @param {number} line Width.
   */
  #paintCross(context, [i, j], colour, line) {
    const { left, top, cell, tall } = this.place;
    const u = this.state.units.length;
    context.fillStyle = colour;
    context.globalAlpha = 0.1;
    context.fillRect(0, top + i * tall, left + u * cell, tall);
    context.fillRect(left + j * cell, 0, cell, top + u * tall);
    context.globalAlpha = 1;
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.strokeRect(left + j * cell - 0.5, top + i * tall - 0.5, cell + 1, tall + 1);
  }
}
