// The explorer as a whole: makes the panels, tells them of every choice, and talks with the model of the host.

import { goTo } from "./address.js";
import { Beside } from "./beside.js";
import { readTheme } from "./colours.js";
import { Clips } from "./clips.js";
import { Controls } from "./controls.js";
import { Data } from "./data.js";
import { Desk } from "./desk.js";
import { button, h, select } from "./dom.js";
import { Keeper } from "./keeper.js";
import { Link } from "./link.js";
import { FeatureMap } from "./map.js";
import { Matrix } from "./matrix.js";
import { Media } from "./media.js";
import { csvBlob, saveFile } from "./csv.js";
import { NoteForm, notesTable } from "./notes.js";
import { Pairs } from "./pairs.js";
import { Playback } from "./playback.js";
import { State } from "./state.js";
import { watchSight, watchSizes, watchTheme } from "./surroundings.js";
import { screenButton } from "./screen.js";
import { Shortcuts } from "./shortcuts.js";
import { Takeaways } from "./take.js";
import { listName } from "./wording.js";

/** @typedef {import("./state.js").Actions} Actions */
/** @typedef {import("./link.js").Model} Model */
/** @typedef {import("./state.js").Cell} Cell */
/** @typedef {import("./state.js").View} View */

const HEIGHT = 860; // pixels
const TYPED = /INPUT|SELECT|TEXTAREA/; // elements that keep their keys

let explorers = 0;

/**
 * Every choice goes through `choose`, `chooseClip`, `openClip`, `chooseMany` or `holdAgainst`.
 *
 * @implements {Actions}
 */
class Explorer {
  /**
   * @param {Model} model
   * @param {HTMLElement} host
   */
  constructor(model, host) {
    const id = `mg-${++explorers}-${Math.random().toString(36).slice(2, 8)}`;
    const data = new Data(model.get("meta"), model.get("data"));
    const ask = (/** @type {object} */ message) => this.keeper.ask(message);
    const tell = (/** @type {string} */ sentence) => this.#tell(sentence);
    this.state = new State(data, model.get("view"));
    this.link = new Link(model, this.state);
    this.state.notes = this.link.notes;
    this.keeper = new Keeper(model, data.facts.key ?? data.facts.run, () => this.#takeNotes());
    this.root = h("div", {
      ...{ class: "mg", "data-lm-suppress-shortcuts": "true", role: "region" },
      ...{ "aria-label": `Confusions of the run ${data.facts.run}` },
      ...{ style: `--mg-height:${this.state.view.height || HEIGHT}px` },
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
    });
    this.warning = h("p", { class: "mg-warning", role: "status" });
    this.listTitle = h("h3", {});
    this.controls = new Controls(this.state, this);
    this.matrix = new Matrix(this.state, this, `${id}-says`);
    this.pairs = new Pairs(this.state, this);
    this.map = new FeatureMap(this.state, this);
    this.clips = new Clips(this.state, this, id);
    this.media = new Media(this.state, ask, () => this.playback.paint(), tell);
    this.playback = new Playback(this.state, this, this.media, this.root);
    this.form = new NoteForm(this.state, this.keeper, tell);
    this.beside = new Beside(this.state, this, this.keeper, this.media, this.root);
    this.shortcuts = new Shortcuts();
    this.takeaways = new Takeaways(this.state, (address) => this.link.linkTo(address), tell);
    this.desk = this.#layOut(id);
    host.append(this.root);
    this.theme = readTheme(this.root);
    this.#tell(data.facts.missing.join(" "));
    this.beside.take(model);
    this.close = this.#listen();
    this.#begin();
  }

  // What panels ask for

  /**
   * @param {Cell} cell
   * @param {number} [clip]
   */
  choose(cell, clip) {
    this.state.chooseCell(cell, clip);
    this.#showList();
    this.link.report();
  }

  /** @param {number} row */
  chooseClip(row) {
    this.state.chooseClip(row);
    this.clips.reveal();
    this.clips.show();
    this.#showClip();
    this.link.report();
  }

  /** @param {number} row */
  openClip(row) {
    const { state } = this;
    this.choose([state.unitOf(state.data.labels[row]), state.unitOf(state.answer(row))], row);
    this.clips.reveal();
    this.clips.show();
  }

  /** @param {number[]} rows */
  chooseMany(rows) {
    this.state.chooseMany(rows);
    this.#showList();
    this.link.report();
  }

  /** @param {number} step */
  holdAgainst(step) {
    this.state.holdAgainst(step);
    this.#showClip();
  }

  /**
   * @param {number[]} rows
   * @param {string} tag
   * @param {number} step
   */
  holdAgainstThese(rows, tag, step) {
    this.state.holdAgainstThese(rows, tag, step);
    this.#showClip();
  }

  /**
   * @param {import("./filters.js").Filters} filters
   * @param {{ split: string, stream: string }} [place]
   */
  slice(filters, place) {
    const { view } = this.state;
    if (place) Object.assign(view, { split: place.split, stream: place.stream });
    this.state.filters = filters;
    this.recount();
  }

  /** @param {import("./filters.js").Filters} filters */
  narrow(filters) {
    this.slice({ ...this.state.filters, ...filters });
  }

  /** @param {boolean} isOn */
  showPictures(isOn) {
    this.state.view.video = isOn;
    this.media.retry();
    this.#tell("");
    this.#showClip();
  }

  /** @param {number} group */
  toggleGroup(group) {
    const { collapsed } = this.state;
    if (!collapsed.delete(group)) collapsed.add(group);
    this.recount();
  }

  /** @param {number} epoch */
  goToEpoch(epoch) {
    this.state.view.epoch = epoch;
    this.#recount(true); // the clip is watched, whatever it is taken for
  }

  recount() {
    this.#recount(false);
  }

  showList() {
    if (this.desk.front === "pairs") this.desk.open("clips");
  }

  goToList() {
    this.desk.open("clips");
    this.clips.box.focus();
  }

  /** @param {string} key */
  stepInList(key) {
    return this.clips.step(key);
  }

  /** @param {boolean} keepsClip Also where it is in the list no longer. */
  #recount(keepsClip) {
    const { state } = this;
    state.recount();
    this.controls.show();
    this.matrix.paint(this.theme);
    this.pairs.show();
    this.map.paint(this.theme);
    if (state.lassoed) {
      state.holdAgainst(state.rivalStep);
      this.#showChoice();
    } else {
      state.fillList(state.clip, keepsClip);
      this.#showList();
      this.clips.reveal();
    }
    this.link.report();
  }

  // Showing

  /** A new list, from its top. */
  #showList() {
    this.clips.box.scrollTop = 0;
    this.#showChoice();
  }

  #showChoice() {
    const name = listName(this.state);
    const title = h("span", { class: "mg-line", title: name }, name);
    this.listTitle.replaceChildren(title, h("em", {}, String(this.state.rows.length)));
    this.clips.show();
    this.pairs.highlight();
    this.matrix.highlight();
    this.#showClip();
  }

  #showClip() {
    this.playback.show();
    this.form.show();
    this.map.highlight();
    this.beside.show();
    this.#mirror();
  }

  /** Everything whose colours follow from the theme. */
  #repaint() {
    this.theme = readTheme(this.root);
    this.root.dataset.theme = this.theme.dark ? "dark" : "light";
    this.matrix.paint(this.theme);
    this.map.paint(this.theme);
    this.playback.repaint();
  }

  /** @param {string} sentence */
  #tell(sentence) {
    this.warning.textContent = sentence;
  }

  /** The state in attributes: a canvas has none that a test or a screen reader could see. */
  #mirror() {
    const { data, view, units, chosen, rows, clip, against, pairs, pairNumber } = this.state;
    const { split, stream, compare, order } = view;
    const { epoch } = this.state;
    Object.assign(this.root.dataset, {
      ...{ split, stream, compare, order, epoch, units: units.length, pairs: pairs.length, pair: pairNumber },
      ...{ cell: chosen?.map((at) => units[at].key).join(">") ?? "", list: rows.length },
      ...{ clip: data.ids[clip] ?? "", against: data.ids[against] ?? "", noted: Object.keys(this.link.notes).length },
      slice: this.state.inside ? "yes" : "no",
      ...{ waiting: this.keeper.outbox.waiting.length, lost: this.keeper.isLost },
    });
  }

  /** @param {string} id */
  #layOut(id) {
    const { controls, keeper, matrix, pairs, map, clips, playback, form, shortcuts } = this;
    const walk = h(
      "span",
      { class: "mg-walk" },
      button("‹", "Previous confusion in the table (p)", () => this.#stepPair(-1)),
      h("span", {}, "worst"),
      button("›", "Next confusion in the table (n)", () => this.#stepPair(1)),
    );
    const foot = h("footer", {}, matrix.says, matrix.legend);
    const left = panel("left", [controls.tools], controls.groups, matrix.box, foot);
    const desk = new Desk(id, left, panel("players", playback.tools, playback.box, form.box));
    desk.addLists([
      ["pairs", "Pairs", panel("pairs", [h("h3", {}, "Confused pairs"), walk], pairs.box)],
      ["clips", "Clips", panel("clips", [this.listTitle, this.#clipOrder()], clips.box)],
    ]);
    desk.add("map", "Map", panel("map", [map.kindButtons, map.trust], map.box, map.legend));
    keeper.offers.append(this.#rescue());
    this.beside.mount(desk);
    const screen = screenButton(this.root, (sentence) => this.#tell(sentence));
    controls.choices.append(...this.beside.tools, this.takeaways.box, shortcuts.button, screen);
    this.root.append(controls.head, this.warning, keeper.box, shortcuts.box, desk.box, shortcuts.line);
    return desk;
  }

  /** What saves the notes where no kernel does. */
  #rescue() {
    const save = () => saveFile(`notes-${this.state.data.facts.run}.csv`, csvBlob(notesTable(this.state)));
    return button("download notes", "Download the notes as CSV", save);
  }

  #clipOrder() {
    const { view, data } = this.state;
    /** @type {[View["sort"], string][]} */
    const orders = [
      ["sure", "most sure"],
      ["unsure", "least sure"],
      ["group", `by ${data.facts.group_kind}`],
    ];
    return select("Order of clips", orders, view.sort, (sort) => {
      view.sort = /** @type {View["sort"]} */ (sort);
      this.state.fillList();
      this.#showList();
    });
  }

  // The outside

  #begin() {
    this.root.dataset.theme = this.theme.dark ? "dark" : "light";
    this.recount();
    const [worst] = this.state.pairs;
    if (worst) this.choose([worst.i, worst.j]);
    else if (this.state.units.length) this.choose([0, 0]);
    this.#openGiven();
    this.root.dataset.ready = "true";
    this.playback.clock.start();
  }

  /** Returns what ends it. */
  #listen() {
    const { link, playback } = this;
    const repaint = () => this.#repaint();
    /** @type {(show: () => void) => () => void} */
    const resized = (show) => () => {
      // a host may attach the root late, and only then it has a theme
      if (!this.theme.line && this.root.isConnected) repaint();
      show();
    };
    const panels = new Map([
      [this.root, () => this.desk.measure(this.root.clientWidth)],
      [this.matrix.box, resized(() => this.matrix.paint(this.theme))],
      [this.map.box, resized(() => this.map.paint(this.theme))],
      [this.clips.box, resized(() => this.clips.show())],
      [playback.chosen.stage, resized(() => playback.paint())],
    ]);
    const ends = [
      watchSizes(panels),
      watchSight(playback.chosen.stage, (isInSight) => playback.comeIntoSight(isInSight)),
      watchTheme(repaint),
      link.listen({
        "msg:custom": (content, buffers) => this.#receive(content, buffers),
        "change:notes": () => this.#takeNotes(),
        "change:decisions": () => this.beside.take(this.link.model),
        "change:slices": () => this.beside.take(this.link.model),
        "change:view": () => this.#openGiven(),
      }),
      this.keeper.watch(this.root),
    ];
    return () => {
      ends.forEach((end) => end());
      playback.clock.isPlaying = false;
    };
  }

  /**
   * @param {any} content
   * @param {DataView<ArrayBuffer>[]} buffers
   */
  #receive(content, buffers) {
    if (content.kind === "saved") this.#confirm(content);
    else if (!this.beside.receive(content, buffers)) this.media.receive(content, buffers);
  }

  /** @param {{ of?: string, id: string, error?: string, kept?: string }} answer */
  #confirm(answer) {
    this.keeper.confirm(answer);
    if (!answer.of || answer.of === "note") this.form.confirm(answer);
    else if (answer.error) this.#tell(answer.error);
    this.beside.take(this.link.model);
  }

  #takeNotes() {
    this.state.notes = this.keeper.notes(this.link.notes);
    this.link.isCut = this.keeper.isLost;
    this.clips.show();
    this.form.show();
    this.#mirror();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    event.stopPropagation();
    const target = /** @type {HTMLElement} */ (event.target);
    const isTick = target instanceof HTMLInputElement && target.type === "checkbox";
    if (event.ctrlKey || event.metaKey || event.altKey || (TYPED.test(target.tagName) && !isTick)) return;
    if (this.beside.key(event.key)) {
      event.preventDefault();
      return;
    }
    const { rivalStep } = this.state;
    const isPressed = target.tagName === "BUTTON" || isTick; // these take the space bar for themselves
    const act = new Map([
      ["n", () => this.#stepPair(1)],
      ["p", () => this.#stepPair(-1)],
      [",", () => this.holdAgainst(rivalStep - 1)],
      [".", () => this.holdAgainst(rivalStep + 1)],
      ["?", () => this.shortcuts.toggle()],
      [isPressed ? "" : " ", () => this.playback.toggle()],
    ]).get(event.key);
    if (!act) return;
    act();
    event.preventDefault();
  }

  /**
   * To the next or previous confusion as the table is sorted.
   *
   * @param {number} by
   */
  #stepPair(by) {
    const { pairs, pairNumber } = this.state;
    const n = pairs.length;
    if (n) this.pairs.go(pairNumber < 0 ? 0 : (pairNumber + by + n) % n, false);
  }

  /** Goes where Python, or the last view of this widget, points. */
  #openGiven() {
    const given = this.link.given;
    if (!given) return;
    const { state } = this;
    if ("address" in given) {
      const { cell, clip } = goTo(state, given.address);
      this.recount();
      if (cell) this.choose([state.unitOf(cell[0]), state.unitOf(cell[1])], clip);
      this.clips.reveal();
      return;
    }
    const { split, stream, cell } = given;
    if (split !== state.view.split || stream !== state.view.stream) {
      Object.assign(state.view, { split, stream });
      this.recount();
    }
    const [[label], [answer]] = cell;
    this.choose([state.unitOf(label), state.unitOf(answer)]);
  }
}

/**
 * @param {string} name
 * @param {import("./dom.js").Child[]} head
 * @param {...Node} body
 */
const panel = (name, head, ...body) => h("div", { class: `mg-panel mg-${name}` }, h("header", {}, ...head), ...body);

/**
 * Shows an explorer in an element, as anywidget asks for it.
 *
 * @param {{ model: Model, el: HTMLElement }} place
 * @returns {() => void} Ends it.
 */
export function render({ model, el }) {
  const explorer = new Explorer(model, el);
  return () => explorer.close();
}
