// What comes before and after a clip in the recording that it was cut out of: gestures by name, and seconds that play.

import { button, h, Sheet } from "./dom.js";

const AROUND = 3; // seconds before and after; as in context.py
const COLUMNS = 8; // of the pictures, and how many there are; as in context.py
const TILES = 48;
const [MISSING, LAST] = [255, 254]; // of a joint; others lie at 0 to LAST across the clip's box
const PACE = 33; // milliseconds between two pictures

/** @typedef {{ image: HTMLImageElement, start: number, stop: number } | null} Pictures Null: on their way, or refused. */

export class Context {
  /** @type {Map<number, Pictures>} */
  #pictures = new Map();
  #time = 0;
  #timer = 0;

  /**
   * @param {import("./state.js").State} state
   * @param {import("./state.js").Actions} actions
   * @param {import("./media.js").Media} media
   * @param {(message: object) => void} ask
   */
  constructor(state, actions, media, ask) {
    this.state = state;
    this.actions = actions;
    this.media = media;
    this.ask = ask;
    this.says = h("p", { class: "mg-lead", role: "status" });
    this.line = h("div", { class: "mg-around" });
    this.now = h("i", { class: "mg-now" });
    this.stage = h("div", { class: "mg-stage", role: "img" });
    this.sheet = new Sheet(this.stage);
    const play = button("▶ with what is around", "Play the seconds before, the clip, and the seconds after", () =>
      this.play(),
    );
    this.box = h("div", { class: "mg-panel mg-context" }, h("header", {}, play), this.says, this.line, this.stage);
  }

  show() {
    clearInterval(this.#timer);
    const row = this.state.clip;
    if (this.box.hidden || row < 0) return;
    const span = this.#span(row);
    this.line.replaceChildren();
    if (!span) {
      this.says.textContent = "Where this clip lies in a longer recording is not known.";
      return;
    }
    const near = this.#neighbours(row);
    this.#time = span.start;
    this.says.textContent = this.#sentence(row, near);
    this.line.append(...near.map((each) => this.#bar(each, row, span)), this.now);
    if (this.state.data.facts.pictures && !this.#pictures.has(row)) {
      this.#pictures.set(row, null);
      this.ask({ kind: "context", row });
    }
    near.forEach((each) => this.media.want([each]));
    this.#paint();
  }

  play() {
    clearInterval(this.#timer);
    const span = this.#span(this.state.clip);
    if (!span) return;
    this.#time = span.start;
    this.#timer = setInterval(() => {
      this.#time += PACE / 1000;
      if (this.#time >= span.stop || !this.box.isConnected || this.box.hidden) clearInterval(this.#timer);
      this.#paint();
    }, PACE);
  }

  /**
   * @param {{ row: number, start: number, stop: number, error?: string }} answer
   * @param {DataView<ArrayBuffer>[]} buffers
   */
  receive({ row, start, stop, error }, [content]) {
    if (error) {
      if (row === this.state.clip) this.says.textContent += ` ${error}`;
      return;
    }
    const image = new Image();
    image.onload = () => this.#paint();
    image.src = URL.createObjectURL(new Blob([content], { type: "image/webp" }));
    this.#pictures.set(row, { image, start, stop });
  }

  /**
   * Seconds of the recording that are shown; null where nobody knows.
   *
   * @param {number} row
   */
  #span(row) {
    const { data } = this.state;
    const [start, stop] = [data.find("start")?.[row] ?? NaN, data.find("stop")?.[row] ?? NaN];
    return Number.isNaN(start) ? null : { start: Math.max(0, start - AROUND), stop: stop + AROUND };
  }

  /** Clips of the recording that are shown at least in part, in order. @param {number} row */
  #neighbours(row) {
    const { data } = this.state;
    const [video, start, stop] = ["video", "start", "stop"].map((name) => data.array(name));
    const span = this.#span(row) ?? { start: 0, stop: 0 };
    const rows = [...video.keys()].filter(
      (each) => video[each] === video[row] && start[each] < span.stop && stop[each] > span.start,
    );
    return rows.sort((a, b) => start[a] - start[b]);
  }

  /**
   * @param {number} row
   * @param {number[]} near
   */
  #sentence(row, near) {
    const { data } = this.state;
    const at = near.indexOf(row);
    const name = (/** @type {number | undefined} */ each) =>
      each === undefined ? "nothing that was labelled" : data.labelName(each);
    const times = ["start", "stop"].map((what) => data.array(what)[row].toFixed(1));
    return `${times[0]} to ${times[1]} s of the recording. Before: ${name(near[at - 1])}; after: ${name(near[at + 1])}.`;
  }

  /**
   * @param {number} each
   * @param {number} row
   * @param {{ start: number, stop: number }} span
   */
  #bar(each, row, { start, stop }) {
    const { data } = this.state;
    const share = (/** @type {number} */ time) =>
      (100 * (Math.min(Math.max(time, start), stop) - start)) / (stop - start);
    const [left, right] = [share(data.array("start")[each]), 100 - share(data.array("stop")[each])];
    const bar = button(
      data.labelName(each),
      `${data.ids[each]}: ${data.labelName(each)}`,
      () => this.actions.openClip(each),
      {
        class: `mg-bar-clip${each === row ? " mg-chosen" : ""}`,
      },
    );
    bar.style.left = `${left}%`;
    bar.style.right = `${right}%`;
    return bar;
  }

  #paint() {
    const row = this.state.clip;
    const span = row < 0 ? null : this.#span(row);
    const { clientWidth: width, clientHeight: height } = this.stage;
    const context = this.sheet.clear(width, height);
    if (!span) return;
    this.now.style.left = `${(100 * (this.#time - span.start)) / (span.stop - span.start)}%`;
    this.stage.dataset.time = this.#time.toFixed(2);
    const side = Math.min(width, height);
    context.translate((width - side) / 2, (height - side) / 2);
    this.#paintPicture(context, row, side);
    const { data } = this.state;
    const shown = this.#neighbours(row).find(
      (each) => data.array("start")[each] <= this.#time && this.#time < data.array("stop")[each],
    );
    if (shown !== undefined) this.#paintSkeleton(context, shown, row, side);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} row
   * @param {number} side
   */
  #paintPicture(context, row, side) {
    const pictures = this.#pictures.get(row);
    if (!pictures?.image.complete) return;
    const { image, start, stop } = pictures;
    const number = Math.min(TILES - 1, Math.max(0, Math.round(((this.#time - start) / (stop - start)) * (TILES - 1))));
    const tile = image.width / COLUMNS;
    context.drawImage(
      image,
      (number % COLUMNS) * tile,
      Math.floor(number / COLUMNS) * tile,
      tile,
      tile,
      0,
      0,
      side,
      side,
    );
  }

  /**
   * The skeleton of a clip, in the box of the chosen one.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {number} each
   * @param {number} row
   * @param {number} side
   */
  #paintSkeleton(context, each, row, side) {
    const { data } = this.state;
    const points = this.media.skeleton(each);
    const [box, shape] = [data.find("box"), data.facts.skeletons];
    if (!points || !box || !shape) return;
    const [, moments, joints] = shape;
    const [start, stop] = [data.array("start")[each], data.array("stop")[each]];
    const moment = Math.round(((this.#time - start) / (stop - start)) * (moments - 1));
    const place = (/** @type {number} */ joint, /** @type {0 | 1} */ axis) => {
      const step = points[2 * (moment * joints + joint) + axis] / LAST;
      const pixel = box[3 * each + axis] + step * box[3 * each + 2];
      return ((pixel - box[3 * row + axis]) / box[3 * row + 2]) * side;
    };
    context.strokeStyle = each === row ? "#f0f2f4" : "#9aa2ac";
    context.lineWidth = 2;
    for (const [a, b] of data.facts.limbs) {
      if ([a, b].some((joint) => points[2 * (moment * joints + joint)] === MISSING)) continue;
      context.beginPath();
      context.moveTo(place(a, 0), place(a, 1));
      context.lineTo(place(b, 0), place(b, 1));
      context.stroke();
    }
  }
}
