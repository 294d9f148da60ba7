// The panel of the two players: the chosen clip, the one held against it, and the clock that both run on.

import { Clock } from "./clock.js";
import { button, h, select, tick } from "./dom.js";
import { Player } from "./player.js";
import { rivalTag, verdict } from "./wording.js";

const AHEAD = 3; // clips of the list that are asked for before they are wanted
const STEPS = 1000; // of the time slider
/** @type {[string, string][]} */
const SPEEDS = [
  ["0.25", "¼×"],
  ["0.5", "½×"],
  ["1", "1×"],
  ["2", "2×"],
];
/** @type {[string, string][]} */
const RIVALS = [
  ["answered", "vs answered"],
  ["own", "vs own"],
];

export class Playback {
  #isInSight = false;

  /**
   * @param {import("./state.js").State} state
   * @param {import("./state.js").Actions} actions
   * @param {import("./media.js").Media} media
   * @param {HTMLElement} root Of the explorer; its attributes say what plays.
   */
  constructor(state, actions, media, root) {
    this.state = state;
    this.actions = actions;
    this.media = media;
    this.root = root;
    const isInSight = () => this.#isInSight && root.isConnected;
    this.clock = new Clock(state, isInSight, () => this.paint());
    const goToEpoch = (/** @type {number} */ epoch) => actions.goToEpoch(epoch);
    this.chosen = new Player(state, media, this.clock, "Chosen clip", goToEpoch);
    this.against = new Player(state, media, this.clock, "Held against it", goToEpoch);
    this.box = h("div", { class: "mg-pairing" }, this.chosen.box, this.against.box);
    const toggle = () => this.toggle();
    this.playButton = button("▶", "Play or pause (space)", toggle, { class: "mg-button mg-play" });
    this.scrub = h("input", {
      ...{ type: "range", class: "mg-scrub", min: 0, max: STEPS, value: 0, "aria-label": "Time" },
      oninput: () => this.#seek(Number(this.scrub.value) / STEPS),
    });
    this.timeText = h("span", { class: "mg-time" });
    this.tools = [...this.#timeTools(), h("span", { class: "mg-push" }), ...this.#rivalTools()];
  }

  /** The chosen clip and its rival, from their first moment. */
  show() {
    const { rows, clip } = this.state;
    const at = rows.indexOf(clip);
    this.repaint();
    if (clip >= 0) this.media.want(rows.slice(at + 1, at + 1 + AHEAD));
    this.clock.time = 0;
    this.#showClock();
    this.clock.start();
  }

  /** What both show, again. */
  repaint() {
    const { state } = this;
    const isNone = state.clip < 0;
    this.chosen.show(state.clip, isNone ? "" : verdict(state, state.clip));
    this.against.show(state.against, isNone ? "" : rivalTag(state));
  }

  /** Both skeletons at the clock's time. */
  paint() {
    const { time, length } = this.clock;
    this.chosen.paint();
    this.against.paint();
    this.scrub.value = String(Math.min(1, time / length) * STEPS);
    this.timeText.textContent = `${Math.min(time, length).toFixed(2)} / ${length.toFixed(2)} s`;
    this.root.dataset.time = time.toFixed(3);
  }

  toggle(isPlaying = !this.clock.isPlaying) {
    this.clock.isPlaying = isPlaying;
    this.#showClock();
    this.clock.start();
  }

  /** @param {boolean} isInSight */
  comeIntoSight(isInSight) {
    this.#isInSight = isInSight;
    this.clock.start();
  }

  #showClock() {
    this.playButton.textContent = this.clock.isPlaying ? "❚❚" : "▶";
    this.root.dataset.playing = String(this.clock.isPlaying);
    this.paint();
  }

  /** @param {number} share Of the time, 0 to 1. */
  #seek(share) {
    this.toggle(false);
    this.clock.time = share * this.clock.length;
    this.paint();
  }

  #timeTools() {
    const { facts } = this.state.data;
    const setSpeed = (/** @type {string} */ speed) => (this.clock.speed = Number(speed));
    const video = tick("video", `Show the ${facts.visual} under the skeleton`, (isOn) =>
      this.actions.showPictures(isOn),
    );
    video.box.checked = this.state.view.video;
    const speed = select("Speed", SPEEDS, "1", setSpeed);
    return [this.playButton, this.scrub, this.timeText, speed, facts.pictures ? video.label : null];
  }

  #rivalTools() {
    const { state, actions } = this;
    const choose = (/** @type {string} */ value) => {
      state.view.against = value === "own" ? "own" : "answered";
      actions.holdAgainst(0);
    };
    const tools = [
      select("Held against true positives of", RIVALS, state.view.against, choose),
      button("‹", "Previous clip to hold against (,)", () => actions.holdAgainst(state.rivalStep - 1)),
      button("›", "Next clip to hold against (.)", () => actions.holdAgainst(state.rivalStep + 1)),
    ];
    return [h("span", { class: "mg-controls" }, ...tools)];
  }
}
