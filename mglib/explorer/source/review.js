// The panel of decisions: clip after clip in the order of doubt, a key for each likely class, saved at once.

import { csvBlob, saveFile } from "./csv.js";
import { button, h, press, select, tick } from "./dom.js";
import { recall, remember } from "./memory.js";
import { Raters } from "./raters.js";
import { decisionsTable, likelyClasses, qualityOf, queueOf, uncertaintyOf } from "./ratings.js";
import { rounded } from "./wording.js";

/** @typedef {import("./ratings.js").Decision} Decision */
/** @typedef {import("./ratings.js").Decisions} Decisions */

const PLACE = "mglib explorer: rater"; // what the browser remembers of the reader
/** @type {[string, string][]} */
const SURE = [
  ["", "how sure?"],
  ["sure", "sure"],
  ["likely", "likely"],
  ["a guess", "a guess"],
];

export class Review {
  /** @type {Decisions} */
  decisions = {};
  /** @type {number[]} Rows; the first to be judged first. */
  #queue = [];
  #isWanted = false;

  /**
   * @param {import("./state.js").State} state
   * @param {import("./state.js").Actions} actions
   * @param {import("./keeper.js").Keeper} keeper
   * @param {HTMLElement} root Of the explorer.
   */
  constructor(state, actions, keeper, root) {
    this.state = state;
    this.actions = actions;
    this.keeper = keeper;
    this.root = root;
    this.says = h("p", { class: "mg-lead", role: "status" });
    this.classes = h("ol", { class: "mg-classes", "aria-label": "Likely classes" });
    const text = (/** @type {string} */ label, /** @type {string} */ value) =>
      h("input", { type: "text", class: "mg-text", placeholder: label, "aria-label": label, value });
    this.rater = text("your name", recall(PLACE).name ?? "");
    this.rater.onchange = () => {
      remember(PLACE, { name: this.#name });
      this.show();
    };
    this.reason = text("reason", "");
    this.sure = select("How sure", SURE, "", () => {});
    this.blind = tick("blind", "Hide what the machine answers while you decide", () => this.#hide());
    this.every = this.#anyClass();
    this.raters = new Raters(state, (row) => actions.openClip(row));
    this.box = h(
      "section",
      { class: "mg-panel mg-review" },
      this.#head(),
      h("div", { class: "mg-scroll" }, this.says, this.classes, this.#form(), this.raters.box),
    );
  }

  /** The decision on the chosen clip, and what may be decided. */
  show() {
    const { state } = this;
    const row = state.clip;
    this.root.dataset.decided = String(Object.keys(this.#own).length);
    if (this.box.hidden) return;
    this.raters.show(this.decisions);
    this.says.textContent = row < 0 ? "No clip is chosen." : this.#sentence(row);
    const decision = this.#own[state.data.ids[row]];
    const labels = row < 0 ? [] : likelyClasses(state, row, this.#isBlind);
    this.classes.replaceChildren(...labels.map((label, at) => this.#class(row, label, at + 1, decision)));
    if (document.activeElement !== this.reason) this.reason.value = decision?.reason ?? "";
    this.sure.value = decision?.confidence ?? "";
    this.every.value = "";
  }

  /** Goes to the first clip of the queue that is not decided; the labels are judged first where they were not. */
  start() {
    const { state, actions, keeper } = this;
    if (state.view.split !== "train" && state.data.facts.splits.includes("train")) {
      state.view.split = "train";
      actions.recount();
    }
    if (
      !state.data.has("quality") &&
      state.data.has(`${Object.keys(state.data.facts.systems)[0]}/cosine`) &&
      !keeper.isLost
    ) {
      this.#isWanted = true;
      this.says.textContent = "The labels are judged by models fitted on other people: a moment …";
      keeper.ask({ kind: "label_check" });
    } else {
      this.#begin();
    }
  }

  /**
   * What Python found of the labels.
   *
   * @param {{ error?: string }} answer
   * @param {DataView<ArrayBuffer>[]} buffers
   */
  receive({ error }, buffers) {
    if (!error) {
      const [quality, better, queue] = buffers.map((one) =>
        one.buffer.slice(one.byteOffset, one.byteOffset + one.byteLength),
      );
      const { data } = this.state;
      data.put("quality", new Float32Array(quality));
      data.put("better", new Uint8Array(better));
      data.put("queue", new Uint32Array(queue));
    }
    if (this.#isWanted) this.#begin();
    if (error) this.says.textContent = `${error} So clips come by how uncertain the answer is.`;
  }

  /** @param {Decisions} saved By Python; what waits stands over it. */
  take(saved) {
    this.decisions = structuredClone(saved ?? {});
    for (const { kind, clip, rater, said, ...decision } of this.keeper.outbox.waiting) {
      if (kind !== "decision") continue;
      this.decisions[rater] ??= {};
      if (decision.decision) this.decisions[rater][clip] = { ...decision, saved: said };
      else delete this.decisions[rater][clip];
    }
    this.show();
  }

  /**
   * What a key does here; false where it does nothing.
   *
   * @param {string} key
   */
  key(key) {
    const { state } = this;
    const row = state.clip;
    const classes = row < 0 ? [] : likelyClasses(state, row, this.#isBlind);
    const label = /^[1-9]$/.test(key) ? classes[Number(key) - 1] : undefined;
    const act = new Map([
      ["a", () => this.#decide(state.data.labels[row])],
      ["x", () => this.#decide(null)],
      ["u", () => this.#undo()],
      ["]", () => this.#step(1)],
      ["[", () => this.#step(-1)],
    ]).get(key);
    if (row < 0 || (!act && label === undefined)) return false;
    if (act) act();
    else if (label !== undefined) this.#decide(label);
    return true;
  }

  get #name() {
    return this.rater.value.trim() || "anonymous";
  }

  /** Of this rater, by clip. */
  get #own() {
    return this.decisions[this.#name] ?? {};
  }

  get #isBlind() {
    return this.blind.box.checked;
  }

  #head() {
    return h(
      "header",
      {},
      button("start", "Review training clips, the most doubtful labels first (r)", () => this.start()),
      button("‹", "Previous clip of the queue ([)", () => this.#step(-1)),
      button("›", "Next clip of the queue (])", () => this.#step(1)),
      this.rater,
      this.blind.label,
    );
  }

  #anyClass() {
    const { names } = this.state.data;
    const classes = names.map((name, at) => /** @type {[string, string]} */ ([String(at), name]));
    return select("Another class", [["", "another class …"], ...classes], "", (value) => {
      if (value !== "") this.#decide(Number(value));
    });
  }

  #form() {
    return h(
      "div",
      { class: "mg-form" },
      button("accept (a)", "The label is right (a)", () => this.#decide(this.state.data.labels[this.state.clip])),
      button("leave out (x)", "No label fits: leave the clip out of training (x)", () => this.#decide(null)),
      button("undo (u)", "Take the decision back (u)", () => this.#undo()),
      this.every,
      this.reason,
      this.sure,
      button("decisions ↓", "Download all decisions as a file, with which a network can be trained again", () =>
        this.#download(),
      ),
    );
  }

  #begin() {
    this.#isWanted = false;
    this.#queue = queueOf(this.state);
    const first = this.#queue.find((row) => !(this.state.data.ids[row] in this.#own));
    if (first === undefined) this.show();
    else this.actions.openClip(first);
  }

  /** @param {number} by */
  #step(by) {
    this.#queue = queueOf(this.state);
    const at = this.#queue.indexOf(this.state.clip);
    const next = this.#queue[at < 0 ? 0 : at + by];
    if (next !== undefined) this.actions.openClip(next);
  }

  #goOn() {
    if (!this.#queue.length) this.#queue = queueOf(this.state);
    const at = this.#queue.indexOf(this.state.clip);
    const next = this.#queue.slice(at + 1).find((row) => !(this.state.data.ids[row] in this.#own));
    if (next === undefined) this.show();
    else this.actions.openClip(next);
  }

  /** @param {number | null} label Null leaves the clip out. */
  #decide(label) {
    const { data, clip } = this.state;
    if (clip < 0) return;
    const [was, name] = [data.labelName(clip), label === null ? "" : data.names[label]];
    const decision = label === null ? "leave out" : name === was ? "keep" : "relabel";
    const [reason, confidence, blind] = [this.reason.value.trim(), this.sure.value, this.#isBlind ? "yes" : ""];
    this.#post({ decision, was, label: name, reason, confidence, blind, split: data.splitOf(clip) });
    this.reason.value = "";
    this.#goOn();
  }

  #undo() {
    if (this.state.clip >= 0) this.#post({ decision: "", was: "", label: "" });
  }

  /** @param {Decision} decision */
  #post(decision) {
    const clip = this.state.data.ids[this.state.clip];
    const rater = this.#name;
    this.keeper.post({ kind: "decision", id: `${rater} ${clip}`, clip, rater, ...decision });
    this.decisions[rater] ??= {};
    if (decision.decision) this.decisions[rater][clip] = decision;
    else delete this.decisions[rater][clip];
    this.show();
  }

  #hide() {
    this.root.toggleAttribute("data-blind", this.#isBlind);
    this.show();
  }

  /** @param {number} row */
  #sentence(row) {
    const { state } = this;
    const at = this.#queue.indexOf(row);
    const done = this.#queue.filter((each) => state.data.ids[each] in this.#own).length;
    const place = at < 0 ? "" : `Clip ${at + 1} of ${this.#queue.length}, ${done} decided. `;
    const quality = qualityOf(state, row);
    const judged = Number.isNaN(quality) ? "" : `, label quality ${quality.toFixed(2)}`;
    const doubt = this.#isBlind ? "" : `${judged}, uncertainty ${rounded(uncertaintyOf(state, row))}`;
    const tested =
      state.data.splitOf(row) === "train"
        ? ""
        : " Not a training clip: corrected only where corrected_test names a new version of the test set.";
    return `${place}${state.data.ids[row]}: labelled ${state.data.labelName(row)}${doubt}.${tested}`;
  }

  /**
   * @param {number} row
   * @param {number} label
   * @param {number} key
   * @param {Decision | undefined} decision
   */
  #class(row, label, key, decision) {
    const name = this.state.data.names[label];
    const isOwn = label === this.state.data.labels[row];
    const one = button("", `${name}: give the clip this label (${key})`, () => this.#decide(label), {
      class: "mg-nearest",
      "aria-label": null, // its name is what is written on it
    });
    one.append(h("kbd", {}, String(key)), ` ${name}`, isOwn ? h("span", { class: "mg-faint" }, " as labelled") : "");
    press(one, decision?.label === name);
    return h("li", {}, one);
  }

  #download() {
    saveFile(`decisions-${this.state.data.facts.run}.csv`, csvBlob(decisionsTable(this.decisions)));
  }
}
