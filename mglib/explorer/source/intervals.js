// Intervals over groups and agreement of raters, by Python's formulas; a test holds them against Python's numbers.

import { clamp } from "./counting.js";

/** @typedef {{ value: number, low: number, high: number }} Interval Ends are NaN where there are none. */
/** @typedef {{ hits: number, clips: number }[]} Sums Of each group. */

const LEVEL = 0.975; // the upper end of a 95 % interval
const STEPS = 60; // of bisection: as exact as numbers are
const TERMS = 300; // of the continued fraction
const LEAST = 1e-300;

/**
 * Share of hits with its interval over groups: `intervals.mean_interval` in Python says why.
 *
 * @param {Sums} groups Those with clips.
 * @returns {Interval}
 */
export function shareInterval(groups) {
  const { hits, clips } = total(groups);
  const value = clips ? hits / clips : NaN;
  if (groups.length < 2) return { value, low: NaN, high: NaN };
  const without = (/** @type {{ hits: number, clips: number }} */ group) => (hits - group.hits) / (clips - group.clips);
  const variance = jackknife(groups.map((group) => value - without(group)));
  const t = tQuantile(freedom(groups));
  if (value <= 0 || value >= 1) {
    const far = (t * t) / (clips + t * t);
    return value >= 1 ? { value, low: 1 - far, high: 1 } : { value, low: 0, high: far };
  }
  const spread = Math.max(variance, (value * (1 - value)) / clips);
  const half = (t * Math.sqrt(spread)) / (value * (1 - value));
  const logit = Math.log(value / (1 - value));
  return { value, low: expit(logit - half), high: expit(logit + half) };
}

/**
 * Hits and clips of each group that has any.
 *
 * @param {ArrayLike<number>} rows The clips.
 * @param {(row: number) => boolean} isHit
 * @param {(row: number) => number} groupOf
 * @returns {Sums}
 */
export function groupSums(rows, isHit, groupOf) {
  /** @type {Map<number, { hits: number, clips: number }>} */
  const sums = new Map();
  for (let at = 0; at < rows.length; at++) {
    const group = groupOf(rows[at]);
    const one = sums.get(group) ?? none();
    sums.set(group, { hits: one.hits + Number(isHit(rows[at])), clips: one.clips + 1 });
  }
  return [...sums.values()];
}

/**
 * A part of the clips, the rest, and the difference: `parts.part_and_rest` in Python says why.
 *
 * @param {ArrayLike<number>} rows The clips.
 * @param {(row: number) => boolean} isHit
 * @param {(row: number) => number} groupOf
 * @param {(row: number) => boolean} isInside
 * @returns {{ part: Interval, rest: Interval, difference: Interval }}
 */
export function partAndRest(rows, isHit, groupOf, isInside) {
  /** @type {Map<number, { hits: number, clips: number }[]>} */
  const sums = new Map();
  for (let at = 0; at < rows.length; at++) {
    const group = groupOf(rows[at]);
    let sides = sums.get(group);
    if (!sides) sums.set(group, (sides = [none(), none()]));
    const side = sides[isInside(rows[at]) ? 0 : 1];
    side.clips++;
    side.hits += Number(isHit(rows[at]));
  }
  const groups = [...sums.values()];
  const sides = [0, 1].map((side) => groups.map((group) => group[side]).filter(({ clips }) => clips));
  const [part, rest] = sides.map(shareInterval);
  const value = part.value - rest.value;
  if (Number.isNaN(part.low) || Number.isNaN(rest.low))
    return { part, rest, difference: { value, low: NaN, high: NaN } };
  const [a, b] = sides.map(total);
  const share = (/** @type {{ hits: number, clips: number }} */ all, /** @type {typeof all} */ less) =>
    (all.hits - less.hits) / (all.clips - less.clips);
  const variance = jackknife(groups.map(([inside, outside]) => value - (share(a, inside) - share(b, outside))));
  const alone = [a, b].reduce((sum, { hits, clips }) => sum + ((hits / clips) * (1 - hits / clips)) / clips, 0);
  const t = tQuantile(Math.min(...sides.map(freedom)));
  const unseen = [a, b].reduce((sum, all) => sum + (all.hits % all.clips ? 0 : (t / (all.clips + t * t)) ** 2), 0);
  const half = t * Math.sqrt(Math.max(variance, alone) + unseen);
  return { part, rest, difference: { value, low: value - half, high: value + half } };
}

/**
 * Cohen's kappa of two raters' labels, one a clip, and the share that is alike.
 *
 * @param {string[]} one
 * @param {string[]} other
 */
export function agreement(one, other) {
  const n = one.length;
  const count = (/** @type {string[]} */ labels, /** @type {string} */ label) =>
    labels.filter((given) => given === label).length;
  const alike = n ? one.filter((label, at) => label === other[at]).length / n : NaN;
  const chance = [...new Set(one)].reduce((sum, label) => sum + (count(one, label) * count(other, label)) / n / n, 0);
  return { clips: n, alike, kappa: chance < 1 ? (alike - chance) / (1 - chance) : NaN };
}

/** @type {Map<number, number>} By degrees of freedom: cells of a row share them. */
const quantiles = new Map();

/**
 * The 97.5 % point of Student's t, which has any number of degrees of freedom from 1 on.
 *
 * @param {number} degrees
 */
export function tQuantile(degrees) {
  const known = quantiles.get(degrees) ?? findQuantile(degrees);
  quantiles.set(degrees, known);
  return known;
}

/** @param {number} degrees */
function findQuantile(degrees) {
  // P(T > t) = I_x(degrees / 2, 1 / 2) / 2 at x = degrees / (degrees + t²), which falls as t rises
  let [low, high] = [0, 1];
  for (let step = 0; step < STEPS; step++) {
    const x = (low + high) / 2;
    if (beta(x, degrees / 2, 0.5) / 2 > 1 - LEVEL) high = x;
    else low = x;
  }
  return Math.sqrt((degrees * (1 - low)) / low);
}

/**
 * The regularised incomplete beta function, by its continued fraction (Abramowitz & Stegun 1964, 26.5.8), evaluated
 * from the front (Lentz 1976).
 *
 * @param {number} x 0 to 1.
 * @param {number} a
 * @param {number} b
 * @returns {number}
 */
function beta(x, a, b) {
  if (x <= 0 || x >= 1) return clamp(x, 0, 1);
  if (x > (a + 1) / (a + b + 2)) return 1 - beta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log(1 - x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a;
  let above = 1;
  let below = 1 / nonzero(1 - ((a + b) * x) / (a + 1));
  let fraction = below;
  for (let m = 1; m < TERMS; m++) {
    const before = fraction;
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    for (const factor of [even, odd]) {
      below = 1 / nonzero(1 + factor * below);
      above = nonzero(1 + factor / above);
      fraction *= above * below;
    }
    if (Math.abs(fraction - before) < 1e-15 * fraction) break;
  }
  return front * fraction;
}

/**
 * Lanczos' approximation (1964), with the coefficients for g = 7 and n = 9.
 *
 * @param {number} x Above 0.
 * @returns {number}
 */
function logGamma(x) {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const coefficients = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
    -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ];
  const sum = coefficients.reduce((all, value, at) => all + value / (x + at), 0.9999999999998099);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** @param {number} value */
const nonzero = (value) => (Math.abs(value) < LEAST ? LEAST : value);

/** @param {number} x */
const expit = (x) => 1 / (1 + Math.exp(-x));

const none = () => ({ hits: 0, clips: 0 });

/** @param {Sums} groups */
function total(groups) {
  return groups.reduce((all, { hits, clips }) => ({ hits: all.hits + hits, clips: all.clips + clips }), none());
}

/** @param {number[]} moves What each group moves; NaN of one that has no say. */
function jackknife(moves) {
  const known = moves.filter((move) => Number.isFinite(move));
  const n = known.length;
  return n > 1 ? (known.reduce((sum, move) => sum + move * move, 0) * (n - 1)) / n : NaN;
}

/** @param {Sums} groups */
function freedom(groups) {
  const squares = groups.reduce((sum, { clips }) => sum + clips * clips, 0);
  return Math.max(total(groups).clips ** 2 / squares - 1, 1);
}
