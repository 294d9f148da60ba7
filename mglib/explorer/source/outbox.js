// What the reader says and Python has not yet saved: kept in the browser until it has, sent again where it has not.

import { recall, remember } from "./memory.js";

/**
 * @typedef {object} Saying What is said about a clip; whoever saves it answers { kind: "saved", of: kind, id }.
 * @property {string} kind "note", ...
 * @property {string} id Of the clip.
 * @property {string} [said] When, ISO 8601.
 */

const PATIENCE = 4000; // milliseconds after which the reader is told that nobody has answered

export class Outbox {
  /** @type {Record<string, any>} What waits, by kind and clip. */
  #waiting = {};
  #timer = 0;
  /** Whether the browser keeps what waits. */
  isKept = true;

  /**
   * @param {string} run What the run is known by, on this machine.
   * @param {(message: object) => void} send May raise an error where nobody listens.
   * @param {() => void} onsilence Nobody has answered for a while.
   */
  constructor(run, send, onsilence) {
    this.place = `mglib explorer: not saved yet, of ${run}`;
    this.send = send;
    this.onsilence = onsilence;
    this.left = recall(this.place); // by an explorer before this one
  }

  /** @returns {any[]} */
  get waiting() {
    return Object.values(this.#waiting);
  }

  /** @param {Saying & Record<string, any>} saying */
  post(saying) {
    const kept = { ...saying, said: saying.said ?? new Date().toISOString() };
    this.#waiting[nameOf(kept)] = kept;
    this.isKept = remember(this.place, { ...recall(this.place), [nameOf(kept)]: kept });
    this.#deliver(kept);
  }

  /** Sends all that waits once more. */
  resend() {
    this.waiting.forEach((saying) => this.#deliver(saying));
  }

  /**
   * An answer has come: what is saved, or refused for a reason, waits no longer.
   *
   * @param {{ of?: string, id: string }} answer
   */
  confirm({ of = "note", id }) {
    const name = nameOf({ kind: of, id });
    const kept = recall(this.place);
    delete kept[name];
    delete this.#waiting[name];
    remember(this.place, kept);
    if (!this.waiting.length) clearTimeout(this.#timer);
  }

  /** @param {object} saying */
  #deliver(saying) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.waiting.length && this.onsilence(), PATIENCE);
    try {
      this.send(saying);
    } catch {
      this.onsilence(); // the channel is closed; what was said is kept
    }
  }
}

/** @param {Saying} saying */
const nameOf = ({ kind, id }) => `${kind} ${id}`;
