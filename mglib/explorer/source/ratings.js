// What raters decided, as plain values: the order of review, likely classes, two raters side by side, the file.

import { csv } from "./csv.js";
import { NONE, RANKS, SHARE } from "./data.js";
import { agreement } from "./intervals.js";

/** @typedef {import("./state.js").State} State */

/**
 * @typedef {object} Decision
 * @property {string} decision keep, relabel, leave out.
 * @property {string} was Name of the class.
 * @property {string} label Name of the class; "" where the clip is left out.
 * @property {string} [reason]
 * @property {string} [confidence]
 * @property {string} [blind] "yes" where the machine's answer was hidden.
 * @property {string} [split]
 * @property {string} [saved]
 */

/** @typedef {Record<string, Record<string, Decision>>} Decisions By rater and clip. */

const LIKELY = 9; // classes that have a key
const COLUMNS = ["id", "was", "label", "decision", "reason", "confidence", "rater", "blind", "split", "saved"];

/**
 * The clips looked at, the first to be judged first: Python's order where labels were judged, else by uncertainty.
 *
 * @param {State} state
 * @returns {number[]}
 */
export function queueOf(state) {
  const { data, view, shown } = state;
  const rows = new Set(state.rowsIn(view.split));
  const queue = data.find("queue");
  if (queue) return [...queue].filter((row) => rows.has(row));
  const lead = (/** @type {number} */ row) => shown.p[RANKS * row] - shown.p[RANKS * row + 1];
  return [...rows].sort((a, b) => lead(a) - lead(b) || a - b);
}

/**
 * Up to nine classes that a clip may be of. Blind, its own and those of the body group, which say nothing of an answer;
 * else its own, then those that the machine finds likely.
 *
 * @param {State} state
 * @param {number} row
 * @param {boolean} isBlind
 * @returns {number[]}
 */
export function likelyClasses({ data, view, shown }, row, isBlind) {
  const own = data.labels[row];
  const near = [...data.names.keys()].filter((label) => data.groupOf[label] === data.groupOf[own]);
  if (isBlind) return [...new Set([own, ...near])].slice(0, LIKELY);
  const likely = data.find(`${view.stream}/likely`);
  const found = likely
    ? likely.subarray(LIKELY * row, LIKELY * (row + 1))
    : shown.top.subarray(RANKS * row, RANKS * (row + 1));
  const better = data.find("better")?.[row] ?? NONE;
  return [...new Set([...found.subarray(0, 1), better, own, ...found])]
    .filter((label) => label !== NONE)
    .slice(0, LIKELY);
}

/**
 * Clips that two raters have both decided, those that they see differently first.
 *
 * @param {Decisions} decisions
 * @param {string} one
 * @param {string} other
 */
export function sideBySide(decisions, one, other) {
  const [a, b] = [decisions[one] ?? {}, decisions[other] ?? {}];
  const ids = Object.keys(a).filter((id) => id in b);
  const rows = ids.map((id) => ({ id, was: a[id].was, one: a[id].label, other: b[id].label }));
  rows.sort((x, y) => Number(x.one === x.other) - Number(y.one === y.other));
  return {
    rows,
    ...agreement(
      ids.map((id) => a[id].label),
      ids.map((id) => b[id].label),
    ),
  };
}

/**
 * All decisions as a file, which is one of corrections too.
 *
 * @param {Decisions} decisions
 */
export function decisionsTable(decisions) {
  const rows = Object.entries(decisions).flatMap(([rater, clips]) =>
    Object.entries(clips).map(([id, decision]) => {
      const row = /** @type {Record<string, string>} */ ({ ...decision, rater, id });
      return COLUMNS.map((name) => row[name]);
    }),
  );
  return csv(COLUMNS, rows);
}

/**
 * How good a clip's label is, where that was judged.
 *
 * @param {State} state
 * @param {number} row
 */
export const qualityOf = ({ data }, row) => data.find("quality")?.[row] ?? NaN;

/**
 * How uncertain the answer is, 0 to 1.
 *
 * @param {State} state
 * @param {number} row
 */
export const uncertaintyOf = ({ shown }, row) => 1 - (shown.p[RANKS * row] - shown.p[RANKS * row + 1]) / SHARE;
