// The tiers, painted: a lane a coder, the machine's, what stands after review; below them the whole recording.

import { css, groupColour, inkOnGroup } from "../colours.js";
import { h, Sheet, shorten, spotIn } from "../dom.js";
import { clock } from "./footage.js";

/** @typedef {import("../colours.js").Theme} Theme */
/** @typedef {import("./review.js").Item} Item */

const LEFT = 86; // pixels for the names of the lanes
const AXIS = 18; // for the seconds
const WHOLE = 26; // for the whole recording
const TICKS = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200];
const APART = 70; // pixels at least between two ticks
const WORD = 34; // pixels that a segment needs to be named

/** @param {{ start: number, stop: number }} item Seconds. */
const length = ({ start, stop }) => stop - start;

export class Lanes {
  /**
   * @param {import("./review.js").Review} review
   * @param {{ choose: (id: string) => void, seek: (time: number) => void, look: (middle: number) => void }} actions
   */
  constructor(review, actions) {
    this.review = review;
    this.actions = actions;
    const says = "Tiers: click a segment to play it, elsewhere to go there; arrow keys go from segment to segment";
    this.box = h("div", { class: "mg-canvas mg-lanes", role: "img", "aria-label": says, onclick: this.#click });
    this.sheet = new Sheet(this.box);
  }

  get lanes() {
    const { review } = this;
    const { segments } = review.footage;
    const told = review.facts.tiers.map(({ name, first, count }) => ({
      name,
      items: segments.slice(first, first + count).map((one) => ({ ...one, id: "", verdict: "" })),
    }));
    const machine = told.length - 1;
    told[machine].items.forEach((item, i) => (item.id = review.facts.ids[i]));
    const standing = review.items.filter(({ verdict }) => verdict && verdict !== "rejected");
    return [...told, { name: "reviewed", items: standing }];
  }

  /** @param {Theme} theme */
  paint(theme) {
    this.theme = theme;
    const [width, height] = [this.box.clientWidth, this.box.clientHeight];
    if (width < LEFT + 20 || height < 60) return;
    const context = this.sheet.clear(width, height);
    context.font = `11px ${theme.font}`;
    context.textBaseline = "middle";
    const { lanes } = this;
    const tall = (height - AXIS - WHOLE) / lanes.length;
    lanes.forEach((lane, number) => this.#paintLane(context, lane, number * tall, tall));
    this.#paintAxis(context, lanes.length * tall);
    this.#paintWhole(context, height - WHOLE + 4);
    this.#paintMoment(context, lanes.length * tall);
    const [from, to] = this.review.view;
    this.box.dataset.view = `${from.toFixed(3)} ${to.toFixed(3)} ${LEFT} ${width - LEFT} ${tall}`;
  }

  /** @param {number} seconds */
  #x(seconds) {
    const [from, to] = this.review.view;
    return LEFT + ((seconds - from) / (to - from)) * (this.box.clientWidth - LEFT);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {{ name: string, items: Item[] }} lane
   * @param {number} top
   * @param {number} tall
   */
  #paintLane(context, { name, items }, top, tall) {
    const { theme, review } = this;
    const [from, to] = review.view;
    if (!theme) return;
    context.fillStyle = theme.line;
    context.fillRect(0, top + tall - 1, this.box.clientWidth, 1);
    context.fillStyle = theme.faint;
    context.fillText(shorten(context, name, LEFT - 8), 2, top + tall / 2);
    const shown = items.filter(({ start, stop }) => stop > from && start < to);
    shown.sort((a, b) => length(b) - length(a)); // so that none is under a longer one
    for (const item of shown) this.#paintItem(context, item, top + 3, tall - 7);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Item} item
   * @param {number} top
   * @param {number} tall
   */
  #paintItem(context, item, top, tall) {
    const { theme, review } = this;
    if (!theme) return;
    const { footage } = review;
    const left = Math.max(this.#x(item.start), LEFT);
    const wide = Math.max(this.#x(item.stop) - left, 2);
    const isRejected = review.corrections[item.id]?.verdict === "rejected";
    const group = footage.groupOf[item.label];
    context.fillStyle = groupColour(group);
    context.globalAlpha = isRejected ? 0.2 : 1;
    context.fillRect(left, top, wide, tall);
    context.globalAlpha = 1;
    context.fillStyle = theme.ground; // an edge, where the next one begins or one lies upon another
    context.fillRect(left - 0.5, top, 0.5, tall);
    context.fillRect(left + wide, top, 0.5, tall);
    if (wide >= WORD) {
      context.fillStyle = isRejected ? theme.faint : inkOnGroup(group);
      context.fillText(shorten(context, footage.names[item.label], wide - 6), left + 3, top + tall / 2);
    }
    if (!item.id || item.id !== review.chosen) return;
    context.strokeStyle = theme.ink;
    context.lineWidth = 2;
    context.strokeRect(left, top, wide, tall);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} top
   */
  #paintAxis(context, top) {
    const { theme, review } = this;
    const [from, to] = review.view;
    if (!theme) return;
    const pixels = (this.box.clientWidth - LEFT) / (to - from);
    const step = TICKS.find((seconds) => seconds * pixels >= APART) ?? 3600;
    context.fillStyle = theme.faint;
    for (let at = Math.ceil(from / step) * step; at < to; at += step) {
      context.fillRect(this.#x(at), top, 1, 4);
      context.fillText(clock(at, step < 1 ? 1 : 0), this.#x(at) + 3, top + AXIS / 2 + 1);
    }
  }

  /**
   * The machine's segments in the whole recording, and the part that is shown.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {number} top
   */
  #paintWhole(context, top) {
    const { theme, review } = this;
    if (!theme) return;
    const { seconds } = review.facts;
    const wide = this.box.clientWidth - LEFT;
    const x = (/** @type {number} */ time) => LEFT + (time / seconds) * wide;
    context.fillStyle = theme.faint;
    context.fillText("all of it", 2, top + 10);
    for (const item of review.items) {
      context.fillStyle = item.verdict ? theme.green : css([140, 140, 140]);
      context.fillRect(x(item.start), top + 3, Math.max(x(item.stop) - x(item.start), 1), 14);
    }
    const [from, to] = review.view;
    context.strokeStyle = theme.accent;
    context.lineWidth = 1.5;
    context.strokeRect(x(from), top, Math.max(x(to) - x(from), 3), 20);
    context.fillStyle = theme.red;
    context.fillRect(x(review.time), top, 1.5, 20);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} tall
   */
  #paintMoment(context, tall) {
    const at = this.#x(this.review.time);
    if (!this.theme || at < LEFT) return;
    context.fillStyle = this.theme.red;
    context.fillRect(at, 0, 1.5, tall + AXIS);
  }

  /** @param {MouseEvent} event */
  #click = (event) => {
    const [x, y] = spotIn(this.box, event);
    const { review } = this;
    const [from, to] = review.view;
    const share = (x - LEFT) / (this.box.clientWidth - LEFT);
    if (share < 0) return;
    if (y > this.box.clientHeight - WHOLE) {
      this.actions.look(share * review.facts.seconds);
      return;
    }
    const time = from + share * (to - from);
    const { lanes } = this;
    const lane = lanes[Math.floor(y / ((this.box.clientHeight - AXIS - WHOLE) / lanes.length))];
    const under = lane?.items.filter(({ start, stop }) => time >= start && time < stop) ?? [];
    const hit = under.sort((a, b) => length(a) - length(b))[0]; // the one that is painted last
    if (hit?.id) this.actions.choose(hit.id);
    else this.actions.seek(hit ? Math.max(0, hit.start - 1) : time);
  };
}
