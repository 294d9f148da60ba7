// The payload of the time line, read: recordings, their tiers and segments, and skeletons.

export const MISSING = 255; // of a joint that is not detected
export const STEPS = 254; // across the box of a recording's joints
const TYPES = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array };

/** @typedef {{ name: string, machine: boolean, first: number, count: number }} Tier Segments first..first + count. */

/**
 * @typedef {object} RecordingFacts
 * @property {string} name
 * @property {string} person
 * @property {number} seconds
 * @property {Tier[]} tiers The machine's last.
 * @property {string[]} ids Of the machine's segments.
 * @property {number} [rate] Skeletons a second; none where there are no key points.
 */

/**
 * @typedef {object} Facts
 * @property {string} spotter
 * @property {string} coder Who looks at the segments.
 * @property {number} height Pixels.
 * @property {string[]} names Of the K classes.
 * @property {string[]} groups Body group of each class.
 * @property {string[]} joints
 * @property {[number, number][]} limbs
 * @property {RecordingFacts[]} recordings
 * @property {number[]} pictures Numbers of recordings that have pictures.
 * @property {Record<string, [keyof TYPES, number[], number]>} arrays Name -> type, shape, offset in bytes.
 */

/**
 * @typedef {object} Segment
 * @property {number} start Seconds.
 * @property {number} stop
 * @property {number} label
 * @property {number} score 0 to 1; 0 where a person says so.
 */

export class Footage {
  /**
   * @param {Facts} facts
   * @param {DataView<ArrayBuffer>} content All arrays.
   */
  constructor(facts, content) {
    this.facts = facts;
    this.buffer = content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength); // now aligned
    this.groupNames = [...new Set(facts.groups)];
    this.groupOf = [...facts.groups.map((group) => this.groupNames.indexOf(group)), this.groupNames.length];
    this.names = [...facts.names, "not told"];
    const [start, stop, label, score] = ["start", "stop", "label", "score"].map((name) => this.array(name));
    /** @type {Segment[]} */
    this.segments = Array.from(start ?? [], (_, i) => ({
      ...{ start: start[i] / 1000, stop: stop[i] / 1000 },
      ...{ label: label[i], score: score[i] / 1000 },
    }));
  }

  /** @param {string} name */
  array(name) {
    const [type, shape, offset] = this.facts.arrays[name];
    const length = shape.reduce((a, b) => a * b, 1);
    return new TYPES[type](this.buffer, offset, length);
  }

  /**
   * The tier of the machine in a recording.
   *
   * @param {number} recording
   */
  machine(recording) {
    const { tiers } = this.facts.recordings[recording];
    return tiers[tiers.length - 1];
  }

  /**
   * Joints of a recording [frames, joints, 2], null where there are none.
   *
   * @param {number} recording
   */
  points(recording) {
    const name = `points/${recording}`;
    return name in this.facts.arrays ? this.array(name) : null;
  }
}

/**
 * Minutes and seconds.
 *
 * @param {number} seconds
 * @param {number} [digits]
 */
export function clock(seconds, digits = 1) {
  const rounded = Math.max(0, Number(seconds.toFixed(digits)));
  const minutes = Math.floor(rounded / 60);
  const rest = (rounded - 60 * minutes).toFixed(digits).padStart(digits ? 3 + digits : 2, "0");
  return `${minutes}:${rest}`;
}
