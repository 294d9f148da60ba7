// A drawing as SVG: takes the calls that a canvas takes, as far as the matrix makes them, and writes them down.

/**
 * What the matrix draws with: a canvas's context, or a `Vector`.
 *
 * @typedef {Pick<CanvasRenderingContext2D, "fillStyle" | "strokeStyle" | "lineWidth" | "font" | "textAlign" |
 *   "textBaseline" | "measureText" | "fillRect" | "strokeRect" | "fillText" | "beginPath" | "moveTo" | "lineTo" |
 *   "stroke" | "save" | "restore" | "translate" | "rotate">} Pen
 */

/** @implements {Pen} */
export class Vector {
  /** @type {CanvasRenderingContext2D["fillStyle"]} */
  fillStyle = "#000000";
  /** @type {CanvasRenderingContext2D["strokeStyle"]} */
  strokeStyle = "#000000";
  lineWidth = 1;
  font = "10px sans-serif";
  /** @type {CanvasTextAlign} */
  textAlign = "left";
  /** @type {CanvasTextBaseline} */
  textBaseline = "middle";
  /** @type {string[]} */
  #parts = [];
  #path = "";
  #open = 0; // groups of the last `save`

  /** @param {CanvasRenderingContext2D} ruler Knows how wide text is. */
  constructor(ruler) {
    this.ruler = ruler;
  }

  /** @param {string} text */
  measureText(text) {
    this.ruler.font = this.font;
    return this.ruler.measureText(text);
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   */
  fillRect(x, y, width, height) {
    this.#parts.push(`<rect ${boxOf(x, y, width, height)} fill="${this.fillStyle}"/>`);
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   */
  strokeRect(x, y, width, height) {
    this.#parts.push(`<rect ${boxOf(x, y, width, height)} fill="none" ${this.#stroke}/>`);
  }

  /**
   * @param {string} text
   * @param {number} x
   * @param {number} y
   */
  fillText(text, x, y) {
    const [, weight = "400", size, family] = /^(?:(\d+) )?([\d.]+)px (.*)$/.exec(this.font) ?? [];
    const anchor = { center: "middle", right: "end", end: "end" }[String(this.textAlign)] ?? "start";
    const look = `font-size="${round(Number(size))}" font-weight="${weight}" font-family="${escape(family)}"`;
    const place = `x="${round(x)}" y="${round(y)}" dy="0.35em" text-anchor="${anchor}"`;
    this.#parts.push(`<text ${place} ${look} fill="${this.fillStyle}">${escape(text)}</text>`);
  }

  beginPath() {
    this.#path = "";
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  moveTo(x, y) {
    this.#path += `M${round(x)} ${round(y)}`;
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  lineTo(x, y) {
    this.#path += `L${round(x)} ${round(y)}`;
  }

  stroke() {
    this.#parts.push(`<path d="${this.#path}" fill="none" ${this.#stroke}/>`);
  }

  save() {
    this.#open = 0;
  }

  restore() {
    this.#parts.push("</g>".repeat(this.#open));
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  translate(x, y) {
    this.#group(`translate(${round(x)} ${round(y)})`);
  }

  /** @param {number} angle */
  rotate(angle) {
    this.#group(`rotate(${round((180 * angle) / Math.PI)})`);
  }

  /**
   * @param {number} width Pixels.
   * @param {number} height
   * @param {string} title What is drawn.
   * @param {string} space The name space of SVG.
   */
  text(width, height, title, space) {
    const [w, h] = [Math.ceil(width), Math.ceil(height)];
    const open = `<svg xmlns="${space}" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">`;
    const ground = `<rect width="${w}" height="${h}" fill="#ffffff"/>`;
    return `${open}\n<title>${escape(title)}</title>\n${ground}\n${this.#parts.join("\n")}\n</svg>\n`;
  }

  get #stroke() {
    return `stroke="${this.strokeStyle}" stroke-width="${this.lineWidth}"`;
  }

  /** @param {string} transform */
  #group(transform) {
    this.#parts.push(`<g transform="${transform}">`);
    this.#open++;
  }
}

/** @param {number} value */
const round = (value) => Number(value.toFixed(2));

/**
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
const boxOf = (x, y, width, height) =>
  `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;

/** @param {string} text */
const escape = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
