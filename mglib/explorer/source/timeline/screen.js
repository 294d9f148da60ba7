// The person at a moment: the skeleton, and the picture behind it where there is one; and the clock that moves it on.

import { SIDES } from "../colours.js";
import { h, Sheet } from "../dom.js";
import { MISSING, STEPS } from "./footage.js";

const PACE = 30; // milliseconds at least between two pictures
const AFTER = 1; // seconds that are played beyond a segment
const MOST = 24; // strips of pictures that are kept

/** @typedef {{ start: number, stop: number, times: number[], image: HTMLImageElement }} Strip */

export class Screen {
  #last = 0;
  isPlaying = false;
  /** Seconds at which playing ends. */
  until = Infinity;
  /** @type {Map<string, Strip>} */
  #strips = new Map();
  /** @type {Set<string>} */
  #asked = new Set();

  /**
   * @param {import("./review.js").Review} review
   * @param {(message: object) => void} ask
   * @param {() => void} ontick
   */
  constructor(review, ask, ontick) {
    this.review = review;
    this.ask = ask;
    this.ontick = ontick;
    this.box = h("div", { class: "mg-stage", role: "img", "aria-label": "The person at this moment" });
    this.sheet = new Sheet(this.box);
    this.words = h("div", { class: "mg-words" });
    this.box.append(this.words);
    this.sides = review.footage.facts.joints.map(sideOf);
  }

  /**
   * Plays on from the moment.
   *
   * @param {number} [until]
   */
  play(until = Infinity) {
    this.until = until;
    this.isPlaying = true;
    this.#last = performance.now();
    requestAnimationFrame(this.#advance);
  }

  /** Plays the chosen segment, and a second more. */
  playItem() {
    const { item } = this.review;
    if (!item) return;
    this.#wantPictures(Math.max(0, item.start - 1), item.stop + AFTER);
    this.play(Math.min(item.stop + AFTER, this.review.facts.seconds));
  }

  stop() {
    this.isPlaying = false;
    this.ontick();
  }

  #advance = (/** @type {number} */ now) => {
    if (!this.isPlaying || !this.box.isConnected) return;
    const passed = now - this.#last;
    if (passed >= PACE) {
      this.#last = now;
      this.review.time += passed / 1000;
      const end = Math.min(this.until, this.review.facts.seconds);
      if (this.review.time >= end) {
        this.review.time = end;
        this.isPlaying = false;
      }
      this.ontick();
    }
    requestAnimationFrame(this.#advance);
  };

  /**
   * @param {number} start
   * @param {number} stop
   */
  #wantPictures(start, stop) {
    const { recording, footage } = this.review;
    const key = `${recording} ${start.toFixed(2)}`;
    if (!footage.facts.pictures.includes(recording) || this.#asked.has(key)) return;
    this.#asked.add(key);
    this.ask({ kind: "pictures", recording, start, stop });
  }

  /**
   * @param {{ recording: number, start: number, stop: number, times?: number[], error?: string }} answer
   * @param {DataView<ArrayBuffer>[]} buffers
   */
  receive({ recording, start, stop, times, error }, [content]) {
    this.words.textContent = error ?? "";
    if (!times) return;
    const image = new Image();
    image.onload = () => {
      URL.revokeObjectURL(image.src);
      this.ontick();
    };
    image.src = URL.createObjectURL(new Blob([content], { type: "image/webp" }));
    this.#strips.set(`${recording} ${start.toFixed(2)}`, { start, stop, times, image });
    const [oldest] = this.#strips.keys();
    if (this.#strips.size <= MOST) return;
    this.#strips.delete(oldest);
    this.#asked.delete(oldest);
  }

  /** The moment, painted. */
  paint() {
    const [width, height] = [this.box.clientWidth, this.box.clientHeight];
    if (width < 20 || height < 20) return;
    const context = this.sheet.clear(width, height);
    if (this.#paintPicture(context, width, height)) return;
    const points = this.review.footage.points(this.review.recording);
    if (points) this.#paintSkeleton(context, points, Math.min(width, height), width);
    else this.words.textContent = "There are no key points of this recording.";
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} width
   * @param {number} height
   * @returns {boolean} Whether there is one for this moment.
   */
  #paintPicture(context, width, height) {
    const { time, recording } = this.review;
    for (const [key, { start, stop, times, image }] of this.#strips) {
      const isIts = key.startsWith(`${recording} `) && time >= start && time <= stop && image.complete;
      if (!isIts || time > times[times.length - 1] + 0.5) continue;
      const tile = image.width / times.length;
      const after = times.findIndex((moment) => moment > time);
      const at = after < 0 ? times.length - 1 : Math.max(after - 1, 0);
      const scale = Math.min(width / tile, height / image.height);
      const [wide, tall] = [tile * scale, image.height * scale];
      context.drawImage(image, at * tile, 0, tile, image.height, (width - wide) / 2, (height - tall) / 2, wide, tall);
      return true;
    }
    return false;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Uint8Array | Uint16Array | Uint32Array} points
   * @param {number} side Of the box, pixels.
   * @param {number} width
   */
  #paintSkeleton(context, points, side, width) {
    const { facts, footage, time } = this.review;
    const { joints, limbs } = footage.facts;
    const number = points.length / (2 * joints.length);
    const at = Math.min(Math.floor(time * (facts.rate ?? 1)), number - 1);
    const spots = joints.map((_, joint) => {
      const place = 2 * (at * joints.length + joint);
      if (points[place] === MISSING) return null;
      const [x, y] = [points[place], points[place + 1]].map((step) => (step / STEPS) * side);
      return /** @type {[number, number]} */ ([x + (width - side) / 2, y]);
    });
    context.lineWidth = 2.5;
    context.lineCap = "round";
    for (const [a, b] of limbs) {
      const [from, to] = [spots[a], spots[b]];
      if (!from || !to) continue;
      context.strokeStyle = SIDES[this.sides[b]];
      context.beginPath();
      context.moveTo(...from);
      context.lineTo(...to);
      context.stroke();
    }
    this.words.textContent = spots.some(Boolean) ? "" : "Nobody is seen.";
  }
}

/**
 * The person's own side that a joint is on.
 *
 * @param {string} joint
 * @returns {keyof typeof SIDES}
 */
function sideOf(joint) {
  if (joint.startsWith("left")) return "left";
  return joint.startsWith("right") ? "right" : "centre";
}
