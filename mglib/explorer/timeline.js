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

  // timeline/index.js
  var index_exports = {};
  __export(index_exports, {
    openPage: () => openPage,
    render: () => render
  });

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
  var inkOnGroup = (group) => inkOn(channels(groupColour(group)));
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
  var channels = (hex) => (
    /** @type {Colour} */
    [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16))
  );

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
  function shorten(context, text, width) {
    if (context.measureText(text).width <= width) return text;
    const cut = (kept2) => `${text.slice(0, Math.ceil(kept2 / 2)).trimEnd()}…${text.slice(text.length - Math.floor(kept2 / 2)).trimStart()}`;
    let kept = text.length - 1;
    while (kept > 1 && context.measureText(cut(kept)).width > width) kept--;
    return cut(kept);
  }
  function spotIn(box, event) {
    const area = box.getBoundingClientRect();
    return [event.clientX - area.left, event.clientY - area.top];
  }

  // surroundings.js
  var THEME_MARKS = ["class", "data-jp-theme-name", "data-jp-theme-light", "data-theme"];
  var LATE = [0, 150, 600];
  function watchSizes(panels) {
    const observer = new ResizeObserver((entries) => entries.forEach(({ target }) => panels.get(target)?.()));
    panels.forEach((_, element) => observer.observe(element));
    return () => observer.disconnect();
  }
  function watchTheme(onchange) {
    const later = () => LATE.forEach((wait) => setTimeout(onchange, wait));
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

  // timeline/footage.js
  var MISSING = 255;
  var STEPS = 254;
  var TYPES = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array };
  var Footage = class {
    /**
     * @param {Facts} facts
     * @param {DataView<ArrayBuffer>} content All arrays.
     */
    constructor(facts, content) {
      this.facts = facts;
      this.buffer = content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength);
      this.groupNames = [...new Set(facts.groups)];
      this.groupOf = [...facts.groups.map((group) => this.groupNames.indexOf(group)), this.groupNames.length];
      this.names = [...facts.names, "not told"];
      const [start, stop, label, score] = ["start", "stop", "label", "score"].map((name) => this.array(name));
      this.segments = Array.from(start ?? [], (_, i) => ({
        ...{ start: start[i] / 1e3, stop: stop[i] / 1e3 },
        ...{ label: label[i], score: score[i] / 1e3 }
      }));
    }
    /** @param {string} name */
    array(name) {
      const [type, shape, offset] = this.facts.arrays[name];
      const length2 = shape.reduce((a, b) => a * b, 1);
      return new TYPES[type](this.buffer, offset, length2);
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
  };
  function clock(seconds, digits = 1) {
    const rounded = Math.max(0, Number(seconds.toFixed(digits)));
    const minutes = Math.floor(rounded / 60);
    const rest = (rounded - 60 * minutes).toFixed(digits).padStart(digits ? 3 + digits : 2, "0");
    return `${minutes}:${rest}`;
  }

  // timeline/desk.js
  var ROW = 24;
  var MARKS = { "": "·", accepted: "✓", corrected: "✎", rejected: "✕", added: "+" };
  var ORDERS = [
    ["time", "in order of time"],
    ["score", "least sure first"]
  ];
  var Desk = class {
    /**
     * @param {import("./review.js").Review} review
     * @param {Actions} actions
     */
    constructor(review, actions) {
      this.review = review;
      this.actions = actions;
      this.title = h("strong", {}, "–");
      this.about = h("div", { class: "mg-faint mg-line" });
      const names = review.footage.facts.names.map(
        (name, label) => (
          /** @type {[string, string]} */
          [String(label), name]
        )
      );
      this.classes = select("Class (c)", names, "0", (value) => actions.rename(Number(value)));
      this.verdicts = {
        accepted: button("✓ accept", "Accept the segment (a)", () => actions.judge("accepted")),
        rejected: button("✕ reject", "Reject the segment (r)", () => actions.judge("rejected"))
      };
      this.tools = h(
        "div",
        { class: "mg-tools" },
        ...Object.values(this.verdicts),
        button("starts here", "The segment starts at this moment ([)", () => actions.move("start")),
        button("stops here", "The segment stops at this moment (])", () => actions.move("stop")),
        button("↶", "Take back what was said of it (u)", () => actions.undo()),
        button("+ new", "A segment that nobody found starts here (n)", () => actions.add())
      );
      const reorder = (value) => {
        review.order = value === "score" ? "score" : "time";
        actions.reorder();
      };
      const scroll = { class: "mg-scroll", role: "listbox", "aria-label": "Segments", tabindex: 0, onscroll: this.list };
      this.inner = h("div", { class: "mg-items" });
      this.scroll = h("div", scroll, this.inner);
      const order = select("Order", ORDERS, review.order, reorder);
      this.head = h("div", { class: "mg-clip-head" }, this.title, this.about);
      this.box = h("div", { class: "mg-desk" }, this.head, this.classes, this.tools, order, this.scroll);
    }
    show() {
      const { review } = this;
      const { item } = review;
      const names = review.footage.names;
      this.title.textContent = item ? names[item.label] : "no segment chosen";
      const said = item?.verdict ? ` · ${item.verdict}` : "";
      const score = item?.score ? ` · score ${item.score.toFixed(2)}` : "";
      this.about.textContent = item ? `${clock(item.start, 2)} to ${clock(item.stop, 2)}${score}${said}` : "";
      if (item) this.classes.value = String(item.label);
      this.classes.disabled = !item;
      for (const [verdict, each] of Object.entries(this.verdicts)) press(each, item?.verdict === verdict);
      this.list();
      const at = review.items.findIndex(({ id }) => id === review.chosen);
      if (at < 0) return;
      const [top, tall] = [at * ROW, this.scroll.clientHeight];
      if (top < this.scroll.scrollTop || top + ROW > this.scroll.scrollTop + tall) this.scroll.scrollTop = top - tall / 2;
    }
    /** The rows in sight. */
    list = () => {
      const { items, chosen } = this.review;
      this.inner.style.height = `${items.length * ROW}px`;
      const first = Math.max(Math.floor(this.scroll.scrollTop / ROW) - 2, 0);
      const last = first + Math.ceil((this.scroll.clientHeight || 200) / ROW) + 4;
      this.inner.replaceChildren(
        ...items.slice(first, last).map((item, i) => this.#row(item, first + i, item.id === chosen))
      );
    };
    /**
     * @param {Item} item
     * @param {number} at
     * @param {boolean} isChosen
     */
    #row(item, at, isChosen) {
      const mark = MARKS[
        /** @type {keyof typeof MARKS} */
        item.verdict
      ];
      const attributes = {
        class: `mg-segment${isChosen ? " mg-chosen" : ""} mg-${item.verdict || "open"}`,
        role: "option",
        "aria-selected": String(isChosen),
        style: `top: ${at * ROW}px`,
        onclick: () => this.actions.choose(item.id)
      };
      const score = item.score ? item.score.toFixed(2) : "";
      const name = h("span", { class: "mg-line" }, this.review.footage.names[item.label]);
      return h("div", attributes, h("i", {}, mark), h("span", {}, clock(item.start)), name, h("em", {}, score));
    }
  };

  // timeline/lanes.js
  var LEFT = 86;
  var AXIS = 18;
  var WHOLE = 26;
  var TICKS = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200];
  var APART = 70;
  var WORD = 34;
  var length = ({ start, stop }) => stop - start;
  var Lanes = class {
    /**
     * @param {import("./review.js").Review} review
     * @param {{ choose: (id: string) => void, seek: (time: number) => void, look: (middle: number) => void }} actions
     */
    constructor(review, actions) {
      this.review = review;
      this.actions = actions;
      const says = "Tiers: click a segment to play it, elsewhere to go there; arrow keys go from segment to segment";
      this.box = h("div", { class: "mg-canvas mg-lanes", role: "img", "aria-label": says, onclick: this.#click });
      this.sheet = new Sheet(this.box);
    }
    get lanes() {
      const { review } = this;
      const { segments } = review.footage;
      const told = review.facts.tiers.map(({ name, first, count }) => ({
        name,
        items: segments.slice(first, first + count).map((one) => ({ ...one, id: "", verdict: "" }))
      }));
      const machine = told.length - 1;
      told[machine].items.forEach((item, i) => item.id = review.facts.ids[i]);
      const standing = review.items.filter(({ verdict }) => verdict && verdict !== "rejected");
      return [...told, { name: "reviewed", items: standing }];
    }
    /** @param {Theme} theme */
    paint(theme) {
      this.theme = theme;
      const [width, height] = [this.box.clientWidth, this.box.clientHeight];
      if (width < LEFT + 20 || height < 60) return;
      const context = this.sheet.clear(width, height);
      context.font = `11px ${theme.font}`;
      context.textBaseline = "middle";
      const { lanes } = this;
      const tall = (height - AXIS - WHOLE) / lanes.length;
      lanes.forEach((lane, number) => this.#paintLane(context, lane, number * tall, tall));
      this.#paintAxis(context, lanes.length * tall);
      this.#paintWhole(context, height - WHOLE + 4);
      this.#paintMoment(context, lanes.length * tall);
      const [from, to] = this.review.view;
      this.box.dataset.view = `${from.toFixed(3)} ${to.toFixed(3)} ${LEFT} ${width - LEFT} ${tall}`;
    }
    /** @param {number} seconds */
    #x(seconds) {
      const [from, to] = this.review.view;
      return LEFT + (seconds - from) / (to - from) * (this.box.clientWidth - LEFT);
    }
    /**
     * @param {CanvasRenderingContext2D} context
     * @param {{ name: string, items: Item[] }} lane
     * @param {number} top
     * @param {number} tall
     */
    #paintLane(context, { name, items }, top, tall) {
      const { theme, review } = this;
      const [from, to] = review.view;
      if (!theme) return;
      context.fillStyle = theme.line;
      context.fillRect(0, top + tall - 1, this.box.clientWidth, 1);
      context.fillStyle = theme.faint;
      context.fillText(shorten(context, name, LEFT - 8), 2, top + tall / 2);
      const shown = items.filter(({ start, stop }) => stop > from && start < to);
      shown.sort((a, b) => length(b) - length(a));
      for (const item of shown) this.#paintItem(context, item, top + 3, tall - 7);
    }
    /**
     * @param {CanvasRenderingContext2D} context
     * @param {Item} item
     * @param {number} top
     * @param {number} tall
     */
    #paintItem(context, item, top, tall) {
      const { theme, review } = this;
      if (!theme) return;
      const { footage } = review;
      const left = Math.max(this.#x(item.start), LEFT);
      const wide = Math.max(this.#x(item.stop) - left, 2);
      const isRejected = review.corrections[item.id]?.verdict === "rejected";
      const group = footage.groupOf[item.label];
      context.fillStyle = groupColour(group);
      context.globalAlpha = isRejected ? 0.2 : 1;
      context.fillRect(left, top, wide, tall);
      context.globalAlpha = 1;
      context.fillStyle = theme.ground;
      context.fillRect(left - 0.5, top, 0.5, tall);
      context.fillRect(left + wide, top, 0.5, tall);
      if (wide >= WORD) {
        context.fillStyle = isRejected ? theme.faint : inkOnGroup(group);
        context.fillText(shorten(context, footage.names[item.label], wide - 6), left + 3, top + tall / 2);
      }
      if (!item.id || item.id !== review.chosen) return;
      context.strokeStyle = theme.ink;
      context.lineWidth = 2;
      context.strokeRect(left, top, wide, tall);
    }
    /**
     * @param {CanvasRenderingContext2D} context
     * @param {number} top
     */
    #paintAxis(context, top) {
      const { theme, review } = this;
      const [from, to] = review.view;
      if (!theme) return;
      const pixels = (this.box.clientWidth - LEFT) / (to - from);
      const step = TICKS.find((seconds) => seconds * pixels >= APART) ?? 3600;
      context.fillStyle = theme.faint;
      for (let at = Math.ceil(from / step) * step; at < to; at += step) {
        context.fillRect(this.#x(at), top, 1, 4);
        context.fillText(clock(at, step < 1 ? 1 : 0), this.#x(at) + 3, top + AXIS / 2 + 1);
      }
    }
    /**
     * The machine's segments in the whole recording, and the part that is shown.
     *
     * @param {CanvasRenderingContext2D} context
     * @param {number} top
     */
    #paintWhole(context, top) {
      const { theme, review } = this;
      if (!theme) return;
      const { seconds } = review.facts;
      const wide = this.box.clientWidth - LEFT;
      const x = (time) => LEFT + time / seconds * wide;
      context.fillStyle = theme.faint;
      context.fillText("all of it", 2, top + 10);
      for (const item of review.items) {
        context.fillStyle = item.verdict ? theme.green : css([140, 140, 140]);
        context.fillRect(x(item.start), top + 3, Math.max(x(item.stop) - x(item.start), 1), 14);
      }
      const [from, to] = review.view;
      context.strokeStyle = theme.accent;
      context.lineWidth = 1.5;
      context.strokeRect(x(from), top, Math.max(x(to) - x(from), 3), 20);
      context.fillStyle = theme.red;
      context.fillRect(x(review.time), top, 1.5, 20);
    }
    /**
     * @param {CanvasRenderingContext2D} context
     * @param {number} tall
     */
    #paintMoment(context, tall) {
      const at = this.#x(this.review.time);
      if (!this.theme || at < LEFT) return;
      context.fillStyle = this.theme.red;
      context.fillRect(at, 0, 1.5, tall + AXIS);
    }
    /** @param {MouseEvent} event */
    #click = (event) => {
      const [x, y] = spotIn(this.box, event);
      const { review } = this;
      const [from, to] = review.view;
      const share = (x - LEFT) / (this.box.clientWidth - LEFT);
      if (share < 0) return;
      if (y > this.box.clientHeight - WHOLE) {
        this.actions.look(share * review.facts.seconds);
        return;
      }
      const time = from + share * (to - from);
      const { lanes } = this;
      const lane = lanes[Math.floor(y / ((this.box.clientHeight - AXIS - WHOLE) / lanes.length))];
      const under = lane?.items.filter(({ start, stop }) => time >= start && time < stop) ?? [];
      const hit = under.sort((a, b) => length(a) - length(b))[0];
      if (hit?.id) this.actions.choose(hit.id);
      else this.actions.seek(hit ? Math.max(0, hit.start - 1) : time);
    };
  };

  // timeline/review.js
  var SHORTEST = 0.04;
  var AROUND = 15;
  var NARROWEST = 2;
  var Review = class {
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
      const byTime = (a, b) => a.start - b.start || a.stop - b.stop;
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
      const next = at < 0 ? by > 0 ? 0 : items.length - 1 : (at + by + items.length) % items.length;
      this.choose(items[next].id);
    }
    /**
     * Shows so many seconds around a moment.
     *
     * @param {number} middle
     * @param {number} [length]
     */
    show(middle, length2 = 2 * AROUND) {
      const { seconds } = this.facts;
      const wide = Math.min(Math.max(length2, NARROWEST), seconds);
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
  };

  // timeline/screen.js
  var PACE = 30;
  var AFTER = 1;
  var MOST = 24;
  var Screen = class {
    #last = 0;
    isPlaying = false;
    /** Seconds at which playing ends. */
    until = Infinity;
    /** @type {Map<string, Strip>} */
    #strips = /* @__PURE__ */ new Map();
    /** @type {Set<string>} */
    #asked = /* @__PURE__ */ new Set();
    /**
     * @param {import("./review.js").Review} review
     * @param {(message: object) => void} ask
     * @param {() => void} ontick
     */
    constructor(review, ask, ontick) {
      this.review = review;
      this.ask = ask;
      this.ontick = ontick;
      this.box = h("div", { class: "mg-stage", role: "img", "aria-label": "The person at this moment" });
      this.sheet = new Sheet(this.box);
      this.words = h("div", { class: "mg-words" });
      this.box.append(this.words);
      this.sides = review.footage.facts.joints.map(sideOf);
    }
    /**
     * Plays on from the moment.
     *
     * @param {number} [until]
     */
    play(until = Infinity) {
      this.until = until;
      this.isPlaying = true;
      this.#last = performance.now();
      requestAnimationFrame(this.#advance);
    }
    /** Plays the chosen segment, and a second more. */
    playItem() {
      const { item } = this.review;
      if (!item) return;
      this.#wantPictures(Math.max(0, item.start - 1), item.stop + AFTER);
      this.play(Math.min(item.stop + AFTER, this.review.facts.seconds));
    }
    stop() {
      this.isPlaying = false;
      this.ontick();
    }
    #advance = (now) => {
      if (!this.isPlaying || !this.box.isConnected) return;
      const passed = now - this.#last;
      if (passed >= PACE) {
        this.#last = now;
        this.review.time += passed / 1e3;
        const end = Math.min(this.until, this.review.facts.seconds);
        if (this.review.time >= end) {
          this.review.time = end;
          this.isPlaying = false;
        }
        this.ontick();
      }
      requestAnimationFrame(this.#advance);
    };
    /**
     * @param {number} start
     * @param {number} stop
     */
    #wantPictures(start, stop) {
      const { recording, footage } = this.review;
      const key = `${recording} ${start.toFixed(2)}`;
      if (!footage.facts.pictures.includes(recording) || this.#asked.has(key)) return;
      this.#asked.add(key);
      this.ask({ kind: "pictures", recording, start, stop });
    }
    /**
     * @param {{ recording: number, start: number, stop: number, times?: number[], error?: string }} answer
     * @param {DataView<ArrayBuffer>[]} buffers
     */
    receive({ recording, start, stop, times, error }, [content]) {
      this.words.textContent = error ?? "";
      if (!times) return;
      const image = new Image();
      image.onload = () => {
        URL.revokeObjectURL(image.src);
        this.ontick();
      };
      image.src = URL.createObjectURL(new Blob([content], { type: "image/webp" }));
      this.#strips.set(`${recording} ${start.toFixed(2)}`, { start, stop, times, image });
      const [oldest] = this.#strips.keys();
      if (this.#strips.size <= MOST) return;
      this.#strips.delete(oldest);
      this.#asked.delete(oldest);
    }
    /** The moment, painted. */
    paint() {
      const [width, height] = [this.box.clientWidth, this.box.clientHeight];
      if (width < 20 || height < 20) return;
      const context = this.sheet.clear(width, height);
      if (this.#paintPicture(context, width, height)) return;
      const points = this.review.footage.points(this.review.recording);
      if (points) this.#paintSkeleton(context, points, Math.min(width, height), width);
      else this.words.textContent = "There are no key points of this recording.";
    }
    /**
     * @param {CanvasRenderingContext2D} context
     * @param {number} width
     * @param {number} height
     * @returns {boolean} Whether there is one for this moment.
     */
    #paintPicture(context, width, height) {
      const { time, recording } = this.review;
      for (const [key, { start, stop, times, image }] of this.#strips) {
        const isIts = key.startsWith(`${recording} `) && time >= start && time <= stop && image.complete;
        if (!isIts || time > times[times.length - 1] + 0.5) continue;
        const tile = image.width / times.length;
        const after = times.findIndex((moment) => moment > time);
        const at = after < 0 ? times.length - 1 : Math.max(after - 1, 0);
        const scale = Math.min(width / tile, height / image.height);
        const [wide, tall] = [tile * scale, image.height * scale];
        context.drawImage(image, at * tile, 0, tile, image.height, (width - wide) / 2, (height - tall) / 2, wide, tall);
        return true;
      }
      return false;
    }
    /**
     * @param {CanvasRenderingContext2D} context
     * @param {Uint8Array | Uint16Array | Uint32Array} points
     * @param {number} side Of the box, pixels.
     * @param {number} width
     */
    #paintSkeleton(context, points, side, width) {
      const { facts, footage, time } = this.review;
      const { joints, limbs } = footage.facts;
      const number = points.length / (2 * joints.length);
      const at = Math.min(Math.floor(time * (facts.rate ?? 1)), number - 1);
      const spots = joints.map((_, joint) => {
        const place = 2 * (at * joints.length + joint);
        if (points[place] === MISSING) return null;
        const [x, y] = [points[place], points[place + 1]].map((step) => step / STEPS * side);
        return (
          /** @type {[number, number]} */
          [x + (width - side) / 2, y]
        );
      });
      context.lineWidth = 2.5;
      context.lineCap = "round";
      for (const [a, b] of limbs) {
        const [from, to] = [spots[a], spots[b]];
        if (!from || !to) continue;
        context.strokeStyle = SIDES[this.sides[b]];
        context.beginPath();
        context.moveTo(...from);
        context.lineTo(...to);
        context.stroke();
      }
      this.words.textContent = spots.some(Boolean) ? "" : "Nobody is seen.";
    }
  };
  function sideOf(joint) {
    if (joint.startsWith("left")) return "left";
    return joint.startsWith("right") ? "right" : "centre";
  }

  // timeline/app.js
  var KEYS = "↑ ↓ next segment · space play · a accept · r reject · c class · [ ] borders · n new · u undo · ← → a second · + − zoom";
  function render({ model, el }) {
    const app = new App(model, el);
    return () => app.end();
  }
  var App = class {
    /**
     * @param {Model} model
     * @param {HTMLElement} el
     */
    constructor(model, el) {
      this.model = model;
      const footage = new Footage(model.get("meta"), model.get("data"));
      this.review = new Review(footage, { ...model.get("corrections") });
      this.root = h("div", {
        class: "mg mg-timeline",
        tabindex: 0,
        "data-lm-suppress-shortcuts": "true",
        onkeydown: this.#key
      });
      this.root.style.setProperty("--mg-height", `${footage.facts.height}px`);
      this.lanes = new Lanes(this.review, {
        choose: (id) => this.choose(id),
        seek: (time) => this.#seek(time),
        look: (middle) => this.#look(middle)
      });
      this.screen = new Screen(
        this.review,
        (message) => model.send(message),
        () => this.#tick()
      );
      this.desk = new Desk(this.review, this.#actions());
      this.root.append(this.#header(), this.lanes.box, h("div", { class: "mg-below" }, this.screen.box, this.desk.box));
      this.root.append(h("div", { class: "mg-faint mg-help" }, KEYS));
      el.append(this.root);
      this.#listen();
      this.theme = readTheme(this.root);
      this.show();
      this.root.dataset.ready = "1";
    }
    #actions() {
      return {
        choose: (id) => this.choose(id),
        judge: (verdict) => this.#say(this.review.judge(verdict)),
        rename: (label) => this.#say(this.review.judge("corrected", { label })),
        move: (border) => this.#say(this.review.move(border)),
        add: () => this.#add(),
        undo: () => this.#undo(),
        reorder: () => this.show()
      };
    }
    #header() {
      const { footage } = this.review;
      const { recordings, spotter } = footage.facts;
      const options = recordings.map(
        ({ name, seconds }, number) => (
          /** @type {[string, string]} */
          [String(number), `${name} · ${clock(seconds, 0)}`]
        )
      );
      const open = (value) => {
        this.screen.stop();
        this.review.open(Number(value));
        this.show();
      };
      this.status = h("span", { class: "mg-faint", role: "status" });
      this.moment = h("span", { class: "mg-time" });
      this.playButton = button("▶", "Play or pause (space)", () => this.#toggle(), { class: "mg-button mg-play" });
      const save = button("download", "Download all corrections as a table", () => this.#download());
      return h(
        "div",
        { class: "mg-head" },
        h("div", { class: "mg-title" }, h("strong", {}, "Time line"), h("span", { class: "mg-faint" }, spotter)),
        this.status,
        h("div", { class: "mg-controls" }, select("Recording", options, "0", open), this.playButton, this.moment, save)
      );
    }
    #listen() {
      const { model } = this;
      const message = (answer, buffers) => {
        if (answer.kind === "pictures") this.screen.receive(answer, buffers);
        else if (answer.kind === "saved" && this.status) this.status.textContent = answer.error ?? answer.kept ?? "saved";
      };
      const change = () => {
        this.review.corrections = { ...model.get("corrections") };
        this.show();
      };
      model.on("msg:custom", message);
      model.on("change:corrections", change);
      const repaint = () => {
        this.theme = readTheme(this.root);
        this.show();
      };
      const sizes = new Map([this.lanes.box, this.screen.box].map((box) => [box, repaint]));
      this.ends = [
        () => model.off("msg:custom", message),
        () => model.off("change:corrections", change),
        watchTheme(repaint),
        watchSizes(sizes)
      ];
    }
    end() {
      this.screen.isPlaying = false;
      this.ends?.forEach((finish) => finish());
    }
    show() {
      const { review, root } = this;
      if (this.theme) root.dataset.theme = this.theme.dark ? "dark" : "light";
      this.desk.show();
      const { items, looked } = review;
      root.dataset.recording = review.facts.name;
      root.dataset.segment = review.chosen;
      root.dataset.verdict = review.item?.verdict ?? "";
      root.dataset.looked = String(looked);
      root.dataset.segments = String(items.length);
      if (this.status) this.status.textContent = `${looked} of ${items.length} looked at`;
      this.#tick();
    }
    /** @param {string} id */
    choose(id) {
      this.review.choose(id);
      this.screen.playItem();
      this.show();
    }
    #tick() {
      const { review, root } = this;
      if (this.theme) this.lanes.paint(this.theme);
      this.screen.paint();
      if (this.moment) this.moment.textContent = clock(review.time, 2);
      if (this.playButton) this.playButton.textContent = this.screen.isPlaying ? "❚❚" : "▶";
      root.dataset.time = review.time.toFixed(3);
      root.dataset.playing = String(this.screen.isPlaying);
    }
    #toggle() {
      if (this.screen.isPlaying) this.screen.stop();
      else this.screen.play();
      this.#tick();
    }
    /** @param {number} time */
    #seek(time) {
      this.screen.stop();
      this.review.time = Math.min(Math.max(time, 0), this.review.facts.seconds);
      const [from, to] = this.review.view;
      if (this.review.time < from || this.review.time > to) this.review.show(this.review.time, to - from);
      this.#tick();
    }
    /** @param {number} middle */
    #look(middle) {
      const [from, to] = this.review.view;
      this.review.show(middle, to - from);
      this.#tick();
    }
    /** @param {Said | null} said What is said of which segment; kept at once. */
    #say(said) {
      if (!said) return;
      const [id, correction] = said;
      const corrections = { ...this.review.corrections };
      if (correction) corrections[id] = correction;
      else delete corrections[id];
      this.review.corrections = corrections;
      this.model.send({ kind: "correct", id, correction });
      this.show();
    }
    #add() {
      const said = this.review.add(this.review.item?.label ?? 0);
      this.#say(said);
      this.review.chosen = said[0];
      this.show();
    }
    #undo() {
      const { item } = this.review;
      if (item?.verdict) this.#say([item.id, null]);
    }
    #download() {
      const { names } = this.review.footage;
      const quote = (text2) => `"${String(text2).replaceAll('"', '""')}"`;
      const lines = Object.entries(this.review.corrections).map(
        ([id, one]) => [id, one.recording, one.verdict, one.start, one.stop, names[one.label], ""].map(quote).join(",")
      );
      const text = ["id,recording,verdict,start,stop,class,saved", ...lines, ""].join("\n");
      const link = h("a", {
        href: URL.createObjectURL(new Blob([text], { type: "text/csv" })),
        download: "corrections.csv"
      });
      link.click();
      URL.revokeObjectURL(link.href);
    }
    /** @param {KeyboardEvent} event */
    #key = (event) => {
      const { target } = event;
      const isTyping = target instanceof HTMLSelectElement;
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping && event.key !== "Escape") return;
      const isButton = target instanceof HTMLButtonElement && [" ", "Enter"].includes(event.key);
      const action = isButton ? void 0 : this.#keyActions()[event.key];
      if (!action) return;
      event.preventDefault();
      event.stopPropagation();
      action();
    };
    /** @returns {Record<string, () => void>} By key. */
    #keyActions() {
      const { review } = this;
      const step = (by) => {
        review.step(by);
        this.choose(review.chosen);
      };
      const zoom = (factor) => {
        review.zoom(factor);
        this.#tick();
      };
      return {
        ...{ ArrowDown: () => step(1), ArrowUp: () => step(-1), " ": () => this.#toggle(), Enter: () => step(0) },
        ...{ ArrowLeft: () => this.#seek(review.time - 1), ArrowRight: () => this.#seek(review.time + 1) },
        ...{ a: () => this.#say(review.judge("accepted")), r: () => this.#say(review.judge("rejected")) },
        ...{ "[": () => this.#say(review.move("start")), "]": () => this.#say(review.move("stop")) },
        ...{ c: () => this.desk.classes.focus(), n: () => this.#add(), u: () => this.#undo() },
        ...{ "+": () => zoom(0.5), "-": () => zoom(2), Escape: () => this.root.focus() }
      };
    }
  };

  // content.js
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

  // timeline/host.js
  var PageModel = class {
    /** @type {Map<string, Set<(...rest: any[]) => void>>} */
    #listeners = /* @__PURE__ */ new Map();
    /**
     * @param {Record<string, any>} values
     * @param {(message: any) => void} send What is done where a kernel would be told.
     */
    constructor(values, send) {
      this.values = values;
      this.send = send;
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
      this.tell(`change:${name}`);
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
    save_changes() {
    }
    // there is nobody to tell
    /**
     * @param {string} event
     * @param {...unknown} rest
     */
    tell(event, ...rest) {
      this.#listeners.get(event)?.forEach((listener) => listener(...rest));
    }
  };

  // timeline/page.js
  var KEPT = "kept in this browser; download to keep";
  var NOT_KEPT = "kept in this page only; download to keep";
  async function openPage() {
    followScheme(find("theme"));
    const { meta, corrections } = JSON.parse(find("content").textContent ?? "");
    const data = await inflate(decode(find("data").textContent ?? ""));
    const place = `corrections of ${meta.spotter}`;
    const values = { meta, data, corrections: { ...corrections, ...recall(place) } };
    const model = new PageModel(values, (message) => {
      if (message.kind !== "correct") return;
      const kept = { ...model.get("corrections") };
      if (message.correction) kept[message.id] = message.correction;
      else delete kept[message.id];
      model.set("corrections", kept);
      const isKept = remember(place, kept);
      model.tell("msg:custom", { kind: "saved", id: message.id, kept: isKept ? KEPT : NOT_KEPT }, []);
    });
    render({ model, el: find("explorer") });
  }
  return __toCommonJS(index_exports);
})();
export default explorer;
