// The feature map on its canvases: where clips and prototypes lie, and how the chosen ones stand out.

import { groupColour } from "./colours.js";
import { NOWHERE } from "./data.js";
import { Sheet } from "./dom.js";

/** @typedef {import("./colours.js").Theme} Theme */
/** @typedef {import("./dom.js").Spot} Spot */
/** @typedef {import("./data.js").Values} Values */
/** @typedef {CanvasRenderingContext2D} Context */

/**
 * @typedef {object} Plan
 * @property {Uint32Array} rows The clips.
 * @property {Float32Array} spots Their places, pixels.
 * @property {(at: number) => Spot} place Of any clip or, from N on, prototype.
 * @property {(Spot | null)[]} stars Places of the prototypes.
 * @property {number} width
 * @property {number} height
 */

const EDGE = 12; // pixels around all clips
const REACH = 8; // pixels from a clip at which the pointer is on it

export class Plot {
  /** @type {Plan | null} Null where there is no map. */
  plan = null;

  /**
   * @param {import("./state.js").State} state
   * @param {HTMLElement} box
   */
  constructor(state, box) {
    this.state = state;
    this.box = box;
    this.all = new Sheet(box);
    this.chosen = new Sheet(box); // a sheet of its own: all clips stay as they are
  }

  /**
   * All clips of the split, errors on top.
   *
   * @param {string | null} name Of the array of places; null: there is no map.
   * @param {Theme} theme
   */
  paint(name, theme) {
    const { clientWidth: width, clientHeight: height } = this.box;
    const context = this.all.clear(width, height);
    this.chosen.clear(width, height);
    this.plan = name && width ? makePlan(this.state, this.state.data.array(name), width, height) : null;
    if (!this.plan) return;
    for (const isRight of [true, false]) {
      context.fillStyle = isRight ? theme.faint : theme.red;
      context.globalAlpha = isRight ? 0.35 : 0.5;
      this.#paintDots(context, this.plan, isRight);
    }
    context.globalAlpha = 0.9;
    this.plan.stars.forEach((spot, label) => {
      if (spot) paintStar(context, spot, 4.5, groupColour(this.state.data.groupOf[label]), theme.ground);
    });
    context.globalAlpha = 1;
  }

  /**
   * The chosen cell: TP of both classes faint in their colours, the cell's clips large, the chosen clip ringed.
   *
   * @param {Theme} theme
   * @param {Spot[]} line That the pointer draws.
   */
  highlight(theme, line) {
    const { plan, state } = this;
    if (!plan) return;
    const context = this.chosen.clear(plan.width, plan.height);
    const units = chosenUnits(state, theme);
    const cells = state.cells(state.view.split, state.showsOther);
    for (const [unit, colour] of units)
      for (const label of unit.classes) paintDiscs(context, plan, cells.of(label, label), colour, 2.4);
    const isWrong = units.length === 2;
    const listed = state.rows.filter((row) => state.data.splitOf(row) === state.view.split);
    const listColour = state.lassoed ? theme.accent : state.chosen && !isWrong ? theme.blue : theme.red;
    paintDiscs(context, plan, listed, listColour, 3.2);
    for (const [unit, colour] of units.reverse()) {
      for (const label of unit.classes) {
        const spot = plan.stars[label];
        if (spot) paintStar(context, spot, 9, colour, theme.ground);
      }
    }
    paintRing(context, plan, state.against, theme.ink, [2, 2]);
    paintRing(context, plan, state.clip, theme.ink, []);
    if (line.length > 1) paintLine(context, line, theme.accent);
  }

  /**
   * The clip at a spot, or -1.
   *
   * @param {Spot} spot
   */
  nearest([x, y]) {
    if (!this.plan) return -1;
    const { rows, spots } = this.plan;
    let [best, found] = [REACH ** 2, -1];
    for (let at = 0; at < rows.length; at++) {
      const distance = (spots[2 * at] - x) ** 2 + (spots[2 * at + 1] - y) ** 2;
      if (distance < best) [best, found] = [distance, rows[at]];
    }
    return found;
  }

  /**
   * The clips inside a line.
   *
   * @param {Spot[]} line
   */
  within(line) {
    if (!this.plan) return [];
    const { rows, spots } = this.plan;
    return Array.from(rows).filter((_, at) => isInside(spots[2 * at], spots[2 * at + 1], line));
  }

  /**
   * @param {Context} context
   * @param {Plan} plan
   * @param {boolean} isRight Which clips.
   */
  #paintDots(context, { rows, spots }, isRight) {
    const size = rows.length > 5000 ? 1.6 : rows.length > 1200 ? 2.2 : 2.8;
    rows.forEach((row, at) => {
      if (this.state.isRight(row) === isRight)
        context.fillRect(spots[2 * at] - size / 2, spots[2 * at + 1] - size / 2, size, size);
    });
  }
}

/**
 * The units of the chosen cell and their colours: one on the diagonal, none where no cell is chosen.
 *
 * @param {import("./state.js").State} state
 * @param {Theme} theme
 * @returns {[import("./counting.js").Unit, string][]}
 */
export function chosenUnits({ chosen, units }, theme) {
  if (!chosen) return [];
  const [from, to] = chosen.map((at) => units[at]);
  if (from === to) return [[from, theme.blue]];
  return [
    [from, theme.blue],
    [to, theme.green],
  ];
}

/**
 * @param {import("./state.js").State} state
 * @param {Values} steps Places [N + K, 2] of clips and prototypes.
 * @param {number} width
 * @param {number} height
 * @returns {Plan}
 */
function makePlan(state, steps, width, height) {
  const { data } = state;
  const { left, right, top, bottom } = boundsOf(steps);
  const x = (width - 2 * EDGE) / Math.max(right - left, 1);
  const y = (height - 2 * EDGE) / Math.max(bottom - top, 1);
  /** @type {(at: number) => Spot} */
  const place = (at) => [EDGE + (steps[2 * at] - left) * x, height - EDGE - (steps[2 * at + 1] - top) * y];
  const rows = state.rowsIn(state.view.split);
  const spots = new Float32Array(2 * rows.length);
  rows.forEach((row, at) => spots.set(place(row), 2 * at));
  const prototypes = data.names.map((_, label) => data.facts.clips + label);
  const stars = prototypes.map((at) => (steps[2 * at] === NOWHERE ? null : place(at)));
  return { rows, spots, place, stars, width, height };
}

/** @param {Values} steps */
function boundsOf(steps) {
  let [left, right, top, bottom] = [NOWHERE, 0, NOWHERE, 0];
  for (let at = 0; at < steps.length; at += 2) {
    if (steps[at] === NOWHERE) continue;
    left = Math.min(left, steps[at]);
    right = Math.max(right, steps[at]);
    top = Math.min(top, steps[at + 1]);
    bottom = Math.max(bottom, steps[at + 1]);
  }
  return { left, right, top, bottom };
}

/**
 * Whether a spot lies inside a closed line: a ray from it crosses the line an odd number of times.
 *
 * @param {number} x
 * @param {number} y
 * @param {Spot[]} line
 */
export function isInside(x, y, line) {
  let inside = false;
  for (let a = 0, b = line.length - 1; a < line.length; b = a++) {
    const [[ax, ay], [bx, by]] = [line[a], line[b]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/**
 * @param {Context} context
 * @param {Plan} plan
 * @param {Iterable<number>} rows
 * @param {string} colour
 * @param {number} size
 */
function paintDiscs(context, { place }, rows, colour, size) {
  context.fillStyle = colour;
  for (const row of rows) {
    context.beginPath();
    context.arc(...place(row), size, 0, 7);
    context.fill();
  }
}

/**
 * @param {Context} context
 * @param {Plan} plan
 * @param {number} row
 * @param {string} colour
 * @param {number[]} dash
 */
function paintRing(context, { place }, row, colour, dash) {
  if (row < 0) return;
  context.strokeStyle = colour;
  context.lineWidth = 1.6;
  context.setLineDash(dash);
  context.beginPath();
  context.arc(...place(row), 6, 0, 7);
  context.stroke();
  context.setLineDash([]);
}

/**
 * @param {Context} context
 * @param {Spot[]} line
 * @param {string} colour
 */
function paintLine(context, line, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  line.forEach((spot) => context.lineTo(...spot));
  context.closePath();
  context.stroke();
}

/**
 * @param {Context} context
 * @param {Spot} spot
 * @param {number} size
 * @param {string} colour
 * @param {string} edge
 */
function paintStar(context, [x, y], size, colour, edge) {
  context.beginPath();
  for (let point = 0; point < 10; point++) {
    const radius = point % 2 ? 0.45 * size : size;
    const angle = (point * Math.PI) / 5 - Math.PI / 2;
    context.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  context.closePath();
  context.fillStyle = colour;
  context.strokeStyle = edge;
  context.lineWidth = 1.2;
  context.fill();
  context.stroke();
}
