// The panels beside matrix, lists, player and map: neighbours, people, slices, review, what lies around a clip.

import { Context } from "./context.js";
import { Neighbours } from "./neighbours.js";
import { People } from "./people.js";
import { Review } from "./review.js";
import { Search } from "./search.js";
import { Slices } from "./slices.js";

/** @typedef {{ show: () => void, box: HTMLElement }} Panel */

export class Beside {
  /**
   * @param {import("./state.js").State} state
   * @param {import("./state.js").Actions} actions
   * @param {import("./keeper.js").Keeper} keeper
   * @param {import("./media.js").Media} media
   * @param {HTMLElement} root Of the explorer.
   */
  constructor(state, actions, keeper, media, root) {
    this.state = state;
    this.actions = actions;
    this.keeper = keeper;
    const ask = (/** @type {object} */ message) => keeper.ask(message);
    this.neighbours = new Neighbours(state, actions, ask);
    this.people = new People(state, actions);
    this.slices = new Slices(state, actions, (id, content) => keeper.post({ kind: "slice", id, content }));
    this.review = new Review(state, actions, keeper, root);
    this.context = state.data.has("video") ? new Context(state, actions, media, ask) : null;
    this.search = new Search(state, actions);
    this.tools = [this.slices.chip, this.search.field, this.search.says];
    this.desk = /** @type {import("./desk.js").Desk | null} */ (null);
  }

  /** @param {import("./desk.js").Desk} desk */
  mount(desk) {
    this.desk = desk;
    desk.add("neighbours", "Neighbours", this.neighbours.box);
    desk.add("people", `By ${this.state.data.facts.group_kind}`, this.people.box);
    desk.add("slice", "Slice", this.slices.box);
    desk.add("review", "Review", this.review.box);
    if (this.context) desk.add("context", "Around", this.context.box);
    desk.tabs.addEventListener("click", () => this.show());
  }

  /** After a change of what is looked at, or of the panel in front. */
  show() {
    const kept = this.desk?.bodies.contains(document.activeElement);
    const panels = /** @type {(Panel | null)[]} */ ([
      this.people,
      this.slices,
      this.neighbours,
      this.review,
      this.context,
    ]);
    panels.forEach((panel) => panel?.show());
    if (kept && !this.desk?.bodies.contains(document.activeElement)) this.#tab?.focus();
  }

  /** Of the panel in front: it takes the keyboard where a panel no longer has what had it. */
  get #tab() {
    return /** @type {HTMLElement | null} */ (this.desk?.tabs.querySelector('[aria-selected="true"]'));
  }

  /** @param {import("./link.js").Model} model */
  take(model) {
    this.review.take(model.get("decisions"));
    this.slices.take(model.get("slices") ?? {});
  }

  /**
   * What Python answers; false where it is for others.
   *
   * @param {any} content
   * @param {DataView<ArrayBuffer>[]} buffers
   */
  receive(content, buffers) {
    if (content.kind === "neighbours") this.neighbours.receive(content, buffers);
    else if (content.kind === "label_check") this.review.receive(content, buffers);
    else if (content.kind === "context") this.context?.receive(content, buffers);
    else return false;
    return true;
  }

  /**
   * What a key does here; false where it does nothing.
   *
   * @param {string} key
   */
  key(key) {
    const act = new Map([
      ["r", () => this.#startReview()],
      ["/", () => this.search.field.focus()],
      ["b", () => this.#openNeighbours()],
      ["w", () => this.#open("people", this.people.box)],
      ["s", () => this.#open("slice", this.slices.box)],
    ]).get(key);
    if (act) act();
    else return this.desk?.front === "review" && this.review.key(key);
    return true;
  }

  /**
   * Brings a panel to the front, and the keyboard to its first control.
   *
   * @param {string} name
   * @param {HTMLElement} box
   */
  #open(name, box) {
    this.desk?.open(name);
    this.show();
    const first = box.querySelector("button, select, input");
    if (first instanceof HTMLElement) first.focus();
  }

  /** The keyboard goes to the first of them, when they have come. */
  #openNeighbours() {
    this.neighbours.isWanted = true;
    this.#open("neighbours", this.neighbours.box);
  }

  #startReview() {
    this.desk?.open("review");
    this.review.start();
  }
}
