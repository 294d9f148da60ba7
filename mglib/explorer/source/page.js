// An exported page: does what a kernel would do. Holds the values, keeps notes in the browser, hands out pictures.

import { render } from "./app.js";
import { decode, find, followScheme, inflate } from "./content.js";
import { recall, remember } from "./memory.js";

/** @typedef {import("./link.js").Model} Model */
/** @typedef {import("./state.js").Note} Note */

/**
 * What `export.py` writes into the page.
 *
 * @typedef {object} Content
 * @property {import("./data.js").Facts} meta
 * @property {Partial<import("./state.js").View>} view
 * @property {Record<string, Note>} notes
 * @property {import("./ratings.js").Decisions} [decisions]
 * @property {Record<string, import("./slices.js").Slice>} [slices]
 * @property {Record<string, string>} frames Row -> pictures, in base64.
 */

const KEPT = "in this browser; download to keep";
const NOT_KEPT = "in this page only; download to keep";

/** @type {Record<string, string>} What only a kernel can do. */
const ABSENT = {
  neighbours: "This page has no neighbours for this stream; choose another, or open the run in a notebook.",
  label_check: "This page was written before the labels were judged.",
  context: "This page has no pictures of the seconds around the clip.",
};

/** Shows the page's explorer. */
export async function openPage() {
  followScheme(find("theme"));
  /** @type {Content} */
  const content = JSON.parse(find("content").textContent ?? "");
  const data = await inflate(decode(find("data").textContent ?? ""));
  render({ model: new PageModel(content, data), el: find("explorer") });
}

/** @implements {Model} */
class PageModel {
  /** @type {Map<string, Set<(...rest: any[]) => void>>} */
  #listeners = new Map();

  /**
   * @param {Content} content
   * @param {DataView} data
   */
  constructor({ meta, view, notes, decisions, slices, frames }, data) {
    this.frames = frames;
    this.place = `notes of ${meta.run}`;
    this.said = `decisions and slices of ${meta.run}`;
    const said = recall(this.said);
    /** @type {Record<string, any>} */
    this.values = {
      ...{ meta, data, notes: { ...notes, ...recall(this.place) }, selected: [] },
      view: { ...view, at: location.hash.slice(1) },
      decisions: { ...decisions, ...said.decisions },
      slices: { ...slices, ...said.slices },
    };
  }

  /** @param {string} name */
  get(name) {
    return this.values[name];
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  set(name, value) {
    this.values[name] = value;
    this.#tell(`change:${name}`);
  }

  /**
   * @param {string} event
   * @param {(...rest: any[]) => void} listener
   */
  on(event, listener) {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
  }

  /**
   * @param {string} event
   * @param {(...rest: any[]) => void} listener
   */
  off(event, listener) {
    this.#listeners.get(event)?.delete(listener);
  }

  /** The address follows what is looked at, so that it can be sent to somebody. */
  save_changes() {
    const { at } = this.values.view;
    // a page inside of another, as in the report, has no address of its own
    if (at && location.protocol !== "about:") history.replaceState(null, "", `#${at}`);
  }

  /** @param {string} address */
  linkTo(address) {
    return `${location.href.split("#")[0]}#${address}`;
  }

  /** @param {any} message */
  send(message) {
    if (message.kind === "note") this.#keepNote(message);
    if (message.kind === "frames") this.#handOut(message.rows);
    if (message.kind === "decision") this.#decide(message);
    if (message.kind === "slice") this.#change("slices", message.id, message.content, message);
    if (message.kind in ABSENT) {
      const { kind, row, system } = message;
      this.#tell("msg:custom", { kind, row, system, error: ABSENT[message.kind] }, []);
    }
  }

  /**
   * @param {string} event
   * @param {...unknown} rest
   */
  #tell(event, ...rest) {
    this.#listeners.get(event)?.forEach((listener) => listener(...rest));
  }

  /** @param {{ id: string, mark: string, comment: string }} note */
  #keepNote({ id, mark, comment }) {
    const note = { mark, comment, saved: new Date().toISOString() };
    this.set("notes", { ...this.values.notes, [id]: note });
    const isKept = remember(this.place, this.values.notes);
    this.#tell("msg:custom", { kind: "saved", id, kept: isKept ? KEPT : NOT_KEPT }, []);
  }

  /** @param {any} message */
  #decide(message) {
    const { clip, rater, decision } = message;
    const own = { ...this.values.decisions[rater] };
    if (decision) own[clip] = { ...pick(message), saved: new Date().toISOString() };
    else delete own[clip];
    this.#change("decisions", rater, own, message);
  }

  /**
   * @param {"decisions" | "slices"} name
   * @param {string} key
   * @param {object | null} content Null removes it.
   * @param {{ kind: string, id: string }} message
   */
  #change(name, key, content, { kind, id }) {
    const values = { ...this.values[name], [key]: content };
    if (!content) delete values[key];
    this.set(name, values);
    const { decisions, slices } = this.values;
    const isKept = remember(this.said, { decisions, slices });
    this.#tell("msg:custom", { kind: "saved", of: kind, id, kept: isKept ? KEPT : NOT_KEPT }, []);
  }

  /** @param {number[]} rows */
  #handOut(rows) {
    for (const row of rows) {
      const strip = this.frames[row];
      if (strip) this.#tell("msg:custom", { kind: "frames", row }, [new DataView(decode(strip).buffer)]);
    }
  }
}

/** @param {import("./ratings.js").Decision} message */
const pick = ({ decision, was, label, reason, confidence, blind, split }) => ({
  ...{ decision, was, label, reason, confidence, blind, split },
});
