// The border between two panels, which the reader may move by pointer or arrow keys; the browser remembers where to.

import { clamp } from "./counting.js";
import { h } from "./dom.js";
import { recall, remember } from "./memory.js";

const PLACE = "mglib explorer: sizes of panels";
const [LEAST, MOST] = [15, 85]; // percent
const STEP = 2; // percent a key

/**
 * @typedef {object} Options
 * @property {string} name What it is remembered by; --mg-<name> is the size of the first panel.
 * @property {string} label For screen readers.
 * @property {number} share Of the first panel at first, percent.
 * @property {boolean} [isTall] Whether the panels lie one above the other.
 */

/**
 * Puts two panels into a box, with a border that can be moved.
 *
 * @param {HTMLElement} box
 * @param {HTMLElement} first
 * @param {HTMLElement} second
 * @param {Options} options
 * @returns {HTMLElement} The border.
 */
export function split(box, first, second, { name, label, share, isTall = false }) {
  let now = Number(recall(PLACE)[name]) || share;
  const keep = () => remember(PLACE, { ...recall(PLACE), [name]: now });
  const move = (/** @type {number} */ to) => {
    now = clamp(to, LEAST, MOST);
    box.style.setProperty(`--mg-${name}`, `${now}%`);
    bar.setAttribute("aria-valuenow", now.toFixed(0));
  };
  const drag = (/** @type {PointerEvent} */ { pointerId, clientX, clientY }) => {
    if (!bar.hasPointerCapture(pointerId)) return;
    const { left, top, width, height } = box.getBoundingClientRect();
    move(100 * (isTall ? (clientY - top) / height : (clientX - left) / width));
  };
  const [less, more] = isTall ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== less && event.key !== more) return;
    move(now + (event.key === more ? STEP : -STEP));
    keep();
    event.preventDefault();
  };
  const reset = () => {
    move(share);
    keep();
  };
  const bar = h("div", {
    ...{ class: `mg-split${isTall ? " mg-tall" : ""}`, role: "separator", tabindex: 0, "aria-label": label },
    ...{ title: `${label}: drag, or arrow keys; double click for the first size` },
    ...{ "aria-orientation": isTall ? "horizontal" : "vertical", "aria-valuemin": LEAST, "aria-valuemax": MOST },
    onpointerdown: (/** @type {PointerEvent} */ event) => bar.setPointerCapture(event.pointerId),
    ...{ onpointermove: drag, onlostpointercapture: keep, ondblclick: reset, onkeydown: press },
  });
  box.append(first, bar, second);
  move(now);
  return bar;
}
