// Counting: from labels and answers to cells, body groups and confused pairs. Arrays in, arrays out; knows no page.

/**
 * A row and column of the matrix: one class, or the classes of a body group as one.
 *
 * @typedef {object} Unit
 * @property {string} key "c3" for class 3, "g1" for body group 1.
 * @property {string} name
 * @property {number[]} classes
 * @property {number} group Number of the body group.
 * @property {boolean} whole Whether it stands for a body group.
 */

/**
 * An off-diagonal cell that is not empty.
 *
 * @typedef {object} Pair
 * @property {number} i Row: the true unit.
 * @property {number} j Column: what it was taken for.
 * @property {number} count Clips.
 * @property {number} n Clips of the true unit.
 * @property {number} rate count / n.
 * @property {[number, number]} range 95 % interval of the rate.
 * @property {number} groups Subjects (or videos) that the interval goes by; 0: it takes clips for independent.
 * @property {number} back Clips confused the other way round.
 * @property {number} before Clips in the other run; 0 where there is none.
 * @property {number} change count - before.
 * @property {Kind} kind One-sided: the rates of both ways are apart. Mutual: both happen.
 * @property {number} lift How many times as often as mistakes in general would have it, see `expectMistakes`.
 * @property {number} follow How many times as often as if a mistaken clip showed its neighbour's unit; NaN if unknown.
 */

/** @typedef {"one-sided" | "mutual" | ""} Kind */

/** @typedef {{ range: [number, number], groups: number, kind: Kind }} Found How sure a cell is, over groups. */

/** @typedef {"name" | "count" | "change" | "rate" | "back" | "lift" | "follow"} PairColumn */

/**
 * Clips by cell.
 *
 * @typedef {object} Cells
 * @property {Uint32Array} counts [K * K], row by row.
 * @property {(i: number, j: number) => Uint32Array} of The clips of class i that were taken for j.
 */

/** @typedef {ArrayLike<number>} Numbers */

const ROUNDS = 500; // Python's, of the fit of expected mistakes, and how little a round may still change
const SETTLED = 1e-12;

/** @param {Numbers} values */
export function sum(values) {
  let total = 0;
  for (let at = 0; at < values.length; at++) total += values[at];
  return total;
}

/**
 * The middle of three: `value`, or the bound that it passes.
 *
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/**
 * Clips sorted into cells by counting.
 *
 * @param {Numbers & Iterable<number>} rows The clips.
 * @param {Numbers} labels Class of every clip.
 * @param {Numbers} top The most probable classes of every clip, three each; the first is the answer.
 * @param {number} k Number of classes.
 * @returns {Cells}
 */
export function countCells(rows, labels, top, k) {
  const start = new Uint32Array(k * k + 1);
  for (const row of rows) start[labels[row] * k + top[3 * row] + 1]++;
  const counts = start.slice(1);
  for (let cell = 0; cell < k * k; cell++) start[cell + 1] += start[cell];
  const next = start.slice();
  const sorted = new Uint32Array(rows.length);
  for (const row of rows) sorted[next[labels[row] * k + top[3 * row]]++] = row;
  return { counts, of: (i, j) => sorted.subarray(start[i * k + j], start[i * k + j + 1]) };
}

/**
 * Wilson's 95 % interval of k in n: as if clips were independent, where all are of one group.
 *
 * @param {number} k
 * @param {number} n
 * @returns {[number, number]}
 */
export function wilson(k, n) {
  if (!n) return [0, 1];
  const z = 1.959964; // the 97.5 % point of the normal distribution
  const p = k / n;
  const middle = p + (z * z) / (2 * n);
  const scale = 1 + (z * z) / n;
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)];
}

/**
 * Rows and columns of the matrix: classes in an order, those of a collapsed body group as one.
 *
 * @param {{ names: string[], groupNames: string[], groupOf: number[] }} classes
 * @param {number[]} order Classes.
 * @param {Set<number>} collapsed Body groups.
 * @returns {Unit[]}
 */
export function makeUnits({ names, groupNames, groupOf }, order, collapsed) {
  /** @type {Map<number, Unit>} */
  const wholes = new Map();
  /** @type {Unit[]} */
  const units = [];
  for (const label of order) {
    const group = groupOf[label];
    const whole = wholes.get(group);
    if (whole) {
      whole.classes.push(label);
    } else if (collapsed.has(group)) {
      const unit = { key: `g${group}`, name: groupNames[group], classes: [label], group, whole: true };
      wholes.set(group, unit);
      units.push(unit);
    } else {
      units.push({ key: `c${label}`, name: names[label], classes: [label], group, whole: false });
    }
  }
  return units;
}

/**
 * Class counts [K * K] summed to units, [U * U].
 *
 * @param {Numbers} counts
 * @param {Unit[]} units
 * @param {number} k Number of classes.
 */
export function sumUnits(counts, units, k) {
  const u = units.length;
  const place = new Uint16Array(k);
  const total = new Float64Array(u * u);
  units.forEach((unit, number) => unit.classes.forEach((label) => (place[label] = number)));
  for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) total[place[i] * u + place[j]] += counts[i * k + j];
  return total;
}

/**
 * Clips of each true unit.
 *
 * @param {Float64Array | Uint32Array} counts [U * U].
 * @param {number} u
 */
export const sumRows = (counts, u) => Array.from({ length: u }, (_, i) => sum(counts.subarray(i * u, i * u + u)));

/**
 * Clips of each answered unit.
 *
 * @param {Numbers} counts [U * U].
 * @param {number} u
 * @returns {number[]}
 */
export function sumColumns(counts, u) {
  const total = new Array(u).fill(0);
  for (let i = 0; i < u; i++) for (let j = 0; j < u; j++) total[j] += counts[i * u + j];
  return total;
}

/**
 * What each off-diagonal cell would hold were mistakes spread over the units whatever the true unit is.
 *
 * Python's `ambiguity.chance.error_lift` has the same formula, and says whose it is; here for units, which may be body
 * groups. The cells of a row and of a column keep their sums, and the diagonal is looked at nowhere.
 *
 * @param {Numbers} counts [U * U].
 * @param {number} u
 * @returns {(i: number, j: number) => number}
 */
export function expectMistakes(counts, u) {
  const missed = new Float64Array(u);
  const taken = new Float64Array(u);
  for (let i = 0; i < u; i++)
    for (let j = 0; j < u; j++)
      if (i !== j) {
        missed[i] += counts[i * u + j];
        taken[j] += counts[i * u + j];
      }
  let errs = missed.slice();
  let attracts = taken;
  for (let round = 0; round < ROUNDS; round++) {
    attracts = shareOut(taken, errs);
    const next = shareOut(missed, attracts);
    const isSettled = next.every((value, i) => Math.abs(value - errs[i]) <= SETTLED * value);
    errs = next;
    if (isSettled) break;
  }
  return (i, j) => (i === j ? 0 : errs[i] * attracts[j]);
}

/**
 * Each unit's part over what all other units weigh.
 *
 * @param {Float64Array} parts
 * @param {Float64Array} weights
 */
function shareOut(parts, weights) {
  const all = sum(weights);
  return parts.map((part, i) => (all - weights[i] > 0 ? part / (all - weights[i]) : 0));
}

/**
 * Off-diagonal cells with what a reader wants to know of them.
 *
 * @param {Float64Array} counts [U * U], of this run.
 * @param {Float64Array | null} other Of the other run.
 * @param {Float64Array | null} succession How often a clip of a unit has one of another beside it in its video.
 * @param {number} u Number of units.
 * @param {(i: number, j: number) => Found | undefined} find How sure a cell is, over groups.
 */
export function confusedPairs(counts, other, succession, u, find) {
  const n = sumRows(counts, u);
  const expected = expectMistakes(counts, u);
  /** @type {Pair[]} */
  const pairs = [];
  for (let i = 0; i < u; i++) {
    const beside = succession ? sum(succession.subarray(i * u, i * u + u)) - succession[i * u + i] : 0;
    for (let j = 0; j < u; j++) {
      const count = counts[i * u + j];
      const before = other ? other[i * u + j] : 0;
      if (i === j || !(count || before)) continue;
      const back = counts[j * u + i];
      const mistaken = n[i] - counts[i * u + i];
      const { range, groups, kind } = find(i, j) ?? asIfIndependent(count, n[i], back, n[j]);
      pairs.push({
        ...{ i, j, count, n: n[i], rate: n[i] ? count / n[i] : 0, range, groups, kind },
        ...{ back, before, change: count - before },
        lift: count ? count / expected(i, j) : 0,
        follow: succession && beside && count ? count / mistaken / (succession[i * u + j] / beside) : NaN,
      });
    }
  }
  return pairs;
}

/**
 * @param {number} count
 * @param {number} n
 * @param {number} back
 * @param {number} m
 * @returns {Found}
 */
function asIfIndependent(count, n, back, m) {
  const range = wilson(count, n);
  const kind = areApart(range, wilson(back, m)) ? "one-sided" : back && count ? "mutual" : "";
  return { range, groups: 0, kind };
}

/**
 * @param {[number, number]} one
 * @param {[number, number]} other
 */
const areApart = (one, other) => one[0] > other[1] || other[0] > one[1];

/**
 * Sorts pairs in place by a column; equals by count, rate, and place in the matrix.
 *
 * @param {Pair[]} pairs
 * @param {Unit[]} units
 * @param {PairColumn} column
 * @param {boolean} falling
 */
export function sortPairs(pairs, units, column, falling) {
  const sign = falling ? -1 : 1;
  /** @param {Pair} pair */
  const value = (pair) => {
    if (column === "name") return units[pair.i].name + units[pair.j].name;
    if (column === "change") return Math.abs(pair.change);
    return Number.isFinite(pair[column]) ? pair[column] : -1;
  };
  pairs.sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    return x === y ? b.count - a.count || b.rate - a.rate || a.i - b.i || a.j - b.j : x < y ? -sign : sign;
  });
}

/**
 * Classes in the order that a reader asked for.
 *
 * @param {"group" | "support" | "recall" | "label"} by
 * @param {Uint32Array} counts [K * K].
 * @param {number[]} groupOf Body group of each class.
 */
export function orderClasses(by, counts, groupOf) {
  const k = groupOf.length;
  const n = sumRows(counts, k);
  const recall = n.map((clips, i) => (clips ? counts[i * k + i] / clips : 2)); // classes without clips come last
  const first = {
    group: (/** @type {number} */ a, /** @type {number} */ b) => groupOf[a] - groupOf[b],
    support: (/** @type {number} */ a, /** @type {number} */ b) => n[b] - n[a],
    recall: (/** @type {number} */ a, /** @type {number} */ b) => recall[a] - recall[b],
    label: () => 0,
  }[by];
  return [...groupOf.keys()].sort((a, b) => first(a, b) || a - b);
}
