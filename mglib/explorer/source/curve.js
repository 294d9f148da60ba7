// A training clip over the epochs: how probable its label was, and what it was taken for.

import { NONE, SEEN } from "./data.js";
import { h, svg } from "./dom.js";
import { counted, rounded, timesSeen } from "./wording.js";

/** @typedef {import("./state.js").State} State */

const TALL = 30; // of the curve, in its own units; it is as wide as there are epochs

/**
 * The curve of the label's probability above one stroke an epoch: TP, FN taken for today's answer, FN taken for another
 * class, not seen. A click goes to that epoch, where the matrix shows training clips.
 *
 * @param {State} state
 * @param {number} row
 * @param {(epoch: number) => void} goTo
 */
export function historyOf(state, row, goTo) {
  const { data, view } = state;
  const epochs = state.history(row);
  if (!epochs) {
    const why = data.has(`${view.stream}/history`) ? "history: training clips only" : "";
    return h("div", { class: "mg-history mg-faint" }, h("span", { class: "mg-line", title: why }, why));
  }
  const label = data.labels[row];
  const right = epochs.filter((taken) => taken === label).length;
  const seen = timesSeen(epochs);
  const strip = h("div", {
    class: "mg-strip",
    role: "img",
    "aria-label": `TP in ${right} of ${counted(seen, "epoch")}`,
  });
  epochs.forEach((taken, at) => strip.append(stroke(state, row, taken, at)));
  const curve = data.curve(view.stream, row);
  const go = (/** @type {MouseEvent} */ { clientX }) => {
    const { left, width } = strip.getBoundingClientRect();
    goTo(Math.min(Math.max(Math.ceil(((clientX - left) / width) * epochs.length), 1), epochs.length));
  };
  const course = h("div", { class: "mg-course", onclick: state.epochs ? go : null }, curve && lineOf(curve), strip);
  if (state.epoch) course.append(h("i", { style: `left:${(100 * (state.epoch - 0.5)) / epochs.length}%` }));
  const says = [h("span", {}, "p of label"), h("span", {}, `TP ${right}/${seen}`)];
  return h("div", { class: "mg-history" }, course, h("div", { class: "mg-faint mg-stack" }, ...says));
}

/** @param {import("./data.js").Values} curve */
function lineOf(curve) {
  const known = [...curve.keys()].filter((at) => curve[at] !== NONE);
  const y = (/** @type {number} */ at) => (TALL * (1 - curve[at] / SEEN)).toFixed(1);
  const [first, last] = [known[0], known[known.length - 1]].map((at) => rounded((curve[at] ?? 0) / SEEN));
  const says = `Probability of its label over ${counted(curve.length, "epoch")}: ${first} at first, ${last} at last`;
  const points = known.map((at) => `${at + 0.5},${y(at)}`).join(" ");
  return svg(
    "svg",
    {
      ...{ class: "mg-curve", viewBox: `0 -1 ${curve.length} ${TALL + 2}`, preserveAspectRatio: "none" },
      ...{ role: "img", "aria-label": says },
    },
    svg("title", {}, says),
    svg("line", { x1: 0, x2: curve.length, y1: TALL / 2, y2: TALL / 2, class: "mg-half" }),
    svg("polyline", { points }),
  );
}

/**
 * @param {State} state
 * @param {number} row
 * @param {number} taken What the clip was taken for.
 * @param {number} at Number of the epoch, from 0.
 */
function stroke(state, row, taken, at) {
  const { data, view } = state;
  const label = data.labels[row];
  const fate = taken === NONE ? "not seen" : taken === label ? "TP" : `FN, taken for ${data.names[taken]}`;
  const tone = taken === NONE ? "mg-unseen" : taken === label ? "mg-right" : "mg-wrong";
  const isToday = [label, data.decisions(view.stream, false).top[3 * row], NONE].includes(taken);
  return h("span", { class: `${tone}${isToday ? "" : " mg-pale"}`, title: `epoch ${at + 1}: ${fate}` });
}
