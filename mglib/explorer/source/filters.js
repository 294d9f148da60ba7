// Which clips a reader chose to look at: a slice, as filters that all must let a clip pass. No page here.

import { COSINE, NO_COSINE, RANKS } from "./data.js";

/** Of a range that is open on one side; JSON has no infinity. */
export const FAR = 1e9;

/** @typedef {[low: number, high: number]} Range Ends included. */

/**
 * By name, so that they can be kept with a run; what is missing or empty filters nothing.
 *
 * @typedef {object} Filters
 * @property {string} [id] A part of the clip's id.
 * @property {string[]} [groups] Subjects or videos.
 * @property {string[]} [labels] True classes.
 * @property {string[]} [answers] Answered classes.
 * @property {string[]} [body] Body groups of the true class.
 * @property {string[]} [marks] Marks; "none" for clips without.
 * @property {Range} [seconds] Length.
 * @property {Range} [missing] Share of joints and moments without a key point.
 * @property {Range} [confidence] Of the answer.
 * @property {Range} [margin] Similarity to the own prototype less that to the rival's.
 * @property {Range} [quality] Of the label.
 */

/**
 * What is looked at: a `State`, as far as filters need it.
 *
 * @typedef {object} Looked
 * @property {import("./data.js").Data} data
 * @property {{ stream: string }} view
 * @property {(row: number) => number} answer
 * @property {(row: number) => number} confidence
 * @property {(row: number) => { mark: string } | undefined} noteOn
 */

/** @typedef {"seconds" | "missing" | "confidence" | "margin" | "quality"} Measure */

/**
 * What clips can be measured by, with the limits of each; those that the run does not have are left out.
 *
 * @param {Looked} state
 * @returns {Map<Measure, (row: number) => number>}
 */
export function measuresOf(state) {
  const { data, view } = state;
  /** @type {Map<Measure, (row: number) => number>} */
  const measures = new Map([
    ["seconds", (row) => data.seconds(row)],
    ["confidence", (row) => state.confidence(row)],
  ]);
  const missing = data.find("missing");
  if (missing) measures.set("missing", (row) => missing[row] / 255);
  const cosine = data.find(`${view.stream}/cosine`);
  if (cosine) measures.set("margin", (row) => difference(cosine[RANKS * row], cosine[RANKS * row + 2]));
  const quality = data.find("quality");
  if (quality) measures.set("quality", (row) => quality[row]);
  return measures;
}

/**
 * @param {number} own In steps.
 * @param {number} rival
 */
const difference = (own, rival) => (own === NO_COSINE || rival === NO_COSINE ? NaN : (own - rival) / COSINE);

/** @param {Filters} filters */
export const isEmpty = (filters) => !Object.values(filters).some((value) => value?.length);

/**
 * The clips that pass, 1 by row; null where nothing is filtered. A clip without a measure does not pass its filter.
 *
 * @param {Looked} state
 * @param {Filters} filters
 */
export function clipsThatPass(state, filters) {
  if (isEmpty(filters)) return null;
  const tests = [...testsByName(state, filters), ...testsByMeasure(state, filters)];
  const inside = new Uint8Array(state.data.facts.clips).fill(1);
  for (const passes of tests) {
    for (let row = 0; row < inside.length; row++) if (inside[row] && !passes(row)) inside[row] = 0;
  }
  return inside;
}

/**
 * @param {Looked} state
 * @param {Filters} filters
 */
function testsByName(state, filters) {
  const { data } = state;
  const { id, groups, labels, answers, body, marks } = filters;
  /** @type {((row: number) => boolean)[]} */
  const tests = [];
  if (id) {
    const text = id.toLowerCase();
    tests.push((row) => data.ids[row].toLowerCase().includes(text));
  }
  const among = (/** @type {string[] | undefined} */ names, /** @type {string[]} */ all) => {
    const wanted = Uint8Array.from(all, (name) => Number(names?.includes(name)));
    return names?.length ? wanted : null;
  };
  const [person, label, answer] = [
    among(groups, data.facts.group_names),
    among(labels, data.names),
    among(answers, data.names),
  ];
  const part = among(body, data.groupNames);
  const group = data.array("group");
  if (person) tests.push((row) => Boolean(person[group[row]]));
  if (label) tests.push((row) => Boolean(label[data.labels[row]]));
  if (answer) tests.push((row) => Boolean(answer[state.answer(row)]));
  if (part) tests.push((row) => Boolean(part[data.groupOf[data.labels[row]]]));
  if (marks?.length) tests.push((row) => marks.includes(state.noteOn(row)?.mark || "none"));
  return tests;
}

/**
 * @param {Looked} state
 * @param {Filters} filters
 */
function testsByMeasure(state, filters) {
  return [...measuresOf(state)].flatMap(([name, measure]) => {
    const range = filters[name];
    if (!range?.length) return [];
    const [low, high] = range;
    return [(/** @type {number} */ row) => measure(row) >= low && measure(row) <= high];
  });
}

/**
 * Filters from an address; what is none is left out.
 *
 * @param {string | null} text JSON.
 * @returns {Filters}
 */
export function readSlice(text) {
  try {
    const entries = Object.entries(JSON.parse(text ?? "{}") ?? {});
    return Object.fromEntries(entries.filter(([name, value]) => FITS[name]?.(value)));
  } catch {
    return {};
  }
}

const isNames = (/** @type {unknown} */ value) => Array.isArray(value) && value.every((one) => typeof one === "string");
const isRange = (/** @type {unknown} */ value) =>
  Array.isArray(value) && (value.length === 0 || value.length === 2) && value.every((one) => Number.isFinite(one));
/** @type {Record<string, (value: unknown) => boolean>} */
const FITS = {
  ...{ groups: isNames, labels: isNames, answers: isNames, body: isNames, marks: isNames },
  ...{ seconds: isRange, missing: isRange, confidence: isRange, margin: isRange, quality: isRange },
  id: (value) => typeof value === "string",
};

/**
 * In words: "subject S3; 0–1 seconds".
 *
 * @param {Filters} filters
 * @param {string} kind What clips are grouped by.
 */
export function filterSentence(filters, kind) {
  const { id, groups, labels, answers, body, marks } = filters;
  const parts = [
    id && `id with “${id}”`,
    groups?.length && `${kind} ${groups.join(", ")}`,
    labels?.length && `true class ${labels.join(", ")}`,
    answers?.length && `answered ${answers.join(", ")}`,
    body?.length && body.join(", "),
    marks?.length && `marked ${marks.join(", ")}`,
  ];
  for (const name of /** @type {Measure[]} */ (["seconds", "missing", "confidence", "margin", "quality"])) {
    const range = filters[name];
    if (range?.length) parts.push(`${name === "quality" ? "label quality" : name} ${ends(range)}`);
  }
  return parts.filter(Boolean).join("; ");
}

/** @param {Range} range */
function ends([low, high]) {
  if (low === -FAR) return `up to ${high}`;
  return high === FAR ? `from ${low}` : `${low} to ${high}`;
}
