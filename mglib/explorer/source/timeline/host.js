// What an exported page has instead of a host: it reads its own content, and holds the values that a kernel would.

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

/**
 * What the browser keeps under a name.
 *
 * @param {string} place
 */
export function remembered(place) {
  try {
    return JSON.parse(localStorage.getItem(place) ?? "{}") || {};
  } catch {
    return {};
  }
}

/**
 * @param {string} place
 * @param {object} values
 */
export function remember(place, values) {
  try {
    localStorage.setItem(place, JSON.stringify(values));
  } catch {
    // private browsing: the reader downloads them
  }
}

/**
 * Dark or light as the system is, until the reader decides.
 *
 * @param {HTMLElement} button
 */
export function followScheme(button) {
  const { dataset } = document.documentElement;
  dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  button.onclick = () => (dataset.theme = dataset.theme === "dark" ? "light" : "dark");
}

/** @param {string} id */
export const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {string} text Base64. */
export const decode = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** @param {Uint8Array<ArrayBuffer>} bytes */
export async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new DataView(await new Response(stream).arrayBuffer());
}
