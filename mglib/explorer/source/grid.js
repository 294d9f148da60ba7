// The matrix on its canvases: where cells lie, what colour and text they have, how the chosen one stands out.

import { css, groupColour, inkOn, ramp } from "./colours.js";
import { clamp } from "./counting.js";
import { Sheet, shorten, spotIn } from "./dom.js";

/** @typedef {import("./state.js").Cell} Cell */
/** @typedef {import("./colours.js").Theme} Theme */
/** @typedef {CanvasRenderingContext2D} Context */

const WIDEST = 96; // of a cell, pixels
const TALLEST = 1.4; // cell heights a width, and the other way round: room to the bottom makes names legible
const READABLE = 14; // width of a cell, pixels, from which it has a number

export class Grid {
  /** Pixels: where the first cell begins, a cell's width and height, the size of letters. */
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
    const { left, top, cell, tall, width, height } = this.#layOut(theme);
    this.box.dataset.grid = [left, top, cell, tall].map((x) => x.toFixed(2)).join(" ");
    const context = this.cells.clear(width, height);
    const u = this.state.units.length;
    context.textBaseline = "middle";
    for (let i = 0; i < u; i++) for (let j = 0; j < u; j++) this.#paintCell(context, theme, i, j);
    this.#paintLines(context, theme);
    for (let i = 0; i < u; i++) this.#paintName(context, theme, i);
    this.#paintAxes(context, theme);
    if (this.state.view.order === "group") this.#paintGroups(context);
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

  /** @param {Theme} theme */
  #layOut(theme) {
    const { units, collapsed } = this.state;
    const { clientWidth: width, clientHeight: height } = this.box;
    const { context } = this.cells;
    let [font, left, top, cell, tall] = [11, 0, 0, 0, 0];
    for (let round = 0; round < 3; round++) {
      // letters and cells depend on each other
      context.font = `${collapsed.size ? "600 " : ""}${font}px ${theme.font}`;
      const longest = Math.max(...units.map((unit) => context.measureText(unit.name).width));
      left = Math.max(Math.min(longest + 2, 0.27 * width) + 14, 70);
      top = Math.min(longest + 2, 0.24 * height) + 14;
      cell = Math.max(4, Math.min((width - left - 36) / units.length, WIDEST));
      tall = Math.max(4, Math.min((height - top - 4) / units.length, TALLEST * cell));
      cell = Math.min(cell, TALLEST * tall);
      font = clamp(0.92 * Math.min(cell, tall), 7.5, 11.5);
    }
    this.place = { left, top, cell, tall, font, width, height };
    return this.place;
  }

  /**
   * The colour and the text of a cell; null where it is blank.
   *
   * @param {Theme} theme
   * @param {number} i
   * @param {number} j
   */
  #look(theme, i, j) {
    const { state } = this;
    const { view } = state;
    const value = state.value(i, j);
    const size = Math.abs(value);
    const share = view.mode === "share" ? size : size / (state.totals[i] || 1);
    if (!value || (i === j && view.hide) || (view.threshold && share < view.threshold)) return null;
    const kind = state.kindOf(i, j);
    let t = size / (state.largest[kind] || 1);
    if (view.log) t = Math.log1p(99 * t) / Math.log(100);
    const text = view.mode === "count" ? String(size) : size >= 0.095 ? String(Math.round(100 * size)) : "";
    if (kind !== "change") return { colour: ramp(theme.ramps[kind], 0.04 + 0.96 * t), text };
    const sign = value > 0 ? "+" : "−";
    return { colour: ramp(theme.ramps.change, 0.5 + (Math.sign(value) * t) / 2), text: text && sign + text };
  }

  /**
   * @param {Context} context
   * @param {Theme} theme
   * @param {number} i
   * @param {number} j
   */
  #paintCell(context, theme, i, j) {
    const { left, top, cell, tall, font } = this.place;
    const look = this.#look(theme, i, j);
    if (!look) return;
    context.fillStyle = css(look.colour);
    context.fillRect(left + j * cell, top + i * tall, cell, tall);
    if (cell < READABLE || !look.text) return;
    context.fillStyle = inkOn(look.colour);
    context.font = `${Math.min(font - 1, 10.5, (1.55 * cell) / look.text.length)}px ${theme.font}`;
    context.textAlign = "center";
    context.fillText(look.text, left + (j + 0.5) * cell, top + (i + 0.5) * tall + 0.5);
  }

  /**
   * @param {Context} context
   * @param {Theme} theme
   */
  #paintLines(context, theme) {
    const { left, top, cell, tall } = this.place;
    const u = this.state.units.length;
    context.strokeStyle = theme.line;
    context.lineWidth = 0.5;
    context.beginPath();
    for (let at = 0; at <= u; at++) {
      context.moveTo(left, top + at * tall);
      context.lineTo(left + u * cell, top + at * tall);
      context.moveTo(left + at * cell, top);
      context.lineTo(left + at * cell, top + u * tall);
    }
    context.stroke();
  }

  /**
   * A unit's name and body group beside its row and above its column, and its clips at the end of the row.
   *
   * @param {Context} context
   * @param {Theme} theme
   * @param {number} at
   */
  #paintName(context, theme, at) {
    const { left, top, cell, tall, font } = this.place;
    const { units, totals } = this.state;
    const unit = units[at];
    const middle = top + (at + 0.5) * tall;
    context.font = `${unit.whole ? "600 " : ""}${font}px ${theme.font}`;
    context.fillStyle = totals[at] ? theme.ink : theme.faint;
    context.textAlign = "right";
    context.fillText(shorten(context, unit.name, left - 13), left - 9, middle);
    context.save();
    context.translate(left + (at + 0.5) * cell, top - 9);
    context.rotate(-Math.PI / 2);
    context.textAlign = "left";
    context.fillText(shorten(context, unit.name, top - 13), 0, 0);
    context.restore();
    context.fillStyle = groupColour(unit.group);
    context.fillRect(left - 6, top + at * tall + 0.5, 3, tall - 1);
    context.fillRect(left + at * cell + 0.5, top - 6, cell - 1, 3);
    context.fillStyle = theme.faint;
    context.font = `${Math.min(font, 10)}px ${theme.font}`;
    context.textAlign = "left";
    context.fillText(String(totals[at]), left + cell * units.length + 5, middle);
  }

  /**
   * @param {Context} context
   * @param {Theme} theme
   */
  #paintAxes(context, theme) {
    const { left, top, cell } = this.place;
    context.fillStyle = theme.faint;
    context.font = `10px ${theme.font}`;
    context.textAlign = "left";
    context.fillText("n", left + cell * this.state.units.length + 5, top - 8);
    context.textAlign = "right";
    context.fillText("taken for →", left - 9, top - 22);
    context.fillText("true ↓", left - 9, top - 9);
  }

  /**
   * A frame around each body group.
   *
   * @param {Context} context
   */
  #paintGroups(context) {
    const { units } = this.state;
    const { left, top, cell, tall } = this.place;
    for (let first = 0, at = 1; at <= units.length; at++) {
      if (at < units.length && units[at].group === units[first].group) continue;
      context.strokeStyle = groupColour(units[first].group);
      context.lineWidth = 1.2;
      context.strokeRect(left + first * cell, top + first * tall, (at - first) * cell, (at - first) * tall);
      first = at;
    }
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
