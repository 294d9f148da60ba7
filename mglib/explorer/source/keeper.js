// Sees to it that nothing the reader says is lost: posts it, tells at once when the kernel is gone, keeps it meanwhile.

import { h } from "./dom.js";
import { watchKernel } from "./kernel.js";
import { Outbox } from "./outbox.js";

/** @typedef {import("./state.js").Note} Note */
/** @typedef {import("./link.js").Model} Model */

export class Keeper {
  /** Whether the kernel is gone for good. */
  isLost = false;
  #isSilent = false;

  /**
   * @param {Model} model
   * @param {string} run What the run is known by.
   * @param {() => void} onchange What waits, or whether the kernel is there, has changed.
   */
  constructor(model, run, onchange) {
    this.model = model;
    this.onchange = onchange;
    this.outbox = new Outbox(
      run,
      (message) => model.send(message),
      () => this.#turn({ isSilent: true }),
    );
    this.says = h("span", {});
    this.offers = h("span", { class: "mg-offers" });
    this.box = h("div", { class: "mg-lost", role: "alert", hidden: true }, this.says, this.offers);
  }

  /**
   * @param {Element} root
   * @returns {() => void} Ends it.
   */
  watch(root) {
    const end = watchKernel(
      this.model,
      root,
      () => this.#turn({ isLost: true }),
      () => this.outbox.resend(),
    );
    this.#takeUp();
    return end;
  }

  /**
   * Asks Python for something that need not be kept.
   *
   * @param {object} message
   */
  ask(message) {
    if (this.isLost) return;
    try {
      this.model.send(message);
    } catch {
      this.#turn({ isSilent: true });
    }
  }

  /**
   * Has something saved.
   *
   * @param {import("./outbox.js").Saying & Record<string, any>} saying
   */
  post(saying) {
    this.outbox.post(saying);
    if (!this.isWaiting(saying.id)) return; // a page answers at once
    this.#show();
    this.onchange();
  }

  /** @param {{ of?: string, id: string }} answer */
  confirm(answer) {
    this.outbox.confirm(answer);
    this.#turn({ isSilent: false });
  }

  /**
   * Whether something said of a clip is not saved yet.
   *
   * @param {string} id
   */
  isWaiting(id) {
    return this.outbox.waiting.some((saying) => saying.id === id);
  }

  /**
   * The notes that are saved, and over them those that wait.
   *
   * @param {Record<string, Note>} saved By clip.
   */
  notes(saved) {
    const notes = { ...saved };
    for (const { kind, id, mark, comment, said } of this.outbox.waiting) {
      if (kind !== "note") continue;
      if (mark || comment) notes[id] = { mark, comment, saved: said };
      else delete notes[id];
    }
    return notes;
  }

  /** Posts what an explorer before this one could not have saved, unless something newer was saved since. */
  #takeUp() {
    const saved = this.model.get("notes") || {};
    for (const saying of Object.values(this.outbox.left)) {
      const isNewer = !(Date.parse(saved[saying.id]?.saved) > Date.parse(saying.said));
      if (isNewer || saying.kind !== "note") this.post(saying);
      else this.outbox.confirm({ of: saying.kind, id: saying.id });
    }
  }

  /** @param {{ isLost?: boolean, isSilent?: boolean }} news */
  #turn({ isLost = this.isLost, isSilent = this.#isSilent }) {
    [this.isLost, this.#isSilent] = [isLost, isSilent];
    this.#show();
    this.onchange();
  }

  #show() {
    const n = this.outbox.waiting.length;
    const kept = this.outbox.isKept ? "kept in this browser" : "in this page only: download them before you close it";
    const what = n === 1 ? "1 mark is" : `${n} marks are`;
    const lost = n
      ? `The kernel of this explorer is gone. ${what} ${kept}, and saved once the cell is run again.`
      : "The kernel of this explorer is gone: run its cell again. What you mark meanwhile is kept in this browser.";
    const silent = `The kernel has not answered: it is busy, or gone. ${what} ${kept} until it does.`;
    this.box.hidden = !this.isLost && !(this.#isSilent && n);
    this.says.textContent = this.isLost ? lost : silent;
    this.offers.hidden = !n;
  }
}
