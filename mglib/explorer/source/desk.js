// Where panels lie: the matrix, the lists beside it, the player, and drawers with tabs below the player.
// Further panels are drawers: `desk.add(name, title, element)`. Where there is little room, the lists are drawers too.

import { h } from "./dom.js";
import { split } from "./split.js";

/** @typedef {"wide" | "beside" | "narrow"} Room */
/** @typedef {{ name: string, tab: HTMLButtonElement, panel: HTMLElement, isList: boolean }} Drawer */

const WIDE = 1180; // pixels from which lists stand beside the matrix
const BESIDE = 500; // from which the player does

export class Desk {
  /** @type {Drawer[]} */
  #drawers = [];
  /** @type {HTMLElement | undefined} Between the two lists. */
  listBorder;
  #open = "";
  /** @type {Room} */
  room = "wide";

  /**
   * @param {string} id Of the explorer; ids of tabs begin with it.
   * @param {HTMLElement} matrix
   * @param {HTMLElement} player
   */
  constructor(id, matrix, player) {
    this.id = id;
    this.tabs = h("div", {
      ...{ class: "mg-tabs", role: "tablist", "aria-label": "Panels" },
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
    });
    this.bodies = h("div", { class: "mg-bodies" });
    const drawers = h("section", { class: "mg-drawers" }, this.tabs, this.bodies);
    this.lists = h("div", { class: "mg-column mg-lists" });
    const players = h("div", { class: "mg-column" });
    split(players, player, drawers, { name: "player", label: "Height of the player", share: 57, isTall: true });
    const rest = h("div", { class: "mg-row" });
    split(rest, this.lists, players, { name: "lists", label: "Width of the lists", share: 42 });
    this.box = h("div", { class: "mg-grid mg-row" });
    split(this.box, matrix, rest, { name: "matrix", label: "Width of the matrix", share: 48 });
  }

  /**
   * The two lists, which have a place of their own where there is room.
   *
   * @param {[name: string, title: string, panel: HTMLElement][]} lists
   */
  addLists([first, second]) {
    for (const [name, title, panel] of [first, second]) this.#addDrawer(name, title, panel, true);
    this.listBorder = split(this.lists, first[2], second[2], {
      name: "pairs",
      label: "Height of the pairs",
      share: 40,
      isTall: true,
    });
    this.#arrange();
  }

  /**
   * A panel behind a tab.
   *
   * @param {string} name
   * @param {string} title Of its tab.
   * @param {HTMLElement} panel
   */
  add(name, title, panel) {
    this.#addDrawer(name, title, panel, false);
    this.#arrange();
  }

  /**
   * Brings a panel to the front; one that stands by itself is there already.
   *
   * @param {string} name
   */
  open(name) {
    const drawer = this.#drawers.find((one) => one.name === name);
    if (!drawer || (drawer.isList && this.room === "wide")) return;
    this.#open = name;
    this.#showOpen();
  }

  /** The panel in front. */
  get front() {
    return this.#open;
  }

  /** @param {number} width Of the explorer, pixels. */
  measure(width) {
    const room = width >= WIDE ? "wide" : width >= BESIDE ? "beside" : "narrow";
    if (!width || room === this.room) return;
    this.room = room;
    this.#open = "";
    this.#arrange();
  }

  /**
   * @param {string} name
   * @param {string} title
   * @param {HTMLElement} panel
   * @param {boolean} isList
   */
  #addDrawer(name, title, panel, isList) {
    const [tabId, panelId] = [`${this.id}-tab-${name}`, `${this.id}-panel-${name}`];
    const tab = h(
      "button",
      {
        ...{ class: "mg-tab", type: "button", role: "tab", id: tabId, "aria-controls": panelId },
        onclick: () => this.open(name),
      },
      title,
    );
    panel.id = panelId;
    panel.setAttribute("aria-labelledby", tabId);
    this.#drawers.push({ name, tab, panel, isList });
  }

  #arrange() {
    const isWide = this.room === "wide";
    this.box.dataset.room = this.room;
    this.lists.hidden = !isWide;
    const [first, second] = this.#drawers.filter(({ isList }) => isList).map(({ panel }) => panel);
    if (isWide && second) {
      this.listBorder?.before(first);
      this.listBorder?.after(second);
    }
    const drawers = this.#drawers.filter(({ isList }) => !(isWide && isList));
    for (const { panel, isList } of drawers) if (isList || !panel.isConnected) this.bodies.append(panel);
    this.tabs.replaceChildren(...drawers.map(({ tab }) => tab));
    if (!drawers.some(({ name }) => name === this.#open)) this.#open = drawers[0]?.name ?? "";
    this.#showOpen();
  }

  #showOpen() {
    for (const { name, tab, panel, isList } of this.#drawers) {
      const isAlone = isList && this.room === "wide";
      const isOpen = name === this.#open;
      tab.setAttribute("aria-selected", String(isOpen));
      tab.tabIndex = isOpen ? 0 : -1;
      panel.hidden = !isAlone && !isOpen;
      panel.setAttribute("role", isAlone ? "region" : "tabpanel");
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const tabs = /** @type {HTMLButtonElement[]} */ ([...this.tabs.children]);
    const at = tabs.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const next = new Map([
      ["ArrowRight", at + 1],
      ["ArrowLeft", at - 1],
      ["Home", 0],
      ["End", tabs.length - 1],
    ]).get(event.key);
    if (at < 0 || next === undefined) return;
    const tab = tabs[(next + tabs.length) % tabs.length];
    tab.click();
    tab.focus();
    event.preventDefault();
  }
}
