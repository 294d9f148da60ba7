// The time at which skeletons are shown: one clock for all players; the shorter clip waits for the longer.

const SHORTEST = 0.1; // seconds
const REST = 0.4; // seconds at the end, to see how it ends
const PACE = 30; // milliseconds at least between two pictures: thirty a second are enough

export class Clock {
  #isRunning = false;
  /** @type {number | undefined} When the picture before was shown, milliseconds. */
  #last;
  /** Seconds of the clips' own time. */
  time = 0;
  speed = 1;
  isPlaying = !matchMedia("(prefers-reduced-motion: reduce)").matches;

  /**
   * @param {import("./state.js").State} state
   * @param {() => boolean} isInSight Out of sight it costs nothing.
   * @param {() => void} ontick At every picture.
   */
  constructor(state, isInSight, ontick) {
    this.state = state;
    this.isInSight = isInSight;
    this.ontick = ontick;
  }

  /** Seconds. */
  get length() {
    const { data, clip, against } = this.state;
    return Math.max(data.seconds(clip), data.seconds(against), SHORTEST);
  }

  start() {
    if (!this.isPlaying || this.#isRunning || !this.isInSight()) return;
    this.#isRunning = true;
    this.#last = undefined;
    this.#next();
  }

  #next() {
    requestAnimationFrame((now) => this.#advance(now));
  }

  /** @param {number} now */
  #advance(now) {
    this.#isRunning = this.isPlaying && this.isInSight();
    if (!this.#isRunning) return;
    const passed = this.#last === undefined ? PACE : now - this.#last;
    if (passed < PACE) {
      this.#next();
      return;
    }
    if (this.#last !== undefined) this.time += (passed / 1000) * this.speed;
    this.#last = now;
    if (this.time > this.length + REST) this.time = 0;
    this.ontick();
    this.#next();
  }
}
