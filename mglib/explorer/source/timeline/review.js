// What is looked at, and what the reader says of it: recording, segment, moment, corrections; no page.

/** @typedef {import("./footage.js").Segment} Segment */

/**
 * @typedef {object} Correction
 * @property {string} recording
 * @property {string} verdict accepted, corrected, rejected or added.
 * @property {number} start Seconds.
 * @property {number} stop
 * @property {number} label
 */

/** @typedef {Segment & { id: string, verdict: string }} Item A segment of the machine, or one that was added. */

const SHORTEST = 0.04; // seconds, of a segment
const AROUND = 15; // seconds of the time line around a segment that is chosen
const NARROWEST = 2; // seconds shown

export class Review {
  recording = 0;
  /** Of the chosen item; "" for none. */
  chosen = "";
  /** Seconds of the recording. */
  time = 0;
  /** @type {[number, number]} Seconds that the tiers show. */
  view = [0, 60];
  /** @type {"time" | "score"} */
  order = "time";

  /**
   * @param {import("./footage.js").Footage} footage
   * @param {Record<string, Correction>} corrections
   */
  constructor(footage, corrections) {
    this.footage = footage;
    this.corrections = corrections;
    this.open(0);
  }

  get facts() {
    return this.footage.facts.recordings[this.recording];
  }

  /** @param {number} recording */
  open(recording) {
    this.recording = recording;
    this.chosen = "";
    this.time = 0;
    this.view = [0, Math.min(60, this.facts.seconds)];
  }

  /**
   * The machine's segments and the added ones as they stand, in order of time or with the least sure ones first.
   *
   * @returns {Item[]}
   */
  get items() {
    const { first } = this.footage.machine(this.recording);
    const items = this.facts.ids.map((id, i) => this.#stand(id, this.footage.segments[first + i]));
    for (const [id, one] of Object.entries(this.corrections))
      if (one.verdict === "added" && one.recording === this.facts.name) items.push({ ...one, id, score: 0 });
    const byTime = (/** @type {Item} */ a, /** @type {Item} */ b) => a.start - b.start || a.stop - b.stop;
    if (this.order === "time") return items.sort(byTime);
    return items.sort((a, b) => a.score - b.score || byTime(a, b));
  }

  /** How many of the recording's segments were looked at. */
  get looked() {
    return this.items.filter((item) => item.verdict).length;
  }

  /** The chosen item, if there is one. */
  get item() {
    return this.items.find((item) => item.id === this.chosen);
  }

  /**
   * @param {string} id
   * @param {Segment} segment As spotted.
   * @returns {Item}
   */
  #stand(id, segment) {
    const said = this.corrections[id];
    if (!said) return { ...segment, id, verdict: "" };
    const { start, stop, label, verdict } = said;
    return { ...segment, start, stop, label, id, verdict };
  }

  /**
   * Chooses a segment: the time line shows it, and the moment is one second before it.
   *
   * @param {string} id
   */
  choose(id) {
    this.chosen = id;
    const { item } = this;
    if (!item) return;
    this.time = Math.max(0, item.start - 1);
    const [from, to] = this.view;
    if (item.start - 1 < from || item.stop > to) this.show((item.start + item.stop) / 2, to - from);
  }

  /** @param {number} by Places onward in the list; it goes round. */
  step(by) {
    const { items } = this;
    if (!items.length) return;
    const at = items.findIndex((item) => item.id === this.chosen);
    const next = at < 0 ? (by > 0 ? 0 : items.length - 1) : (at + by + items.length) % items.length;
    this.choose(items[next].id);
  }

  /**
   * Shows so many seconds around a moment.
   *
   * @param {number} middle
   * @param {number} [length]
   */
  show(middle, length = 2 * AROUND) {
    const { seconds } = this.facts;
    const wide = Math.min(Math.max(length, NARROWEST), seconds);
    const from = Math.min(Math.max(middle - wide / 2, 0), seconds - wide);
    this.view = [from, from + wide];
  }

  /** @param {number} factor Of the seconds shown; around the moment. */
  zoom(factor) {
    const [from, to] = this.view;
    const inside = this.time >= from && this.time <= to ? this.time : (from + to) / 2;
    this.show(inside, (to - from) * factor);
  }

  /**
   * What the chosen segment becomes; null where there is none to say it of.
   *
   * @param {string} verdict
   * @param {Partial<Segment>} [change]
   * @returns {[string, Correction] | null}
   */
  judge(verdict, change = {}) {
    const { item } = this;
    if (!item) return null;
    const { start, stop, label } = { ...item, ...change };
    const told = item.verdict === "added" && verdict !== "rejected" ? "added" : verdict;
    return [item.id, { recording: this.facts.name, verdict: told, start, stop, label }];
  }

  /**
   * The chosen segment with a border at the moment; null where it would not be a segment.
   *
   * @param {"start" | "stop"} border
   */
  move(border) {
    const { item, time } = this;
    if (!item) return null;
    const [start, stop] = border === "start" ? [time, item.stop] : [item.start, time];
    return stop - start < SHORTEST ? null : this.judge("corrected", { start, stop });
  }

  /**
   * A segment of one second that nobody found, from the moment on.
   *
   * @param {number} label
   * @returns {[string, Correction]}
   */
  add(label) {
    const start = Math.min(this.time, this.facts.seconds - SHORTEST);
    const stop = Math.min(start + 1, this.facts.seconds);
    const { name } = this.facts;
    const plain = `${name} added ${start.toFixed(3)}`;
    let id = plain;
    for (let number = 2; id in this.corrections; number++) id = `${plain} ${number}`;
    return [id, { recording: name, verdict: "added", start, stop, label }];
  }
}
