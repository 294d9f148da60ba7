// The matrix, drawn: where cells lie, what colour and text they have.
// On a canvas, or on whatever draws as one does.

import { css, groupColour, inkOn, ramp } from "./colours.js";
import { clamp } from "./counting.js";
import { shorten } from "./dom.js";

/** @typedef {import("./colours.js").Theme} Theme */
/** @typedef {import("./vector.js").Pen} Pen */

/**
 * Pixels.
 *
 * @typedef {object} Place
 * @property {number} left Where the first cell begins.
 * @property {number} top
 * @property {number} cell A cell's width.
 * @property {number} tall Its height.
 * @property {number} font Of letters.
 * @property {number} width Of all.
 * @property {number} height
 */

const WIDEST = 96; // of a cell, pixels
const TALLEST = 1.4; // cell heights a width, and the other way round: room to the bottom makes names legible
const DIGIT = 0.57; // width of a digit over the size of letters
const SMALLEST = 6.5; // letters of a number in a cell, pixels; smaller ones are left out
const ON_PAPER = 18; // a cell, pixels
const KEY = 26; // height of the key to the colours

/**
 * Where the matrix lies in a box on the screen.
 *
 * @param {import("./state.js").State} state
 * @param {Theme} theme
 * @param {Pen} pen
 * @param {number} width
 * @param {number} height
 * @returns {Place}
 */
export function placeInBox({ units, collapsed }, theme, pen, width, height) {
  let [font, left, top, cell, tall] = [11, 0, 0, 0, 0];
  const most = WIDEST * units.length; // few classes leave room for their names
  for (let round = 0; round < 3; round++) {
    // letters and cells depend on each other
    pen.font = `${collapsed.size ? "600 " : ""}${font}px ${theme.font}`;
    const longest = Math.max(...units.map((unit) => pen.measureText(unit.name).width));
    left = Math.max(Math.min(longest + 2, Math.max(0.22 * width, width - 40 - most)) + 14, 70);
    top = Math.min(longest + 2, Math.max(0.24 * height, height - 18 - TALLEST * most)) + 14;
    cell = Math.max(4, Math.min((width - left - 26) / units.length, WIDEST));
    tall = Math.max(4, Math.min((height - top - 4) / units.length, TALLEST * cell));
    cell = Math.min(cell, TALLEST * tall);
    font = clamp(0.92 * Math.min(cell, tall), 7.5, 11.5);
  }
  return { left, top, cell, tall, font, width, height };
}

/**
 * Where it lies in a figure of its own: square cells, names in full, as large as that takes.
 *
 * @param {import("./state.js").State} state
 * @param {Theme} theme
 * @param {Pen} pen
 * @returns {Place}
 */
export function placeOnPaper({ units }, theme, pen) {
  const font = 11;
  pen.font = `600 ${font}px ${theme.font}`;
  const longest = Math.max(...units.map((unit) => pen.measureText(unit.name).width));
  const [left, top, side] = [Math.max(longest + 20, 84), Math.max(longest + 20, 40), units.length * ON_PAPER];
  const width = left + Math.max(side + 34, 200);
  return { left, top, cell: ON_PAPER, tall: ON_PAPER, font, width, height: top + side + 12 + KEY };
}

export class Drawing {
  /**
   * @param {import("./state.js").State} state
   * @param {Theme} theme
   * @param {Pen} pen
   * @param {Place} place
   */
  constructor(state, theme, pen, place) {
    this.state = state;
    this.theme = theme;
    this.pen = pen;
    this.place = place;
  }

  paint() {
    const { pen, state } = this;
    const u = state.units.length;
    pen.textBaseline = "middle";
    for (let i = 0; i < u; i++) for (let j = 0; j < u; j++) this.#paintCell(i, j);
    this.#paintLines();
    for (let i = 0; i < u; i++) this.#paintName(i);
    this.#paintAxes();
    if (state.view.order === "group") this.#paintGroups();
  }

  /**
   * The key to the colours, below.
   *
   * @param {import("./wording.js").ColourKey[]} keys
   */
  paintKey(keys) {
    const { pen, theme, place } = this;
    const y = place.height - KEY / 2;
    let x = place.left;
    pen.font = `10px ${theme.font}`;
    pen.textAlign = "left";
    for (const { before, ramp: name, after } of keys) {
      pen.fillStyle = theme.ink;
      pen.fillText(before, x, y);
      x += pen.measureText(before).width + 5;
      for (let step = 0; step < 20; step++) {
        pen.fillStyle = css(ramp(theme.ramps[name], step / 19));
        pen.fillRect(x + 3 * step, y - 4, 3.2, 8);
      }
      pen.fillStyle = theme.ink;
      pen.fillText(after, x + 65, y);
      x += 85 + pen.measureText(after).width;
    }
  }

  /**
   * The colour and the text of a cell; null where it is blank.
   *
   * @param {number} i
   * @param {number} j
   */
  #look(i, j) {
    const { state, theme } = this;
    const { view } = state;
    const value = state.value(i, j);
    const size = Math.abs(value);
    const share = view.mode === "share" ? size : size / (state.totals[i] || 1);
    if (!value || (i === j && view.hide) || (view.threshold && share < view.threshold)) return null;
    const kind = state.kindOf(i, j);
    let t = size / (state.largest[kind] || 1);
    if (view.log) t = Math.log1p(99 * t) / Math.log(100);
    const number = view.mode === "count" ? size : Math.min(Math.round(100 * size), size < 1 ? 99 : 100);
    const text = number ? String(number) : "";
    if (kind !== "change") return { colour: ramp(theme.ramps[kind], 0.04 + 0.96 * t), text };
    const colour = ramp(theme.ramps.change, 0.5 + (state.isBetter(i, j) ? -t : t) / 2);
    return { colour, text: text && (value > 0 ? "+" : "−") + text };
  }

  /**
   * @param {number} i
   * @param {number} j
   */
  #paintCell(i, j) {
    const { pen, theme } = this;
    const { left, top, cell, tall, font } = this.place;
    const look = this.#look(i, j);
    if (!look) return;
    pen.fillStyle = css(look.colour);
    pen.fillRect(left + j * cell, top + i * tall, cell, tall);
    const letters = Math.min(Math.max(font - 1, SMALLEST), 10.5, (cell - 1) / (DIGIT * look.text.length));
    if (!look.text || letters < SMALLEST) return;
    pen.fillStyle = inkOn(look.colour);
    pen.font = `${letters}px ${theme.font}`;
    pen.textAlign = "center";
    pen.fillText(look.text, left + (j + 0.5) * cell, top + (i + 0.5) * tall + 0.5);
  }

  #paintLines() {
    const { pen, theme } = this;
    const { left, top, cell, tall } = this.place;
    const u = this.state.units.length;
    pen.strokeStyle = theme.line;
    pen.lineWidth = 0.5;
    pen.beginPath();
    for (let at = 0; at <= u; at++) {
      pen.moveTo(left, top + at * tall);
      pen.lineTo(left + u * cell, top + at * tall);
      pen.moveTo(left + at * cell, top);
      pen.lineTo(left + at * cell, top + u * tall);
    }
    pen.stroke();
  }

  /**
   * A unit's name and body group beside its row and above its column, and its clips at the end of the row.
   *
   * @param {number} at
   */
  #paintName(at) {
    const { pen, theme } = this;
    const { left, top, cell, tall, font } = this.place;
    const { units, totals } = this.state;
    const unit = units[at];
    const middle = top + (at + 0.5) * tall;
    pen.font = `${unit.whole ? "600 " : ""}${font}px ${theme.font}`;
    pen.fillStyle = totals[at] ? theme.ink : theme.faint;
    pen.textAlign = "right";
    const isNamed = at % every(font, tall) === 0;
    if (isNamed) pen.fillText(shorten(pen, unit.name, left - 13), left - 9, middle);
    pen.save();
    pen.translate(left + (at + 0.5) * cell, top - 9);
    pen.rotate(-Math.PI / 2);
    pen.textAlign = "left";
    if (at % every(font, cell) === 0) pen.fillText(shorten(pen, unit.name, top - 13), 0, 0);
    pen.restore();
    pen.fillStyle = groupColour(unit.group);
    pen.fillRect(left - 6, top + at * tall + 0.5, 3, tall - 1);
    pen.fillRect(left + at * cell + 0.5, top - 6, cell - 1, 3);
    pen.fillStyle = theme.faint;
    pen.font = `${Math.min(font, 10)}px ${theme.font}`;
    pen.textAlign = "left";
    if (isNamed) pen.fillText(String(totals[at]), left + cell * units.length + 5, middle);
  }

  #paintAxes() {
    const { pen, theme } = this;
    const { left, top, cell } = this.place;
    pen.fillStyle = theme.faint;
    pen.font = `10px ${theme.font}`;
    pen.textAlign = "left";
    pen.fillText("n", left + cell * this.state.units.length + 5, top - 8);
    pen.textAlign = "right";
    pen.fillText("taken for →", left - 9, top - 22);
    pen.fillText("true ↓", left - 9, top - 9);
  }

  /** A frame around each body group. */
  #paintGroups() {
    const { pen } = this;
    const { units } = this.state;
    const { left, top, cell, tall } = this.place;
    for (let first = 0, at = 1; at <= units.length; at++) {
      if (at < units.length && units[at].group === units[first].group) continue;
      pen.strokeStyle = groupColour(units[first].group);
      pen.lineWidth = 1.2;
      pen.strokeRect(left + first * cell, top + first * tall, (at - first) * cell, (at - first) * tall);
      first = at;
    }
  }
}

/**
 * Where cells are smaller than letters, every so manieth name is written; the pointer tells the others.
 *
 * @param {number} font
 * @param {number} side Of a cell.
 */
const every = (font, side) => Math.max(1, Math.ceil((0.9 * font) / side));
