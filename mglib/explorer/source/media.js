// Skeletons and pictures of clips: at hand, asked for, or refused with a sentence.

const MOST_PICTURES = 48; // clips whose pictures are kept

/** @typedef {{ kind: "skeletons", rows: number[] } | { kind: "frames", row: number, error?: string }} Answer */

export class Media {
  /** @type {Map<number, Uint8Array>} */
  #skeletons = new Map();
  /** @type {Map<number, HTMLImageElement | null>} Null while they are on their way. */
  #pictures = new Map();
  /** @type {Set<number>} Clips whose skeletons were asked for. */
  #asked = new Set();
  #isRefused = false;

  /**
   * @param {import("./state.js").State} state
   * @param {(message: object) => void} ask
   * @param {() => void} onarrival
   * @param {(sentence: string) => void} onrefusal
   */
  constructor(state, ask, onarrival, onrefusal) {
    this.state = state;
    this.ask = ask;
    this.onarrival = onarrival;
    this.onrefusal = onrefusal;
  }

  /**
   * A clip's joints [moments, joints, 2], in steps across its box.
   *
   * @param {number} row
   */
  skeleton(row) {
    const { data } = this.state;
    const all = data.find("points");
    const size = this.#skeletonSize();
    return all ? all.subarray(row * size, (row + 1) * size) : this.#skeletons.get(row);
  }

  /**
   * A clip's pictures, side by side.
   *
   * @param {number} row
   */
  picture(row) {
    const image = this.#pictures.get(row);
    return image?.complete && image.naturalWidth ? image : null;
  }

  /**
   * Sees to it that skeletons, and pictures where they are shown, are at hand soon.
   *
   * @param {number[]} rows
   */
  want(rows) {
    const { data, view } = this.state;
    const lacking = data.facts.skeletons ? rows.filter((row) => !this.skeleton(row) && !this.#asked.has(row)) : [];
    lacking.forEach((row) => this.#asked.add(row));
    if (lacking.length) this.ask({ kind: "skeletons", rows: lacking });
    if (!view.video || this.#isRefused) return;
    const blind = rows.filter((row) => !this.#pictures.has(row));
    blind.forEach((row) => this.#pictures.set(row, null));
    if (blind.length) this.ask({ kind: "frames", rows: blind });
  }

  /** Asks again for what was refused. */
  retry() {
    this.#isRefused = false;
  }

  /**
   * @param {Answer} answer
   * @param {DataView<ArrayBuffer>[]} buffers
   */
  receive(answer, [content]) {
    if (answer.kind === "skeletons") {
      const size = this.#skeletonSize();
      answer.rows.forEach((row, at) =>
        this.#skeletons.set(row, new Uint8Array(content.buffer, content.byteOffset + at * size, size)),
      );
    } else if (answer.error) {
      this.#pictures.delete(answer.row);
      this.#isRefused = true;
      this.onrefusal(answer.error);
    } else {
      this.#keepPicture(answer.row, content);
    }
    this.onarrival();
  }

  /** In bytes. */
  #skeletonSize() {
    const [, ...shape] = this.state.data.facts.skeletons ?? [0, 0];
    return shape.reduce((a, b) => a * b, 1);
  }

  /**
   * @param {number} row
   * @param {DataView<ArrayBuffer>} content
   */
  #keepPicture(row, content) {
    const image = new Image();
    image.onload = () => {
      URL.revokeObjectURL(image.src);
      this.onarrival();
    };
    image.src = URL.createObjectURL(new Blob([content], { type: "image/webp" }));
    this.#pictures.set(row, image);
    const [oldest] = this.#pictures.keys();
    if (this.#pictures.size > MOST_PICTURES) this.#pictures.delete(oldest);
  }
}
