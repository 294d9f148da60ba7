// What is known of one clip, below its skeleton: likely classes and prototypes.

import { NONE, RANKS, SHARE } from "./data.js";
import { h } from "./dom.js";
import { rounded } from "./wording.js";

/** @typedef {import("./state.js").State} State */

/**
 * The most probable classes.
 *
 * @param {State} state
 * @param {number} row
 */
export function likelyClasses({ data, view, shown, epoch }, row) {
  const { top, p } = epoch ? data.decisions(view.stream, false) : shown; // of an epoch the answer alone is known
  const list = h("ol", { class: "mg-answers", "aria-label": "Most probable classes" });
  for (let rank = 0; rank < RANKS; rank++) {
    const answer = top[RANKS * row + rank];
    if (answer === NONE) break;
    const [name, share] = [data.names[answer], p[RANKS * row + rank] / SHARE];
    const tone = answer === data.labels[row] ? "mg-right" : rank ? "" : "mg-wrong";
    const meter = h("span", { class: "mg-meter" }, h("span", { style: `width:${100 * share}%` }));
    const line = h("span", { class: "mg-line", title: name }, name);
    list.append(h("li", { class: tone }, line, meter, h("span", {}, rounded(share))));
  }
  return list;
}

/**
 * Similarity to the prototypes; null where there are none.
 *
 * @param {State} state
 * @param {number} row
 */
export function prototypeLine(state, row) {
  const { data, view } = state;
  const near = data.nearPrototypes(view.stream, row);
  if (!near) return null;
  const [own, answered, nearest] = [near.own, near.answered, near.nearest].map(cosine);
  const rival = data.names[near.rival];
  const isAnswered = near.rival === state.answer(row) && !state.isRight(row);
  const title = `Cosine similarity of the clip's feature to the prototypes of its own class (${own}), of the answer \
(${answered}), and of the nearest other class, ${rival} (${nearest})`;
  return h(
    "div",
    { class: "mg-proto mg-faint mg-line", title },
    "prototypes: own ",
    h("b", {}, own),
    isAnswered ? ", rival = answered " : ", rival ",
    h("b", {}, nearest),
    isAnswered ? "" : ` ${rival}`,
  );
}

/** @param {number} value */
const cosine = (value) => (Number.isNaN(value) ? "–" : value.toFixed(2));
