// What the reader takes along: the matrix for a paper, tables, and the address of what is looked at.

import { addressOf } from "./address.js";
import { PAPER } from "./colours.js";
import { csv, csvBlob, saveFile } from "./csv.js";
import { button, h, SVG } from "./dom.js";
import { Drawing, placeOnPaper } from "./drawing.js";
import { notesTable } from "./notes.js";
import { Vector } from "./vector.js";
import { colourKeys, headline } from "./wording.js";

/** @typedef {import("./state.js").State} State */

const SHARP = 4; // pixels of a picture a pixel of the drawing: 300 dots an inch where it is 8 inches wide
const CLOSED = "The clipboard is closed to this page, so a file was saved instead.";

export class Takeaways {
  /**
   * @param {State} state
   * @param {(address: string) => string} link What leads back here.
   * @param {(sentence: string) => void} tell
   */
  constructor(state, link, tell) {
    this.state = state;
    this.link = link;
    this.tell = tell;
    const items = [
      this.#item("copy the matrix as SVG", () => this.#copy(svgOf(this.state), "svg")),
      this.#item("copy the matrix as PNG", async () => this.#copy(await pngOf(this.state), "png")),
      this.#item("save the matrix as SVG", () => this.#save("confusions", "svg", svgOf(this.state))),
      this.#item("save the matrix as PNG", async () => this.#save("confusions", "png", await pngOf(this.state))),
      this.#item("pairs as CSV", () => this.#save("pairs", "csv", csvBlob(pairsTable(this.state)))),
      this.#item("clips as CSV", () => this.#save("clips", "csv", csvBlob(clipsTable(this.state)))),
      this.#item("notes as CSV", () => this.#save("notes", "csv", csvBlob(notesTable(this.state)))),
      this.#item("copy a link to this view", () => this.#copyLink()),
    ];
    const summary = h("summary", { class: "mg-button" }, "copy, save ▾");
    this.list = h("div", { class: "mg-items-to-take", role: "group", "aria-label": "Copy or save" }, ...items);
    this.box = h(
      "details",
      {
        class: "mg-menu",
        onfocusout: (/** @type {FocusEvent} */ { relatedTarget }) =>
          this.box.contains(/** @type {Node | null} */ (relatedTarget)) || this.box.removeAttribute("open"),
        onkeydown: (/** @type {KeyboardEvent} */ { key }) => key === "Escape" && this.#close(),
      },
      summary,
      this.list,
    );
  }

  /**
   * @param {string} text
   * @param {() => void | Promise<void>} act
   */
  #item(text, act) {
    return button(text, text, async () => {
      await act();
      this.#close();
    });
  }

  #close() {
    this.box.removeAttribute("open");
    this.box.querySelector("summary")?.focus();
  }

  /**
   * @param {string} what
   * @param {string} kind
   * @param {Blob} content
   */
  #save(what, kind, content) {
    saveFile(`${what}-${this.state.data.facts.run}-${this.state.view.split}.${kind}`, content);
  }

  /**
   * @param {Blob} picture
   * @param {"svg" | "png"} kind
   */
  async #copy(picture, kind) {
    const offers = { [picture.type]: picture };
    if (kind === "svg") offers["text/plain"] = new Blob([picture], { type: "text/plain" });
    const known = Object.entries(offers).filter(([type]) => ClipboardItem.supports?.(type) ?? type !== "image/svg+xml");
    try {
      await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(known))]);
      this.tell(`The matrix is in the clipboard, as ${kind.toUpperCase()}.`);
    } catch {
      this.#save("confusions", kind, picture);
      this.tell(CLOSED);
    }
  }

  async #copyLink() {
    const link = this.link(addressOf(this.state));
    try {
      await navigator.clipboard.writeText(link);
      this.tell(`In the clipboard: ${link}`);
    } catch {
      this.tell(link);
    }
  }
}

/** @param {State} state */
function svgOf(state) {
  const pen = new Vector(ruler());
  const { width, height } = draw(state, pen);
  return new Blob([pen.text(width, height, titleOf(state), SVG)], { type: "image/svg+xml" });
}

/**
 * @param {State} state
 * @returns {Promise<Blob>}
 */
function pngOf(state) {
  const pen = ruler();
  const { width, height } = placeOnPaper(state, PAPER, pen);
  Object.assign(pen.canvas, { width: SHARP * Math.ceil(width), height: SHARP * Math.ceil(height) });
  pen.fillStyle = PAPER.ground;
  pen.fillRect(0, 0, pen.canvas.width, pen.canvas.height);
  pen.scale(SHARP, SHARP);
  draw(state, pen);
  return new Promise((done, fail) =>
    pen.canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("The browser made no picture."))), "image/png"),
  );
}

/**
 * @param {State} state
 * @param {import("./vector.js").Pen} pen
 */
function draw(state, pen) {
  const place = placeOnPaper(state, PAPER, pen);
  const drawing = new Drawing(state, PAPER, pen, place);
  drawing.paint();
  drawing.paintKey(colourKeys(state));
  return place;
}

const ruler = () => /** @type {CanvasRenderingContext2D} */ (h("canvas").getContext("2d"));

/** @param {State} state */
const titleOf = (state) => `${state.data.facts.run}: ${headline(state)}`;

/**
 * The confused pairs as they are sorted.
 *
 * @param {State} state
 */
export function pairsTable({ pairs, units, data }) {
  const other = data.facts.other ? ["other_run", "difference"] : [];
  const columns = ["true", "taken_for", "clips", "of", "share", "low", "high", "groups", "back", "lift", ...other];
  const rows = pairs.map(({ i, j, count, n, rate, range, groups, back, lift, before, change }) => [
    ...[units[i].name, units[j].name, count, n, rate.toFixed(4), ...range.map((bound) => bound.toFixed(4)), groups],
    ...[back, lift.toFixed(3), ...(other.length ? [before, change] : [])],
  ]);
  return csv(columns, rows);
}

/**
 * The clips in the list as they are sorted.
 *
 * @param {State} state
 */
export function clipsTable(state) {
  const { data, rows, epoch } = state;
  const p = epoch ? "probability_of_label" : "probability";
  const columns = ["id", "split", data.facts.group_kind, "label", "taken_for", p, "seconds", "mark", "comment"];
  return csv(
    columns,
    rows.map((row) => {
      const note = state.noteOn(row);
      const clip = [data.ids[row], data.splitOf(row), data.groupName(row), data.labelName(row), state.answerName(row)];
      return [...clip, state.confidence(row).toFixed(4), data.seconds(row).toFixed(2), note?.mark, note?.comment];
    }),
  );
}
