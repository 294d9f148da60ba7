// The table of confused pairs.

import { h } from "./dom.js";
import { basis, percent, signed } from "./wording.js";

/** @typedef {import("./counting.js").Pair} Pair */
/** @typedef {import("./counting.js").PairColumn} PairColumn */
/** @typedef {import("./data.js").Facts} Facts */
/** @typedef {{ name: PairColumn, text: string, title: string }} Column */

const FIRST = 40; // rows that are in sight; the rest comes after the first paint
const MOST = 400;
const ARROWS = { mutual: "⇄ ", "one-sided": "→ ", "": "" };

export class Pairs {
  /** @type {HTMLTableRowElement | undefined} The row that the keyboard reaches. */
  #reached;
  #later = 0;

  /**
   * @param {import("./state.js").State} state
   * @param {import("./state.js").Actions} actions
   */
  constructor(state, actions) {
    this.state = state;
    this.actions = actions;
    this.columns = columnsOf(state.data);
    this.heads = this.columns.map((column) => this.#head(column));
    this.body = h("tbody", {
      onclick: (/** @type {MouseEvent} */ event) => this.#click(event),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
    });
    this.head = h("thead", {}, h("tr", {}, ...this.heads));
    this.empty = h("p", { class: "mg-empty" });
    const table = h("table", { class: "mg-table", "aria-label": "Confused pairs" }, this.head, this.body);
    this.box = h("div", { class: "mg-scroll", role: "region", "aria-label": "Confused pairs" }, table, this.empty);
  }

  show() {
    const { pairs, pairOrder } = this.state;
    const direction = pairOrder.falling ? "descending" : "ascending";
    this.heads.forEach((head, at) =>
      head.setAttribute("aria-sort", this.columns[at].name === pairOrder.column ? direction : "none"),
    );
    /** @type {(from: number, to: number) => HTMLElement[]} */
    const rows = (from, to) => pairs.slice(from, to).map((pair, at) => this.#row(pair, from + at));
    this.body.replaceChildren(...rows(0, FIRST));
    clearTimeout(this.#later);
    this.#later = setTimeout(() => {
      this.body.append(...rows(FIRST, MOST));
      this.highlight();
    }, 200);
    const cut = pairs.length > MOST ? `The first ${MOST} of ${pairs.length} pairs.` : "";
    this.empty.textContent = pairs.length ? cut : "No clip is confused here.";
    this.highlight();
  }

  /** The chosen cell's row, wherever the choice was made. */
  highlight() {
    const { rows } = this.body;
    const chosen = rows[this.state.pairNumber];
    this.#reached?.classList.remove("mg-chosen");
    chosen?.classList.add("mg-chosen");
    for (const row of [this.#reached, rows[0]]) row?.setAttribute("tabindex", "-1");
    this.#reached = chosen || rows[0];
    this.#reached?.setAttribute("tabindex", "0");
    if (chosen) this.#reveal(chosen);
  }

  /**
   * @param {number} number Of a pair in the table.
   * @param {boolean} [focus] Whether to take the keyboard along.
   */
  go(number, focus = true) {
    const pair = this.state.pairs[number];
    if (!pair) return;
    this.actions.choose([pair.i, pair.j]);
    if (focus) this.body.rows[number]?.focus({ preventScroll: true });
  }

  /** @param {HTMLTableRowElement} row */
  #reveal({ offsetTop, offsetHeight }) {
    const { scrollTop, clientHeight } = this.box;
    const head = this.head.offsetHeight;
    if (offsetTop < scrollTop + head) this.box.scrollTop = offsetTop - head;
    else if (offsetTop + offsetHeight > scrollTop + clientHeight)
      this.box.scrollTop = offsetTop + offsetHeight - clientHeight;
  }

  /** @param {Column} column */
  #head({ name, text, title }) {
    const onclick = () => this.#sortBy(name);
    const sort = h("button", { class: "mg-sort", type: "button", title, onclick }, text);
    return h("th", { scope: "col", class: name === "name" ? "" : "mg-number" }, sort);
  }

  /** @param {PairColumn} column */
  #sortBy(column) {
    const { state } = this;
    const { pairOrder } = state;
    state.pairOrder = { column, falling: pairOrder.column === column ? !pairOrder.falling : column !== "name" };
    state.sortPairs();
    this.show();
  }

  /**
   * @param {Pair} pair
   * @param {number} number
   */
  #row(pair, number) {
    const { units } = this.state;
    const [from, to] = [units[pair.i].name, units[pair.j].name];
    const cells = this.columns.map(({ name }) => CELLS[name](pair, from, to, this.state.data.facts));
    return h("tr", { "data-pair": number, tabindex: number ? -1 : 0 }, ...cells);
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const row = rowOf(event);
    if (row) this.go(Number(row.dataset.pair));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const number = Number(rowOf(event)?.dataset.pair);
    const next = new Map([
      ["ArrowDown", number + 1],
      ["ArrowUp", number - 1],
      ["Enter", number],
      ["Home", 0],
    ]).get(event.key);
    if (next === undefined) return;
    event.preventDefault();
    if (event.key === "Enter") this.actions.goToList();
    else this.go(next);
  }
}

/** @param {Event} event */
const rowOf = (event) => /** @type {Element} */ (event.target).closest("tr");

/** @param {string} kind subject, video. */
const shareTitle = (
  kind,
) => `Share of the true class's clips, with its 95 % interval over ${kind}s; where all of them are of one \
${kind}, as if clips were independent`;

/** @param {...(string | Node)} content */
const numberCell = (...content) => h("td", { class: "mg-number" }, ...content);

/** @param {number} lift */
const times = (lift) => (Number.isFinite(lift) ? `${lift.toFixed(lift >= 10 ? 0 : 1)}×` : "");

/** @type {Record<PairColumn, (pair: Pair, from: string, to: string, facts: Facts) => HTMLElement>} */
const CELLS = {
  name: (_, from, to) => {
    const pair = h("span", { class: "mg-pair" }, h("b", {}, from), h("i", {}, "→"), h("wbr"), h("b", {}, to));
    return h("td", { title: `${from} → ${to}` }, pair);
  },
  count: ({ count }) => numberCell(String(count)),
  change: ({ change }) =>
    h("td", { class: `mg-number ${change > 0 ? "mg-wrong" : change < 0 ? "mg-right" : ""}` }, signed(change)),
  rate: ({ count, n, rate, range: [low, high], groups }, _from, _to, facts) => {
    const title = `${count} of ${n}; 95 % interval ${percent(low, 1)} to ${percent(high, 1)}${basis(facts, groups)}`;
    const interval = h("i", { style: `left:${100 * low}%;right:${100 - 100 * high}%` });
    const bar = h("span", { class: "mg-bar" }, h("span", { style: `width:${100 * rate}%` }), interval);
    return h("td", { class: "mg-number", title }, bar, percent(rate));
  },
  back: ({ kind, back }) =>
    h("td", { class: "mg-number", title: kind }, h("span", { class: "mg-faint" }, ARROWS[kind]), String(back)),
  lift: ({ lift }) => numberCell(times(lift)),
  follow: ({ follow }) => numberCell(times(follow) || "–"),
};

/**
 * What the table has for a run: a column more where two runs are compared, and where clips have an order in time.
 *
 * @param {import("./data.js").Data} data
 */
function columnsOf(data) {
  const { other, splits } = data.facts;
  /** @type {Column[]} */
  const columns = [
    { name: "name", text: "true → taken for", title: "Sort by name" },
    { name: "count", text: "n", title: "Clips of the true class that were taken for the other" },
    { name: "change", text: "Δ", title: `Clips more (+) or fewer (−) than in ${other}` },
    { name: "rate", text: "share", title: shareTitle(data.facts.group_kind) },
    {
      name: "back",
      text: "back",
      title: `Clips confused the other way round. ⇄ mutual: both happen; → one-sided: the interval of the difference \
of both shares leaves out 0`,
    },
    {
      name: "lift",
      text: "lift",
      title: `How many times as often as if mistakes were spread over the classes whatever the true class is; right \
answers are not looked at`,
    },
    {
      name: "follow",
      text: "× order",
      title:
        "How many times as often as if a mistaken clip showed the class of the clip before or after it in its video",
    },
  ];
  const isOrdered = splits.some((split) => data.has(`succession/${split}`));
  return columns.filter(({ name }) => (name !== "change" || other) && (name !== "follow" || isOrdered));
}
