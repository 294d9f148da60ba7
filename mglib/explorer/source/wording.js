// Sentences about what is looked at: the same words wherever they stand, on the page or under the pointer.

import { sum, sumColumns, wilson } from "./counting.js";
import { NONE, RANKS } from "./data.js";
import { groupSums, shareInterval } from "./intervals.js";

/** @typedef {import("./state.js").State} State */

const NEAR = 1e-9; // shares that differ less from 0 or 1 are none or all, apart from binary rounding

/**
 * A share in percent; 0 % and 100 % only of none and all, so that 299 of 300 are 99 %.
 *
 * @param {number} share
 * @param {number} [digits]
 */
export function percent(share, digits = 0) {
  const least = 10 ** -digits;
  const isPart = share > NEAR && share < 1 - NEAR;
  const shown = isPart ? Math.min(Math.max(100 * share, least), 100 - least) : 100 * share;
  return `${shown.toFixed(digits)} %`;
}

/**
 * A number with its noun: "1 clip", "3 clips".
 *
 * @param {number} number
 * @param {string} noun
 */
export const counted = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

/**
 * A probability in percent, plainly rounded.
 *
 * @param {number} probability
 * @param {number} [digits]
 */
export const rounded = (probability, digits = 0) => `${(100 * probability).toFixed(digits)} %`;

/** @param {number[]} range Shares. */
const interval = ([low, high]) => `[${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;

/**
 * By what an interval goes: " over 4 subjects".
 *
 * @param {import("./data.js").Facts} facts
 * @param {number} groups 0: by clips.
 */
export const basis = (facts, groups) =>
  groups ? ` over ${counted(groups, facts.group_kind)}` : " if clips were independent";

/** @typedef {{ before: string, ramp: "right" | "wrong" | "change", after: string }} ColourKey */

/**
 * What the colours of cells say, with the values at both ends.
 *
 * @param {State} state
 * @returns {ColourKey[]}
 */
export function colourKeys({ largest, view, showsDifference, data }) {
  /** @param {number} value */
  const text = (value) => (view.mode === "share" ? percent(value) : String(value));
  const change = text(largest.change);
  if (showsDifference)
    return [{ before: `better ${change}`, ramp: "change", after: `${change} worse than ${data.facts.other}` }];
  return [
    { before: "right 0", ramp: "right", after: text(largest.right) },
    { before: "confused 0", ramp: "wrong", after: text(largest.wrong) },
  ];
}

/**
 * A count with a sign that is as wide as a digit.
 *
 * @param {number} change
 */
export const signed = (change) => (change > 0 ? `+${change}` : String(change).replace("-", "−"));

/**
 * @param {State} state
 * @param {number} i
 * @param {number} j
 */
export function cellSentence(state, i, j) {
  const { units, counts, totals, before } = state;
  const at = i * units.length + j;
  const what = i === j ? `${units[i].name}: right` : `${units[i].name} → ${units[j].name}:`;
  const { range, groups } = state.found(i, j) ?? { range: wilson(counts[at], totals[i]), groups: 0 };
  const sure = `${interval(range)}${basis(state.data.facts, groups)}`;
  const share = totals[i] ? `, ${percent(counts[at] / totals[i], 1)} ${sure}` : "";
  const theirs = before && !state.showsOther ? `; other run: ${before[at]}` : "";
  return `${what} ${counts[at]} of ${totals[i]}${share}${theirs}`;
}

/**
 * @param {State} state
 * @param {number} i
 */
export function unitSentence(state, i) {
  const { name, group } = state.units[i];
  const answered = sumColumns(state.counts, state.units.length)[i];
  const times = answered === 1 ? "once" : `${answered} times`;
  return `${name} (${state.data.groupNames[group]}): ${counted(state.totals[i], "clip")}, answered ${times}`;
}

/**
 * Why a difference of two runs is empty; "" where it is not.
 *
 * @param {State} state
 */
export function sameSentence(state) {
  const { data, view, largest, showsDifference } = state;
  const rows = [...state.rowsIn(view.split)];
  if (!showsDifference || largest.change || !rows.length) return "";
  const theirs = data.decisions(view.stream, true).top;
  const differ = rows.filter((row) => state.answer(row) !== theirs[RANKS * row]).length;
  if (!differ) return `Both runs give ${counted(rows.length, `${view.split} clip`)} the same answers: nothing differs.`;
  return `No cell differs, though the runs give ${counted(differ, `${view.split} clip`)} different answers.`;
}

/** @param {State} state */
export function choiceSentence(state) {
  if (state.lassoed) return `${counted(state.rows.length, "clip")} chosen on the map`;
  if (state.chosen) return cellSentence(state, ...state.chosen);
  return sameSentence(state) || "Choose a cell.";
}

/**
 * The heading of the list.
 *
 * @param {State} state
 */
export function listName(state) {
  if (state.lassoed) return "chosen on the map";
  if (!state.chosen) return "none";
  const [from, to] = state.chosen.map((at) => state.units[at].name);
  return from === to ? `${from}, right` : `${from} → ${to}`;
}

/**
 * Top-1 of the test clips with its interval over groups, as Python found it.
 *
 * @param {State} state
 */
function wholeSplit({ data, view, showsOther }) {
  return (view.split === "test" && !showsOther && data.facts.scores[view.stream]) || [];
}

/**
 * The same of any clips, by the same formula.
 *
 * @param {State} state
 */
function ofClips(state) {
  const group = state.data.array("group");
  const rows = state.rowsIn(state.view.split);
  const sums = groupSums(
    rows,
    (row) => state.isRight(row),
    (row) => group[row],
  );
  const { value, low, high } = shareInterval(sums);
  return [value, Number.isNaN(low) ? null : low, Number.isNaN(high) ? null : high, sums.length];
}

/**
 * How many of the clips shown are right, with its interval over groups; of one group, as if clips were independent.
 *
 * @param {State} state
 */
export function headline(state) {
  const { data, view, epoch } = state;
  const n = sum(state.totals);
  const right = state.rowsIn(view.split).reduce((all, row) => all + Number(state.isRight(row)), 0);
  const whole = state.only ? [] : wholeSplit(state);
  const [, low, high, groups] = whole.length ? whole : ofClips(state);
  const isOverGroups = low != null && high != null;
  const sure = isOverGroups ? { range: [low, high], by: groups ?? 0 } : { range: wilson(right, n), by: 0 };
  const range = n ? ` ${interval(sure.range)}${basis(data.facts, sure.by)}` : "";
  const share = `${n ? percent(right / n, 1) : "–"}${range}`;
  const then = epoch ? `as seen in epoch ${epoch} of ${state.epochs} (augmented) · ` : "";
  const slice = state.only ? " of the slice" : "";
  return `${data.facts.dataset} · ${counted(n, `${view.split} clip`)}${slice} · ${then}top-1 ${share}`;
}

/**
 * @param {State} state
 * @param {number} row
 */
export const takenFor = (state, row) => `${state.data.labelName(row)}, taken for ${state.answerName(row)}`;

/**
 * What became of the chosen clip.
 *
 * @param {State} state
 * @param {number} row
 */
export function verdict(state, row) {
  const { data, view } = state;
  const then = state.epoch ? `epoch ${state.epoch}: ` : "";
  const ours = then + (state.isRight(row) ? "right" : `taken for ${state.answerName(row)}`);
  if (!state.showsDifference) return `chosen clip: ${ours}`;
  const theirs = data.names[data.decisions(view.stream, true).top[RANKS * row]];
  return `chosen clip: ${ours}; in the other run for ${theirs}`;
}

/**
 * What the clip held against it is, and which of how many.
 *
 * @param {State} state
 */
export function rivalTag({ rivals, rivalPlace }) {
  const n = rivals.rows.length;
  return n > 1 ? `${rivals.tag}, ${rivalPlace + 1} of ${n}` : rivals.tag;
}

/**
 * In how many epochs a training clip was seen.
 *
 * @param {import("./data.js").Values} epochs What it was taken for in each.
 */
export const timesSeen = (epochs) => epochs.filter((taken) => taken !== NONE).length;

/**
 * In how many of the epochs that saw it a training clip was mistaken; "" for other clips.
 *
 * @param {State} state
 * @param {number} row
 */
export function fate(state, row) {
  const epochs = state.history(row);
  const label = state.data.labels[row];
  return epochs
    ? ` · FN in ${epochs.filter((taken) => taken !== label && taken !== NONE).length}/${timesSeen(epochs)}`
    : "";
}
