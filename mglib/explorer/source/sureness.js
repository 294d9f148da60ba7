// How sure a cell is, over groups, where Python has not said so: of body groups, slices, epochs and another run.

import { shareInterval } from "./intervals.js";

/** @typedef {import("./counting.js").Found} Found */
/** @typedef {{ clips: number, taken: Map<number, number> }} Part A group's clips of a unit, and what they are taken for. */

/**
 * Interval and direction of cells by whole groups: `ambiguity.pairs.pair_bounds` in Python says why.
 *
 * @param {ArrayLike<number>} rows The clips.
 * @param {(row: number) => number} unitOf Row of the matrix that a clip is in.
 * @param {(row: number) => number} answerOf Column.
 * @param {(row: number) => number} groupOf
 * @param {number} u Number of units.
 * @returns {(i: number, j: number) => Found | undefined} Nothing where the clips of row i come from one group.
 */
export function boundsOverGroups(rows, unitOf, answerOf, groupOf, u) {
  const parts = collect(rows, unitOf, answerOf, groupOf, u);
  const share = (/** @type {number} */ i, /** @type {number} */ j) =>
    shareInterval(parts[i].map(({ clips, taken }) => ({ clips, hits: taken.get(j) ?? 0 })));
  return (i, j) => {
    const [there, back] = [share(i, j), share(j, i)];
    if (Number.isNaN(there.low)) return undefined;
    const least = there.value - back.value - Math.hypot(there.value - there.low, back.high - back.value);
    const most = there.value - back.value + Math.hypot(there.high - there.value, back.value - back.low);
    const kind = least > 0 || most < 0 ? "one-sided" : there.value && back.value ? "mutual" : "";
    return { range: [there.low, there.high], groups: parts[i].length, kind };
  };
}

/**
 * @param {ArrayLike<number>} rows
 * @param {(row: number) => number} unitOf
 * @param {(row: number) => number} answerOf
 * @param {(row: number) => number} groupOf
 * @param {number} u
 * @returns {Part[][]} Of each unit, a part for each group with clips of it.
 */
function collect(rows, unitOf, answerOf, groupOf, u) {
  /** @type {Map<number, Part>[]} */
  const units = Array.from({ length: u }, () => new Map());
  for (let at = 0; at < rows.length; at++) {
    const [own, group, answer] = [units[unitOf(rows[at])], groupOf(rows[at]), answerOf(rows[at])];
    const part = own.get(group) ?? { clips: 0, taken: new Map() };
    part.clips++;
    part.taken.set(answer, (part.taken.get(answer) ?? 0) + 1);
    own.set(group, part);
  }
  return units.map((parts) => [...parts.values()]);
}
