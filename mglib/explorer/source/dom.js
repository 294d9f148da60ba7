// Small things of which panels are made: elements, controls, a canvas, a hint under the pointer.

/** @typedef {string | Node | null | undefined | false} Child */
/** @typedef {[number, number]} Spot In pixels: x, y. */

/**
 * An element; attributes that begin with "on" are listeners, those that are false or missing are left out.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value !== false && value != null) element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child || child === "") element.append(child);
  return element;
}

/** The name space of SVG, as the browser has it. */
export const SVG = globalThis.document ? nameSpace() : "";

function nameSpace() {
  const template = document.createElement("template");
  template.innerHTML = "<svg></svg>";
  return template.content.firstElementChild?.namespaceURI ?? "";
}

/**
 * An element of a drawing.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} attributes
 * @param {...Child} children
 */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  for (const child of children) if (child) element.append(child);
  return element;
}

/**
 * @param {string} text
 * @param {string} title What it does, for pointers and screen readers.
 * @param {() => void} onclick
 * @param {Record<string, unknown>} [more] Attributes.
 */
export function button(text, title, onclick, more = {}) {
  // who speaks to a computer says what is written on the button
  const isSaid = !/[a-z]/i.test(text) || title.toLowerCase().includes(text.toLowerCase());
  const label = isSaid ? title : `${text}: ${title}`;
  return h("button", { class: "mg-button", type: "button", title, "aria-label": label, onclick, ...more }, text);
}

/**
 * @param {string} label
 * @param {[string, string][]} options Value and text of each.
 * @param {string} value
 * @param {(value: string) => void} onchange
 */
export function select(label, options, value, onchange) {
  const attributes = { class: "mg-select", "aria-label": label, title: label, onchange: () => onchange(list.value) };
  const list = h("select", attributes);
  for (const [key, text] of options) list.append(h("option", { value: key, selected: key === value }, text));
  return list;
}

/**
 * A check box with its text.
 *
 * @param {string} text
 * @param {string} title
 * @param {(on: boolean) => void} onchange
 */
export function tick(text, title, onchange) {
  const box = h("input", { type: "checkbox", onchange: () => onchange(box.checked) });
  return { label: h("label", { class: "mg-tick", title }, box, text), box };
}

/**
 * Whether a button that stays down is down.
 *
 * @param {Element} element
 * @param {boolean} on
 */
export const press = (element, on) => element.setAttribute("aria-pressed", String(on));

/** A canvas that fills its parent, sharp on any screen. */
export class Sheet {
  /** @param {Element} parent */
  constructor(parent) {
    this.canvas = h("canvas", { class: "mg-sheet", "aria-hidden": "true" });
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    parent.append(this.canvas);
  }

  /**
   * Wipes it, at a size in CSS pixels, and returns what to paint with.
   *
   * @param {number} width
   * @param {number} height
   */
  clear(width, height) {
    const { canvas, context } = this;
    const ratio = window.devicePixelRatio || 1;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }
}

/** A sentence beside the pointer. */
export class Hint {
  /** @param {Element} parent */
  constructor(parent) {
    this.box = h("div", { class: "mg-hint", role: "tooltip", hidden: true });
    parent.append(this.box);
  }

  hide() {
    this.box.hidden = true;
  }

  /**
   * @param {string} text
   * @param {{ left?: number, right?: number, top: number }} place Pixels from the edges of the parent.
   */
  show(text, { left, right, top }) {
    /** @param {number} [x] */
    const pixels = (x) => (x === undefined ? "" : `${x}px`);
    this.box.hidden = false;
    this.box.textContent = text;
    Object.assign(this.box.style, { left: pixels(left), right: pixels(right), top: pixels(top) });
  }
}

/**
 * Text cut to a width in pixels, at the context's font: in the middle, since names often begin alike, or end alike.
 *
 * @param {Pick<CanvasRenderingContext2D, "measureText">} context
 * @param {string} text
 * @param {number} width
 */
export function shorten(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  const cut = (/** @type {number} */ kept) =>
    `${text.slice(0, Math.ceil(kept / 2)).trimEnd()}…${text.slice(text.length - Math.floor(kept / 2)).trimStart()}`;
  let kept = text.length - 1;
  while (kept > 1 && context.measureText(cut(kept)).width > width) kept--;
  return cut(kept);
}

/**
 * Where a pointer is in a box.
 *
 * @param {Element} box
 * @param {MouseEvent} event
 * @returns {Spot}
 */
export function spotIn(box, event) {
  const area = box.getBoundingClientRect();
  return [event.clientX - area.left, event.clientY - area.top];
}
