// The panels beside matrix, lists, player and map: neighbours, people, slices, review, what lies around a clip.

import { Context } from "./context.js";
import { h } from "./dom.js";
import { Neighbours } from "./neighbours.js";
import { People } from "./people.js";
import { Review } from "./review.js";
import { Slices } from "./slices.js";

/** @typedef {{ show: () => void, box: HTMLElement }} Panel */

export class Beside {
  #hits = { text: "", next: 0 };

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
    this.search = h("input", {
      ...{
        type: "search",
        class: "mg-text mg-search",
        placeholder: "clip id",
        "aria-label": "Find a clip by its id (/)",
      },
      ...{ title: "Find a clip by its id (/); Enter again for the next that fits" },
      onkeydown: (/** @type {KeyboardEvent} */ event) => event.key === "Enter" && this.#find(),
    });
    this.found = h("span", { class: "mg-faint", role: "status" });
    this.tools = [this.slices.chip, this.search, this.found];
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
    const panels = /** @type {(Panel | null)[]} */ ([
      this.people,
      this.slices,
      this.neighbours,
      this.review,
      this.context,
    ]);
    panels.forEach((panel) => panel?.show());
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
      ["/", () => this.search.focus()],
    ]).get(key);
    if (act) act();
    else return this.desk?.front === "review" && this.review.key(key);
    return true;
  }

  #startReview() {
    this.desk?.open("review");
    this.review.start();
  }

  #find() {
    const { data, view } = this.state;
    const text = this.search.value.trim().toLowerCase();
    const rows = text ? [...data.ids.keys()].filter((row) => data.ids[row].toLowerCase().includes(text)) : [];
    rows.sort((a, b) => Number(data.ids[b].toLowerCase() === text) - Number(data.ids[a].toLowerCase() === text));
    if (text !== this.#hits.text) this.#hits = { text, next: 0 };
    this.found.textContent = !text ? "" : rows.length === 1 ? "1 clip" : `${rows.length} clips`;
    if (!rows.length) return;
    const row = rows[this.#hits.next++ % rows.length];
    const split = data.splitOf(row);
    if (this.state.inside && !this.state.inside[row]) this.actions.slice({});
    if (split !== view.split) {
      view.split = split;
      this.actions.recount();
    }
    this.actions.openClip(row);
  }
}
