// The payload of a run, read: facts by name, arrays as views of one buffer, and what they say of one clip.

/** What `payload.py` sends in places where there is nothing, and its steps. */
export const NONE = 255; // no class: fewer than three classes, or a clip that an epoch did not see
export const SHARE = 65535; // a probability of 1
export const COSINE = 127; // a cosine similarity of 1
export const NO_COSINE = -128; // a class without a prototype
export const NOWHERE = 65535; // a class without a place on the map
export const SEEN = 254; // a probability of 1 in an epoch; NONE: not seen then
export const RANKS = 3; // most probable classes of a clip, and the prototypes that it is held against

const TYPES = {
  ...{ uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, uint32: Uint32Array, int32: Int32Array },
  float32: Float32Array,
};

/** @typedef {Uint8Array | Int8Array | Uint16Array | Uint32Array | Int32Array | Float32Array} Values */

/**
 * The facts, as `payload.py` and `widget.py` name them.
 *
 * @typedef {object} Facts
 * @property {string} run
 * @property {string} [key] Tells runs of one name on one machine apart.
 * @property {string | null} other A second run of the same clips.
 * @property {number} clips N.
 * @property {string[]} names Of the K classes.
 * @property {string[]} groups Body group of each class.
 * @property {string[]} splits Those that have clips: test, val, train.
 * @property {Record<string, string>} systems System -> what to call it.
 * @property {string} dataset
 * @property {string | null} visual What the pictures show.
 * @property {string} group_kind What clips are grouped by: subject, video.
 * @property {string[]} group_names
 * @property {number} fps
 * @property {string[]} joints
 * @property {[number, number][]} limbs
 * @property {Record<string, (number | null)[]>} scores System -> top-1 of the test clips, its interval, and the number
 *   of subjects (or videos) that it goes by.
 * @property {string[]} directions What a pair of classes may be.
 * @property {Record<string, Record<string, number[]>>} order System -> split -> classes, the similar side by side.
 * @property {Record<string, Record<string, number>>} maps System -> kind of map -> trustworthiness.
 * @property {string[]} missing Sentences: what the run lacks.
 * @property {boolean} pictures Whether there are pictures to ask for.
 * @property {number[] | null} skeletons Shape [N, moments, joints, 2]; null where the run has none.
 * @property {Record<string, [keyof TYPES, number[], number]>} arrays Name -> type, shape, offset in bytes.
 */

/** @typedef {import("./counting.js").Found} Found */

/**
 * What a system makes of the clips.
 *
 * @typedef {object} Decisions
 * @property {Values} top [N * 3], the most probable classes; the first is the answer.
 * @property {Values} p [N * 3], their probabilities in steps of 1 / SHARE.
 */

/**
 * What a map holds under a key; made at the first use.
 *
 * @template Value
 * @param {Map<string, Value>} map
 * @param {string} key
 * @param {() => Value} make
 */
export function keep(map, key, make) {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

export class Data {
  /** @type {Map<string, Values>} */
  #views = new Map();
  /** @type {Map<string, Uint32Array>} */
  #rows = new Map();
  /** @type {Map<string, Map<number, Found>>} */
  #found = new Map();
  /** @type {Map<string, Decisions>} */
  #then = new Map();

  /**
   * @param {Facts} facts
   * @param {DataView<ArrayBuffer>} content All arrays.
   */
  constructor(facts, content) {
    this.facts = facts;
    this.buffer = content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength); // now aligned
    this.names = facts.names;
    this.k = this.names.length;
    this.groupNames = [...new Set(facts.groups)];
    this.groupOf = facts.groups.map((group) => this.groupNames.indexOf(group));
    this.ids = new TextDecoder().decode(this.array("ids")).split("\0");
    this.labels = this.array("label");
    this.trainPlaces = this.#placesIn("train"); // these alone have a history
  }

  /** @param {string} name */
  has(name) {
    return name in this.facts.arrays || this.#views.has(name);
  }

  /**
   * Takes an array that came later.
   *
   * @param {string} name
   * @param {Values} values
   */
  put(name, values) {
    this.#views.set(name, values);
  }

  /**
   * An array that may be missing.
   *
   * @param {string} name
   */
  find(name) {
    return this.has(name) ? this.array(name) : null;
  }

  /**
   * @param {string} name
   * @returns {Values}
   */
  array(name) {
    return keep(this.#views, name, () => {
      const [type, shape, offset] = this.facts.arrays[name];
      return new TYPES[type](
        this.buffer,
        offset,
        shape.reduce((a, b) => a * b, 1),
      );
    });
  }

  /**
   * What Python found of a system's cells in a split, over groups, by label * K + answer; cells that no clip lies in,
   * and those of a class in one group, are not among them.
   *
   * @param {string} system
   * @param {string} split
   */
  foundIn(system, split) {
    const name = `${system}/${split}`;
    return keep(this.#found, name, () => this.#readFound(name));
  }

  /** @param {string} name */
  #readFound(name) {
    const [pairs, bounds, kinds, groups] = ["pairs", "bounds", "direction", "pair_groups"].map((what) =>
      this.array(`${name}/${what}`),
    );
    /** @type {Map<number, Found>} */
    const found = new Map();
    for (let at = 0; at < kinds.length; at++) {
      const [low, high] = [bounds[2 * at] / SHARE, bounds[2 * at + 1] / SHARE];
      const direction = this.facts.directions[kinds[at]];
      const kind = direction === "one-sided" || direction === "mutual" ? direction : "";
      if (low <= high)
        found.set(pairs[2 * at] * this.k + pairs[2 * at + 1], { range: [low, high], groups: groups[at], kind });
    }
    return found;
  }

  /** @param {number} row */
  splitOf(row) {
    return this.facts.splits[this.array("split")[row]];
  }

  /** @param {number} row */
  labelName(row) {
    return this.names[this.labels[row]];
  }

  /** @param {number} row */
  groupName(row) {
    return this.facts.group_names[this.array("group")[row]];
  }

  /**
   * Whose clip it is: "subject s3".
   *
   * @param {number} row
   */
  owner(row) {
    const name = this.groupName(row);
    const kind = this.facts.group_kind;
    return name.toLowerCase().startsWith(kind) ? name : `${kind} ${name}`;
  }

  /**
   * How long a clip lasts; 0 for none.
   *
   * @param {number} row
   */
  seconds(row) {
    return row < 0 ? 0 : this.array("frames")[row] / this.facts.fps;
  }

  /**
   * The clips of a split.
   *
   * @param {string} split
   */
  rowsOf(split) {
    const all = this.array("split");
    const number = this.facts.splits.indexOf(split);
    return keep(this.#rows, split, () => Uint32Array.from(all.keys()).filter((row) => all[row] === number));
  }

  /**
   * @param {string} system
   * @param {boolean} other Of the other run.
   * @returns {Decisions}
   */
  decisions(system, other) {
    const prefix = `${other ? "other/" : ""}${system}`;
    return { top: this.array(`${prefix}/top`), p: this.array(`${prefix}/p`) };
  }

  /**
   * What a system made of the training clips in an epoch: what they were taken for, and the probability of their label,
   * since no other was kept. Clips that it did not see have the answer NONE.
   *
   * @param {string} system
   * @param {number} epoch From 1.
   * @returns {Decisions}
   */
  decisionsThen(system, epoch) {
    return keep(this.#then, `${system} ${epoch}`, () => {
      const top = new Uint8Array(RANKS * this.facts.clips).fill(NONE);
      const p = new Uint16Array(RANKS * this.facts.clips);
      for (const row of this.rowsOf("train")) {
        top[RANKS * row] = this.history(system, row)?.[epoch - 1] ?? NONE;
        p[RANKS * row] = Math.round((SHARE * (this.curve(system, row)?.[epoch - 1] ?? 0)) / SEEN);
      }
      return { top, p };
    });
  }

  /**
   * How many epochs of the training clips were kept.
   *
   * @param {string} system
   */
  epochs(system) {
    const name = `${system}/history`;
    return this.has(name) && this.has(`${system}/curve`) ? this.facts.arrays[name][1][1] : 0;
  }

  /**
   * The probability of a training clip's label, by epoch, in steps of 1 / SEEN; NONE where it was not seen, null as of
   * `history`.
   *
   * @param {string} system
   * @param {number} row
   */
  curve(system, row) {
    return this.#byEpoch(`${system}/curve`, row);
  }

  /**
   * What a training clip was taken for, by epoch; null for other clips, and where the run has no history.
   *
   * @param {string} system
   * @param {number} row
   */
  history(system, row) {
    return this.#byEpoch(`${system}/history`, row);
  }

  /**
   * @param {string} name
   * @param {number} row
   */
  #byEpoch(name, row) {
    const place = this.trainPlaces[row];
    if (!this.has(name) || place < 0) return null;
    const [, [, epochs]] = this.facts.arrays[name];
    return this.array(name).subarray(place * epochs, (place + 1) * epochs);
  }

  /**
   * A clip's cosine similarities to the prototypes of its own class, of the answer and of its rival, the nearest other
   * class; null where there are no prototypes. NaN: that class has none.
   *
   * @param {string} system
   * @param {number} row
   */
  nearPrototypes(system, row) {
    const rival = this.rival(system, row);
    if (rival === null) return null;
    const steps = this.array(`${system}/cosine`).subarray(RANKS * row, RANKS * (row + 1));
    const [own, answered, nearest] = Array.from(steps, (step) => (step === NO_COSINE ? NaN : step / COSINE));
    return { rival, own, answered, nearest };
  }

  /**
   * The class whose prototype is nearest, a clip's own left out.
   *
   * @param {string} system
   * @param {number} row
   */
  rival(system, row) {
    const rival = this.find(`${system}/rival`)?.[row] ?? NONE;
    return rival === NONE ? null : rival;
  }

  /**
   * Row -> its place among the clips of a split; -1 elsewhere.
   *
   * @param {string} split
   */
  #placesIn(split) {
    const places = new Int32Array(this.facts.clips).fill(-1);
    this.rowsOf(split).forEach((row, place) => (places[row] = place));
    return places;
  }
}
