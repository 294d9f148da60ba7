// What is known of one clip, below its skeleton: likely classes, prototypes, history over the epochs.

import { NONE, RANKS, SHARE } from "./data.js";
import { h } from "./dom.js";
import { percent } from "./wording.js";

/** @typedef {import("./state.js").State} State */

/**
 * The most probable classes.
 *
 * @param {State} state
 * @param {number} row
 */
export function likelyClasses({ data, shown }, row) {
  const list = h("ol", { class: "mg-answers", "aria-label": "Most probable classes" });
  for (let rank = 0; rank < RANKS; rank++) {
    const answer = shown.top[RANKS * row + rank];
    if (answer === NONE) break;
    const [name, share] = [data.names[answer], shown.p[RANKS * row + rank] / SHARE];
    const tone = answer === data.labels[row] ? "mg-right" : rank ? "" : "mg-wrong";
    const meter = h("span", { class: "mg-meter" }, h("span", { style: `width:${100 * share}%` }));
    const line = h("span", { class: "mg-line", title: name }, name);
    list.append(h("li", { class: tone }, line, meter, h("span", {}, percent(share))));
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

/**
 * One stroke an epoch: TP, FN taken for today's answer, FN taken for another class, not seen.
 *
 * @param {State} state
 * @param {number} row
 * @param {import("./colours.js").Theme} theme
 */
export function historyStrip(state, row, theme) {
  const { data, view } = state;
  const epochs = state.history(row);
  if (!epochs) {
    const why = data.has(`${view.stream}/history`) ? "history: training clips only" : "";
    return h("div", { class: "mg-history mg-faint" }, why);
  }
  const label = data.labels[row];
  const right = epochs.filter((taken) => taken === label).length;
  const strip = h("div", { class: "mg-strip", role: "img", "aria-label": `TP in ${right} of ${epochs.length} epochs` });
  epochs.forEach((taken, epoch) => {
    const [colour, fate] = strokeOf(taken, label, data.names[taken], theme);
    const opacity = [label, state.answer(row), NONE].includes(taken) ? 1 : 0.45;
    const style = `background:${colour};opacity:${opacity}`;
    strip.append(h("span", { style, title: `epoch ${epoch + 1}: ${fate}` }));
  });
  return h("div", { class: "mg-history" }, strip, h("span", { class: "mg-faint" }, `TP ${right}/${epochs.length}`));
}

/**
 * @param {number} taken What the clip was taken for.
 * @param {number} label
 * @param {string} name Of what it was taken for.
 * @param {import("./colours.js").Theme} theme
 */
function strokeOf(taken, label, name, theme) {
  if (taken === NONE) return [theme.line, "not seen"];
  return taken === label ? [theme.blue, "TP"] : [theme.red, `FN, taken for ${name}`];
}

/** @param {number} value */
const cosine = (value) => (Number.isNaN(value) ? "–" : value.toFixed(2));
