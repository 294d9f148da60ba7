// What an exported time line has instead of a kernel: it holds the values.

/** @typedef {import("../link.js").Model} Model */

/** @implements {Model} */
export class PageModel {
  /** @type {Map<string, Set<(...rest: any[]) => void>>} */
  #listeners = new Map();

  /**
   * @param {Record<string, any>} values
   * @param {(message: any) => void} send What is done where a kernel would be told.
   */
  constructor(values, send) {
    this.values = values;
    this.send = send;
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
    this.tell(`change:${name}`);
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

  save_changes() {} // there is nobody to tell

  /**
   * @param {string} event
   * @param {...unknown} rest
   */
  tell(event, ...rest) {
    this.#listeners.get(event)?.forEach((listener) => listener(...rest));
  }
}
