// One clip that plays: its skeleton on the move, over its picture where there is one, and what is known of it.

import { SIDES } from "./colours.js";
import { h, Sheet } from "./dom.js";
import { historyOf } from "./curve.js";
import { likelyClasses, prototypeLine } from "./facts.js";
import { takenFor } from "./wording.js";

/** @typedef {import("./dom.js").Spot} Spot */
/** @typedef {import("./data.js").Values} Values */
/** @typedef {CanvasRenderingContext2D} Context */

const MISSING = 255; // of a joint; others lie at 0 to LAST across the clip's box
const LAST = 254;
const TILE_COLUMNS = 8; // of a clip's pictures; as in frames.py
const EDGE = 4; // pixels around the box

export class Player {
  #row = -1;

  /**
   * @param {import("./state.js").State} state
   * @param {import("./media.js").Media} media
   * @param {import("./clock.js").Clock} clock
   * @param {string} role What the clip is shown for.
   * @param {(epoch: number) => void} goToEpoch
   */
  constructor(state, media, clock, role, goToEpoch) {
    this.goToEpoch = goToEpoch;
    this.state = state;
    this.media = media;
    this.clock = clock;
    this.role = role;
    this.sides = state.data.facts.joints.map(sideOf);
    this.head = h("div", { class: "mg-clip-head" });
    this.stage = h("div", { class: "mg-stage", role: "img" });
    this.sheet = new Sheet(this.stage);
    this.words = h("div", { class: "mg-words" });
    this.stage.append(this.words);
    this.facts = h("div", { class: "mg-facts" });
    this.box = h("article", { class: "mg-player", "aria-label": role }, this.head, this.stage, this.facts);
  }

  /**
   * @param {number} row Of the clip, or -1.
   * @param {string} tag What it is to the reader.
   */
  show(row, tag) {
    this.#row = row;
    if (row < 0) this.#showNone(tag || this.role);
    else this.#showClip(row, tag);
    this.paint();
  }

  /** The skeleton at the clock's time. */
  paint() {
    const { state, media, stage } = this;
    const [width, height, row] = [stage.clientWidth, stage.clientHeight, this.#row];
    const context = this.sheet.clear(width, height);
    const points = row >= 0 && state.data.facts.skeletons ? media.skeleton(row) : null;
    const lack = state.data.facts.skeletons ? "…" : "This run has no skeletons.";
    this.words.textContent = row < 0 || points ? "" : lack;
    if (!points) return;
    const side = Math.min(width, height) - 2 * EDGE;
    const at = this.#moment(row);
    context.translate((width - side) / 2 - EDGE, (height - side) / 2 - EDGE);
    this.#paintPicture(context, Math.round(at), side);
    this.#paintSkeleton(context, this.#spots(points, at, side));
  }

  /** @param {string} tag */
  #showNone(tag) {
    this.head.replaceChildren(h("div", { class: "mg-tag" }, tag), h("strong", {}, "–"));
    this.facts.replaceChildren();
    this.stage.setAttribute("aria-label", "no clip");
  }

  /**
   * @param {number} row
   * @param {string} tag
   */
  #showClip(row, tag) {
    const { state } = this;
    const { data } = state;
    const [id, name] = [data.ids[row], data.labelName(row)];
    const origin = `${id} · ${data.splitOf(row)} · ${data.owner(row)}`;
    this.head.replaceChildren(
      h("div", { class: `mg-tag ${state.isRight(row) ? "mg-right" : "mg-wrong"}`, title: tag }, tag),
      h("strong", { title: `${id}: ${name}` }, name),
      h("div", { class: "mg-faint mg-line", title: id }, origin),
    );
    this.stage.setAttribute("aria-label", `Skeleton of clip ${id}, ${takenFor(state, row)}`);
    const prototypes = prototypeLine(state, row) ?? "";
    this.facts.replaceChildren(likelyClasses(state, row), prototypes, historyOf(state, row, this.goToEpoch));
    this.media.want([row]);
  }

  /**
   * Where the clock stands among the moments of a clip's skeleton.
   *
   * @param {number} row
   */
  #moment(row) {
    const [, moments] = this.state.data.facts.skeletons ?? [0, 1];
    const seconds = this.state.data.seconds(row);
    return seconds ? Math.min(this.clock.time / seconds, 1) * (moments - 1) : 0;
  }

  /**
   * Where the joints are, between two moments; null for those that are missing.
   *
   * @param {Values} points
   * @param {number} at
   * @param {number} side Of the box, pixels.
   */
  #spots(points, at, side) {
    const [, moments, joints] = this.state.data.facts.skeletons ?? [0, 1, 0];
    const moment = Math.floor(at);
    const next = Math.min(moment + 1, moments - 1);
    /** @type {(a: number, b: number, t: number) => number} */
    const between = (a, b, t) => EDGE + ((points[a] + t * (points[b] - points[a])) / LAST) * side;
    return Array.from({ length: joints }, (_, joint) => {
      const [a, b] = [2 * (moment * joints + joint), 2 * (next * joints + joint)];
      if (points[a] === MISSING) return null;
      const t = points[b] === MISSING ? 0 : at - moment;
      return /** @type {Spot} */ ([between(a, b, t), between(a + 1, b + 1, t)]);
    });
  }

  /**
   * @param {Context} context
   * @param {(Spot | null)[]} spots Of the joints.
   */
  #paintSkeleton(context, spots) {
    const { sides } = this;
    context.lineCap = "round";
    for (const isEdge of [true, false]) {
      context.lineWidth = isEdge ? 4.5 : 2.4;
      for (const [a, b] of this.state.data.facts.limbs) {
        const [from, to] = [spots[a], spots[b]];
        if (!from || !to) continue;
        context.strokeStyle = isEdge ? "#16191d" : SIDES[sides[b]];
        context.beginPath();
        context.moveTo(...from);
        context.lineTo(...to);
        context.stroke();
      }
    }
    spots.forEach((spot, joint) => {
      if (!spot) return;
      context.fillStyle = SIDES[sides[joint]];
      context.beginPath();
      context.arc(...spot, 2.3, 0, 7);
      context.fill();
    });
  }

  /**
   * @param {Context} context
   * @param {number} moment
   * @param {number} side Of the box, pixels.
   */
  #paintPicture(context, moment, side) {
    const image = this.state.view.video ? this.media.picture(this.#row) : null;
    if (!image) return;
    const tile = image.width / TILE_COLUMNS;
    const [left, top] = [(moment % TILE_COLUMNS) * tile, Math.floor(moment / TILE_COLUMNS) * tile];
    context.globalAlpha = 0.85;
    context.drawImage(image, left, top, tile, tile, EDGE, EDGE, side, side);
    context.globalAlpha = 1;
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
