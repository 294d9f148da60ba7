// Written by "make explorer" from source/; change it there.
"use strict";
var explorer = (() => {
  var __defProp = Object.defineProperty;
  var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
  var __getOwnPropNames = Object.getOwnPropertyNames;
  var __hasOwnProp = Object.prototype.hasOwnProperty;
  var __export = (target, all) => {
    for (var name in all)
      __defProp(target, name, { get: all[name], enumerable: true });
  };
  var __copyProps = (to, from, except, desc) => {
    if (from && typeof from === "object" || typeof from === "function") {
      for (let key of __getOwnPropNames(from))
        if (!__hasOwnProp.call(to, key) && key !== except)
          __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
    }
    return to;
  };
  var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

  // index.js
  var index_exports = {};
  __export(index_exports, {
    openPage: () => openPage,
    render: () => render
  });

  // address.js
  var KNOWN = {
    compare: ["difference", "this", "other"],
    order: ["similarity", "group", "support", "recall", "label"],
    mode: ["share", "count"],
    sort: ["sure", "unsure", "group"],
    against: ["answered", "own"]
  };
  function addressOf({ data, view, collapsed, labels, clip, epoch }) {
    const { split: split2, stream, order, mode, sort, against, hide, log, threshold } = view;
    const parts = new URLSearchParams({ split: split2, stream, order, mode, sort, against });
    if (data.facts.other) parts.set("compare", view.compare);
    if (hide) parts.set("hide", "1");
    if (log) parts.set("log", "1");
    if (threshold) parts.set("threshold", threshold.toFixed(2));
    if (epoch) parts.set("epoch", String(epoch));
    if (collapsed.size) parts.set("folded", [...collapsed].join(" "));
    if (labels) parts.set("cell", labels.join(" "));
    if (clip >= 0) parts.set("clip", data.ids[clip]);
    return parts.toString();
  }
  function goTo(state, address) {
    const { data, view } = state;
    const parts = new URLSearchParams(address);
    const allowed = { ...KNOWN, split: data.facts.splits, stream: Object.keys(data.facts.systems) };
    for (const [name, values] of Object.entries(allowed)) {
      const value = parts.get(name);
      const isFree = name !== "compare" || data.facts.other;
      if (value && isFree && values.includes(value)) Object.assign(view, { [name]: value });
    }
    Object.assign(view, { hide: parts.has("hide"), log: parts.has("log") });
    view.threshold = Number(parts.get("threshold")) || 0;
    view.epoch = Number(parts.get("epoch")) || 0;
    state.collapsed = new Set(numbers(parts.get("folded")).filter((group) => group < data.groupNames.length));
    const cell = numbers(parts.get("cell")).filter((label) => label < data.k);
    return { cell: cell.length === 2 ? cell : null, clip: data.ids.indexOf(parts.get("clip") ?? "") };
  }
  var numbers = (text) => text ? text.split(" ").map(Number).filter(Number.isInteger) : [];

  // colours.js
  var SIDES = { left: "#56b4e9", centre: "#f2f2f2", right: "#e69f00" };
  var GROUPS = ["#0072b2", "#d55e00", "#009e73", "#e69f00", "#cc79a7", "#56b4e9", "#8a8a8a", "#5b5b5b"];
  var RAMPS = {
    light: {
      right: ["#ffffff", "#9ecae1", "#0072b2", "#08306b"],
      wrong: ["#ffffff", "#fdbe85", "#d55e00", "#7f2704"],
      change: ["#053061", "#4393c3", "#ffffff", "#e08214", "#7f2704"]
    },
    dark: {
      right: ["#1c2026", "#0f4c75", "#56b4e9", "#e0f3ff"],
      wrong: ["#1c2026", "#7a3b10", "#e6832b", "#ffe8c2"],
      change: ["#b5defa", "#2f86c1", "#1c2026", "#c8651b", "#ffdfb0"]
    }
  };
  var SIGNALS = {
    light: { blue: "#0072b2", red: "#d55e00", green: "#009e73" },
    dark: { blue: "#56b4e9", red: "#f0883e", green: "#3ecf9e" }
  };
  var PAPER = {
    ...{ dark: false, ramps: RAMPS.light, ...SIGNALS.light, font: "Arial, Helvetica, sans-serif", ground: "#ffffff" },
    ...{ ink: "#1f2328", faint: "#5b626a", line: "#d0d4d9", accent: "#0072b2" }
  };
  var groupColour = (group) => GROUPS[group % GROUPS.length];
  function ramp(stops, t) {
    const at = Math.min(Math.max(t, 0), 1) * (stops.length - 1);
    const low = Math.min(Math.floor(at), stops.length - 2);
    const [a, b] = [channels(stops[low]), channels(stops[low + 1])];
    const between = (channel) => Math.round(a[channel] + (at - low) * (b[channel] - a[channel]));
    return [between(0), between(1), between(2)];
  }
  var css = (colour) => `rgb(${colour.join(",")})`;
  var inkOn = (colour) => brightness(colour) > 140 ? "#1f2328" : "#ffffff";
  function readTheme(root) {
    const style = getComputedStyle(root);
    const [r, g, b] = (style.backgroundColor.match(/[\d.]+/g) || [255, 255, 255]).map(Number);
    const dark = brightness([r, g, b]) < 128;
    const kind = dark ? "dark" : "light";
    const variable = (name) => style.getPropertyValue(name).trim();
    return {
      ...{ dark, ramps: RAMPS[kind], ...SIGNALS[kind], font: style.fontFamily, ground: css([r, g, b]), ink: style.color },
      ...{ faint: variable("--mg-faint"), line: variable("--mg-line"), accent: variable("--mg-accent") }
    };
  }
  var brightness = ([r, g, b]) => 0.3 * r + 0.59 * g + 0.11 * b;
  var channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

  // counting.js
  var ROUNDS = 500;
  var SETTLED = 1e-12;
  function sum(values) {
    let total = 0;
    for (let at = 0; at < values.length; at++) total += values[at];
    return total;
  }
  var clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  function countCells(rows, labels, top, k) {
    const start = new Uint32Array(k * k + 1);
    for (const row of rows) start[labels[row] * k + top[3 * row] + 1]++;
    const counts = start.slice(1);
    for (let cell = 0; cell < k * k; cell++) start[cell + 1] += start[cell];
    const next = start.slice();
    const sorted = new Uint32Array(rows.length);
    for (const row of rows) sorted[next[labels[row] * k + top[3 * row]]++] = row;
    return { counts, of: (i, j) => sorted.subarray(start[i * k + j], start[i * k + j + 1]) };
  }
  function wilson(k, n) {
    if (!n) return [0, 1];
    const z = 1.959964;
    const p = k / n;
    const middle = p + z * z / (2 * n);
    const scale = 1 + z * z / n;
    const half = z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)];
  }
  function makeUnits({ names, groupNames, groupOf }, order, collapsed) {
    const wholes = /* @__PURE__ */ new Map();
    const units = [];
    for (const label of order) {
      const group = groupOf[label];
      const whole = wholes.get(group);
      if (whole) {
        whole.classes.push(label);
      } else if (collapsed.has(group)) {
        const unit = { key: `g${group}`, name: groupNames[group], classes: [label], group, whole: true };
        wholes.set(group, unit);
        units.push(unit);
      } else {
        units.push({ key: `c${label}`, name: names[label], classes: [label], group, whole: false });
      }
    }
    return units;
  }
  function sumUnits(counts, units, k) {
    const u = units.length;
    const place = new Uint16Array(k);
    const total = new Float64Array(u * u);
    units.forEach((unit, number) => unit.classes.forEach((label) => place[label] = number));
    for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) total[place[i] * u + place[j]] += counts[i * k + j];
    return total;
  }
  var sumRows = (counts, u) => Array.from({ length: u }, (_, i) => sum(counts.subarray(i * u, i * u + u)));
  function sumColumns(counts, u) {
    const total = new Array(u).fill(0);
    for (let i = 0; i < u; i++) for (let j = 0; j < u; j++) total[j] += counts[i * u + j];
    return total;
  }
  function expectMistakes(counts, u) {
    const missed = new Float64Array(u);
    const taken = new Float64Array(u);
    for (let i = 0; i < u; i++)
      for (let j = 0; j < u; j++)
        if (i !== j) {
          missed[i] += counts[i * u + j];
          taken[j] += counts[i * u + j];
        }
    let errs = missed.slice();
    let attracts = taken;
    for (let round2 = 0; round2 < ROUNDS; round2++) {
      attracts = shareOut(taken, errs);
      const next = shareOut(missed, attracts);
      const isSettled = next.every((value, i) => Math.abs(value - errs[i]) <= SETTLED * value);
      errs = next;
      if (isSettled) break;
    }
    return (i, j) => i === j ? 0 : errs[i] * attracts[j];
  }
  function shareOut(parts, weights) {
    const all = sum(weights);
    return parts.map((part, i) => all - weights[i] > 0 ? part / (all - weights[i]) : 0);
  }
  function confusedPairs(counts, other, succession, u, find2) {
    const n = sumRows(counts, u);
    const expected = expectMistakes(counts, u);
    const pairs = [];
    for (let i = 0; i < u; i++) {
      const beside = succession ? sum(succession.subarray(i * u, i * u + u)) - succession[i * u + i] : 0;
      for (let j = 0; j < u; j++) {
        const count = counts[i * u + j];
        const before = other ? other[i * u + j] : 0;
        if (i === j || !(count || before)) continue;
        const back = counts[j * u + i];
        const mistaken = n[i] - counts[i * u + i];
        const { range, groups, kind } = find2(i, j) ?? asIfIndependent(count, n[i], back, n[j]);
        pairs.push({
          ...{ i, j, count, n: n[i], rate: n[i] ? count / n[i] : 0, range, groups, kind },
          ...{ back, before, change: count - before },
          lift: count ? count / expected(i, j) : 0,
          follow: succession && beside && count ? count / mistaken / (succession[i * u + j] / beside) : NaN
        });
      }
    }
    return pairs;
  }
  function asIfIndependent(count, n, back, m) {
    const range = wilson(count, n);
    const kind = areApart(range, wilson(back, m)) ? "one-sided" : back && count ? "mutual" : "";
    return { range, groups: 0, kind };
  }
  var areApart = (one, other) => one[0] > other[1] || other[0] > one[1];
  function sortPairs(pairs, units, column, falling) {
    const sign = falling ? -1 : 1;
    const value = (pair) => {
      if (column === "name") return units[pair.i].name + units[pair.j].name;
      if (column === "change") return Math.abs(pair.change);
      return Number.isFinite(pair[column]) ? pair[column] : -1;
    };
    pairs.sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      return x === y ? b.count - a.count || b.rate - a.rate || a.i - b.i || a.j - b.j : x < y ? -sign : sign;
    });
  }
  function orderClasses(by, counts, groupOf) {
    const k = groupOf.length;
    const n = sumRows(counts, k);
    const recall2 = n.map((clips, i) => clips ? counts[i * k + i] / clips : 2);
    const first = {
      group: (a, b) => groupOf[a] - groupOf[b],
      support: (a, b) => n[b] - n[a],
      recall: (a, b) => recall2[a] - recall2[b],
      label: () => 0
    }[by];
    return [...groupOf.keys()].sort((a, b) => first(a, b) || a - b);
  }

  // dom.js
  function h(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(
        name.slice(2),
        /** @type {EventListener} */
        value
      );
      else if (value !== false && value != null) element.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children) if (child || child === "") element.append(child);
    return element;
  }
  var SVG = globalThis.document ? nameSpace() : "";
  function nameSpace() {
    const template = document.createElement("template");
    template.innerHTML = "<svg></svg>";
    return template.content.firstElementChild?.namespaceURI ?? "";
  }
  function svg(tag, attributes, ...children) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    for (const child of children) if (child) element.append(child);
    return element;
  }
  function button(text, title, onclick, more = {}) {
    const isSaid = !/[a-z]/i.test(text) || title.toLowerCase().includes(text.toLowerCase());
    const label = isSaid ? title : `${text}: ${title}`;
    return h("button", { class: "mg-button", type: "button", title, "aria-label": label, onclick, ...more }, text);
  }
  function select(label, options, value, onchange) {
    const attributes = { class: "mg-select", "aria-label": label, title: label, onchange: () => onchange(list.value) };
    const list = h("select", attributes);
    for (const [key, text] of options) list.append(h("option", { value: key, selected: key === value }, text));
    return list;
  }
  function tick(text, title, onchange) {
    const box = h("input", { type: "checkbox", onchange: () => onchange(box.checked) });
    return { label: h("label", { class: "mg-tick", title }, box, text), box };
  }
  var press = (element, on) => element.setAttribute("aria-pressed", String(on));
  var Sheet = class {
    /** @param {Element} parent */
    constructor(parent) {
      this.canvas = h("canvas", { class: "mg-sheet", "aria-hidden": "true" });
      this.context = /** @type {CanvasRenderingContext2D} */
      this.canvas.getContext("2d");
      parent.append(this.canvas);
    }
    /**
     * Wipes it, at a size in CSS pixels, and returns what to paint with.
     *
     * @param {number} width
     * @param {number} height
     */
    clear(width, height) {
      const { canvas, context } = this;
      const ratio = window.devicePixelRatio || 1;
      const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      return context;
    }
  };
  var Hint = class {
    /** @param {Element} parent */
    constructor(parent) {
      this.box = h("div", { class: "mg-hint", role: "tooltip", hidden: true });
      parent.append(this.box);
    }
    hide() {
      this.box.hidden = true;
    }
    /**
     * @param {string} text
     * @param {{ left?: number, right?: number, top: number }} place Pixels from the edges of the parent.
     */
    show(text, { left, right, top }) {
      const pixels = (x) => x === void 0 ? "" : `${x}px`;
      this.box.hidden = false;
      this.box.textContent = text;
      Object.assign(this.box.style, { left: pixels(left), right: pixels(right), top: pixels(top) });
    }
  };
  function shorten(context, text, width) {
    if (context.measureText(text).width <= width) return text;
    let end = text.length;
    while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > width) end--;
    return `${text.slice(0, end).trimEnd()}…`;
  }
  function spotIn(box, event) {
    const area = box.getBoundingClientRect();
    return [event.clientX - area.left, event.clientY - area.top];
  }

  // data.js
  var NONE = 255;
  var SHARE = 65535;
  var COSINE = 127;
  var NO_COSINE = -128;
  var NOWHERE = 65535;
  var SEEN = 254;
  var RANKS = 3;
  var TYPES = { uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, uint32: Uint32Array, int32: Int32Array };
  function keep(map, key, make) {
    const known = map.get(key);
    if (known !== void 0) return known;
    const made = make();
    map.set(key, made);
    return made;
  }
  var Data = class {
    /** @type {Map<string, Values>} */
    #views = /* @__PURE__ */ new Map();
    /** @type {Map<string, Uint32Array>} */
    #rows = /* @__PURE__ */ new Map();
    /** @type {Map<string, Map<number, Found>>} */
    #found = /* @__PURE__ */ new Map();
    /** @type {Map<string, Decisions>} */
    #then = /* @__PURE__ */ new Map();
    /**
     * @param {Facts} facts
     * @param {DataView<ArrayBuffer>} content All arrays.
     */
    constructor(facts, content) {
      this.facts = facts;
      this.buffer = content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength);
      this.names = facts.names;
      this.k = this.names.length;
      this.groupNames = [...new Set(facts.groups)];
      this.groupOf = facts.groups.map((group) => this.groupNames.indexOf(group));
      this.ids = new TextDecoder().decode(this.array("ids")).split("\0");
      this.labels = this.array("label");
      this.trainPlaces = this.#placesIn("train");
    }
    /** @param {string} name */
    has(name) {
      return name in this.facts.arrays;
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
      const [type, shape, offset] = this.facts.arrays[name];
      const length = shape.reduce((a, b) => a * b, 1);
      return keep(this.#views, name, () => new TYPES[type](this.buffer, offset, length));
    }
    /**
     * What Python found of a system's cells in a split, over groups, by label * K + answer; cells that no clip lies in,
     * and those of a class in one group, are not among them.
     *
     * @param {string} system
     * @param {string} split
     */
    foundIn(system, split2) {
      const name = `${system}/${split2}`;
      return keep(this.#found, name, () => this.#readFound(name));
    }
    /** @param {string} name */
    #readFound(name) {
      const [pairs, bounds, kinds, groups] = ["pairs", "bounds", "direction", "pair_groups"].map(
        (what) => this.array(`${name}/${what}`)
      );
      const found = /* @__PURE__ */ new Map();
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
    rowsOf(split2) {
      const all = this.array("split");
      const number = this.facts.splits.indexOf(split2);
      return keep(this.#rows, split2, () => Uint32Array.from(all.keys()).filter((row) => all[row] === number));
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
          p[RANKS * row] = Math.round(SHARE * (this.curve(system, row)?.[epoch - 1] ?? 0) / SEEN);
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
      const [own, answered, nearest] = Array.from(steps, (step) => step === NO_COSINE ? NaN : step / COSINE);
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
    #placesIn(split2) {
      const places = new Int32Array(this.facts.clips).fill(-1);
      this.rowsOf(split2).forEach((row, place) => places[row] = place);
      return places;
    }
  };

  // wording.js
  var percent = (share, digits = 0) => `${(100 * share).toFixed(digits)} %`;
  var interval = ([low, high]) => `[${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
  var basis = (facts, groups) => groups ? ` over ${groups} ${facts.group_kind}s` : " if clips were independent";
  function colourKeys({ largest, view, showsDifference, data }) {
    const text = (value) => view.mode === "share" ? percent(value) : String(value);
    const change = text(largest.change);
    if (showsDifference)
      return [{ before: `better ${change}`, ramp: "change", after: `${change} worse than ${data.facts.other}` }];
    return [
      { before: "right 0", ramp: "right", after: text(largest.right) },
      { before: "confused 0", ramp: "wrong", after: text(largest.wrong) }
    ];
  }
  var signed = (change) => change > 0 ? `+${change}` : String(change).replace("-", "−");
  function cellSentence(state, i, j) {
    const { units, counts, totals, before } = state;
    const at = i * units.length + j;
    const what = i === j ? `${units[i].name}: right` : `${units[i].name} → ${units[j].name}:`;
    const { range, groups } = state.found(i, j) ?? { range: wilson(counts[at], totals[i]), groups: 0 };
    const sure = `${interval(range)}${basis(state.data.facts, groups)}`;
    const share = totals[i] ? `, ${percent(counts[at] / totals[i], 1)} ${sure}` : "";
    const theirs = before && !state.showsOther ? `; other run: ${before[at]}` : "";
    return `${what} ${counts[at]} of ${totals[i]}${share}${theirs}`;
  }
  function unitSentence(state, i) {
    const { name, group } = state.units[i];
    const answered = sumColumns(state.counts, state.units.length)[i];
    return `${name} (${state.data.groupNames[group]}): ${state.totals[i]} clips, answered ${answered} times`;
  }
  function choiceSentence(state) {
    if (state.lassoed) return `${state.rows.length} clips chosen on the map`;
    return state.chosen ? cellSentence(state, ...state.chosen) : "Choose a cell.";
  }
  function listName(state) {
    if (state.lassoed) return "chosen on the map";
    if (!state.chosen) return "none";
    const [from, to] = state.chosen.map((at) => state.units[at].name);
    return from === to ? `${from}, right` : `${from} → ${to}`;
  }
  function headline(state) {
    const { data, view, epoch } = state;
    const n = sum(state.totals);
    const right = state.rowsIn(view.split).reduce((all, row) => all + Number(state.isRight(row)), 0);
    const known = view.split === "test" && !state.showsOther && !state.only ? data.facts.scores[view.stream] : void 0;
    const [, low, high, groups] = known ?? [];
    const isOverGroups = low != null && high != null;
    const sure = isOverGroups ? { range: [low, high], by: groups ?? 0 } : { range: wilson(right, n), by: 0 };
    const range = n ? ` ${interval(sure.range)}${basis(data.facts, sure.by)}` : "";
    const share = `${n ? percent(right / n, 1) : "–"}${range}`;
    const then = epoch ? `as seen in epoch ${epoch} of ${state.epochs} (augmented) · ` : "";
    return `${data.facts.dataset} · ${n} ${view.split} clips · ${then}top-1 ${share}`;
  }
  var takenFor = (state, row) => `${state.data.labelName(row)}, taken for ${state.answerName(row)}`;
  function verdict(state, row) {
    const { data, view } = state;
    const then = state.epoch ? `epoch ${state.epoch}: ` : "";
    const ours = then + (state.isRight(row) ? "right" : `taken for ${state.answerName(row)}`);
    if (!state.showsDifference) return `chosen clip: ${ours}`;
    const theirs = data.names[data.decisions(view.stream, true).top[RANKS * row]];
    return `chosen clip: ${ours}; in the other run for ${theirs}`;
  }
  function rivalTag({ rivals, rivalPlace }) {
    const n = rivals.rows.length;
    return n > 1 ? `${rivals.tag}, ${rivalPlace + 1} of ${n}` : rivals.tag;
  }
  function fate(state, row) {
    const epochs = state.history(row);
    const label = state.data.labels[row];
    return epochs ? ` · FN in ${epochs.filter((taken) => taken !== label && taken !== NONE).length}/${epochs.length}` : "";
  }

  // clips.js
  var ITEM = 36;
  var MARGIN = 3;
  var Clips = class {
    /**
     * @param {import("./state.js").State} state
     * @param {import("./state.js").Actions} actions
     * @param {string} id Of the explorer; the items' ids begin with it.
     */
    constructor(state, actions, id) {
      this.state = state;
      this.actions = actions;
      this.id = id;
      this.items = h("div", { class: "mg-items" });
      this.box = h(
        "div",
        {
          ...{ class: "mg-scroll mg-list", tabindex: 0, role: "listbox", "aria-label": "Clips" },
          onscroll: () => this.show(),
          onclick: (event) => this.#click(event),
          onkeydown: (event) => {
            if (this.step(event.key)) event.preventDefault();
          }
        },
        this.items
      );
    }
    show() {
      const { rows, clip } = this.state;
      const first = Math.max(0, Math.floor(this.box.scrollTop / ITEM) - MARGIN);
      const last = first + Math.ceil((this.box.clientHeight || 400) / ITEM) + 2 * MARGIN;
      this.items.style.height = `${rows.length * ITEM}px`;
      this.items.replaceChildren(...rows.slice(first, last).map((row, at) => this.#item(row, first + at)));
      if (!rows.length) this.items.append(h("p", { class: "mg-empty" }, "No clips here."));
      this.box.setAttribute("aria-activedescendant", this.#itemId(clip));
    }
    /** Brings the chosen clip into view. */
    reveal() {
      const at = this.state.rows.indexOf(this.state.clip);
      const { scrollTop, clientHeight } = this.box;
      if (at * ITEM < scrollTop) this.box.scrollTop = at * ITEM;
      else if ((at + 1) * ITEM > scrollTop + clientHeight) this.box.scrollTop = (at + 1) * ITEM - clientHeight;
    }
    /**
     * Chooses another clip as a key says; false where it says nothing.
     *
     * @param {string} key
     */
    step(key) {
      const { rows, clip } = this.state;
      const [at, last] = [rows.indexOf(clip), rows.length - 1];
      const next = (/* @__PURE__ */ new Map([
        ["ArrowDown", at + 1],
        ["ArrowUp", at - 1],
        ["Home", 0],
        ["End", last],
        ["PageDown", at + 10],
        ["PageUp", at - 10]
      ])).get(key);
      if (next === void 0 || last < 0) return false;
      this.actions.chooseClip(rows[clamp(next, 0, last)]);
      return true;
    }
    /** @param {number} row */
    #itemId(row) {
      return `${this.id}-clip-${row}`;
    }
    /**
     * @param {number} row
     * @param {number} at Place in the list.
     */
    #item(row, at) {
      const { state } = this;
      const { data } = state;
      const [p, note, source] = [state.confidence(row), state.noteOn(row), state.source.get(row)];
      const about = aboutClip(state, row);
      const isChosen = row === state.clip;
      const attributes = {
        ...{ class: `mg-item${isChosen ? " mg-chosen" : ""}`, role: "option", id: this.#itemId(row), "data-row": row },
        ...{ "aria-selected": String(isChosen), "aria-posinset": at + 1, "aria-setsize": state.rows.length },
        ...{
          style: `top:${at * ITEM}px`,
          title: `${data.ids[row]}: ${takenFor(state, row)}, ${percent(p, 1)}${state.epoch ? " for its label" : ""}`
        }
      };
      return h(
        "div",
        attributes,
        h("span", { class: `mg-dot ${state.isRight(row) ? "mg-right" : "mg-wrong"}` }),
        h("span", { class: "mg-id" }, data.ids[row], note && h("em", {}, note.mark || "note")),
        h("span", { class: "mg-share" }, percent(p)),
        h("span", { class: "mg-about" }, about + (source ? ` · ${source}` : "")),
        h("span", { class: "mg-meter" }, h("span", { style: `width:${100 * p}%` }))
      );
    }
    /** @param {MouseEvent} event */
    #click(event) {
      const item = (
        /** @type {Element} */
        event.target.closest(".mg-item")
      );
      if (item instanceof HTMLElement) this.actions.chooseClip(Number(item.dataset.row));
    }
  };
  function aboutClip(state, row) {
    const { data, mixed, view } = state;
    const answer = `${data.labelName(row)} → ${state.answerName(row)}`;
    if (!mixed) return `${data.owner(row)}${fate(state, row)}`;
    return view.sort === "group" ? `${data.owner(row)} · ${answer}` : answer;
  }

  // controls.js
  var MODES = [
    { mode: "share", text: "row %", title: "Cells show shares of the true class" },
    { mode: "count", text: "counts", title: "Cells show counts" }
  ];
  var ORDERS = [
    ["group", "by body group"],
    ["similarity", "by similarity"],
    ["support", "by support"],
    ["recall", "by recall"],
    ["label", "by label"]
  ];
  var FOLDS = "Collapse classes to body groups; a click on a name, or e, opens or closes one group";
  var EPOCHS = "Training clips as they were taken in an epoch; the end: as the finished network answers";
  var THRESHOLD = "Hide cells below this share of the true class";
  var Controls = class {
    /** What brings a control to what the settings say. @type {(() => void)[]} */
    #follow = [];
    /**
     * @param {State} state
     * @param {import("./state.js").Actions} actions
     */
    constructor(state, actions) {
      this.state = state;
      this.actions = actions;
      this.title = h("div", { class: "mg-title" });
      this.folds = tick("body groups", FOLDS, (isOn) => this.#fold(isOn));
      this.choices = h("div", { class: "mg-controls" }, ...this.#sources());
      this.head = h("div", { class: "mg-head" }, this.title, this.choices);
      this.tools = this.#tools();
      this.groups = h("div", { class: "mg-groups", role: "group", "aria-label": "Fold to one row" });
    }
    show() {
      const { data, collapsed, showsOther } = this.state;
      const { run, other } = data.facts;
      this.folds.box.checked = collapsed.size === data.groupNames.length;
      const name = h("strong", {}, showsOther ? other : run);
      this.title.replaceChildren(name, h("span", { class: "mg-faint" }, headline(this.state)));
      this.#follow.forEach((follow) => follow());
      this.#showGroups();
    }
    /** A button a body group, in its colour: folded to one row, or open. */
    #showGroups() {
      const { data, collapsed } = this.state;
      const { groupNames } = data;
      if (this.groups.childElementCount !== groupNames.length)
        this.groups.replaceChildren(...groupNames.map((name, group) => this.#groupButton(name, group)));
      [...this.groups.children].forEach((one, group) => {
        press(one, collapsed.has(group));
        one.firstElementChild.textContent = collapsed.has(group) ? "▸" : "▾";
      });
      this.groups.hidden = groupNames.length < 2;
    }
    /**
     * @param {string} name
     * @param {number} group
     */
    #groupButton(name, group) {
      const title = `Fold the classes of ${name} to one row, or open them; so does a click on a name in the matrix`;
      const attributes = { class: "mg-group", type: "button", title, onclick: () => this.actions.toggleGroup(group) };
      const mark = h("i", { "aria-hidden": "true", style: `border-color:${groupColour(group)}` });
      return h("button", attributes, mark, name);
    }
    /**
     * @template {keyof View} Name
     * @param {Name} name
     * @param {View[Name]} value
     */
    #set(name, value) {
      this.state.view[name] = value;
      this.actions.recount();
    }
    /** @param {boolean} isOn */
    #fold(isOn) {
      this.state.collapsed = new Set(isOn ? this.state.data.groupNames.keys() : []);
      this.actions.recount();
    }
    /**
     * @template {"compare" | "stream" | "split" | "order"} Name
     * @param {Name} name
     * @param {string} label
     * @param {[string, string][]} options
     */
    #select(name, label, options) {
      const { view } = this.state;
      const list = select(label, options, view[name], (value) => this.#set(
        name,
        /** @type {View[Name]} */
        value
      ));
      this.#follow.push(() => list.value = view[name]);
      return list;
    }
    /**
     * @param {"hide" | "log"} name
     * @param {string} text
     * @param {string} title
     */
    #tick(name, text, title) {
      const { label, box } = tick(text, title, (isOn) => this.#set(name, isOn));
      this.#follow.push(() => box.checked = this.state.view[name]);
      return label;
    }
    /** Which clips and answers. */
    #sources() {
      const { run, other, systems, splits } = this.state.data.facts;
      return [
        other && this.#select("compare", "Runs", [
          ["difference", `${run} − ${other}`],
          ["this", run],
          ["other", other]
        ]),
        this.#select("stream", "Stream", Object.entries(systems)),
        this.#select(
          "split",
          "Split",
          splits.map((split2) => [split2, `${split2} clips`])
        )
      ];
    }
    /** How the matrix is shown. */
    #tools() {
      return h(
        "div",
        { class: "mg-tools" },
        h("span", { class: "mg-switch", role: "group", "aria-label": "Cells show" }, ...this.#modeButtons()),
        this.#select("order", "Order of classes", ORDERS),
        this.#tick("hide", "hide diagonal", "Leave right answers blank"),
        this.#tick("log", "log", "Logarithmic colour"),
        this.folds.label,
        this.#threshold(),
        this.#epochs()
      );
    }
    #modeButtons() {
      const { view } = this.state;
      const buttons = MODES.map(({ mode, text, title }) => button(text, title, () => this.#set("mode", mode)));
      this.#follow.push(() => buttons.forEach((one, at) => press(one, MODES[at].mode === view.mode)));
      return buttons;
    }
    #threshold() {
      const { view } = this.state;
      const level = h("span", { class: "mg-level" });
      const range = h("input", {
        ...{ type: "range", min: 0, max: 50, value: 0, title: THRESHOLD, "aria-label": `${THRESHOLD}, percent` },
        oninput: () => this.#set("threshold", Number(range.value) / 100)
      });
      this.#follow.push(() => {
        range.value = String(Math.round(100 * view.threshold));
        level.textContent = `≥ ${range.value} %`;
      });
      return h("span", { class: "mg-tick" }, range, level);
    }
    /** Back through the epochs, for training clips; its end is the finished network. */
    #epochs() {
      const { state } = this;
      const level = h("span", { class: "mg-level" });
      const range = h("input", {
        ...{ type: "range", class: "mg-epochs", min: 1, title: EPOCHS, "aria-label": EPOCHS },
        oninput: () => this.actions.goToEpoch(Number(range.value) > state.epochs ? 0 : Number(range.value))
      });
      const box = h("span", { class: "mg-tick" }, "epoch", range, level);
      this.#follow.push(() => {
        const { epochs, epoch } = state;
        box.hidden = !epochs;
        range.max = String(epochs + 1);
        range.value = String(epoch || epochs + 1);
        level.textContent = epoch ? `${epoch} of ${epochs}` : "finished";
        range.setAttribute("aria-valuetext", level.textContent);
      });
      return box;
    }
  };

  // memory.js
  function recall(place) {
    try {
      return JSON.parse(localStorage.getItem(place) ?? "{}") || {};
    } catch {
      return {};
    }
  }
  function remember(place, values) {
    try {
      if (Object.keys(values).length) localStorage.setItem(place, JSON.stringify(values));
      else localStorage.removeItem(place);
      return true;
    } catch {
      return false;
    }
  }

  // split.js
  var PLACE = "mglib explorer: sizes of panels";
  var [LEAST, MOST] = [15, 85];
  var STEP = 2;
  function split(box, first, second, { name, label, share, isTall = false }) {
    let now = Number(recall(PLACE)[name]) || share;
    const keep2 = () => remember(PLACE, { ...recall(PLACE), [name]: now });
    const move = (to) => {
      now = clamp(to, LEAST, MOST);
      box.style.setProperty(`--mg-${name}`, `${now}%`);
      bar.setAttribute("aria-valuenow", now.toFixed(0));
    };
    const drag = ({ pointerId, clientX, clientY }) => {
      if (!bar.hasPointerCapture(pointerId)) return;
      const { left, top, width, height } = box.getBoundingClientRect();
      move(100 * (isTall ? (clientY - top) / height : (clientX - left) / width));
    };
    const [less, more] = isTall ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
    const press2 = (event) => {
      if (event.key !== less && event.key !== more) return;
      move(now + (event.key === more ? STEP : -STEP));
      keep2();
      event.preventDefault();
    };
    const reset = () => {
      move(share);
      keep2();
    };
    const bar = h("div", {
      ...{ class: `mg-split${isTall ? " mg-tall" : ""}`, role: "separator", tabindex: 0, "aria-label": label },
      ...{ title: `${label}: drag, or arrow keys; double click for the first size` },
      ...{ "aria-orientation": isTall ? "horizontal" : "vertical", "aria-valuemin": LEAST, "aria-valuemax": MOST },
      onpointerdown: (event) => bar.setPointerCapture(event.pointerId),
      ...{ onpointermove: drag, onlostpointercapture: keep2, ondblclick: reset, onkeydown: press2 }
    });
    box.append(first, bar, second);
    move(now);
    return bar;
  }

  // desk.js
  var WIDE = 1180;
  var BESIDE = 500;
  var Desk = class {
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
        onkeydown: (event) => this.#key(event)
      });
      this.bodies = h("div", { class: "mg-bodies" });
      const drawers = h("section", { class: "mg-drawers" }, this.tabs, this.bodies);
      this.lists = h("div", { class: "mg-column mg-lists" });
      const players = h("div", { class: "mg-column" });
      split(players, player, drawers, { name: "player", label: "Height of the player", share: 57, isTall: true });
      const rest = h("div", { class: "mg-row" });
      split(rest, this.lists, players, { name: "lists", label: "Width of the lists", share: 42 });
      this.box = h("div", { class: "mg-grid mg-row" });
      split(this.box, matrix, rest, { name: "matrix", label: "Width of the matrix", share: 46 });
    }
    /**
     * The two lists, which have a place of their own where there is room.
     *
     * @param {[name: string, title: string, panel: HTMLElement][]} lists
     */
    addLists([first, second]) {
      for (const [name, title, panel2] of [first, second]) this.#addDrawer(name, title, panel2, true);
      this.listBorder = split(this.lists, first[2], second[2], {
        name: "pairs",
        label: "Height of the pairs",
        share: 40,
        isTall: true
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
    add(name, title, panel2) {
      this.#addDrawer(name, title, panel2, false);
      this.#arrange();
    }
    /**
     * Brings a panel to the front; one that stands by itself is there already.
     *
     * @param {string} name
     */
    open(name) {
      const drawer = this.#drawers.find((one) => one.name === name);
      if (!drawer || drawer.isList && this.room === "wide") return;
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
    #addDrawer(name, title, panel2, isList) {
      const [tabId, panelId] = [`${this.id}-tab-${name}`, `${this.id}-panel-${name}`];
      const tab = h(
        "button",
        {
          ...{ class: "mg-tab", type: "button", role: "tab", id: tabId, "aria-controls": panelId },
          onclick: () => this.open(name)
        },
        title
      );
      panel2.id = panelId;
      panel2.setAttribute("aria-labelledby", tabId);
      this.#drawers.push({ name, tab, panel: panel2, isList });
    }
    #arrange() {
      const isWide = this.room === "wide";
      this.box.dataset.room = this.room;
      this.lists.hidden = !isWide;
      const [first, second] = this.#drawers.filter(({ isList }) => isList).map(({ panel: panel2 }) => panel2);
      if (isWide && second) {
        this.listBorder?.before(first);
        this.listBorder?.after(second);
      }
      const drawers = this.#drawers.filter(({ isList }) => !(isWide && isList));
      for (const { panel: panel2, isList } of drawers) if (isList || !panel2.isConnected) this.bodies.append(panel2);
      this.tabs.replaceChildren(...drawers.map(({ tab }) => tab));
      if (!drawers.some(({ name }) => name === this.#open)) this.#open = drawers[0]?.name ?? "";
      this.#showOpen();
    }
    #showOpen() {
      for (const { name, tab, panel: panel2, isList } of this.#drawers) {
        const isAlone = isList && this.room === "wide";
        const isOpen = name === this.#open;
        tab.setAttribute("aria-selected", String(isOpen));
        tab.tabIndex = isOpen ? 0 : -1;
        panel2.hidden = !isAlone && !isOpen;
        panel2.setAttribute("role", isAlone ? "region" : "tabpanel");
      }
    }
    /** @param {KeyboardEvent} event */
    #key(event) {
      const tabs = (
        /** @type {HTMLButtonElement[]} */
        [...this.tabs.children]
      );
      const at = tabs.indexOf(
        /** @type {HTMLButtonElement} */
        event.target
      );
      const next = (/* @__PURE__ */ new Map([
        ["ArrowRight", at + 1],
        ["ArrowLeft", at - 1],
        ["Home", 0],
        ["End", tabs.length - 1]
      ])).get(event.key);
      if (at < 0 || next === void 0) return;
      const tab = tabs[(next + tabs.length) % tabs.length];
      tab.click();
      tab.focus();
      event.preventDefault();
    }
  };

  // kernel.js
  var GONE = "jupyter-widgets-disconnected";
  var DEAD = /* @__PURE__ */ new Set(["dead", "terminating", "restarting", "autorestarting"]);
  var LATE = [0, 150, 600];
  function watchKernel(model, root, onloss, onreturn) {
    const look = () => root.closest(`.${GONE}`) && onloss();
    const lookLater = () => LATE.forEach((wait) => setTimeout(look, wait));
    const hearStatus = (_, status) => DEAD.has(status) && onloss();
    const hearConnection = (_, status) => status === "connected" && onreturn();
    const session = model.widget_manager?.context?.sessionContext;
    session?.statusChanged?.connect(hearStatus);
    session?.connectionStatusChanged?.connect(hearConnection);
    model.on("comm_live_update", lookLater);
    lookLater();
    return () => {
      session?.statusChanged?.disconnect(hearStatus);
      session?.connectionStatusChanged?.disconnect(hearConnection);
      model.off("comm_live_update", lookLater);
    };
  }

  // outbox.js
  var PATIENCE = 4e3;
  var Outbox = class {
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
      this.left = recall(this.place);
    }
    /** @returns {any[]} */
    get waiting() {
      return Object.values(this.#waiting);
    }
    /** @param {Saying & Record<string, any>} saying */
    post(saying) {
      const kept = { ...saying, said: saying.said ?? (/* @__PURE__ */ new Date()).toISOString() };
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
        this.onsilence();
      }
    }
  };
  var nameOf = ({ kind, id }) => `${kind} ${id}`;

  // keeper.js
  var Keeper = class {
    /** Whether the kernel is gone for good. */
    isLost = false;
    #isSilent = false;
    /**
     * @param {Model} model
     * @param {string} run What the run is known by.
     * @param {() => void} onchange What waits, or whether the kernel is there, has changed.
     */
    constructor(model, run, onchange) {
      this.model = model;
      this.onchange = onchange;
      this.outbox = new Outbox(
        run,
        (message) => model.send(message),
        () => this.#turn({ isSilent: true })
      );
      this.says = h("span", {});
      this.offers = h("span", { class: "mg-offers" });
      this.box = h("div", { class: "mg-lost", role: "alert", hidden: true }, this.says, this.offers);
    }
    /**
     * @param {Element} root
     * @returns {() => void} Ends it.
     */
    watch(root) {
      const end = watchKernel(
        this.model,
        root,
        () => this.#turn({ isLost: true }),
        () => this.outbox.resend()
      );
      this.#takeUp();
      return end;
    }
    /**
     * Asks Python for something that need not be kept.
     *
     * @param {object} message
     */
    ask(message) {
      if (this.isLost) return;
      try {
        this.model.send(message);
      } catch {
        this.#turn({ isSilent: true });
      }
    }
    /**
     * Has something saved.
     *
     * @param {import("./outbox.js").Saying & Record<string, any>} saying
     */
    post(saying) {
      this.outbox.post(saying);
      if (!this.isWaiting(saying.id)) return;
      this.#show();
      this.onchange();
    }
    /** @param {{ of?: string, id: string }} answer */
    confirm(answer) {
      this.outbox.confirm(answer);
      this.#turn({ isSilent: false });
    }
    /**
     * Whether something said of a clip is not saved yet.
     *
     * @param {string} id
     */
    isWaiting(id) {
      return this.outbox.waiting.some((saying) => saying.id === id);
    }
    /**
     * The notes that are saved, and over them those that wait.
     *
     * @param {Record<string, Note>} saved By clip.
     */
    notes(saved) {
      const notes = { ...saved };
      for (const { kind, id, mark, comment, said } of this.outbox.waiting) {
        if (kind !== "note") continue;
        if (mark || comment) notes[id] = { mark, comment, saved: said };
        else delete notes[id];
      }
      return notes;
    }
    /** Posts what an explorer before this one could not have saved, unless something newer was saved since. */
    #takeUp() {
      const saved = this.model.get("notes") || {};
      for (const saying of Object.values(this.outbox.left)) {
        const isNewer = !(Date.parse(saved[saying.id]?.saved) > Date.parse(saying.said));
        if (isNewer || saying.kind !== "note") this.post(saying);
        else this.outbox.confirm({ of: saying.kind, id: saying.id });
      }
    }
    /** @param {{ isLost?: boolean, isSilent?: boolean }} news */
    #turn({ isLost = this.isLost, isSilent = this.#isSilent }) {
      [this.isLost, this.#isSilent] = [isLost, isSilent];
      this.#show();
      this.onchange();
    }
    #show() {
      const n = this.outbox.waiting.length;
      const kept = this.outbox.isKept ? "kept in this browser" : "in this page only: download them before you close it";
      const what = n === 1 ? "1 mark is" : `${n} marks are`;
      const lost = n ? `The kernel of this explorer is gone. ${what} ${kept}, and saved once the cell is run again.` : "The kernel of this explorer is gone: run its cell again. What you mark meanwhile is kept in this browser.";
      const silent = `The kernel has not answered: it is busy, or gone. ${what} ${kept} until it does.`;
      this.box.hidden = !this.isLost && !(this.#isSilent && n);
      this.says.textContent = this.isLost ? lost : silent;
      this.offers.hidden = !n;
    }
  };

  // link.js
  var QUIET = 250;
  var Link = class {
    /** Whether nobody listens any more. */
    isCut = false;
    /** What Python was told last. */
    #told = "";
    #toldAt = "";
    #timer = 0;
    /**
     * @param {Model} model
     * @param {import("./state.js").State} state
     */
    constructor(model, state) {
      this.model = model;
      this.state = state;
    }
    /** @returns {Record<string, import("./state.js").Note>} By clip id. */
    get notes() {
      return this.model.get("notes") || {};
    }
    /**
     * Where Python points; null where it points nowhere, or where it was told that the reader looks.
     *
     * @returns {Target | null}
     */
    get given() {
      const { split: split2, stream, cell, at } = this.model.get("view");
      if (at && at !== this.#toldAt) return { address: at };
      if (!cell?.length || this.#told === JSON.stringify([split2, stream, cell])) return null;
      return { split: split2, stream, cell };
    }
    /**
     * What leads back to what is looked at.
     *
     * @param {string} address
     */
    linkTo(address) {
      return this.model.linkTo?.(address) ?? `explorer.at = "${address}"`;
    }
    /** Tells Python what is looked at, once the reader rests. */
    report() {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#tell(), QUIET);
    }
    /**
     * @param {Record<string, (...rest: any[]) => void>} listeners By event.
     * @returns {() => void} Ends it.
     */
    listen(listeners) {
      Object.entries(listeners).forEach(([event, listener]) => this.model.on(event, listener));
      return () => Object.entries(listeners).forEach(([event, listener]) => this.model.off(event, listener));
    }
    #tell() {
      if (this.isCut) return;
      const { view, chosen, units, rows } = this.state;
      const { split: split2, stream, compare } = view;
      const cell = chosen?.map((at2) => units[at2].classes) ?? [];
      const at = addressOf(this.state);
      [this.#told, this.#toldAt] = [JSON.stringify([split2, stream, cell]), at];
      this.model.set("view", { ...this.model.get("view"), split: split2, stream, compare, cell, at });
      this.model.set("selected", [...rows]);
      this.model.save_changes();
    }
  };

  // plot.js
  var EDGE = 12;
  var REACH = 8;
  var Plot = class {
    /** @type {Plan | null} Null where there is no map. */
    plan = null;
    /**
     * @param {import("./state.js").State} state
     * @param {HTMLElement} box
     */
    constructor(state, box) {
      this.state = state;
      this.box = box;
      this.all = new Sheet(box);
      this.chosen = new Sheet(box);
    }
    /**
     * All clips of the split, errors on top.
     *
     * @param {string | null} name Of the array of places; null: there is no map.
     * @param {Theme} theme
     */
    paint(name, theme) {
      const { clientWidth: width, clientHeight: height } = this.box;
      const context = this.all.clear(width, height);
      this.chosen.clear(width, height);
      this.plan = name && width ? makePlan(this.state, this.state.data.array(name), width, height) : null;
      if (!this.plan) return;
      for (const isRight of [true, false]) {
        context.fillStyle = isRight ? theme.faint : theme.red;
        context.globalAlpha = isRight ? 0.35 : 0.5;
        this.#paintDots(context, this.plan, isRight);
      }
      context.globalAlpha = 0.9;
      this.plan.stars.forEach((spot, label) => {
        if (spot) paintStar(context, spot, 4.5, groupColour(this.state.data.groupOf[label]), theme.ground);
      });
      context.globalAlpha = 1;
    }
    /**
     * The chosen cell: TP of both classes faint in their colours, the cell's clips large, the chosen clip ringed.
     *
     * @param {Theme} theme
     * @param {Spot[]} line That the pointer draws.
     */
    highlight(theme, line) {
      const { plan, state } = this;
      if (!plan) return;
      const context = this.chosen.clear(plan.width, plan.height);
      const units = chosenUnits(state, theme);
      const cells = state.cells(state.view.split, state.showsOther);
      for (const [unit, colour] of units)
        for (const label of unit.classes) paintDiscs(context, plan, cells.of(label, label), colour, 2.4);
      const isWrong = units.length === 2;
      const listed = state.rows.filter((row) => state.data.splitOf(row) === state.view.split);
      const listColour = state.lassoed ? theme.accent : state.chosen && !isWrong ? theme.blue : theme.red;
      paintDiscs(context, plan, listed, listColour, 3.2);
      for (const [unit, colour] of units.reverse()) {
        for (const label of unit.classes) {
          const spot = plan.stars[label];
          if (spot) paintStar(context, spot, 9, colour, theme.ground);
        }
      }
      paintRing(context, plan, state.against, theme.ink, [2, 2]);
      paintRing(context, plan, state.clip, theme.ink, []);
      if (line.length > 1) paintLine(context, line, theme.accent);
    }
    /**
     * The clip at a spot, or -1.
     *
     * @param {Spot} spot
     */
    nearest([x, y]) {
      if (!this.plan) return -1;
      const { rows, spots } = this.plan;
      let [best, found] = [REACH ** 2, -1];
      for (let at = 0; at < rows.length; at++) {
        const distance = (spots[2 * at] - x) ** 2 + (spots[2 * at + 1] - y) ** 2;
        if (distance < best) [best, found] = [distance, rows[at]];
      }
      return found;
    }
    /**
     * The clips inside a line.
     *
     * @param {Spot[]} line
     */
    within(line) {
      if (!this.plan) return [];
      const { rows, spots } = this.plan;
      return Array.from(rows).filter((_, at) => isInside(spots[2 * at], spots[2 * at + 1], line));
    }
    /**
     * @param {Context} context
     * @param {Plan} plan
     * @param {boolean} isRight Which clips.
     */
    #paintDots(context, { rows, spots }, isRight) {
      const size = rows.length > 5e3 ? 1.6 : rows.length > 1200 ? 2.2 : 2.8;
      rows.forEach((row, at) => {
        if (this.state.isRight(row) === isRight)
          context.fillRect(spots[2 * at] - size / 2, spots[2 * at + 1] - size / 2, size, size);
      });
    }
  };
  function chosenUnits({ chosen, units }, theme) {
    if (!chosen) return [];
    const [from, to] = chosen.map((at) => units[at]);
    if (from === to) return [[from, theme.blue]];
    return [
      [from, theme.blue],
      [to, theme.green]
    ];
  }
  function makePlan(state, steps, width, height) {
    const { data } = state;
    const { left, right, top, bottom } = boundsOf(steps);
    const x = (width - 2 * EDGE) / Math.max(right - left, 1);
    const y = (height - 2 * EDGE) / Math.max(bottom - top, 1);
    const place = (at) => [EDGE + (steps[2 * at] - left) * x, height - EDGE - (steps[2 * at + 1] - top) * y];
    const rows = state.rowsIn(state.view.split);
    const spots = new Float32Array(2 * rows.length);
    rows.forEach((row, at) => spots.set(place(row), 2 * at));
    const prototypes = data.names.map((_, label) => data.facts.clips + label);
    const stars = prototypes.map((at) => steps[2 * at] === NOWHERE ? null : place(at));
    return { rows, spots, place, stars, width, height };
  }
  function boundsOf(steps) {
    let [left, right, top, bottom] = [NOWHERE, 0, NOWHERE, 0];
    for (let at = 0; at < steps.length; at += 2) {
      if (steps[at] === NOWHERE) continue;
      left = Math.min(left, steps[at]);
      right = Math.max(right, steps[at]);
      top = Math.min(top, steps[at + 1]);
      bottom = Math.max(bottom, steps[at + 1]);
    }
    return { left, right, top, bottom };
  }
  function isInside(x, y, line) {
    let inside = false;
    for (let a = 0, b = line.length - 1; a < line.length; b = a++) {
      const [[ax, ay], [bx, by]] = [line[a], line[b]];
      if (ay > y !== by > y && x < (bx - ax) * (y - ay) / (by - ay) + ax) inside = !inside;
    }
    return inside;
  }
  function paintDiscs(context, { place }, rows, colour, size) {
    context.fillStyle = colour;
    for (const row of rows) {
      context.beginPath();
      context.arc(...place(row), size, 0, 7);
      context.fill();
    }
  }
  function paintRing(context, { place }, row, colour, dash) {
    if (row < 0) return;
    context.strokeStyle = colour;
    context.lineWidth = 1.6;
    context.setLineDash(dash);
    context.beginPath();
    context.arc(...place(row), 6, 0, 7);
    context.stroke();
    context.setLineDash([]);
  }
  function paintLine(context, line, colour) {
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    context.beginPath();
    line.forEach((spot) => context.lineTo(...spot));
    context.closePath();
    context.stroke();
  }
  function paintStar(context, [x, y], size, colour, edge) {
    context.beginPath();
    for (let point = 0; point < 10; point++) {
      const radius = point % 2 ? 0.45 * size : size;
      const angle = point * Math.PI / 5 - Math.PI / 2;
      context.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
    }
    context.closePath();
    context.fillStyle = colour;
    context.strokeStyle = edge;
    context.lineWidth = 1.2;
    context.fill();
    context.stroke();
  }

  // map.js
  var LABEL = "Feature map. Drag a line around clips to list them; arrow keys step through the listed clips.";
  var TRUST = "1: neighbours on the map are neighbours among the features; 15 neighbours, at most 800 clips";
  var STILL = 6;
  var STEPS = /* @__PURE__ */ new Map([
    ["ArrowRight", "ArrowDown"],
    ["ArrowLeft", "ArrowUp"]
  ]);
  var FeatureMap = class {
    #kind = "pca";
    /** @type {Theme | null} Null until it was painted. */
    #theme = null;
    /** @type {Spot[] | null} The line that is drawn at the moment. */
    #line = null;
    /**
     * @param {import("./state.js").State} state
     * @param {import("./state.js").Actions} actions
     */
    constructor(state, actions) {
      this.state = state;
      this.actions = actions;
      this.box = h("div", {
        ...{ class: "mg-canvas mg-map", tabindex: 0, role: "application", "aria-roledescription": "feature map" },
        ...{ "aria-label": LABEL, onpointerleave: () => this.hint.hide(), onpointerup: () => this.#release() },
        onpointerdown: (event) => this.#press(event),
        onpointermove: (event) => this.#move(event),
        onkeydown: (event) => {
          if (actions.stepInList(STEPS.get(event.key) ?? event.key)) event.preventDefault();
        }
      });
      this.plot = new Plot(state, this.box);
      this.hint = new Hint(this.box);
      this.empty = h("p", { class: "mg-empty" });
      this.box.append(this.empty);
      this.legend = h("footer", { class: "mg-key", "aria-hidden": "true" });
      this.kindButtons = h("span", {});
      this.trust = h("span", { class: "mg-faint", title: TRUST });
    }
    /** @param {Theme} theme */
    paint(theme) {
      this.#theme = theme;
      const kinds = this.#kinds();
      if (!kinds.includes(this.#kind)) this.#kind = "pca";
      this.empty.textContent = kinds.length ? "" : "This run has no features, so there is no map.";
      this.plot.paint(kinds.length ? `${this.#system}/${this.#kind}` : null, theme);
      this.#showKinds(kinds, theme);
      this.highlight();
    }
    /** What is chosen, wherever the choice was made. */
    highlight() {
      if (!this.#theme || !this.plot.plan) return;
      this.plot.highlight(this.#theme, this.#line ?? []);
      this.#explain(this.#theme);
    }
    /** Whose map: a system without features of its own (an ensemble) borrows the first one's. */
    get #system() {
      const { data, view } = this.state;
      return data.facts.maps[view.stream] ? view.stream : Object.keys(data.facts.maps)[0];
    }
    #kinds() {
      return Object.keys(this.state.data.facts.maps[this.#system] || {});
    }
    /**
     * @param {string[]} kinds
     * @param {Theme} theme
     */
    #showKinds(kinds, theme) {
      const buttons = kinds.map((kind) => {
        const name = kind.toUpperCase();
        const show = () => {
          this.#kind = kind;
          this.paint(theme);
        };
        return button(name, `Show ${name}`, show, { "aria-pressed": String(kind === this.#kind) });
      });
      this.kindButtons.replaceChildren(...kinds.length > 1 ? buttons : []);
      const trust = this.state.data.facts.maps[this.#system]?.[this.#kind];
      this.trust.textContent = trust == null ? "" : `${this.#kind.toUpperCase()}, trustworthiness ${trust.toFixed(2)}`;
    }
    /** @param {Theme} theme */
    #explain(theme) {
      const [from, to] = chosenUnits(this.state, theme);
      const ofCell = [from && legendKey(theme.blue, "true, right", from[0].name)];
      if (to)
        ofCell.push(
          legendKey(theme.green, "answered, right", to[0].name),
          legendKey(theme.red, "confused", "the cell's clips")
        );
      const ofAll = [
        legendKey(theme.faint, "right"),
        legendKey(theme.red, "confused"),
        legendKey(theme.accent, "chosen")
      ];
      this.legend.replaceChildren(...from ? ofCell : ofAll, h("span", { title: "prototypes" }, "★"));
    }
    /** @param {PointerEvent} event */
    #press(event) {
      if (!this.plot.plan) return;
      this.#line = [spotIn(this.box, event)];
      this.box.setPointerCapture(event.pointerId);
    }
    /** @param {PointerEvent} event */
    #move(event) {
      const { state, plot } = this;
      if (!plot.plan) return;
      const spot = spotIn(this.box, event);
      if (this.#line) {
        this.#line.push(spot);
        this.highlight();
        return;
      }
      const row = plot.nearest(spot);
      if (row < 0) {
        this.hint.hide();
        return;
      }
      const { width, height } = plot.plan;
      const [x, y] = spot;
      const side = x < 150 ? { left: x + 12 } : { right: width - x + 10 };
      const text = `${state.data.ids[row]}: ${takenFor(state, row)} (${percent(state.confidence(row))})`;
      this.hint.show(text, { ...side, top: Math.min(y + 12, height - 44) });
    }
    #release() {
      const line = this.#line ?? [];
      this.#line = null;
      if (!this.plot.plan || !line.length) return;
      const [[x, y]] = line;
      const reach = Math.max(...line.map((spot) => Math.hypot(spot[0] - x, spot[1] - y)));
      if (reach >= STILL) {
        this.actions.chooseMany(this.plot.within(line));
        return;
      }
      const row = this.plot.nearest(line[0]);
      if (row >= 0) this.actions.openClip(row);
    }
  };
  var legendKey = (colour, text, title) => h("span", { title }, h("i", { style: `background:${colour}` }), text);

  // drawing.js
  var WIDEST = 96;
  var TALLEST = 1.4;
  var DIGIT = 0.57;
  var SMALLEST = 6.5;
  var ON_PAPER = 18;
  var KEY = 26;
  function placeInBox({ units, collapsed }, theme, pen, width, height) {
    let [font, left, top, cell, tall] = [11, 0, 0, 0, 0];
    for (let round2 = 0; round2 < 3; round2++) {
      pen.font = `${collapsed.size ? "600 " : ""}${font}px ${theme.font}`;
      const longest = Math.max(...units.map((unit) => pen.measureText(unit.name).width));
      left = Math.max(Math.min(longest + 2, 0.24 * width) + 14, 70);
      top = Math.min(longest + 2, 0.24 * height) + 14;
      cell = Math.max(4, Math.min((width - left - 30) / units.length, WIDEST));
      tall = Math.max(4, Math.min((height - top - 4) / units.length, TALLEST * cell));
      cell = Math.min(cell, TALLEST * tall);
      font = clamp(0.92 * Math.min(cell, tall), 7.5, 11.5);
    }
    return { left, top, cell, tall, font, width, height };
  }
  function placeOnPaper({ units }, theme, pen) {
    const font = 11;
    pen.font = `600 ${font}px ${theme.font}`;
    const longest = Math.max(...units.map((unit) => pen.measureText(unit.name).width));
    const [left, top, side] = [Math.max(longest + 20, 84), Math.max(longest + 20, 40), units.length * ON_PAPER];
    const width = left + Math.max(side + 34, 200);
    return { left, top, cell: ON_PAPER, tall: ON_PAPER, font, width, height: top + side + 12 + KEY };
  }
  var Drawing = class {
    /**
     * @param {import("./state.js").State} state
     * @param {Theme} theme
     * @param {Pen} pen
     * @param {Place} place
     */
    constructor(state, theme, pen, place) {
      this.state = state;
      this.theme = theme;
      this.pen = pen;
      this.place = place;
    }
    paint() {
      const { pen, state } = this;
      const u = state.units.length;
      pen.textBaseline = "middle";
      for (let i = 0; i < u; i++) for (let j = 0; j < u; j++) this.#paintCell(i, j);
      this.#paintLines();
      for (let i = 0; i < u; i++) this.#paintName(i);
      this.#paintAxes();
      if (state.view.order === "group") this.#paintGroups();
    }
    /**
     * The key to the colours, below.
     *
     * @param {import("./wording.js").ColourKey[]} keys
     */
    paintKey(keys) {
      const { pen, theme, place } = this;
      const y = place.height - KEY / 2;
      let x = place.left;
      pen.font = `10px ${theme.font}`;
      pen.textAlign = "left";
      for (const { before, ramp: name, after } of keys) {
        pen.fillStyle = theme.ink;
        pen.fillText(before, x, y);
        x += pen.measureText(before).width + 5;
        for (let step = 0; step < 20; step++) {
          pen.fillStyle = css(ramp(theme.ramps[name], step / 19));
          pen.fillRect(x + 3 * step, y - 4, 3.2, 8);
        }
        pen.fillStyle = theme.ink;
        pen.fillText(after, x + 65, y);
        x += 85 + pen.measureText(after).width;
      }
    }
    /**
     * The colour and the text of a cell; null where it is blank.
     *
     * @param {number} i
     * @param {number} j
     */
    #look(i, j) {
      const { state, theme } = this;
      const { view } = state;
      const value = state.value(i, j);
      const size = Math.abs(value);
      const share = view.mode === "share" ? size : size / (state.totals[i] || 1);
      if (!value || i === j && view.hide || view.threshold && share < view.threshold) return null;
      const kind = state.kindOf(i, j);
      let t = size / (state.largest[kind] || 1);
      if (view.log) t = Math.log1p(99 * t) / Math.log(100);
      const number = view.mode === "count" ? size : Math.round(100 * size);
      const text = number ? String(number) : "";
      if (kind !== "change") return { colour: ramp(theme.ramps[kind], 0.04 + 0.96 * t), text };
      const colour = ramp(theme.ramps.change, 0.5 + (state.isBetter(i, j) ? -t : t) / 2);
      return { colour, text: text && (value > 0 ? "+" : "−") + text };
    }
    /**
     * @param {number} i
     * @param {number} j
     */
    #paintCell(i, j) {
      const { pen, theme } = this;
      const { left, top, cell, tall, font } = this.place;
      const look = this.#look(i, j);
      if (!look) return;
      pen.fillStyle = css(look.colour);
      pen.fillRect(left + j * cell, top + i * tall, cell, tall);
      const letters = Math.min(Math.max(font - 1, SMALLEST), 10.5, (cell - 1) / (DIGIT * look.text.length));
      if (!look.text || letters < SMALLEST) return;
      pen.fillStyle = inkOn(look.colour);
      pen.font = `${letters}px ${theme.font}`;
      pen.textAlign = "center";
      pen.fillText(look.text, left + (j + 0.5) * cell, top + (i + 0.5) * tall + 0.5);
    }
    #paintLines() {
      const { pen, theme } = this;
      const { left, top, cell, tall } = this.place;
      const u = this.state.units.length;
      pen.strokeStyle = theme.line;
      pen.lineWidth = 0.5;
      pen.beginPath();
      for (let at = 0; at <= u; at++) {
        pen.moveTo(left, top + at * tall);
        pen.lineTo(left + u * cell, top + at * tall);
        pen.moveTo(left + at * cell, top);
        pen.lineTo(left + at * cell, top + u * tall);
      }
      pen.stroke();
    }
    /**
     * A unit's name and body group beside its row and above its column, and its clips at the end of the row.
     *
     * @param {number} at
     */
    #paintName(at) {
      const { pen, theme } = this;
      const { left, top, cell, tall, font } = this.place;
      const { units, totals } = this.state;
      const unit = units[at];
      const middle = top + (at + 0.5) * tall;
      pen.font = `${unit.whole ? "600 " : ""}${font}px ${theme.font}`;
      pen.fillStyle = totals[at] ? theme.ink : theme.faint;
      pen.textAlign = "right";
      pen.fillText(shorten(pen, unit.name, left - 13), left - 9, middle);
      pen.save();
      pen.translate(left + (at + 0.5) * cell, top - 9);
      pen.rotate(-Math.PI / 2);
      pen.textAlign = "left";
      pen.fillText(shorten(pen, unit.name, top - 13), 0, 0);
      pen.restore();
      pen.fillStyle = groupColour(unit.group);
      pen.fillRect(left - 6, top + at * tall + 0.5, 3, tall - 1);
      pen.fillRect(left + at * cell + 0.5, top - 6, cell - 1, 3);
      pen.fillStyle = theme.faint;
      pen.font = `${Math.min(font, 10)}px ${theme.font}`;
      pen.textAlign = "left";
      pen.fillText(String(totals[at]), left + cell * units.length + 5, middle);
    }
    #paintAxes() {
      const { pen, theme } = this;
      const { left, top, cell } = this.place;
      pen.fillStyle = theme.faint;
      pen.font = `10px ${theme.font}`;
      pen.textAlign = "left";
      pen.fillText("n", left + cell * this.state.units.length + 5, top - 8);
      pen.textAlign = "right";
      pen.fillText("taken for →", left - 9, top - 22);
      pen.fillText("true ↓", left - 9, top - 9);
    }
    /** A frame around each body group. */
    #paintGroups() {
      const { pen } = this;
      const { units } = this.state;
      const { left, top, cell, tall } = this.place;
      for (let first = 0, at = 1; at <= units.length; at++) {
        if (at < units.length && units[at].group === units[first].group) continue;
        pen.strokeStyle = groupColour(units[first].group);
        pen.lineWidth = 1.2;
        pen.strokeRect(left + first * cell, top + first * tall, (at - first) * cell, (at - first) * tall);
        first = at;
      }
    }
  };

  // grid.js
  var Grid = class {
    /** @type {import("./drawing.js").Place} */
    place = { left: 0, top: 0, cell: 0, tall: 0, font: 11, width: 0, height: 0 };
    /**
     * @param {import("./state.js").State} state
     * @param {HTMLElement} box
     */
    constructor(state, box) {
      this.state = state;
      this.box = box;
      this.cells = new Sheet(box);
      this.cross = new Sheet(box);
    }
    /** @param {Theme} theme */
    paint(theme) {
      const { clientWidth: width, clientHeight: height } = this.box;
      const context = this.cells.clear(width, height);
      this.place = placeInBox(this.state, theme, context, width, height);
      const { left, top, cell, tall } = this.place;
      this.box.dataset.grid = [left, top, cell, tall].map((x) => x.toFixed(2)).join(" ");
      new Drawing(this.state, theme, context, this.place).paint();
    }
    /**
     * The chosen cell, and the one under the pointer.
     *
     * @param {Theme} theme
     * @param {Cell | null} hovered
     * @param {boolean} isFocused
     */
    highlight(theme, hovered, isFocused) {
      const { chosen } = this.state;
      const context = this.cross.clear(this.place.width, this.place.height);
      if (hovered) this.#paintCross(context, hovered, theme.ink, 1);
      if (chosen) this.#paintCross(context, chosen, theme.accent, isFocused ? 2.5 : 2);
    }
    /**
     * Where a pointer is: in a cell, or at the name of a unit.
     *
     * @param {MouseEvent} event
     */
    locate(event) {
      const { left, top, cell, tall } = this.place;
      const [x, y] = spotIn(this.box, event);
      const [i, j] = [Math.floor((y - top) / tall), Math.floor((x - left) / cell)];
      const u = this.state.units.length;
      const isInside2 = i >= 0 && j >= 0 && i < u && j < u;
      const named = isInside2 ? -1 : j < 0 ? i : i < 0 ? j : -1;
      return { x, y, cell: isInside2 ? (
        /** @type {Cell} */
        [i, j]
      ) : null, unit: named < u ? named : -1 };
    }
    /**
     * @param {Context} context
     * @param {Cell} cell
     * @param {string} colour
     * @param {number} line Width.
     */
    #paintCross(context, [i, j], colour, line) {
      const { left, top, cell, tall } = this.place;
      const u = this.state.units.length;
      context.fillStyle = colour;
      context.globalAlpha = 0.1;
      context.fillRect(0, top + i * tall, left + u * cell, tall);
      context.fillRect(left + j * cell, 0, cell, top + u * tall);
      context.globalAlpha = 1;
      context.strokeStyle = colour;
      context.lineWidth = line;
      context.strokeRect(left + j * cell - 0.5, top + i * tall - 0.5, cell + 1, tall + 1);
    }
  };

  // matrix.js
  var LABEL2 = `Confusion matrix. Arrow keys move from cell to cell, n and p to the next and previous confusion, Enter goes to the clips.`;
  var MOVES = /* @__PURE__ */ new Map([
    ["ArrowUp", [-1, 0]],
    ["ArrowDown", [1, 0]],
    ["ArrowLeft", [0, -1]],
    ["ArrowRight", [0, 1]]
  ]);
  var Matrix = class {
    /** @type {import("./colours.js").Theme | null} Null until it was painted. */
    #theme = null;
    /** @type {Cell | null} */
    #hovered = null;
    /**
     * @param {import("./state.js").State} state
     * @param {import("./state.js").Actions} actions
     * @param {string} saysId Of the element that says what is chosen.
     */
    constructor(state, actions, saysId) {
      this.state = state;
      this.actions = actions;
      this.box = h("div", {
        ...{ class: "mg-canvas", tabindex: 0, role: "application", "aria-roledescription": "confusion matrix" },
        ...{ "aria-label": LABEL2, "aria-describedby": saysId },
        onpointermove: (event) => this.#hover(event),
        onpointerleave: () => this.#hover(null),
        onclick: (event) => this.#click(event),
        onkeydown: (event) => this.#key(event),
        onfocus: () => this.#paintCrosses(),
        onblur: () => this.#paintCrosses()
      });
      this.says = h("p", { class: "mg-says", id: saysId, "aria-live": "polite" });
      this.legend = h("div", { class: "mg-legend", "aria-hidden": "true" });
      this.grid = new Grid(state, this.box);
      this.hint = new Hint(this.box);
    }
    /** @param {import("./colours.js").Theme} theme */
    paint(theme) {
      this.#theme = theme;
      this.grid.paint(theme);
      this.highlight();
      this.#explain(theme);
    }
    /** What is chosen, wherever the choice was made. */
    highlight() {
      this.says.textContent = choiceSentence(this.state);
      this.#paintCrosses();
    }
    #paintCrosses() {
      if (this.#theme) this.grid.highlight(this.#theme, this.#hovered, this.box.matches(":focus-within"));
    }
    /** @param {import("./colours.js").Theme} theme */
    #explain({ ramps }) {
      const keys = colourKeys(this.state).map(({ before, ramp: ramp2, after }) => {
        const stops = ramps[ramp2].join(",");
        return h("span", {}, before, h("i", { style: `background:linear-gradient(90deg,${stops})` }), after);
      });
      this.legend.replaceChildren(...keys);
    }
    /** @param {PointerEvent | null} event */
    #hover(event) {
      if (!this.#theme) return;
      const spot = event && this.grid.locate(event);
      this.#hovered = spot && spot.cell;
      this.#paintCrosses();
      if (!spot || !spot.cell && spot.unit < 0) {
        this.hint.hide();
        return;
      }
      const { width, height } = this.grid.place;
      const side = spot.x > width - 270 ? { right: width - spot.x + 10 } : { left: spot.x + 14 };
      const text = spot.cell ? cellSentence(this.state, ...spot.cell) : unitSentence(this.state, spot.unit);
      this.hint.show(text, { ...side, top: Math.min(spot.y + 16, height - 60) });
    }
    /** @param {MouseEvent} event */
    #click(event) {
      const { cell, unit } = this.grid.locate(event);
      if (cell) this.#choose(cell);
      else if (unit >= 0) this.actions.toggleGroup(this.state.units[unit].group);
    }
    /** @param {Cell} cell */
    #choose(cell) {
      this.actions.choose(cell);
      this.actions.showList();
    }
    /** @param {KeyboardEvent} event */
    #key(event) {
      const { units, chosen } = this.state;
      const [i, j] = chosen || [0, 0];
      const last = units.length - 1;
      const move = MOVES.get(event.key);
      if (move) this.#choose([clamp(i + move[0], 0, last), clamp(j + move[1], 0, last)]);
      else if (event.key === "Enter") this.actions.goToList();
      else if (event.key === "e") this.actions.toggleGroup(units[i].group);
      else return;
      event.preventDefault();
    }
  };

  // media.js
  var MOST_PICTURES = 48;
  var Media = class {
    /** @type {Map<number, Uint8Array>} */
    #skeletons = /* @__PURE__ */ new Map();
    /** @type {Map<number, HTMLImageElement | null>} Null while they are on their way. */
    #pictures = /* @__PURE__ */ new Map();
    /** @type {Set<number>} Clips whose skeletons were asked for. */
    #asked = /* @__PURE__ */ new Set();
    #isRefused = false;
    /**
     * @param {import("./state.js").State} state
     * @param {(message: object) => void} ask
     * @param {() => void} onarrival
     * @param {(sentence: string) => void} onrefusal
     */
    constructor(state, ask, onarrival, onrefusal) {
      this.state = state;
      this.ask = ask;
      this.onarrival = onarrival;
      this.onrefusal = onrefusal;
    }
    /**
     * A clip's joints [moments, joints, 2], in steps across its box.
     *
     * @param {number} row
     */
    skeleton(row) {
      const { data } = this.state;
      const all = data.find("points");
      const size = this.#skeletonSize();
      return all ? all.subarray(row * size, (row + 1) * size) : this.#skeletons.get(row);
    }
    /**
     * A clip's pictures, side by side.
     *
     * @param {number} row
     */
    picture(row) {
      const image = this.#pictures.get(row);
      return image?.complete && image.naturalWidth ? image : null;
    }
    /**
     * Sees to it that skeletons, and pictures where they are shown, are at hand soon.
     *
     * @param {number[]} rows
     */
    want(rows) {
      const { data, view } = this.state;
      const lacking = data.facts.skeletons ? rows.filter((row) => !this.skeleton(row) && !this.#asked.has(row)) : [];
      lacking.forEach((row) => this.#asked.add(row));
      if (lacking.length) this.ask({ kind: "skeletons", rows: lacking });
      if (!view.video || this.#isRefused) return;
      const blind = rows.filter((row) => !this.#pictures.has(row));
      blind.forEach((row) => this.#pictures.set(row, null));
      if (blind.length) this.ask({ kind: "frames", rows: blind });
    }
    /** Asks again for what was refused. */
    retry() {
      this.#isRefused = false;
    }
    /**
     * @param {Answer} answer
     * @param {DataView<ArrayBuffer>[]} buffers
     */
    receive(answer, [content]) {
      if (answer.kind === "skeletons") {
        const size = this.#skeletonSize();
        answer.rows.forEach(
          (row, at) => this.#skeletons.set(row, new Uint8Array(content.buffer, content.byteOffset + at * size, size))
        );
      } else if (answer.error) {
        this.#pictures.delete(answer.row);
        this.#isRefused = true;
        this.onrefusal(answer.error);
      } else {
        this.#keepPicture(answer.row, content);
      }
      this.onarrival();
    }
    /** In bytes. */
    #skeletonSize() {
      const [, ...shape] = this.state.data.facts.skeletons ?? [0, 0];
      return shape.reduce((a, b) => a * b, 1);
    }
    /**
     * @param {number} row
     * @param {DataView<ArrayBuffer>} content
     */
    #keepPicture(row, content) {
      const image = new Image();
      image.onload = () => {
        URL.revokeObjectURL(image.src);
        this.onarrival();
      };
      image.src = URL.createObjectURL(new Blob([content], { type: "image/webp" }));
      this.#pictures.set(row, image);
      const [oldest] = this.#pictures.keys();
      if (this.#pictures.size > MOST_PICTURES) this.#pictures.delete(oldest);
    }
  };

  // csv.js
  var quote = (value) => `"${String(value ?? "").replaceAll('"', '""')}"`;
  var csv = (columns, rows) => `${columns.join(",")}
${rows.map((row) => `${row.map(quote).join(",")}
`).join("")}`;
  function saveFile(name, content) {
    const href = URL.createObjectURL(content);
    h("a", { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 1e3);
  }
  var csvBlob = (table) => new Blob([table], { type: "text/csv" });

  // notes.js
  var MARKS = ["mislabelled", "ambiguous", "bad skeleton"];
  var COLUMNS = "id,split,group,label,label_name,predicted,predicted_name,mark,comment,saved";
  var NoteForm = class {
    /**
     * @param {State} state
     * @param {import("./keeper.js").Keeper} keeper
     * @param {(sentence: string) => void} onrefusal
     */
    constructor(state, keeper, onrefusal) {
      this.state = state;
      this.keeper = keeper;
      this.onrefusal = onrefusal;
      this.marks = MARKS.map((mark) => this.#markButton(mark));
      this.comment = h("input", {
        ...{ class: "mg-comment", type: "text", placeholder: "comment", "aria-label": "Comment on the clip" },
        onchange: () => this.#submit(this.#mark)
      });
      this.says = h("span", { class: "mg-faint mg-line", role: "status" });
      const lead = h("span", { class: "mg-faint" }, "This clip is");
      this.box = h("div", { class: "mg-note" }, lead, ...this.marks, this.comment, this.says);
    }
    /** The note on the chosen clip. */
    show() {
      const isNone = this.state.clip < 0;
      this.marks.forEach((one, at) => {
        one.disabled = isNone;
        press(one, this.#mark === MARKS[at]);
      });
      this.comment.disabled = isNone;
      if (document.activeElement !== this.comment) this.comment.value = this.#note?.comment || "";
      const isWaiting = !isNone && this.keeper.isWaiting(this.state.data.ids[this.state.clip]);
      const waiting = this.keeper.isLost ? "not saved: the kernel is gone" : "saving …";
      this.says.textContent = isWaiting ? waiting : this.#note ? "saved" : "";
    }
    /** @param {{ error?: string, kept?: string }} answer Of whoever keeps the notes. */
    confirm({ error, kept }) {
      if (error) this.onrefusal(error);
      this.says.textContent = error ? "not saved" : `saved ${kept || ""}`;
    }
    get #note() {
      return this.state.noteOn(this.state.clip);
    }
    get #mark() {
      return this.#note?.mark || "";
    }
    /** @param {string} mark */
    #markButton(mark) {
      const toggle = () => this.#submit(this.#mark === mark ? "" : mark);
      return button(mark, `Mark the clip as ${mark}`, toggle, { "aria-pressed": "false" });
    }
    /** @param {string} mark */
    #submit(mark) {
      const { data, clip } = this.state;
      if (clip < 0) return;
      this.keeper.post({ kind: "note", id: data.ids[clip], mark, comment: this.comment.value.trim() });
    }
  };
  function notesTable(state) {
    const { data } = state;
    const rows = [];
    data.ids.forEach((id, row) => {
      const note = state.noteOn(row);
      if (!note) return;
      const clip = [id, data.splitOf(row), data.groupName(row), data.labels[row], data.labelName(row)];
      const answer = [state.answer(row), state.answerName(row)];
      rows.push([...clip, ...answer, note.mark, note.comment, note.saved]);
    });
    return csv(COLUMNS.split(","), rows);
  }

  // pairs.js
  var FIRST = 40;
  var MOST2 = 400;
  var ARROWS = { mutual: "⇄ ", "one-sided": "→ ", "": "" };
  var Pairs = class {
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
        onclick: (event) => this.#click(event),
        onkeydown: (event) => this.#key(event)
      });
      this.head = h("thead", {}, h("tr", {}, ...this.heads));
      this.empty = h("p", { class: "mg-empty" });
      const table = h("table", { class: "mg-table", "aria-label": "Confused pairs" }, this.head, this.body);
      this.box = h("div", { class: "mg-scroll", role: "region", "aria-label": "Confused pairs" }, table, this.empty);
    }
    show() {
      const { pairs, pairOrder } = this.state;
      const direction = pairOrder.falling ? "descending" : "ascending";
      this.heads.forEach(
        (head, at) => head.setAttribute("aria-sort", this.columns[at].name === pairOrder.column ? direction : "none")
      );
      const rows = (from, to) => pairs.slice(from, to).map((pair, at) => this.#row(pair, from + at));
      this.body.replaceChildren(...rows(0, FIRST));
      clearTimeout(this.#later);
      this.#later = setTimeout(() => {
        this.body.append(...rows(FIRST, MOST2));
        this.highlight();
      }, 200);
      const cut = pairs.length > MOST2 ? `The first ${MOST2} of ${pairs.length} pairs.` : "";
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
      const next = (/* @__PURE__ */ new Map([
        ["ArrowDown", number + 1],
        ["ArrowUp", number - 1],
        ["Enter", number],
        ["Home", 0]
      ])).get(event.key);
      if (next === void 0) return;
      event.preventDefault();
      if (event.key === "Enter") this.actions.goToList();
      else this.go(next);
    }
  };
  var rowOf = (event) => (
    /** @type {Element} */
    event.target.closest("tr")
  );
  var shareTitle = (kind) => `Share of the true class's clips, with its 95 % interval over ${kind}s; of body groups, and of the other run, as if clips were independent`;
  var numberCell = (...content) => h("td", { class: "mg-number" }, ...content);
  var times = (lift) => Number.isFinite(lift) ? `${lift.toFixed(lift >= 10 ? 0 : 1)}×` : "";
  var CELLS = {
    name: (_, from, to) => {
      const pair = h("span", { class: "mg-pair" }, h("b", {}, from), h("i", {}, "→"), h("wbr"), h("b", {}, to));
      return h("td", { title: `${from} → ${to}` }, pair);
    },
    count: ({ count }) => numberCell(String(count)),
    change: ({ change }) => h("td", { class: `mg-number ${change > 0 ? "mg-wrong" : change < 0 ? "mg-right" : ""}` }, signed(change)),
    rate: ({ count, n, rate, range: [low, high], groups }, _from, _to, facts) => {
      const title = `${count} of ${n}; 95 % interval ${percent(low)} to ${percent(high)}${basis(facts, groups)}`;
      const interval2 = h("i", { style: `left:${100 * low}%;right:${100 - 100 * high}%` });
      const bar = h("span", { class: "mg-bar" }, h("span", { style: `width:${100 * rate}%` }), interval2);
      return h("td", { class: "mg-number", title }, bar, percent(rate));
    },
    back: ({ kind, back }) => h("td", { class: "mg-number", title: kind }, h("span", { class: "mg-faint" }, ARROWS[kind]), String(back)),
    lift: ({ lift }) => numberCell(times(lift)),
    follow: ({ follow }) => numberCell(times(follow) || "–")
  };
  function columnsOf(data) {
    const { other, splits } = data.facts;
    const columns = [
      { name: "name", text: "true → taken for", title: "Sort by name" },
      { name: "count", text: "n", title: "Clips of the true class that were taken for the other" },
      { name: "change", text: "Δ", title: `Clips more (+) or fewer (−) than in ${other}` },
      { name: "rate", text: "share", title: shareTitle(data.facts.group_kind) },
      {
        name: "back",
        text: "back",
        title: `Clips confused the other way round. ⇄ mutual: both happen; → one-sided: the interval of the difference of both shares leaves out 0`
      },
      {
        name: "lift",
        text: "lift",
        title: `How many times as often as if mistakes were spread over the classes whatever the true class is; right answers are not looked at`
      },
      {
        name: "follow",
        text: "× order",
        title: "How many times as often as if a mistaken clip showed the class of the clip before or after it in its video"
      }
    ];
    const isOrdered = splits.some((split2) => data.has(`succession/${split2}`));
    return columns.filter(({ name }) => (name !== "change" || other) && (name !== "follow" || isOrdered));
  }

  // clock.js
  var SHORTEST = 0.1;
  var REST = 0.4;
  var PACE = 30;
  var Clock = class {
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
      this.#last = void 0;
      this.#next();
    }
    #next() {
      requestAnimationFrame((now) => this.#advance(now));
    }
    /** @param {number} now */
    #advance(now) {
      this.#isRunning = this.isPlaying && this.isInSight();
      if (!this.#isRunning) return;
      const passed = this.#last === void 0 ? PACE : now - this.#last;
      if (passed < PACE) {
        this.#next();
        return;
      }
      if (this.#last !== void 0) this.time += passed / 1e3 * this.speed;
      this.#last = now;
      if (this.time > this.length + REST) this.time = 0;
      this.ontick();
      this.#next();
    }
  };

  // curve.js
  var TALL = 30;
  function historyOf(state, row, goTo2) {
    const { data, view } = state;
    const epochs = state.history(row);
    if (!epochs) {
      const why = data.has(`${view.stream}/history`) ? "history: training clips only" : "";
      return h("div", { class: "mg-history mg-faint" }, why);
    }
    const label = data.labels[row];
    const right = epochs.filter((taken) => taken === label).length;
    const strip = h("div", { class: "mg-strip", role: "img", "aria-label": `TP in ${right} of ${epochs.length} epochs` });
    epochs.forEach((taken, at) => strip.append(stroke(state, row, taken, at)));
    const curve = data.curve(view.stream, row);
    const go = ({ clientX }) => {
      const { left, width } = strip.getBoundingClientRect();
      goTo2(Math.min(Math.max(Math.ceil((clientX - left) / width * epochs.length), 1), epochs.length));
    };
    const course = h("div", { class: "mg-course", onclick: state.epochs ? go : null }, curve && lineOf(curve), strip);
    if (state.epoch) course.append(h("i", { style: `left:${100 * (state.epoch - 0.5) / epochs.length}%` }));
    const says = [h("span", {}, "p of label"), h("span", {}, `TP ${right}/${epochs.length}`)];
    return h("div", { class: "mg-history" }, course, h("div", { class: "mg-faint mg-stack" }, ...says));
  }
  function lineOf(curve) {
    const known = [...curve.keys()].filter((at) => curve[at] !== NONE);
    const y = (at) => (TALL * (1 - curve[at] / SEEN)).toFixed(1);
    const [first, last] = [known[0], known[known.length - 1]].map((at) => percent((curve[at] ?? 0) / SEEN));
    const says = `Probability of its label over ${curve.length} epochs: ${first} at first, ${last} at last`;
    const points = known.map((at) => `${at + 0.5},${y(at)}`).join(" ");
    return svg(
      "svg",
      {
        ...{ class: "mg-curve", viewBox: `0 -1 ${curve.length} ${TALL + 2}`, preserveAspectRatio: "none" },
        ...{ role: "img", "aria-label": says }
      },
      svg("title", {}, says),
      svg("line", { x1: 0, x2: curve.length, y1: TALL / 2, y2: TALL / 2, class: "mg-half" }),
      svg("polyline", { points })
    );
  }
  function stroke(state, row, taken, at) {
    const { data, view } = state;
    const label = data.labels[row];
    const fate2 = taken === NONE ? "not seen" : taken === label ? "TP" : `FN, taken for ${data.names[taken]}`;
    const tone = taken === NONE ? "mg-unseen" : taken === label ? "mg-right" : "mg-wrong";
    const isToday = [label, data.decisions(view.stream, false).top[3 * row], NONE].includes(taken);
    return h("span", { class: `${tone}${isToday ? "" : " mg-pale"}`, title: `epoch ${at + 1}: ${fate2}` });
  }

  // facts.js
  function likelyClasses({ data, view, shown, epoch }, row) {
    const { top, p } = epoch ? data.decisions(view.stream, false) : shown;
    const list = h("ol", { class: "mg-answers", "aria-label": "Most probable classes" });
    for (let rank = 0; rank < RANKS; rank++) {
      const answer = top[RANKS * row + rank];
      if (answer === NONE) break;
      const [name, share] = [data.names[answer], p[RANKS * row + rank] / SHARE];
      const tone = answer === data.labels[row] ? "mg-right" : rank ? "" : "mg-wrong";
      const meter = h("span", { class: "mg-meter" }, h("span", { style: `width:${100 * share}%` }));
      const line = h("span", { class: "mg-line", title: name }, name);
      list.append(h("li", { class: tone }, line, meter, h("span", {}, percent(share))));
    }
    return list;
  }
  function prototypeLine(state, row) {
    const { data, view } = state;
    const near = data.nearPrototypes(view.stream, row);
    if (!near) return null;
    const [own, answered, nearest] = [near.own, near.answered, near.nearest].map(cosine);
    const rival = data.names[near.rival];
    const isAnswered = near.rival === state.answer(row) && !state.isRight(row);
    const title = `Cosine similarity of the clip's feature to the prototypes of its own class (${own}), of the answer (${answered}), and of the nearest other class, ${rival} (${nearest})`;
    return h(
      "div",
      { class: "mg-proto mg-faint mg-line", title },
      "prototypes: own ",
      h("b", {}, own),
      isAnswered ? ", rival = answered " : ", rival ",
      h("b", {}, nearest),
      isAnswered ? "" : ` ${rival}`
    );
  }
  var cosine = (value) => Number.isNaN(value) ? "–" : value.toFixed(2);

  // player.js
  var MISSING = 255;
  var LAST = 254;
  var TILE_COLUMNS = 8;
  var EDGE2 = 4;
  var Player = class {
    #row = -1;
    /**
     * @param {import("./state.js").State} state
     * @param {import("./media.js").Media} media
     * @param {import("./clock.js").Clock} clock
     * @param {string} role What the clip is shown for.
     * @param {(epoch: number) => void} goToEpoch
     */
    constructor(state, media, clock, role, goToEpoch) {
      this.goToEpoch = goToEpoch;
      this.state = state;
      this.media = media;
      this.clock = clock;
      this.role = role;
      this.sides = state.data.facts.joints.map(sideOf);
      this.head = h("div", { class: "mg-clip-head" });
      this.stage = h("div", { class: "mg-stage", role: "img" });
      this.sheet = new Sheet(this.stage);
      this.words = h("div", { class: "mg-words" });
      this.stage.append(this.words);
      this.facts = h("div", { class: "mg-facts" });
      this.box = h("article", { class: "mg-player", "aria-label": role }, this.head, this.stage, this.facts);
    }
    /**
     * @param {number} row Of the clip, or -1.
     * @param {string} tag What it is to the reader.
     */
    show(row, tag) {
      this.#row = row;
      if (row < 0) this.#showNone(tag || this.role);
      else this.#showClip(row, tag);
      this.paint();
    }
    /** The skeleton at the clock's time. */
    paint() {
      const { state, media, stage } = this;
      const [width, height, row] = [stage.clientWidth, stage.clientHeight, this.#row];
      const context = this.sheet.clear(width, height);
      const points = row >= 0 && state.data.facts.skeletons ? media.skeleton(row) : null;
      const lack = state.data.facts.skeletons ? "…" : "This run has no skeletons.";
      this.words.textContent = row < 0 || points ? "" : lack;
      if (!points) return;
      const side = Math.min(width, height) - 2 * EDGE2;
      const at = this.#moment(row);
      context.translate((width - side) / 2 - EDGE2, (height - side) / 2 - EDGE2);
      this.#paintPicture(context, Math.round(at), side);
      this.#paintSkeleton(context, this.#spots(points, at, side));
    }
    /** @param {string} tag */
    #showNone(tag) {
      this.head.replaceChildren(h("div", { class: "mg-tag" }, tag), h("strong", {}, "–"));
      this.facts.replaceChildren();
      this.stage.setAttribute("aria-label", "no clip");
    }
    /**
     * @param {number} row
     * @param {string} tag
     */
    #showClip(row, tag) {
      const { state } = this;
      const { data } = state;
      const [id, name] = [data.ids[row], data.labelName(row)];
      const origin = `${id} · ${data.splitOf(row)} · ${data.owner(row)}`;
      this.head.replaceChildren(
        h("div", { class: `mg-tag ${state.isRight(row) ? "mg-right" : "mg-wrong"}`, title: tag }, tag),
        h("strong", { title: `${id}: ${name}` }, name),
        h("div", { class: "mg-faint mg-line", title: id }, origin)
      );
      this.stage.setAttribute("aria-label", `Skeleton of clip ${id}, ${takenFor(state, row)}`);
      const prototypes = prototypeLine(state, row) ?? "";
      this.facts.replaceChildren(likelyClasses(state, row), prototypes, historyOf(state, row, this.goToEpoch));
      this.media.want([row]);
    }
    /**
     * Where the clock stands among the moments of a clip's skeleton.
     *
     * @param {number} row
     */
    #moment(row) {
      const [, moments] = this.state.data.facts.skeletons ?? [0, 1];
      const seconds = this.state.data.seconds(row);
      return seconds ? Math.min(this.clock.time / seconds, 1) * (moments - 1) : 0;
    }
    /**
     * Where the joints are, between two moments; null for those that are missing.
     *
     * @param {Values} points
     * @param {number} at
     * @param {number} side Of the box, pixels.
     */
    #spots(points, at, side) {
      const [, moments, joints] = this.state.data.facts.skeletons ?? [0, 1, 0];
      const moment = Math.floor(at);
      const next = Math.min(moment + 1, moments - 1);
      const between = (a, b, t) => EDGE2 + (points[a] + t * (points[b] - points[a])) / LAST * side;
      return Array.from({ length: joints }, (_, joint) => {
        const [a, b] = [2 * (moment * joints + joint), 2 * (next * joints + joint)];
        if (points[a] === MISSING) return null;
        const t = points[b] === MISSING ? 0 : at - moment;
        return (
          /** @type {Spot} */
          [between(a, b, t), between(a + 1, b + 1, t)]
        );
      });
    }
    /**
     * @param {Context} context
     * @param {(Spot | null)[]} spots Of the joints.
     */
    #paintSkeleton(context, spots) {
      const { sides } = this;
      context.lineCap = "round";
      for (const isEdge of [true, false]) {
        context.lineWidth = isEdge ? 4.5 : 2.4;
        for (const [a, b] of this.state.data.facts.limbs) {
          const [from, to] = [spots[a], spots[b]];
          if (!from || !to) continue;
          context.strokeStyle = isEdge ? "#16191d" : SIDES[sides[b]];
          context.beginPath();
          context.moveTo(...from);
          context.lineTo(...to);
          context.stroke();
        }
      }
      spots.forEach((spot, joint) => {
        if (!spot) return;
        context.fillStyle = SIDES[sides[joint]];
        context.beginPath();
        context.arc(...spot, 2.3, 0, 7);
        context.fill();
      });
    }
    /**
     * @param {Context} context
     * @param {number} moment
     * @param {number} side Of the box, pixels.
     */
    #paintPicture(context, moment, side) {
      const image = this.state.view.video ? this.media.picture(this.#row) : null;
      if (!image) return;
      const tile = image.width / TILE_COLUMNS;
      const [left, top] = [moment % TILE_COLUMNS * tile, Math.floor(moment / TILE_COLUMNS) * tile];
      context.globalAlpha = 0.85;
      context.drawImage(image, left, top, tile, tile, EDGE2, EDGE2, side, side);
      context.globalAlpha = 1;
    }
  };
  function sideOf(joint) {
    if (joint.startsWith("left")) return "left";
    return joint.startsWith("right") ? "right" : "centre";
  }

  // playback.js
  var AHEAD = 3;
  var STEPS2 = 1e3;
  var SPEEDS = [
    ["0.25", "¼×"],
    ["0.5", "½×"],
    ["1", "1×"],
    ["2", "2×"]
  ];
  var RIVALS = [
    ["answered", "vs answered"],
    ["own", "vs own"]
  ];
  var Playback = class {
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
      const goToEpoch = (epoch) => actions.goToEpoch(epoch);
      this.chosen = new Player(state, media, this.clock, "Chosen clip", goToEpoch);
      this.against = new Player(state, media, this.clock, "Held against it", goToEpoch);
      this.box = h("div", { class: "mg-pairing" }, this.chosen.box, this.against.box);
      const toggle = () => this.toggle();
      this.playButton = button("▶", "Play or pause (space)", toggle, { class: "mg-button mg-play" });
      this.scrub = h("input", {
        ...{ type: "range", class: "mg-scrub", min: 0, max: STEPS2, value: 0, "aria-label": "Time" },
        oninput: () => this.#seek(Number(this.scrub.value) / STEPS2)
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
      this.scrub.value = String(Math.min(1, time / length) * STEPS2);
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
      const setSpeed = (speed2) => this.clock.speed = Number(speed2);
      const video = tick(
        "video",
        `Show the ${facts.visual} under the skeleton`,
        (isOn) => this.actions.showPictures(isOn)
      );
      video.box.checked = this.state.view.video;
      const speed = select("Speed", SPEEDS, "1", setSpeed);
      return [this.playButton, this.scrub, this.timeText, speed, facts.pictures ? video.label : null];
    }
    #rivalTools() {
      const { state, actions } = this;
      const choose = (value) => {
        state.view.against = value === "own" ? "own" : "answered";
        actions.holdAgainst(0);
      };
      return [
        select("Held against true positives of", RIVALS, state.view.against, choose),
        button("‹", "Previous clip to hold against (,)", () => actions.holdAgainst(state.rivalStep - 1)),
        button("›", "Next clip to hold against (.)", () => actions.holdAgainst(state.rivalStep + 1))
      ];
    }
  };

  // state.js
  var State = class {
    /** @type {Map<string, import("./counting.js").Cells>} */
    #cells = /* @__PURE__ */ new Map();
    /** @type {Map<string, Uint32Array>} */
    #rows = /* @__PURE__ */ new Map();
    /** @type {{ name: string, has: (row: number) => boolean } | null} Which clips are looked at; null: all. */
    only = null;
    /** @type {Set<number>} Body groups that are one row. */
    collapsed = /* @__PURE__ */ new Set();
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
    source = /* @__PURE__ */ new Map();
    /** The chosen clip, or -1. */
    clip = -1;
    /** @type {{ rows: number[], tag: string }} Clips to hold against the chosen one, and what they are. */
    rivals = { rows: [], tag: "" };
    /** How far the reader went among the rivals. */
    rivalStep = 0;
    /** @type {Record<string, Note>} By clip id. */
    notes = {};
    /**
     * @param {import("./data.js").Data} data
     * @param {Partial<View>} given
     */
    constructor(data, given) {
      const { facts } = data;
      this.data = data;
      this.view = {
        ...{ split: facts.splits[0], stream: Object.keys(facts.systems)[0], order: "group", mode: "share" },
        ...{ hide: false, log: false, threshold: 0, epoch: 0, compare: facts.other ? "difference" : "this" },
        ...{ sort: "sure", against: "answered", video: Boolean(facts.pictures) },
        ...given
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
      const { split: split2, stream, compare } = this.view;
      return split2 === "train" && compare === "this" ? this.data.epochs(stream) : 0;
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
    rowsIn(split2) {
      const { data, only, epoch, view } = this;
      const all = data.rowsOf(split2);
      if (!only && !epoch) return all;
      const then = epoch && split2 === "train" ? data.decisionsThen(view.stream, epoch).top : null;
      const isIn = (row) => (!only || only.has(row)) && (!then || then[RANKS * row] !== NONE);
      return keep(this.#rows, `${split2} ${view.stream} ${epoch} ${only?.name}`, () => all.filter(isIn));
    }
    /** Everything that follows from the settings; the list is left as it is. */
    recount() {
      const { data, view } = this;
      const shown = this.cells(view.split, this.showsOther).counts;
      this.shown = this.#decisions(this.showsOther);
      this.units = makeUnits(data, this.#order(shown), this.collapsed);
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
     * What Python found of a cell, over groups; nothing of body groups and of the other run.
     *
     * @param {number} i
     * @param {number} j
     */
    found(i, j) {
      const { data, view, units } = this;
      if (this.showsOther || this.epoch || this.only || units[i].whole || units[j].whole) return void 0;
      return data.foundIn(view.stream, view.split).get(units[i].classes[0] * data.k + units[j].classes[0]);
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
    cells(split2, other) {
      const { data, view, epoch, only } = this;
      const top = split2 === view.split ? this.#decisions(other).top : data.decisions(view.stream, other).top;
      const count = () => countCells(this.rowsIn(split2), data.labels, top, data.k);
      return keep(this.#cells, `${split2} ${view.stream} ${other} ${epoch} ${only?.name}`, count);
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
      this.source = /* @__PURE__ */ new Map();
      if (!this.lassoed) this.rows = chosen ? this.#clipsOf(chosen) : [];
      this.#sortClips();
      this.mixed = this.lassoed || Boolean(chosen?.some((at) => units[at].classes.length > 1));
      this.#findPair();
      this.chooseClip(keepsClip || this.rows.includes(clip) ? clip : this.rows[0] ?? -1);
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
      const rows = [];
      for (const i of this.units[from].classes) for (const j of this.units[to].classes) rows.push(...cells.of(i, j));
      return rows;
    }
    #sortClips() {
      const { sort } = this.view;
      const group = this.data.array("group");
      const sign = sort === "unsure" ? 1 : -1;
      this.rows.sort(
        (a, b) => (sort === "group" ? group[a] - group[b] : 0) || sign * (this.confidence(a) - this.confidence(b)) || a - b
      );
    }
    // Holding against
    /** The clip held against the chosen one, or -1. */
    get against() {
      return this.rivals.rows[this.rivalPlace] ?? -1;
    }
    /** Its place among the rivals, which go round. */
    get rivalPlace() {
      const n = this.rivals.rows.length;
      return n ? (this.rivalStep % n + n) % n : 0;
    }
    /** @param {number} step How many rivals after the surest. */
    holdAgainst(step) {
      this.rivalStep = step;
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
      const surest = (rows2) => rows2.filter((row) => row !== clip).sort((a, b) => this.confidence(b) - this.confidence(a) || a - b);
      for (const split2 of [view.split, ...data.facts.splits]) {
        const rows2 = surest([...this.cells(split2, this.showsOther).of(target, target)]);
        if (rows2.length) return { rows: rows2, tag: `true positive of ${name}` };
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
      return column.includes(label) ? this.data.rival(this.view.stream, clip) ?? label : column[0];
    }
  };

  // surroundings.js
  var THEME_MARKS = ["class", "data-jp-theme-name", "data-jp-theme-light", "data-theme"];
  var LATE2 = [0, 150, 600];
  function watchSizes(panels) {
    const observer = new ResizeObserver((entries) => entries.forEach(({ target }) => panels.get(target)?.()));
    panels.forEach((_, element) => observer.observe(element));
    return () => observer.disconnect();
  }
  function watchSight(element, onchange) {
    const observer = new IntersectionObserver(([{ isIntersecting }]) => onchange(isIntersecting));
    observer.observe(element);
    return () => observer.disconnect();
  }
  function watchTheme(onchange) {
    const later = () => LATE2.forEach((wait) => setTimeout(onchange, wait));
    const observer = new MutationObserver(later);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    for (const place of [document.body, document.documentElement])
      observer.observe(place, { attributes: true, attributeFilter: THEME_MARKS });
    scheme.addEventListener("change", later);
    return () => {
      observer.disconnect();
      scheme.removeEventListener("change", later);
    };
  }

  // screen.js
  function screenButton(root, onrefusal) {
    const isFull = () => document.fullscreenElement === root;
    const toggle = async () => {
      try {
        await (isFull() ? document.exitFullscreen() : root.requestFullscreen());
      } catch {
        onrefusal("This browser or host does not let the explorer take the whole screen.");
      }
    };
    const one = button("full screen", "The whole screen, or no longer", toggle, { "aria-pressed": "false" });
    root.addEventListener("fullscreenchange", () => press(one, isFull()));
    return one;
  }

  // shortcuts.js
  var KEYS = [
    ["n p", "next, previous confusion"],
    ["↑ ↓ ← →", "in the matrix: another cell; in lists: another row"],
    ["Enter", "from the matrix or the pairs to the clips"],
    [", .", "previous, next clip to hold against"],
    ["Space", "play, pause"],
    ["e", "in the matrix: fold or open the body group of the row"],
    ["Tab", "to the next panel; ← → between tabs, and on the borders of panels to widen them"],
    ["?", "this list"]
  ];
  var USUAL = "n p confusion · ↑ ↓ clip · , . held against · Space play · ? all keys";
  var Shortcuts = class {
    constructor() {
      const pairs = KEYS.flatMap(([keys, what]) => [
        h("dt", {}, ...keys.split(" ").flatMap((key) => [h("kbd", {}, key), " "])),
        h("dd", {}, what)
      ]);
      this.box = h("dl", { class: "mg-keys", "aria-label": "Keys", hidden: true }, ...pairs);
      this.button = button("keys", "Show the keys that the explorer knows (?)", () => this.toggle(), {
        "aria-pressed": "false"
      });
      this.line = h("p", { class: "mg-usual" }, USUAL);
    }
    toggle() {
      this.box.hidden = !this.box.hidden;
      press(this.button, !this.box.hidden);
    }
  };

  // vector.js
  var Vector = class {
    /** @type {CanvasRenderingContext2D["fillStyle"]} */
    fillStyle = "#000000";
    /** @type {CanvasRenderingContext2D["strokeStyle"]} */
    strokeStyle = "#000000";
    lineWidth = 1;
    font = "10px sans-serif";
    /** @type {CanvasTextAlign} */
    textAlign = "left";
    /** @type {CanvasTextBaseline} */
    textBaseline = "middle";
    /** @type {string[]} */
    #parts = [];
    #path = "";
    #open = 0;
    // groups of the last `save`
    /** @param {CanvasRenderingContext2D} ruler Knows how wide text is. */
    constructor(ruler2) {
      this.ruler = ruler2;
    }
    /** @param {string} text */
    measureText(text) {
      this.ruler.font = this.font;
      return this.ruler.measureText(text);
    }
    /**
     * @param {number} x
     * @param {number} y
     * @param {number} width
     * @param {number} height
     */
    fillRect(x, y, width, height) {
      this.#parts.push(`<rect ${boxOf(x, y, width, height)} fill="${this.fillStyle}"/>`);
    }
    /**
     * @param {number} x
     * @param {number} y
     * @param {number} width
     * @param {number} height
     */
    strokeRect(x, y, width, height) {
      this.#parts.push(`<rect ${boxOf(x, y, width, height)} fill="none" ${this.#stroke}/>`);
    }
    /**
     * @param {string} text
     * @param {number} x
     * @param {number} y
     */
    fillText(text, x, y) {
      const [, weight = "400", size, family] = /^(?:(\d+) )?([\d.]+)px (.*)$/.exec(this.font) ?? [];
      const anchor = { center: "middle", right: "end", end: "end" }[String(this.textAlign)] ?? "start";
      const look = `font-size="${round(Number(size))}" font-weight="${weight}" font-family="${escape(family)}"`;
      const place = `x="${round(x)}" y="${round(y)}" dy="0.35em" text-anchor="${anchor}"`;
      this.#parts.push(`<text ${place} ${look} fill="${this.fillStyle}">${escape(text)}</text>`);
    }
    beginPath() {
      this.#path = "";
    }
    /**
     * @param {number} x
     * @param {number} y
     */
    moveTo(x, y) {
      this.#path += `M${round(x)} ${round(y)}`;
    }
    /**
     * @param {number} x
     * @param {number} y
     */
    lineTo(x, y) {
      this.#path += `L${round(x)} ${round(y)}`;
    }
    stroke() {
      this.#parts.push(`<path d="${this.#path}" fill="none" ${this.#stroke}/>`);
    }
    save() {
      this.#open = 0;
    }
    restore() {
      this.#parts.push("</g>".repeat(this.#open));
    }
    /**
     * @param {number} x
     * @param {number} y
     */
    translate(x, y) {
      this.#group(`translate(${round(x)} ${round(y)})`);
    }
    /** @param {number} angle */
    rotate(angle) {
      this.#group(`rotate(${round(180 * angle / Math.PI)})`);
    }
    /**
     * @param {number} width Pixels.
     * @param {number} height
     * @param {string} title What is drawn.
     * @param {string} space The name space of SVG.
     */
    text(width, height, title, space) {
      const [w, h2] = [Math.ceil(width), Math.ceil(height)];
      const open = `<svg xmlns="${space}" width="${w}" height="${h2}" viewBox="0 0 ${w} ${h2}">`;
      const ground = `<rect width="${w}" height="${h2}" fill="#ffffff"/>`;
      return `${open}
<title>${escape(title)}</title>
${ground}
${this.#parts.join("\n")}
</svg>
`;
    }
    get #stroke() {
      return `stroke="${this.strokeStyle}" stroke-width="${this.lineWidth}"`;
    }
    /** @param {string} transform */
    #group(transform) {
      this.#parts.push(`<g transform="${transform}">`);
      this.#open++;
    }
  };
  var round = (value) => Number(value.toFixed(2));
  var boxOf = (x, y, width, height) => `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
  var escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

  // take.js
  var SHARP = 4;
  var CLOSED = "The clipboard is closed to this page, so a file was saved instead.";
  var Takeaways = class {
    /**
     * @param {State} state
     * @param {(address: string) => string} link What leads back here.
     * @param {(sentence: string) => void} tell
     */
    constructor(state, link, tell) {
      this.state = state;
      this.link = link;
      this.tell = tell;
      const items = [
        this.#item("copy the matrix as SVG", () => this.#copy(svgOf(this.state), "svg")),
        this.#item("copy the matrix as PNG", async () => this.#copy(await pngOf(this.state), "png")),
        this.#item("save the matrix as SVG", () => this.#save("confusions", "svg", svgOf(this.state))),
        this.#item("save the matrix as PNG", async () => this.#save("confusions", "png", await pngOf(this.state))),
        this.#item("pairs as CSV", () => this.#save("pairs", "csv", csvBlob(pairsTable(this.state)))),
        this.#item("clips as CSV", () => this.#save("clips", "csv", csvBlob(clipsTable(this.state)))),
        this.#item("notes as CSV", () => this.#save("notes", "csv", csvBlob(notesTable(this.state)))),
        this.#item("copy a link to this view", () => this.#copyLink())
      ];
      const summary = h("summary", { class: "mg-button" }, "copy, save ▾");
      this.list = h("div", { class: "mg-items-to-take", role: "group", "aria-label": "Copy or save" }, ...items);
      this.box = h(
        "details",
        {
          class: "mg-menu",
          onfocusout: ({ relatedTarget }) => this.box.contains(
            /** @type {Node | null} */
            relatedTarget
          ) || this.box.removeAttribute("open"),
          onkeydown: ({ key }) => key === "Escape" && this.#close()
        },
        summary,
        this.list
      );
    }
    /**
     * @param {string} text
     * @param {() => void | Promise<void>} act
     */
    #item(text, act) {
      return button(text, text, async () => {
        await act();
        this.#close();
      });
    }
    #close() {
      this.box.removeAttribute("open");
      this.box.querySelector("summary")?.focus();
    }
    /**
     * @param {string} what
     * @param {string} kind
     * @param {Blob} content
     */
    #save(what, kind, content) {
      saveFile(`${what}-${this.state.data.facts.run}-${this.state.view.split}.${kind}`, content);
    }
    /**
     * @param {Blob} picture
     * @param {"svg" | "png"} kind
     */
    async #copy(picture, kind) {
      const offers = { [picture.type]: picture };
      if (kind === "svg") offers["text/plain"] = new Blob([picture], { type: "text/plain" });
      const known = Object.entries(offers).filter(([type]) => ClipboardItem.supports?.(type) ?? type !== "image/svg+xml");
      try {
        await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(known))]);
        this.tell(`The matrix is in the clipboard, as ${kind.toUpperCase()}.`);
      } catch {
        this.#save("confusions", kind, picture);
        this.tell(CLOSED);
      }
    }
    async #copyLink() {
      const link = this.link(addressOf(this.state));
      try {
        await navigator.clipboard.writeText(link);
        this.tell(`In the clipboard: ${link}`);
      } catch {
        this.tell(link);
      }
    }
  };
  function svgOf(state) {
    const pen = new Vector(ruler());
    const { width, height } = draw(state, pen);
    return new Blob([pen.text(width, height, titleOf(state), SVG)], { type: "image/svg+xml" });
  }
  function pngOf(state) {
    const pen = ruler();
    const { width, height } = placeOnPaper(state, PAPER, pen);
    Object.assign(pen.canvas, { width: SHARP * Math.ceil(width), height: SHARP * Math.ceil(height) });
    pen.fillStyle = PAPER.ground;
    pen.fillRect(0, 0, pen.canvas.width, pen.canvas.height);
    pen.scale(SHARP, SHARP);
    draw(state, pen);
    return new Promise(
      (done, fail) => pen.canvas.toBlob((blob) => blob ? done(blob) : fail(new Error("The browser made no picture.")), "image/png")
    );
  }
  function draw(state, pen) {
    const place = placeOnPaper(state, PAPER, pen);
    const drawing = new Drawing(state, PAPER, pen, place);
    drawing.paint();
    drawing.paintKey(colourKeys(state));
    return place;
  }
  var ruler = () => (
    /** @type {CanvasRenderingContext2D} */
    h("canvas").getContext("2d")
  );
  var titleOf = (state) => `${state.data.facts.run}: ${headline(state)}`;
  function pairsTable({ pairs, units, data }) {
    const other = data.facts.other ? ["other_run", "difference"] : [];
    const columns = ["true", "taken_for", "clips", "of", "share", "low", "high", "groups", "back", "lift", ...other];
    const rows = pairs.map(({ i, j, count, n, rate, range, groups, back, lift, before, change }) => [
      ...[units[i].name, units[j].name, count, n, rate.toFixed(4), ...range.map((bound) => bound.toFixed(4)), groups],
      ...[back, lift.toFixed(3), ...other.length ? [before, change] : []]
    ]);
    return csv(columns, rows);
  }
  function clipsTable(state) {
    const { data, rows, epoch } = state;
    const p = epoch ? "probability_of_label" : "probability";
    const columns = ["id", "split", data.facts.group_kind, "label", "taken_for", p, "seconds", "mark", "comment"];
    return csv(
      columns,
      rows.map((row) => {
        const note = state.noteOn(row);
        const clip = [data.ids[row], data.splitOf(row), data.groupName(row), data.labelName(row), state.answerName(row)];
        return [...clip, state.confidence(row).toFixed(4), data.seconds(row).toFixed(2), note?.mark, note?.comment];
      })
    );
  }

  // app.js
  var HEIGHT = 860;
  var TYPED = /INPUT|SELECT|TEXTAREA/;
  var explorers = 0;
  var Explorer = class {
    /**
     * @param {Model} model
     * @param {HTMLElement} host
     */
    constructor(model, host) {
      const id = `mg-${++explorers}-${Math.random().toString(36).slice(2, 8)}`;
      const data = new Data(model.get("meta"), model.get("data"));
      const ask = (message) => this.keeper.ask(message);
      const tell = (sentence) => this.#tell(sentence);
      this.state = new State(data, model.get("view"));
      this.link = new Link(model, this.state);
      this.state.notes = this.link.notes;
      this.keeper = new Keeper(model, data.facts.key ?? data.facts.run, () => this.#takeNotes());
      this.root = h("div", {
        ...{ class: "mg", "data-lm-suppress-shortcuts": "true", role: "region" },
        ...{ "aria-label": `Confusions of the run ${data.facts.run}` },
        ...{ style: `--mg-height:${this.state.view.height || HEIGHT}px` },
        onkeydown: (event) => this.#key(event)
      });
      this.warning = h("p", { class: "mg-warning", role: "status" });
      this.listTitle = h("h3", {});
      this.controls = new Controls(this.state, this);
      this.matrix = new Matrix(this.state, this, `${id}-says`);
      this.pairs = new Pairs(this.state, this);
      this.map = new FeatureMap(this.state, this);
      this.clips = new Clips(this.state, this, id);
      this.media = new Media(this.state, ask, () => this.playback.paint(), tell);
      this.playback = new Playback(this.state, this, this.media, this.root);
      this.form = new NoteForm(this.state, this.keeper, tell);
      this.shortcuts = new Shortcuts();
      this.takeaways = new Takeaways(this.state, (address) => this.link.linkTo(address), tell);
      this.desk = this.#layOut(id);
      host.append(this.root);
      this.theme = readTheme(this.root);
      this.#tell(data.facts.missing.join(" "));
      this.close = this.#listen();
      this.#begin();
    }
    // What panels ask for
    /**
     * @param {Cell} cell
     * @param {number} [clip]
     */
    choose(cell, clip) {
      this.state.chooseCell(cell, clip);
      this.#showList();
      this.link.report();
    }
    /** @param {number} row */
    chooseClip(row) {
      this.state.chooseClip(row);
      this.clips.reveal();
      this.clips.show();
      this.#showClip();
      this.link.report();
    }
    /** @param {number} row */
    openClip(row) {
      const { state } = this;
      this.choose([state.unitOf(state.data.labels[row]), state.unitOf(state.answer(row))], row);
      this.clips.reveal();
      this.clips.show();
    }
    /** @param {number[]} rows */
    chooseMany(rows) {
      this.state.chooseMany(rows);
      this.#showList();
      this.link.report();
    }
    /** @param {number} step */
    holdAgainst(step) {
      this.state.holdAgainst(step);
      this.#showClip();
    }
    /** @param {boolean} isOn */
    showPictures(isOn) {
      this.state.view.video = isOn;
      this.media.retry();
      this.#tell("");
      this.#showClip();
    }
    /** @param {number} group */
    toggleGroup(group) {
      const { collapsed } = this.state;
      if (!collapsed.delete(group)) collapsed.add(group);
      this.recount();
    }
    /** @param {number} epoch */
    goToEpoch(epoch) {
      this.state.view.epoch = epoch;
      this.#recount(true);
    }
    recount() {
      this.#recount(false);
    }
    showList() {
      if (this.desk.front === "pairs") this.desk.open("clips");
    }
    goToList() {
      this.desk.open("clips");
      this.clips.box.focus();
    }
    /** @param {string} key */
    stepInList(key) {
      return this.clips.step(key);
    }
    /** @param {boolean} keepsClip Also where it is in the list no longer. */
    #recount(keepsClip) {
      const { state } = this;
      state.recount();
      this.controls.show();
      this.matrix.paint(this.theme);
      this.pairs.show();
      this.map.paint(this.theme);
      if (state.lassoed) {
        state.holdAgainst(state.rivalStep);
        this.#showChoice();
      } else {
        state.fillList(state.clip, keepsClip);
        this.#showList();
        this.clips.reveal();
      }
      this.link.report();
    }
    // Showing
    /** A new list, from its top. */
    #showList() {
      this.clips.box.scrollTop = 0;
      this.#showChoice();
    }
    #showChoice() {
      const name = listName(this.state);
      const title = h("span", { class: "mg-line", title: name }, name);
      this.listTitle.replaceChildren(title, h("em", {}, String(this.state.rows.length)));
      this.clips.show();
      this.pairs.highlight();
      this.matrix.highlight();
      this.#showClip();
    }
    #showClip() {
      this.playback.show();
      this.form.show();
      this.map.highlight();
      this.#mirror();
    }
    /** Everything whose colours follow from the theme. */
    #repaint() {
      this.theme = readTheme(this.root);
      this.root.dataset.theme = this.theme.dark ? "dark" : "light";
      this.matrix.paint(this.theme);
      this.map.paint(this.theme);
      this.playback.repaint();
    }
    /** @param {string} sentence */
    #tell(sentence) {
      this.warning.textContent = sentence;
    }
    /** The state in attributes: a canvas has none that a test or a screen reader could see. */
    #mirror() {
      const { data, view, units, chosen, rows, clip, against, pairs, pairNumber } = this.state;
      const { split: split2, stream, compare, order } = view;
      const { epoch } = this.state;
      Object.assign(this.root.dataset, {
        ...{ split: split2, stream, compare, order, epoch, units: units.length, pairs: pairs.length, pair: pairNumber },
        ...{ cell: chosen?.map((at) => units[at].key).join(">") ?? "", list: rows.length },
        ...{ clip: data.ids[clip] ?? "", against: data.ids[against] ?? "", noted: Object.keys(this.link.notes).length },
        ...{ waiting: this.keeper.outbox.waiting.length, lost: this.keeper.isLost }
      });
    }
    /** @param {string} id */
    #layOut(id) {
      const { controls, keeper, matrix, pairs, map, clips, playback, form, shortcuts } = this;
      const walk = h(
        "span",
        { class: "mg-walk" },
        button("‹", "Previous confusion in the table (p)", () => this.#stepPair(-1)),
        h("span", {}, "worst"),
        button("›", "Next confusion in the table (n)", () => this.#stepPair(1))
      );
      const foot = h("footer", {}, matrix.says, matrix.legend);
      const left = panel("left", [controls.tools], controls.groups, matrix.box, foot);
      const desk = new Desk(id, left, panel("players", playback.tools, playback.box, form.box));
      desk.addLists([
        ["pairs", "Pairs", panel("pairs", [h("h3", {}, "Confused pairs"), walk], pairs.box)],
        ["clips", "Clips", panel("clips", [this.listTitle, this.#clipOrder()], clips.box)]
      ]);
      desk.add("map", "Map", panel("map", [map.kindButtons, map.trust], map.box, map.legend));
      keeper.offers.append(this.#rescue());
      const screen = screenButton(this.root, (sentence) => this.#tell(sentence));
      controls.choices.append(this.takeaways.box, shortcuts.button, screen);
      this.root.append(controls.head, this.warning, keeper.box, shortcuts.box, desk.box, shortcuts.line);
      return desk;
    }
    /** What saves the notes where no kernel does. */
    #rescue() {
      const save = () => saveFile(`notes-${this.state.data.facts.run}.csv`, csvBlob(notesTable(this.state)));
      return button("download notes", "Download the notes as CSV", save);
    }
    #clipOrder() {
      const { view, data } = this.state;
      const orders = [
        ["sure", "most sure"],
        ["unsure", "least sure"],
        ["group", `by ${data.facts.group_kind}`]
      ];
      return select("Order of clips", orders, view.sort, (sort) => {
        view.sort = /** @type {View["sort"]} */
        sort;
        this.state.fillList();
        this.#showList();
      });
    }
    // The outside
    #begin() {
      this.root.dataset.theme = this.theme.dark ? "dark" : "light";
      this.recount();
      const [worst] = this.state.pairs;
      if (worst) this.choose([worst.i, worst.j]);
      else if (this.state.units.length) this.choose([0, 0]);
      this.#openGiven();
      this.root.dataset.ready = "true";
      this.playback.clock.start();
    }
    /** Returns what ends it. */
    #listen() {
      const { link, playback } = this;
      const repaint = () => this.#repaint();
      const resized = (show) => () => {
        if (!this.theme.line && this.root.isConnected) repaint();
        show();
      };
      const panels = /* @__PURE__ */ new Map([
        [this.root, () => this.desk.measure(this.root.clientWidth)],
        [this.matrix.box, resized(() => this.matrix.paint(this.theme))],
        [this.map.box, resized(() => this.map.paint(this.theme))],
        [this.clips.box, resized(() => this.clips.show())],
        [playback.chosen.stage, resized(() => playback.paint())]
      ]);
      const ends = [
        watchSizes(panels),
        watchSight(playback.chosen.stage, (isInSight) => playback.comeIntoSight(isInSight)),
        watchTheme(repaint),
        link.listen({
          "msg:custom": (content, buffers) => this.#receive(content, buffers),
          "change:notes": () => this.#takeNotes(),
          "change:view": () => this.#openGiven()
        }),
        this.keeper.watch(this.root)
      ];
      return () => {
        ends.forEach((end) => end());
        playback.clock.isPlaying = false;
      };
    }
    /**
     * @param {any} content
     * @param {DataView<ArrayBuffer>[]} buffers
     */
    #receive(content, buffers) {
      if (content.kind === "saved") {
        this.keeper.confirm(content);
        this.form.confirm(content);
      } else this.media.receive(content, buffers);
    }
    #takeNotes() {
      this.state.notes = this.keeper.notes(this.link.notes);
      this.link.isCut = this.keeper.isLost;
      this.clips.show();
      this.form.show();
      this.#mirror();
    }
    /** @param {KeyboardEvent} event */
    #key(event) {
      event.stopPropagation();
      const target = (
        /** @type {HTMLElement} */
        event.target
      );
      const isTick = target instanceof HTMLInputElement && target.type === "checkbox";
      if (event.ctrlKey || event.metaKey || event.altKey || TYPED.test(target.tagName) && !isTick) return;
      const { rivalStep } = this.state;
      const isPressed = target.tagName === "BUTTON" || isTick;
      const act = (/* @__PURE__ */ new Map([
        ["n", () => this.#stepPair(1)],
        ["p", () => this.#stepPair(-1)],
        [",", () => this.holdAgainst(rivalStep - 1)],
        [".", () => this.holdAgainst(rivalStep + 1)],
        ["?", () => this.shortcuts.toggle()],
        [isPressed ? "" : " ", () => this.playback.toggle()]
      ])).get(event.key);
      if (!act) return;
      act();
      event.preventDefault();
    }
    /**
     * To the next or previous confusion as the table is sorted.
     *
     * @param {number} by
     */
    #stepPair(by) {
      const { pairs, pairNumber } = this.state;
      const n = pairs.length;
      if (n) this.pairs.go(pairNumber < 0 ? 0 : (pairNumber + by + n) % n, false);
    }
    /** Goes where Python, or the last view of this widget, points. */
    #openGiven() {
      const given = this.link.given;
      if (!given) return;
      const { state } = this;
      if ("address" in given) {
        const { cell: cell2, clip } = goTo(state, given.address);
        this.recount();
        if (cell2) this.choose([state.unitOf(cell2[0]), state.unitOf(cell2[1])], clip);
        this.clips.reveal();
        return;
      }
      const { split: split2, stream, cell } = given;
      if (split2 !== state.view.split || stream !== state.view.stream) {
        Object.assign(state.view, { split: split2, stream });
        this.recount();
      }
      const [[label], [answer]] = cell;
      this.choose([state.unitOf(label), state.unitOf(answer)]);
    }
  };
  var panel = (name, head, ...body) => h("div", { class: `mg-panel mg-${name}` }, h("header", {}, ...head), ...body);
  function render({ model, el }) {
    const explorer = new Explorer(model, el);
    return () => explorer.close();
  }

  // page.js
  var KEPT = "in this browser; download to keep";
  var NOT_KEPT = "in this page only; download to keep";
  async function openPage() {
    followScheme(find("theme"));
    const content = JSON.parse(find("content").textContent ?? "");
    const data = await inflate(decode(find("data").textContent ?? ""));
    render({ model: new PageModel(content, data), el: find("explorer") });
  }
  var PageModel = class {
    /** @type {Map<string, Set<(...rest: any[]) => void>>} */
    #listeners = /* @__PURE__ */ new Map();
    /**
     * @param {Content} content
     * @param {DataView} data
     */
    constructor({ meta, view, notes, frames }, data) {
      this.frames = frames;
      this.place = `notes of ${meta.run}`;
      this.values = {
        meta,
        data,
        view: { ...view, at: location.hash.slice(1) },
        notes: { ...notes, ...recall(this.place) },
        selected: []
      };
    }
    /** @param {string} name */
    get(name) {
      return this.values[name];
    }
    /**
     * @param {string} name
     * @param {unknown} value
     */
    set(name, value) {
      this.values[name] = value;
      this.#tell(`change:${name}`);
    }
    /**
     * @param {string} event
     * @param {(...rest: any[]) => void} listener
     */
    on(event, listener) {
      this.#listeners.set(event, (this.#listeners.get(event) ?? /* @__PURE__ */ new Set()).add(listener));
    }
    /**
     * @param {string} event
     * @param {(...rest: any[]) => void} listener
     */
    off(event, listener) {
      this.#listeners.get(event)?.delete(listener);
    }
    /** The address follows what is looked at, so that it can be sent to somebody. */
    save_changes() {
      const { at } = this.values.view;
      if (at) history.replaceState(null, "", `#${at}`);
    }
    /** @param {string} address */
    linkTo(address) {
      return `${location.href.split("#")[0]}#${address}`;
    }
    /** @param {any} message */
    send(message) {
      if (message.kind === "note") this.#keepNote(message);
      if (message.kind === "frames") this.#handOut(message.rows);
    }
    /**
     * @param {string} event
     * @param {...unknown} rest
     */
    #tell(event, ...rest) {
      this.#listeners.get(event)?.forEach((listener) => listener(...rest));
    }
    /** @param {{ id: string, mark: string, comment: string }} note */
    #keepNote({ id, mark, comment }) {
      const note = { mark, comment, saved: (/* @__PURE__ */ new Date()).toISOString() };
      this.set("notes", { ...this.values.notes, [id]: note });
      const isKept = remember(this.place, this.values.notes);
      this.#tell("msg:custom", { kind: "saved", id, kept: isKept ? KEPT : NOT_KEPT }, []);
    }
    /** @param {number[]} rows */
    #handOut(rows) {
      for (const row of rows) {
        const strip = this.frames[row];
        if (strip) this.#tell("msg:custom", { kind: "frames", row }, [new DataView(decode(strip).buffer)]);
      }
    }
  };
  function followScheme(button2) {
    const { dataset } = document.documentElement;
    dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    button2.onclick = () => dataset.theme = dataset.theme === "dark" ? "light" : "dark";
  }
  var find = (id) => (
    /** @type {HTMLElement} */
    document.getElementById(id)
  );
  var decode = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  async function inflate(bytes) {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new DataView(await new Response(stream).arrayBuffer());
  }
  return __toCommonJS(index_exports);
})();
export default explorer;
