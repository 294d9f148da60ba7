// What the reader says about the chosen clip, and all of it as a table to download.

import { csv } from "./csv.js";
import { button, h, press } from "./dom.js";

/** @typedef {import("./state.js").State} State */

const MARKS = ["mislabelled", "ambiguous", "bad skeleton"]; // as in notes.py
const COLUMNS = "id,split,group,label,label_name,predicted,predicted_name,mark,comment,saved";

export class NoteForm {
  /**
   * @param {State} state
   * @param {import("./keeper.js").Keeper} keeper
   * @param {(sentence: string) => void} onrefusal
   */
  constructor(state, keeper, onrefusal) {
    this.state = state;
    this.keeper = keeper;
    this.onrefusal = onrefusal;
    this.marks = MARKS.map((mark) => this.#markButton(mark));
    this.comment = h("input", {
      ...{ class: "mg-comment", type: "text", placeholder: "comment", "aria-label": "Comment on the clip" },
      onchange: () => this.#submit(this.#mark),
    });
    this.says = h("span", { class: "mg-faint mg-line", role: "status" });
    const lead = h("span", { class: "mg-faint" }, "This clip is");
    this.box = h("div", { class: "mg-note" }, lead, ...this.marks, this.comment, this.says);
  }

  /** The note on the chosen clip. */
  show() {
    const isNone = this.state.clip < 0;
    this.marks.forEach((one, at) => {
      one.disabled = isNone;
      press(one, this.#mark === MARKS[at]);
    });
    this.comment.disabled = isNone;
    if (document.activeElement !== this.comment) this.comment.value = this.#note?.comment || "";
    const isWaiting = !isNone && this.keeper.isWaiting(this.state.data.ids[this.state.clip]);
    const waiting = this.keeper.isLost ? "not saved: the kernel is gone" : "saving …";
    this.says.textContent = isWaiting ? waiting : this.#note ? "saved" : "";
  }

  /** @param {{ error?: string, kept?: string }} answer Of whoever keeps the notes. */
  confirm({ error, kept }) {
    if (error) this.onrefusal(error);
    this.says.textContent = error ? "not saved" : `saved ${kept || ""}`;
  }

  get #note() {
    return this.state.noteOn(this.state.clip);
  }

  get #mark() {
    return this.#note?.mark || "";
  }

  /** @param {string} mark */
  #markButton(mark) {
    const toggle = () => this.#submit(this.#mark === mark ? "" : mark);
    return button(mark, `Mark the clip as ${mark}`, toggle, { "aria-pressed": "false" });
  }

  /** @param {string} mark */
  #submit(mark) {
    const { data, clip } = this.state;
    if (clip < 0) return;
    this.keeper.post({ kind: "note", id: data.ids[clip], mark, comment: this.comment.value.trim() });
  }
}

/**
 * The notes as CSV, with what the clips are and were taken for.
 *
 * @param {State} state
 */
export function notesTable(state) {
  const { data } = state;
  /** @type {unknown[][]} */
  const rows = [];
  data.ids.forEach((id, row) => {
    const note = state.noteOn(row);
    if (!note) return;
    const clip = [id, data.splitOf(row), data.groupName(row), data.labels[row], data.labelName(row)];
    const answer = [state.answer(row), state.answerName(row)];
    rows.push([...clip, ...answer, note.mark, note.comment, note.saved]);
  });
  return csv(COLUMNS.split(","), rows);
}
