// Colours: of cells, classes and limbs, and those of the host's theme.

/** @typedef {[number, number, number]} Colour Red, green and blue, 0 to 255. */
/** @typedef {{ right: string[], wrong: string[], change: string[] }} Ramps */

/**
 * @typedef {object} Theme
 * @property {boolean} dark
 * @property {Ramps} ramps
 * @property {string} font
 * @property {string} ground Behind everything.
 * @property {string} ink Of text.
 * @property {string} faint Of text that matters less.
 * @property {string} line
 * @property {string} accent What is chosen.
 * @property {string} blue True, right.
 * @property {string} red Confused.
 * @property {string} green Answered, right.
 */

/** The person's own sides, as in the printed figures. */
export const SIDES = { left: "#56b4e9", centre: "#f2f2f2", right: "#e69f00" };

const GROUPS = ["#0072b2", "#d55e00", "#009e73", "#e69f00", "#cc79a7", "#56b4e9", "#8a8a8a", "#5b5b5b"];

/**
 * White or the dark ground first: right answers blue, confusions orange, as in the printed figures. Of a difference, blue
 * is better and orange worse: more right answers are better, more confusions worse.
 */
const RAMPS = {
  light: {
    right: ["#ffffff", "#9ecae1", "#0072b2", "#08306b"],
    wrong: ["#ffffff", "#fdbe85", "#d55e00", "#7f2704"],
    change: ["#053061", "#4393c3", "#ffffff", "#e08214", "#7f2704"],
  },
  dark: {
    right: ["#1c2026", "#0f4c75", "#56b4e9", "#e0f3ff"],
    wrong: ["#1c2026", "#7a3b10", "#e6832b", "#ffe8c2"],
    change: ["#b5defa", "#2f86c1", "#1c2026", "#c8651b", "#ffdfb0"],
  },
};

const SIGNALS = {
  light: { blue: "#0072b2", red: "#d55e00", green: "#009e73" },
  dark: { blue: "#56b4e9", red: "#f0883e", green: "#3ecf9e" },
};

/** For figures: light, whatever the screen is, with a font that papers have. @type {Theme} */
export const PAPER = {
  ...{ dark: false, ramps: RAMPS.light, ...SIGNALS.light, font: "Arial, Helvetica, sans-serif", ground: "#ffffff" },
  ...{ ink: "#1f2328", faint: "#5b626a", line: "#d0d4d9", accent: "#0072b2" },
};

/** @param {number} group Number of a body group. */
export const groupColour = (group) => GROUPS[group % GROUPS.length];

/** @param {number} group The colour of text on that of a body group. */
export const inkOnGroup = (group) => inkOn(channels(groupColour(group)));

/**
 * The colour at t (0 to 1) of a ramp.
 *
 * @param {string[]} stops
 * @param {number} t
 * @returns {Colour}
 */
export function ramp(stops, t) {
  const at = Math.min(Math.max(t, 0), 1) * (stops.length - 1);
  const low = Math.min(Math.floor(at), stops.length - 2);
  const [a, b] = [channels(stops[low]), channels(stops[low + 1])];
  /** @param {0 | 1 | 2} channel */
  const between = (channel) => Math.round(a[channel] + (at - low) * (b[channel] - a[channel]));
  return [between(0), between(1), between(2)];
}

/** @param {Colour} colour */
export const css = (colour) => `rgb(${colour.join(",")})`;

/**
 * The colour of text on a colour.
 *
 * @param {Colour} colour
 */
export const inkOn = (colour) => (brightness(colour) > 140 ? "#1f2328" : "#ffffff");

/**
 * Colours of the host's theme, as the style sheet resolves them.
 *
 * @param {Element} root
 * @returns {Theme}
 */
export function readTheme(root) {
  const style = getComputedStyle(root);
  const [r, g, b] = (style.backgroundColor.match(/[\d.]+/g) || [255, 255, 255]).map(Number);
  const dark = brightness([r, g, b]) < 128;
  const kind = dark ? "dark" : "light";
  /** @param {string} name */
  const variable = (name) => style.getPropertyValue(name).trim();
  return {
    ...{ dark, ramps: RAMPS[kind], ...SIGNALS[kind], font: style.fontFamily, ground: css([r, g, b]), ink: style.color },
    ...{ faint: variable("--mg-faint"), line: variable("--mg-line"), accent: variable("--mg-accent") },
  };
}

/** @param {Colour} colour */
const brightness = ([r, g, b]) => 0.3 * r + 0.59 * g + 0.11 * b;

/** @param {string} hex */
const channels = (hex) => /** @type {Colour} */ ([1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
