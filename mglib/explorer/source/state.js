// What is looked at: the settings, the matrix that follows from them, the chosen cell, clips and rivals. No page here.

import { confusedPairs, countCells, makeUnits, orderClasses, sortPairs, sumRows, sumUnits } from "./counting.js";
import { keep, NONE, RANKS, SHARE } from "./data.js";
import { clipsThatPass } from "./filters.js";
import { boundsOverGroups } from "./sureness.js";

/** @typedef {[number, number]} Cell Row and column of the matrix, in units. */

/**
 * The settings; Python knows split, stream, compare and cell.
 *
 * @typedef {object} View
 * @property {string} split
 * @property {string} stream
 * @property {"similarity" | "group" | "support" | "recall" | "label"} order Of the classes.
 * @property {"share" | "count"} mode What cells show.
 * @property {boolean} hide The diagonal.
 * @property {boolean} log Whether colours are logarithmic.
 * @property {number} threshold Share of the true class below which cells are blank.
 * @property {"difference" | "this" | "other"} compare Which run.
 * @property {number} epoch Of the training clips, from 1; 0: as the finished network answers.
 * @property {"sure" | "unsure" | "group"} sort Of the clips.
 * @property {"answered" | "own"} against The class whose true positives a clip is held against.
 * @property {boolean} video Whether pictures lie under the skeletons.
 * @property {number} [height] Of the widget, pixels.
 * @property {[number[], number[]] | []} [cell] True classes and answers.
 * @property {string} [at] All of it as an address, see address.js.
 */

/** @typedef {{ mark: string, comment: string, saved: string }} Note */

export class State {
  /** @type {Map<string, import("./counting.js").Cells>} */
  #cells = new Map();
  /** @type {Map<string, Uint32Array>} */
  #rows = new Map();
  /** @type {ReturnType<typeof boundsOverGroups> | null} Of what is shown; made when it is asked for. */
  #bounds = null;
  /** @type {{ name: string, has: (row: number) => boolean } | null} Which clips are looked at; null: all. */
  only = null;
  /** @type {Set<number>} Body groups that are one row. */
  collapsed = new Set();
  /** @type {import("./counting.js").Unit[]} */
  units = [];
  /** @type {Float64Array} Of the units, [U * U]. */
  counts = new Float64Array();
  /** @type {Float64Array | null} The other run's. */
  before = null;
  /** @type {number[]} Clips of each row. */
  totals = [];
  /** The largest value of each kind of cell, where its colours end. */
  largest = { right: 0, wrong: 0, change: 0 };
  /** @type {import("./counting.js").Pair[]} */
  pairs = [];
  /** @type {{ column: import("./counting.js").PairColumn, falling: boolean }} */
  pairOrder = { column: "count", falling: true };
  /** The chosen cell's place among the pairs, or -1. */
  pairNumber = -1;
  /** @type {Cell | null} */
  chosen = null;
  /** @type {Cell | null} Classes that stand for the chosen cell, whatever the order of the units. */
  labels = null;
  /** Whether the clips in the list were chosen on the map. */
  lassoed = false;
  /** @type {number[]} Clips in the list. */
  rows = [];
  /** Whether they have several labels or answers. */
  mixed = false;
  /** @type {Map<number, string>} Which run a clip in the list is confused in, where two are compared. */
  source = new Map();
  /** The chosen clip, or -1. */
  clip = -1;
  /** @type {{ rows: number[], tag: string }} Clips to hold against the chosen one, and what they are. */
  rivals = { rows: [], tag: "" };
  /** The clip whose rivals the reader has given, or -1. */
  rivalsOf = -1;
  /** How far the reader went among the rivals. */
  rivalStep = 0;
  /** @type {Record<string, Note>} By clip id. */
  notes = {};
  /** @type {import("./filters.js").Filters} What clips must be like to be looked at. */
  filters = {};
  /** @type {Uint8Array | null} 1 by row for those that are; null: all. */
  inside = null;

  /**
   * @param {import("./data.js").Data} data
   * @param {Partial<View>} given
   */
  constructor(data, given) {
    const { facts } = data;
    this.data = data;
    /** @type {View} */
    this.view = {
      ...{ split: facts.splits[0], stream: Object.keys(facts.systems)[0], order: "group", mode: "share" },
      ...{ hide: false, log: false, threshold: 0, epoch: 0, compare: facts.other ? "difference" : "this" },
      ...{ sort: "sure", against: "answered", video: Boolean(facts.pictures) },
      ...given,
    };
    this.shown = data.decisions(this.view.stream, this.showsOther);
  }

  // The matrix

  get showsOther() {
    return this.view.compare === "other";
  }

  get showsDifference() {
    return this.view.compare === "difference";
  }

  /** How many epochs there are to go back to, of the clips that are shown. */
  get epochs() {
    const { split, stream, compare } = this.view;
    return split === "train" && compare === "this" ? this.data.epochs(stream) : 0;
  }

  /** The epoch that is shown; 0: what the finished network answers. */
  get epoch() {
    return Math.min(this.view.epoch, this.epochs);
  }

  /**
   * The clips of a split that are looked at.
   *
   * @param {string} split
   */
  rowsIn(split) {
    const { data, only, epoch, view } = this;
    const all = data.rowsOf(split);
    if (!only && !epoch) return all;
    const then = epoch && split === "train" ? data.decisionsThen(view.stream, epoch).top : null;
    const isIn = (/** @type {number} */ row) => (!only || only.has(row)) && (!then || then[RANKS * row] !== NONE);
    return keep(this.#rows, `${split} ${view.stream} ${epoch} ${only?.name}`, () => all.filter(isIn));
  }

  /** The clips that the filters let pass; what was counted of others is forgotten. */
  #narrow() {
    const inside = clipsThatPass(this, this.filters);
    const isSame = inside?.every((value, row) => this.inside?.[row] === value) ?? !this.inside;
    if (isSame) return;
    this.#rows.clear();
    this.#cells.clear();
    this.inside = inside;
    this.only = inside && { name: "slice", has: (row) => Boolean(inside[row]) };
  }

  /** Everything that follows from the settings; the list is left as it is. */
  recount() {
    const { data, view } = this;
    this.shown = this.#decisions(this.showsOther);
    this.#narrow();
    const shown = this.cells(view.split, this.showsOther).counts;
    this.units = makeUnits(data, this.#order(shown), this.collapsed);
    this.#bounds = null;
    /** @param {ArrayLike<number>} counts */
    const unit = (counts) => sumUnits(counts, this.units, data.k);
    this.counts = unit(shown);
    this.before = data.facts.other ? unit(this.cells(view.split, true).counts) : null;
    this.totals = sumRows(this.counts, this.units.length);
    const succession = data.find(`succession/${view.split}`);
    const follow = succession && unit(succession);
    this.pairs = confusedPairs(this.counts, this.before, follow, this.units.length, (i, j) => this.found(i, j));
    this.largest = this.#findLargest();
    this.chosen = this.labels && [this.unitOf(this.labels[0]), this.unitOf(this.labels[1])];
    this.sortPairs();
  }

  /**
   * How sure a cell is, over groups: what Python found, and by the same formula what it was not asked, of body groups,
   * slices, epochs and the other run. Nothing where the clips of the row come from one group.
   *
   * @param {number} i
   * @param {number} j
   */
  found(i, j) {
    const { data, view, units } = this;
    const isPythons = !(this.showsOther || this.epoch || this.only || units[i].whole || units[j].whole);
    const cell = units[i].classes[0] * data.k + units[j].classes[0];
    const found = isPythons ? data.foundIn(view.stream, view.split).get(cell) : undefined;
    return found ?? (this.#bounds ??= this.#countBounds())(i, j);
  }

  #countBounds() {
    const { data, units } = this;
    const place = new Uint16Array(data.k);
    units.forEach((unit, number) => unit.classes.forEach((label) => (place[label] = number)));
    const group = data.array("group");
    return boundsOverGroups(
      this.rowsIn(this.view.split),
      (row) => place[data.labels[row]],
      (row) => place[this.answer(row)],
      (row) => group[row],
      units.length,
    );
  }

  /** The pairs as the table has them. */
  sortPairs() {
    sortPairs(this.pairs, this.units, this.pairOrder.column, this.pairOrder.falling);
    this.#findPair();
  }

  /**
   * Clips of a split by class and answer.
   *
   * @param {string} split
   * @param {boolean} other Of the other run.
   */
  cells(split, other) {
    const { data, view, epoch, only } = this;
    const top = split === view.split ? this.#decisions(other).top : data.decisions(view.stream, other).top;
    const count = () => countCells(this.rowsIn(split), data.labels, top, data.k);
    return keep(this.#cells, `${split} ${view.stream} ${other} ${epoch} ${only?.name}`, count);
  }

  /** @param {number} label */
  unitOf(label) {
    return this.units.findIndex((unit) => unit.classes.includes(label));
  }

  /**
   * @param {number} i
   * @param {number} j
   */
  kindOf(i, j) {
    return this.showsDifference ? "change" : i === j ? "right" : "wrong";
  }

  /**
   * What a cell shows, in counts or shares of the true class; in a difference this run minus the other.
   *
   * @param {number} i
   * @param {number} j
   */
  value(i, j) {
    const { view, before } = this;
    const at = i * this.units.length + j;
    const scale = view.mode === "share" ? this.totals[i] || 1 : 1;
    return (this.counts[at] - (this.showsDifference && before ? before[at] : 0)) / scale;
  }

  /**
   * Whether a difference in a cell is for the better: more right answers, or fewer confusions.
   *
   * @param {number} i
   * @param {number} j
   */
  isBetter(i, j) {
    return this.value(i, j) > 0 === (i === j);
  }

  /** @param {boolean} other Of the other run. */
  #decisions(other) {
    const { data, view, epoch } = this;
    return epoch ? data.decisionsThen(view.stream, epoch) : data.decisions(view.stream, other);
  }

  /** @param {Uint32Array} counts */
  #order(counts) {
    const { data, view } = this;
    if (view.order === "similarity") return data.facts.order[view.stream][view.split];
    return orderClasses(view.order, counts, data.groupOf);
  }

  #findLargest() {
    const largest = { right: 0, wrong: 0, change: 0 };
    const u = this.units.length;
    for (let i = 0; i < u; i++) {
      for (let j = 0; j < u; j++) {
        const kind = this.kindOf(i, j);
        if (kind === "change" && i === j && this.view.hide) continue;
        largest[kind] = Math.max(largest[kind], Math.abs(this.value(i, j)));
      }
    }
    if (this.view.mode === "share") largest.right = 1;
    return largest;
  }

  #findPair() {
    const { chosen } = this;
    this.pairNumber = chosen ? this.pairs.findIndex(({ i, j }) => i === chosen[0] && j === chosen[1]) : -1;
  }

  // One clip

  /** @param {number} row */
  answer(row) {
    return this.shown.top[RANKS * row];
  }

  /** @param {number} row */
  answerName(row) {
    return this.data.names[this.answer(row)] ?? "nothing: not seen";
  }

  /** @param {number} row */
  isRight(row) {
    return this.answer(row) === this.data.labels[row];
  }

  /**
   * The probability of the answer; that of the label where an earlier epoch is shown.
   *
   * @param {number} row
   */
  confidence(row) {
    return this.shown.p[RANKS * row] / SHARE;
  }

  /** @param {number} row */
  history(row) {
    return this.data.history(this.view.stream, row);
  }

  /** @param {number} row */
  noteOn(row) {
    return this.notes[this.data.ids[row]];
  }

  // Choosing

  /**
   * Opens a cell.
   *
   * @param {Cell} cell
   * @param {number} [clip] To choose, where it is in the cell; else the first.
   */
  chooseCell(cell, clip) {
    this.chosen = cell;
    const { labels } = this;
    if (!labels || cell.some((at, axis) => at !== this.unitOf(labels[axis])))
      this.labels = [this.units[cell[0]].classes[0], this.units[cell[1]].classes[0]];
    this.lassoed = false;
    this.fillList(clip);
  }

  /** @param {number[]} rows Clips around which a line was drawn on the map. */
  chooseMany(rows) {
    Object.assign(this, { lassoed: true, rows, chosen: null, labels: null });
    this.fillList();
  }

  /** @param {number} row */
  chooseClip(row) {
    if (row !== this.clip) this.rivalsOf = -1;
    this.clip = row;
    this.holdAgainst(0);
  }

  /**
   * The clips of the chosen cell, sorted; where two runs are held against each other, of both.
   *
   * @param {number} [clip] To choose, where it is among them; else the first.
   * @param {boolean} [keepsClip] Whether it is chosen also where it is not.
   */
  fillList(clip = -1, keepsClip = false) {
    const { chosen, units } = this;
    this.source = new Map();
    if (!this.lassoed) this.rows = chosen ? this.#clipsOf(chosen) : [];
    this.#sortClips();
    this.mixed = this.lassoed || Boolean(chosen?.some((at) => units[at].classes.length > 1));
    this.#findPair();
    this.chooseClip(keepsClip || this.rows.includes(clip) ? clip : (this.rows[0] ?? -1));
  }

  /** @param {Cell} cell */
  #clipsOf(cell) {
    const rows = this.#clipsOfRun(cell, this.showsOther);
    if (!this.showsDifference) return rows;
    const theirs = new Set(this.#clipsOfRun(cell, true));
    for (const row of rows) this.source.set(row, theirs.has(row) ? "both runs" : "only this run");
    for (const row of theirs) {
      if (this.source.has(row)) continue;
      rows.push(row);
      this.source.set(row, "only the other run");
    }
    return rows;
  }

  /**
   * @param {Cell} cell
   * @param {boolean} other
   */
  #clipsOfRun([from, to], other) {
    const cells = this.cells(this.view.split, other);
    /** @type {number[]} */
    const rows = [];
    for (const i of this.units[from].classes) for (const j of this.units[to].classes) rows.push(...cells.of(i, j));
    return rows;
  }

  #sortClips() {
    const { sort } = this.view;
    const group = this.data.array("group");
    const sign = sort === "unsure" ? 1 : -1;
    this.rows.sort(
      (a, b) =>
        (sort === "group" ? group[a] - group[b] : 0) || sign * (this.confidence(a) - this.confidence(b)) || a - b,
    );
  }

  // Holding against

  /**
   * Holds the chosen clip against these, until another is chosen.
   *
   * @param {number[]} rows
   * @param {string} tag What they are.
   * @param {number} step
   */
  holdAgainstThese(rows, tag, step) {
    this.rivals = { rows, tag };
    this.rivalStep = step;
    this.rivalsOf = this.clip;
  }

  /** The clip held against the chosen one, or -1. */
  get against() {
    return this.rivals.rows[this.rivalPlace] ?? -1;
  }

  /** Its place among the rivals, which go round. */
  get rivalPlace() {
    const n = this.rivals.rows.length;
    return n ? ((this.rivalStep % n) + n) % n : 0;
  }

  /** @param {number} step How many rivals after the surest. */
  holdAgainst(step) {
    const isGiven = this.rivalsOf === this.clip && step !== 0;
    this.rivalStep = step;
    if (isGiven) return;
    this.rivalsOf = -1;
    this.rivals = this.clip < 0 ? { rows: [], tag: "" } : this.#findRivals(this.clip);
  }

  /**
   * True positives of the class that a clip was taken for, or of its own, the surest first.
   *
   * @param {number} clip
   */
  #findRivals(clip) {
    const { data, view } = this;
    const target = view.against === "own" ? data.labels[clip] : this.#rivalClass(clip);
    const name = data.names[target];
    /** @param {number[]} rows */
    const surest = (rows) =>
      rows.filter((row) => row !== clip).sort((a, b) => this.confidence(b) - this.confidence(a) || a - b);
    for (const split of [view.split, ...data.facts.splits]) {
      const rows = surest([...this.cells(split, this.showsOther).of(target, target)]);
      if (rows.length) return { rows, tag: `true positive of ${name}` };
    }
    const rows = surest([...data.labels.keys()].filter((row) => data.labels[row] === target));
    return { rows, tag: rows.length ? `labelled ${name}; it has no true positive` : `no clip of ${name}` };
  }

  /**
   * What a clip was taken for; of a right one the class of the chosen column, or that of the nearest prototype.
   *
   * @param {number} clip
   */
  #rivalClass(clip) {
    const label = this.data.labels[clip];
    if (!this.isRight(clip)) return this.answer(clip);
    const column = this.chosen ? this.units[this.chosen[1]].classes : [label];
    return column.includes(label) ? (this.data.rival(this.view.stream, clip) ?? label) : column[0];
  }
}

/**
 * What a panel may ask for; app.js does it.
 *
 * @typedef {object} Actions
 * @property {(cell: Cell) => void} choose Opens a cell.
 * @property {(row: number) => void} chooseClip Of the list.
 * @property {(row: number) => void} openClip And the cell that it lies in.
 * @property {(rows: number[]) => void} chooseMany Lists these clips.
 * @property {(group: number) => void} toggleGroup Opens or closes a body group.
 * @property {(step: number) => void} holdAgainst Another clip, so many after the surest.
 * @property {(isOn: boolean) => void} showPictures Under the skeletons, or not.
 * @property {(epoch: number) => void} goToEpoch Shows training clips as they were taken in an epoch.
 * @property {() => void} recount After a change of the settings.
 * @property {(rows: number[], tag: string, step: number) => void} holdAgainstThese Clips of the reader's choice.
 * @property {(filters: import("./filters.js").Filters, place?: { split: string, stream: string }) => void} slice
 *   Looks at the clips that pass alone, perhaps of another split or stream.
 * @property {(filters: import("./filters.js").Filters) => void} narrow As slice, with these filters beside the others.
 * @property {() => void} showList Brings the list of clips to the front, where the table of pairs hides it.
 * @property {() => void} goToList Takes the keyboard there.
 * @property {(key: string) => boolean} stepInList As that key does there; false where it does nothing.
 */
