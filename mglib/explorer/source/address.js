// What is looked at, as one line of text: the part of a page's address after #, and `explorer.at` in Python.

import { isEmpty, readSlice } from "./filters.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").View} View */

/** Settings with few values. @type {{ [name in keyof View]?: string[] }} */
const KNOWN = {
  compare: ["difference", "this", "other"],
  order: ["similarity", "group", "support", "recall", "label"],
  mode: ["share", "count"],
  sort: ["sure", "unsure", "group"],
  against: ["answered", "own"],
};

/** @param {State} state */
export function addressOf({ data, view, collapsed, labels, clip, epoch, filters }) {
  const { split, stream, order, mode, sort, against, hide, log, threshold } = view;
  const parts = new URLSearchParams({ split, stream, order, mode, sort, against });
  if (data.facts.other) parts.set("compare", view.compare);
  if (hide) parts.set("hide", "1");
  if (log) parts.set("log", "1");
  if (threshold) parts.set("threshold", threshold.toFixed(2));
  if (epoch) parts.set("epoch", String(epoch));
  if (!isEmpty(filters)) parts.set("slice", JSON.stringify(filters));
  if (collapsed.size) parts.set("folded", [...collapsed].join(" "));
  if (labels) parts.set("cell", labels.join(" "));
  if (clip >= 0) parts.set("clip", data.ids[clip]);
  return parts.toString();
}

/**
 * Sets what an address says; what it does not say, or what this run does not have, stays as it is.
 *
 * @param {State} state
 * @param {string} address
 * @returns {{ cell: number[] | null, clip: number }} Classes and clip to choose.
 */
export function goTo(state, address) {
  const { data, view } = state;
  const parts = new URLSearchParams(address);
  const allowed = { ...KNOWN, split: data.facts.splits, stream: Object.keys(data.facts.systems) };
  for (const [name, values] of Object.entries(allowed)) {
    const value = parts.get(name);
    const isFree = name !== "compare" || data.facts.other;
    if (value && isFree && values.includes(value)) Object.assign(view, { [name]: value });
  }
  Object.assign(view, { hide: parts.has("hide"), log: parts.has("log") });
  view.threshold = Number(parts.get("threshold")) || 0;
  view.epoch = Number(parts.get("epoch")) || 0;
  state.filters = readSlice(parts.get("slice"));
  state.collapsed = new Set(numbers(parts.get("folded")).filter((group) => group < data.groupNames.length));
  const cell = numbers(parts.get("cell")).filter((label) => label < data.k);
  return { cell: cell.length === 2 ? cell : null, clip: data.ids.indexOf(parts.get("clip") ?? "") };
}

/** @param {string | null} text */
const numbers = (text) => (text ? text.split(" ").map(Number).filter(Number.isInteger) : []);
