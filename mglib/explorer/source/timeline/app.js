// The time line: tiers above, the person and the list of segments below, the keyboard over all.

import { readTheme } from "../colours.js";
import { button, h, select } from "../dom.js";
import { watchSizes, watchTheme } from "../surroundings.js";
import { Desk } from "./desk.js";
import { Lanes } from "./lanes.js";
import { clock, Footage } from "./footage.js";
import { Review } from "./review.js";
import { Screen } from "./screen.js";

/** @typedef {import("../link.js").Model} Model */
/** @typedef {[string, import("./review.js").Correction | null]} Said */

const KEYS =
  "↑ ↓ next segment · space play · a accept · r reject · c class · [ ] borders · n new · u undo · ← → a second · " +
  "+ − zoom";

/**
 * @param {{ model: Model, el: HTMLElement }} host
 * @returns {() => void} Ends it.
 */
export function render({ model, el }) {
  const app = new App(model, el);
  return () => app.end();
}

class App {
  /**
   * @param {Model} model
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    const footage = new Footage(model.get("meta"), model.get("data"));
    this.review = new Review(footage, { ...model.get("corrections") });
    this.root = h("div", {
      class: "mg mg-timeline",
      tabindex: 0,
      "data-lm-suppress-shortcuts": "true",
      onkeydown: this.#key,
    });
    this.root.style.setProperty("--mg-height", `${footage.facts.height}px`);
    this.lanes = new Lanes(this.review, {
      choose: (id) => this.choose(id),
      seek: (time) => this.#seek(time),
      look: (middle) => this.#look(middle),
    });
    this.screen = new Screen(
      this.review,
      (message) => model.send(message),
      () => this.#tick(),
    );
    this.desk = new Desk(this.review, this.#actions());
    this.root.append(this.#header(), this.lanes.box, h("div", { class: "mg-below" }, this.screen.box, this.desk.box));
    this.root.append(h("div", { class: "mg-faint mg-help" }, KEYS));
    el.append(this.root);
    this.#listen();
    this.theme = readTheme(this.root);
    this.show();
    this.root.dataset.ready = "1";
  }

  #actions() {
    return {
      choose: (/** @type {string} */ id) => this.choose(id),
      judge: (/** @type {string} */ verdict) => this.#say(this.review.judge(verdict)),
      rename: (/** @type {number} */ label) => this.#say(this.review.judge("corrected", { label })),
      move: (/** @type {"start" | "stop"} */ border) => this.#say(this.review.move(border)),
      add: () => this.#add(),
      undo: () => this.#undo(),
      reorder: () => this.show(),
    };
  }

  #header() {
    const { footage } = this.review;
    const { recordings, spotter } = footage.facts;
    const options = recordings.map(
      ({ name, seconds }, number) =>
        /** @type {[string, string]} */ ([String(number), `${name} · ${clock(seconds, 0)}`]),
    );
    const open = (/** @type {string} */ value) => {
      this.screen.stop();
      this.review.open(Number(value));
      this.show();
    };
    this.status = h("span", { class: "mg-faint", role: "status" });
    this.moment = h("span", { class: "mg-time" });
    this.playButton = button("▶", "Play or pause (space)", () => this.#toggle(), { class: "mg-button mg-play" });
    const save = button("download", "Download all corrections as a table", () => this.#download());
    return h(
      "div",
      { class: "mg-head" },
      h("div", { class: "mg-title" }, h("strong", {}, "Time line"), h("span", { class: "mg-faint" }, spotter)),
      this.status,
      h("div", { class: "mg-controls" }, select("Recording", options, "0", open), this.playButton, this.moment, save),
    );
  }

  #listen() {
    const { model } = this;
    const message = (/** @type {any} */ answer, /** @type {DataView<ArrayBuffer>[]} */ buffers) => {
      if (answer.kind === "pictures") this.screen.receive(answer, buffers);
      else if (answer.kind === "saved" && this.status) this.status.textContent = answer.error ?? answer.kept ?? "saved";
    };
    const change = () => {
      this.review.corrections = { ...model.get("corrections") };
      this.show();
    };
    model.on("msg:custom", message);
    model.on("change:corrections", change);
    const repaint = () => {
      this.theme = readTheme(this.root);
      this.show();
    };
    // a host may attach the root late, and only then it has a theme
    const sizes = new Map([this.lanes.box, this.screen.box].map((box) => [box, repaint]));
    this.ends = [
      () => model.off("msg:custom", message),
      () => model.off("change:corrections", change),
      watchTheme(repaint),
      watchSizes(sizes),
    ];
  }

  end() {
    this.screen.isPlaying = false;
    this.ends?.forEach((finish) => finish());
  }

  show() {
    const { review, root } = this;
    if (this.theme) root.dataset.theme = this.theme.dark ? "dark" : "light";
    this.desk.show();
    const { items, looked } = review;
    root.dataset.recording = review.facts.name;
    root.dataset.segment = review.chosen;
    root.dataset.verdict = review.item?.verdict ?? "";
    root.dataset.looked = String(looked);
    root.dataset.segments = String(items.length);
    if (this.status) this.status.textContent = `${looked} of ${items.length} looked at`;
    this.#tick();
  }

  /** @param {string} id */
  choose(id) {
    this.review.choose(id);
    this.screen.playItem();
    this.show();
  }

  #tick() {
    const { review, root } = this;
    if (this.theme) this.lanes.paint(this.theme);
    this.screen.paint();
    if (this.moment) this.moment.textContent = clock(review.time, 2);
    if (this.playButton) this.playButton.textContent = this.screen.isPlaying ? "❚❚" : "▶";
    root.dataset.time = review.time.toFixed(3);
    root.dataset.playing = String(this.screen.isPlaying);
  }

  #toggle() {
    if (this.screen.isPlaying) this.screen.stop();
    else this.screen.play();
    this.#tick();
  }

  /** @param {number} time */
  #seek(time) {
    this.screen.stop();
    this.review.time = Math.min(Math.max(time, 0), this.review.facts.seconds);
    const [from, to] = this.review.view;
    if (this.review.time < from || this.review.time > to) this.review.show(this.review.time, to - from);
    this.#tick();
  }

  /** @param {number} middle */
  #look(middle) {
    const [from, to] = this.review.view;
    this.review.show(middle, to - from);
    this.#tick();
  }

  /** @param {Said | null} said What is said of which segment; kept at once. */
  #say(said) {
    if (!said) return;
    const [id, correction] = said;
    const corrections = { ...this.review.corrections };
    if (correction) corrections[id] = correction;
    else delete corrections[id];
    this.review.corrections = corrections;
    this.model.send({ kind: "correct", id, correction });
    this.show();
  }

  #add() {
    const said = this.review.add(this.review.item?.label ?? 0);
    this.#say(said);
    this.review.chosen = said[0];
    this.show();
  }

  #undo() {
    const { item } = this.review;
    if (item?.verdict) this.#say([item.id, null]);
  }

  #download() {
    const { names } = this.review.footage;
    const quote = (/** @type {unknown} */ text) => `"${String(text).replaceAll('"', '""')}"`;
    const lines = Object.entries(this.review.corrections).map(([id, one]) =>
      [id, one.recording, one.verdict, one.start, one.stop, names[one.label], ""].map(quote).join(","),
    );
    const text = ["id,recording,verdict,start,stop,class,saved", ...lines, ""].join("\n");
    const link = h("a", {
      href: URL.createObjectURL(new Blob([text], { type: "text/csv" })),
      download: "corrections.csv",
    });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    const { target } = event;
    const isTyping = target instanceof HTMLSelectElement;
    if (event.ctrlKey || event.metaKey || event.altKey || (isTyping && event.key !== "Escape")) return;
    const isButton = target instanceof HTMLButtonElement && [" ", "Enter"].includes(event.key);
    const action = isButton ? undefined : this.#keyActions()[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  /** @returns {Record<string, () => void>} By key. */
  #keyActions() {
    const { review } = this;
    const step = (/** @type {number} */ by) => {
      review.step(by);
      this.choose(review.chosen);
    };
    const zoom = (/** @type {number} */ factor) => {
      review.zoom(factor);
      this.#tick();
    };
    return {
      ...{ ArrowDown: () => step(1), ArrowUp: () => step(-1), " ": () => this.#toggle(), Enter: () => step(0) },
      ...{ ArrowLeft: () => this.#seek(review.time - 1), ArrowRight: () => this.#seek(review.time + 1) },
      ...{ a: () => this.#say(review.judge("accepted")), r: () => this.#say(review.judge("rejected")) },
      ...{ "[": () => this.#say(review.move("start")), "]": () => this.#say(review.move("stop")) },
      ...{ c: () => this.desk.classes.focus(), n: () => this.#add(), u: () => this.#undo() },
      ...{ "+": () => zoom(0.5), "-": () => zoom(2), Escape: () => this.root.focus() },
    };
  }
}
