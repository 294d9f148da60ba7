// The link to Python: values that both sides know, what the reader looks at, and where Python points.

import { addressOf } from "./address.js";

/**
 * Values shared with Python, as anywidget gives them; page.js stands in for it.
 *
 * @typedef {object} Model
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {() => void} save_changes
 * @property {(message: object) => void} send
 * @property {(event: string, listener: (...rest: any[]) => void) => void} on
 * @property {(event: string, listener: (...rest: any[]) => void) => void} off
 * @property {(address: string) => string} [linkTo] A link to what is looked at, where there is a page to link to.
 * @property {any} [widget_manager] Jupyter's, where there is one.
 */

/** @typedef {{ split: string, stream: string, cell: [number[], number[]] } | { address: string }} Target */

const QUIET = 250; // milliseconds without a choice after which Python is told

export class Link {
  /** Whether nobody listens any more. */
  isCut = false;
  /** What Python was told last. */
  #told = "";
  #toldAt = "";
  #timer = 0;

  /**
   * @param {Model} model
   * @param {import("./state.js").State} state
   */
  constructor(model, state) {
    this.model = model;
    this.state = state;
  }

  /** @returns {Record<string, import("./state.js").Note>} By clip id. */
  get notes() {
    return this.model.get("notes") || {};
  }

  /**
   * Where Python points; null where it points nowhere, or where it was told that the reader looks.
   *
   * @returns {Target | null}
   */
  get given() {
    const { split, stream, cell, at } = this.model.get("view");
    if (at && at !== this.#toldAt) return { address: at };
    if (!cell?.length || this.#told === JSON.stringify([split, stream, cell])) return null;
    return { split, stream, cell };
  }

  /**
   * What leads back to what is looked at.
   *
   * @param {string} address
   */
  linkTo(address) {
    return this.model.linkTo?.(address) ?? `explorer.at = "${address}"`;
  }

  /** Tells Python what is looked at, once the reader rests. */
  report() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), QUIET);
  }

  /**
   * @param {Record<string, (...rest: any[]) => void>} listeners By event.
   * @returns {() => void} Ends it.
   */
  listen(listeners) {
    Object.entries(listeners).forEach(([event, listener]) => this.model.on(event, listener));
    return () => Object.entries(listeners).forEach(([event, listener]) => this.model.off(event, listener));
  }

  #tell() {
    if (this.isCut) return;
    const { view, chosen, units, rows } = this.state;
    const { split, stream, compare } = view;
    const cell = chosen?.map((at) => units[at].classes) ?? [];
    const at = addressOf(this.state);
    [this.#told, this.#toldAt] = [JSON.stringify([split, stream, cell]), at];
    this.model.set("view", { ...this.model.get("view"), split, stream, compare, cell, at });
    this.model.set("selected", [...rows]);
    this.model.save_changes();
  }
}
