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

  // data.js
  var NONE = 255;
  var SHARE = 65535;
  var COSINE = 127;
  var NO_COSINE = -128;
  var NOWHERE = 65535;
  var SEEN = 254;
  var RANKS = 3;
  var TYPES = {
    ...{ uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, uint32: Uint32Array, int32: Int32Array },
    float32: Float32Array
  };
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
          shape.reduce((a, b) => a * b, 1)
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

  // filters.js
  var FAR = 1e9;
  function measuresOf(state) {
    const { data, view } = state;
    const measures = /* @__PURE__ */ new Map([
      ["seconds", (row) => data.seconds(row)],
      ["confidence", (row) => state.confidence(row)]
    ]);
    const missing = data.find("missing");
    if (missing) measures.set("missing", (row) => missing[row] / 255);
    const cosine2 = data.find(`${view.stream}/cosine`);
    if (cosine2) measures.set("margin", (row) => difference(cosine2[RANKS * row], cosine2[RANKS * row + 2]));
    const quality = data.find("quality");
    if (quality) measures.set("quality", (row) => quality[row]);
    return measures;
  }
  var difference = (own, rival) => own === NO_COSINE || rival === NO_COSINE ? NaN : (own - rival) / COSINE;
  var isEmpty = (filters) => !Object.values(filters).some((value) => value?.length);
  function clipsThatPass(state, filters) {
    if (isEmpty(filters)) return null;
    const tests = [...testsByName(state, filters), ...testsByMeasure(state, filters)];
    const inside = new Uint8Array(state.data.facts.clips).fill(1);
    for (const passes of tests) {
      for (let row = 0; row < inside.length; row++) if (inside[row] && !passes(row)) inside[row] = 0;
    }
    return inside;
  }
  function testsByName(state, filters) {
    const { data } = state;
    const { id, groups, labels, answers, body, marks } = filters;
    const tests = [];
    if (id) {
      const text = id.toLowerCase();
      tests.push((row) => data.ids[row].toLowerCase().includes(text));
    }
    const among = (names, all) => {
      const wanted = Uint8Array.from(all, (name) => Number(names?.includes(name)));
      return names?.length ? wanted : null;
    };
    const [person, label, answer] = [
      among(groups, data.facts.group_names),
      among(labels, data.names),
      among(answers, data.names)
    ];
    const part = among(body, data.groupNames);
    const group = data.array("group");
    if (person) tests.push((row) => Boolean(person[group[row]]));
    if (label) tests.push((row) => Boolean(label[data.labels[row]]));
    if (answer) tests.push((row) => Boolean(answer[state.answer(row)]));
    if (part) tests.push((row) => Boolean(part[data.groupOf[data.labels[row]]]));
    if (marks?.length) tests.push((row) => marks.includes(state.noteOn(row)?.mark || "none"));
    return tests;
  }
  function testsByMeasure(state, filters) {
    return [...measuresOf(state)].flatMap(([name, measure]) => {
      const range = filters[name];
      if (!range?.length) return [];
      const [low, high] = range;
      return [(row) => measure(row) >= low && measure(row) <= high];
    });
  }
  function readSlice(text) {
    try {
      const entries = Object.entries(JSON.parse(text ?? "{}") ?? {});
      return Object.fromEntries(entries.filter(([name, value]) => FITS[name]?.(value)));
    } catch {
      return {};
    }
  }
  var isNames = (value) => Array.isArray(value) && value.every((one) => typeof one === "string");
  var isRange = (value) => Array.isArray(value) && (value.length === 0 || value.length === 2) && value.every((one) => Number.isFinite(one));
  var FITS = {
    ...{ groups: isNames, labels: isNames, answers: isNames, body: isNames, marks: isNames },
    ...{ seconds: isRange, missing: isRange, confidence: isRange, margin: isRange, quality: isRange },
    id: (value) => typeof value === "string"
  };
  function filterSentence(filters, kind) {
    const { id, groups, labels, answers, body, marks } = filters;
    const parts = [
      id && `id with “${id}”`,
      groups?.length && `${kind} ${groups.join(", ")}`,
      labels?.length && `true class ${labels.join(", ")}`,
      answers?.length && `answered ${answers.join(", ")}`,
      body?.length && body.join(", "),
      marks?.length && `marked ${marks.join(", ")}`
    ];
    for (
      const name of
      /** @type {Measure[]} */
      ["seconds", "missing", "confidence", "margin", "quality"]
    ) {
      const range = filters[name];
      if (range?.length) parts.push(`${name === "quality" ? "label quality" : name} ${ends(range)}`);
    }
    return parts.filter(Boolean).join("; ");
  }
  function ends([low, high]) {
    if (low === -FAR) return `up to ${high}`;
    return high === FAR ? `from ${low}` : `${low} to ${high}`;
  }

  // address.js
  var KNOWN = {
    compare: ["difference", "this", "other"],
    order: ["similarity", "group", "support", "recall", "label"],
    mode: ["share", "count"],
    sort: ["sure", "unsure", "group"],
    against: ["answered", "own"]
  };
  function addressOf({ data, view, collapsed, labels, clip, epoch, filters }) {
    const { split: split2, stream, order, mode, sort, against, hide, log, threshold } = view;
    const parts = new URLSearchParams({ split: split2, stream, order, mode, sort, against });
    if (data.facts.other) parts.set("compare", view.compare);
    if (hide) parts.set("hide", "1");
    if (log) parts.set("log", "1");
    if (threshold) parts.set("threshold", threshold.toFixed(2));
    if (epoch) parts.set("epoch", String(epoch));
    if (!isEmpty(filters)) parts.set("slice", JSON.stringify(filters));
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
    state.filters = readSlice(parts.get("slice"));
    state.collapsed = new Set(numbers(parts.get("folded")).filter((group) => group < data.groupNames.length));
    const cell = numbers(parts.get("cell")).filter((label) => label < data.k);
    return { cell: cell.length === 2 ? cell : null, clip: data.ids.indexOf(parts.get("clip") ?? "") };
  }
  var numbers = (text) => text ? text.split(" ").map(Number).filter(Number.isInteger) : [];

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
    const cut = (kept2) => `${text.slice(0, Math.ceil(kept2 / 2)).trimEnd()}…${text.slice(text.length - Math.floor(kept2 / 2)).trimStart()}`;
    let kept = text.length - 1;
    while (kept > 1 && context.measureText(cut(kept)).width > width) kept--;
    return cut(kept);
  }
  function spotIn(box, event) {
    const area = box.getBoundingClientRect();
    return [event.clientX - area.left, event.clientY - area.top];
  }

  // context.js
  var AROUND = 3;
  var COLUMNS = 8;
  var TILES = 48;
  var [MISSING, LAST] = [255, 254];
  var PACE = 33;
  var Context = class {
    /** @type {Map<number, Pictures>} */
    #pictures = /* @__PURE__ */ new Map();
    #time = 0;
    #timer = 0;
    /**
     * @param {import("./state.js").State} state
     * @param {import("./state.js").Actions} actions
     * @param {import("./media.js").Media} media
     * @param {(message: object) => void} ask
     */
    constructor(state, actions, media, ask) {
      this.state = state;
      this.actions = actions;
      this.media = media;
      this.ask = ask;
      this.says = h("p", { class: "mg-lead", role: "status" });
      this.line = h("div", { class: "mg-around" });
      this.now = h("i", { class: "mg-now" });
      this.stage = h("div", { class: "mg-stage", role: "img" });
      this.sheet = new Sheet(this.stage);
      const play = button(
        "▶ with what is around",
        "Play the seconds before, the clip, and the seconds after",
        () => this.play()
      );
      this.box = h("div", { class: "mg-panel mg-context" }, h("header", {}, play), this.says, this.line, this.stage);
    }
    show() {
      clearInterval(this.#timer);
      const row = this.state.clip;
      if (this.box.hidden || row < 0) return;
      const span = this.#span(row);
      this.line.replaceChildren();
      if (!span) {
        this.says.textContent = "Where this clip lies in a longer recording is not known.";
        return;
      }
      const near = this.#neighbours(row);
      this.#time = span.start;
      this.says.textContent = this.#sentence(row, near);
      this.line.append(...near.map((each) => this.#bar(each, row, span)), this.now);
      if (this.state.data.facts.pictures && !this.#pictures.has(row)) {
        this.#pictures.set(row, null);
        this.ask({ kind: "context", row });
      }
      near.forEach((each) => this.media.want([each]));
      this.#paint();
    }
    play() {
      clearInterval(this.#timer);
      const span = this.#span(this.state.clip);
      if (!span) return;
      this.#time = span.start;
      this.#timer = setInterval(() => {
        this.#time += PACE / 1e3;
        if (this.#time >= span.stop || !this.box.isConnected || this.box.hidden) clearInterval(this.#timer);
        this.#paint();
      }, PACE);
    }
    /**
     * @param {{ row: number, start: number, stop: number, error?: string }} answer
     * @param {DataView<ArrayBuffer>[]} buffers
     */
    receive({ row, start, stop, error }, [content]) {
      if (error) {
        if (row === this.state.clip) this.says.textContent += ` ${error}`;
        return;
      }
      const image = new Image();
      image.onload = () => this.#paint();
      image.src = URL.createObjectURL(new Blob([content], { type: "image/webp" }));
      this.#pictures.set(row, { image, start, stop });
    }
    /**
     * Seconds of the recording that are shown; null where nobody knows.
     *
     * @param {number} row
     */
    #span(row) {
      const { data } = this.state;
      const [start, stop] = [data.find("start")?.[row] ?? NaN, data.find("stop")?.[row] ?? NaN];
      return Number.isNaN(start) ? null : { start: Math.max(0, start - AROUND), stop: stop + AROUND };
    }
    /** Clips of the recording that are shown at least in part, in order. @param {number} row */
    #neighbours(row) {
      const { data } = this.state;
      const [video, start, stop] = ["video", "start", "stop"].map((name) => data.array(name));
      const span = this.#span(row) ?? { start: 0, stop: 0 };
      const rows = [...video.keys()].filter(
        (each) => video[each] === video[row] && start[each] < span.stop && stop[each] > span.start
      );
      return rows.sort((a, b) => start[a] - start[b]);
    }
    /**
     * @param {number} row
     * @param {number[]} near
     */
    #sentence(row, near) {
      const { data } = this.state;
      const at = near.indexOf(row);
      const name = (each) => each === void 0 ? "nothing that was labelled" : data.labelName(each);
      const times2 = ["start", "stop"].map((what) => data.array(what)[row].toFixed(1));
      return `${times2[0]} to ${times2[1]} s of the recording. Before: ${name(near[at - 1])}; after: ${name(near[at + 1])}.`;
    }
    /**
     * @param {number} each
     * @param {number} row
     * @param {{ start: number, stop: number }} span
     */
    #bar(each, row, { start, stop }) {
      const { data } = this.state;
      const share2 = (time) => 100 * (Math.min(Math.max(time, start), stop) - start) / (stop - start);
      const [left, right] = [share2(data.array("start")[each]), 100 - share2(data.array("stop")[each])];
      const bar = button(
        data.labelName(each),
        `${data.ids[each]}: ${data.labelName(each)}`,
        () => this.actions.openClip(each),
        {
          class: `mg-bar-clip${each === row ? " mg-chosen" : ""}`
        }
      );
      bar.style.left = `${left}%`;
      bar.style.right = `${right}%`;
      return bar;
    }
    #paint() {
      const row = this.state.clip;
      const span = row < 0 ? null : this.#span(row);
      const { clientWidth: width, clientHeight: height } = this.stage;
      const context = this.sheet.clear(width, height);
      if (!span) return;
      this.now.style.left = `${100 * (this.#time - span.start) / (span.stop - span.start)}%`;
      this.stage.dataset.time = this.#time.toFixed(2);
      const side = Math.min(width, height);
      context.translate((width - side) / 2, (height - side) / 2);
      this.#paintPicture(context, row, side);
      const { data } = this.state;
      const shown = this.#neighbours(row).find(
        (each) => data.array("start")[each] <= this.#time && this.#time < data.array("stop")[each]
      );
      if (shown !== void 0) this.#paintSkeleton(context, shown, row, side);
    }
    /**
     * @param {CanvasRenderingContext2D} context
     * @param {number} row
     * @param {number} side
     */
    #paintPicture(context, row, side) {
      const pictures = this.#pictures.get(row);
      if (!pictures?.image.complete) return;
      const { image, start, stop } = pictures;
      const number = Math.min(TILES - 1, Math.max(0, Math.round((this.#time - start) / (stop - start) * (TILES - 1))));
      const tile = image.width / COLUMNS;
      context.drawImage(
        image,
        number % COLUMNS * tile,
        Math.floor(number / COLUMNS) * tile,
        tile,
        tile,
        0,
        0,
        side,
        side
      );
    }
    /**
     * The skeleton of a clip, in the box of the chosen one.
     *
     * @param {CanvasRenderingContext2D} context
     * @param {number} each
     * @param {number} row
     * @param {number} side
     */
    #paintSkeleton(context, each, row, side) {
      const { data } = this.state;
      const points2 = this.media.skeleton(each);
      const [box, shape] = [data.find("box"), data.facts.skeletons];
      if (!points2 || !box || !shape) return;
      const [, moments, joints] = shape;
      const [start, stop] = [data.array("start")[each], data.array("stop")[each]];
      const moment = Math.round((this.#time - start) / (stop - start) * (moments - 1));
      const place = (joint, axis) => {
        const step = points2[2 * (moment * joints + joint) + axis] / LAST;
        const pixel = box[3 * each + axis] + step * box[3 * each + 2];
        return (pixel - box[3 * row + axis]) / box[3 * row + 2] * side;
      };
      context.strokeStyle = each === row ? "#f0f2f4" : "#9aa2ac";
      context.lineWidth = 2;
      for (const [a, b] of data.facts.limbs) {
        if ([a, b].some((joint) => points2[2 * (moment * joints + joint)] === MISSING)) continue;
        context.beginPath();
        context.moveTo(place(a, 0), place(a, 1));
        context.lineTo(place(b, 0), place(b, 1));
        context.stroke();
      }
    }
  };

  // neighbours.js
  var NUMBER = 8;
  var KINDS = ["any class", "own class", "rival class"];
  var Neighbours = class {
    /** @type {Map<string, Found | null>} By system and row; null while they are on their way. */
    #found = /* @__PURE__ */ new Map();
    #why = "";
    #shown = "";
    /** Whether the first of them shall take the keyboard, once they are there. */
    isWanted = false;
    /**
     * @param {import("./state.js").State} state
     * @param {import("./state.js").Actions} actions
     * @param {(message: object) => void} ask
     */
    constructor(state, actions, ask) {
      this.state = state;
      this.actions = actions;
      this.ask = ask;
      this.says = h("p", { class: "mg-lead", role: "status" });
      this.lists = h("div", { class: "mg-near" });
      this.box = h(
        "section",
        { class: "mg-panel mg-neighbours" },
        h("div", { class: "mg-scroll" }, this.says, this.lists)
      );
    }
    /** Of the chosen clip; asks for them where they are not at hand. */
    show() {
      const { state } = this;
      const row = state.clip;
      const name = `${this.#system} ${row}`;
      if (this.box.hidden || name === this.#shown) return;
      this.lists.replaceChildren();
      const found = row < 0 ? null : this.#find(row);
      this.#shown = found ? name : "";
      if (found) this.#showFound(row, found);
      else this.says.textContent = row < 0 ? "" : this.#why || "…";
    }
    /**
     * @param {{ row: number, system: string, error?: string }} answer
     * @param {DataView<ArrayBuffer>[]} buffers
     */
    receive({ row, system, error }, [near, alike]) {
      if (error) {
        this.#why = error;
        this.#found.delete(`${system} ${row}`);
        this.says.textContent = error;
        return;
      }
      const copy = near.buffer.slice(near.byteOffset, near.byteOffset + near.byteLength);
      this.#found.set(`${system} ${row}`, {
        near: new Int32Array(copy),
        alike: new Int8Array(alike.buffer, alike.byteOffset, alike.byteLength)
      });
      if (row === this.state.clip) this.show();
    }
    /** A system without features of its own (an ensemble) borrows the first one's. */
    get #system() {
      const { data, view } = this.state;
      return data.facts.maps[view.stream] ? view.stream : Object.keys(data.facts.maps)[0] ?? "";
    }
    /** @param {number} row */
    #find(row) {
      const { data } = this.state;
      const system = this.#system;
      if (!system) this.#why = "This run has no features, so it has no neighbours.";
      const [near, alike] = [data.find(`${system}/near`), data.find(`${system}/alike`)];
      const size = KINDS.length * NUMBER;
      if (near && alike) {
        const part = [size * row, size * (row + 1)];
        return { near: near.subarray(...part), alike: alike.subarray(...part) };
      }
      return keep(this.#found, `${system} ${row}`, () => {
        if (system) this.ask({ kind: "neighbours", system, row });
        return null;
      });
    }
    /**
     * @param {number} row
     * @param {Found} found
     */
    #showFound(row, found) {
      const { data } = this.state;
      const lists = KINDS.map((kind, at) => {
        const places = [...Array(NUMBER).keys()].map((place) => at * NUMBER + place).filter((p) => found.near[p] >= 0);
        return { kind, rows: places.map((p) => found.near[p]), alike: places.map((p) => found.alike[p] / COSINE) };
      });
      const any = lists[0].rows;
      const other = any.filter((near) => data.labels[near] !== data.labels[row]).length;
      this.says.textContent = any.length ? `${other} of the ${any.length} nearest training clips carry another label than ${data.labelName(row)}.` : "There are no other training clips.";
      this.box.dataset.other = String(other);
      this.box.dataset.of = data.ids[row];
      this.lists.replaceChildren(...lists.map((list) => this.#list(row, list)));
      if (this.isWanted) this.lists.querySelector("button")?.focus();
      this.isWanted = false;
    }
    /**
     * @param {number} row
     * @param {{ kind: string, rows: number[], alike: number[] }} list
     */
    #list(row, { kind, rows, alike }) {
      const { data } = this.state;
      const cards = rows.map((near, at) => this.#card(row, near, alike[at], () => this.#hold(rows, kind, at)));
      const name = kind === "any class" || !rows.length ? kind : `${kind}: ${data.labelName(rows[0])}`;
      return h("div", { class: "mg-kind" }, h("h4", {}, name), h("ol", { "aria-label": `Nearest, ${kind}` }, ...cards));
    }
    /**
     * @param {number} row
     * @param {number} near
     * @param {number} alike
     * @param {() => void} hold
     */
    #card(row, near, alike, hold) {
      const { data } = this.state;
      const isOther = data.labels[near] !== data.labels[row];
      const title = `Play ${data.ids[near]} beside the chosen clip`;
      const text = h(
        "span",
        { class: "mg-card" },
        h("b", { class: isOther ? "mg-wrong" : "mg-right" }, data.labelName(near)),
        h("span", { class: "mg-faint" }, `${alike.toFixed(2)} · ${data.owner(near)} · ${data.ids[near]}`)
      );
      const one = button("", title, hold, { class: "mg-nearest", "data-row": near, "aria-label": null });
      one.append(text);
      return h("li", {}, one);
    }
    /**
     * @param {number[]} rows
     * @param {string} kind
     * @param {number} at
     */
    #hold(rows, kind, at) {
      this.actions.holdAgainstThese(rows, `nearest training clip, ${kind}`, at);
    }
  };

  // counting.js
  var ROUNDS = 500;
  var SETTLED = 1e-12;
  function sum(values) {
    let total2 = 0;
    for (let at = 0; at < values.length; at++) total2 += values[at];
    return total2;
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
    const total2 = new Float64Array(u * u);
    units.forEach((unit, number) => unit.classes.forEach((label) => place[label] = number));
    for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) total2[place[i] * u + place[j]] += counts[i * k + j];
    return total2;
  }
  var sumRows = (counts, u) => Array.from({ length: u }, (_, i) => sum(counts.subarray(i * u, i * u + u)));
  function sumColumns(counts, u) {
    const total2 = new Array(u).fill(0);
    for (let i = 0; i < u; i++) for (let j = 0; j < u; j++) total2[j] += counts[i * u + j];
    return total2;
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

  // intervals.js
  var LEVEL = 0.975;
  var STEPS = 60;
  var TERMS = 300;
  var LEAST = 1e-300;
  function shareInterval(groups) {
    const { hits, clips } = total(groups);
    const value = clips ? hits / clips : NaN;
    if (groups.length < 2) return { value, low: NaN, high: NaN };
    const without = (group) => (hits - group.hits) / (clips - group.clips);
    const variance = jackknife(groups.map((group) => value - without(group)));
    const t = tQuantile(freedom(groups));
    if (value <= 0 || value >= 1) {
      const far = t * t / (clips + t * t);
      return value >= 1 ? { value, low: 1 - far, high: 1 } : { value, low: 0, high: far };
    }
    const spread = Math.max(variance, value * (1 - value) / clips);
    const half = t * Math.sqrt(spread) / (value * (1 - value));
    const logit = Math.log(value / (1 - value));
    return { value, low: expit(logit - half), high: expit(logit + half) };
  }
  function groupSums(rows, isHit, groupOf) {
    const sums = /* @__PURE__ */ new Map();
    for (let at = 0; at < rows.length; at++) {
      const group = groupOf(rows[at]);
      const one = sums.get(group) ?? none();
      sums.set(group, { hits: one.hits + Number(isHit(rows[at])), clips: one.clips + 1 });
    }
    return [...sums.values()];
  }
  function partAndRest(rows, isHit, groupOf, isInside2) {
    const sums = /* @__PURE__ */ new Map();
    for (let at = 0; at < rows.length; at++) {
      const group = groupOf(rows[at]);
      let sides2 = sums.get(group);
      if (!sides2) sums.set(group, sides2 = [none(), none()]);
      const side = sides2[isInside2(rows[at]) ? 0 : 1];
      side.clips++;
      side.hits += Number(isHit(rows[at]));
    }
    const groups = [...sums.values()];
    const sides = [0, 1].map((side) => groups.map((group) => group[side]).filter(({ clips }) => clips));
    const [part, rest] = sides.map(shareInterval);
    const value = part.value - rest.value;
    if (Number.isNaN(part.low) || Number.isNaN(rest.low))
      return { part, rest, difference: { value, low: NaN, high: NaN } };
    const [a, b] = sides.map(total);
    const share2 = (all, less) => (all.hits - less.hits) / (all.clips - less.clips);
    const variance = jackknife(groups.map(([inside, outside]) => value - (share2(a, inside) - share2(b, outside))));
    const alone = [a, b].reduce((sum2, { hits, clips }) => sum2 + hits / clips * (1 - hits / clips) / clips, 0);
    const t = tQuantile(Math.min(...sides.map(freedom)));
    const unseen = [a, b].reduce((sum2, all) => sum2 + (all.hits % all.clips ? 0 : (t / (all.clips + t * t)) ** 2), 0);
    const half = t * Math.sqrt(Math.max(variance, alone) + unseen);
    return { part, rest, difference: { value, low: value - half, high: value + half } };
  }
  function agreement(one, other) {
    const n = one.length;
    const count = (labels, label) => labels.filter((given) => given === label).length;
    const alike = n ? one.filter((label, at) => label === other[at]).length / n : NaN;
    const chance = [...new Set(one)].reduce((sum2, label) => sum2 + count(one, label) * count(other, label) / n / n, 0);
    return { clips: n, alike, kappa: chance < 1 ? (alike - chance) / (1 - chance) : NaN };
  }
  var quantiles = /* @__PURE__ */ new Map();
  function tQuantile(degrees) {
    const known = quantiles.get(degrees) ?? findQuantile(degrees);
    quantiles.set(degrees, known);
    return known;
  }
  function findQuantile(degrees) {
    let [low, high] = [0, 1];
    for (let step = 0; step < STEPS; step++) {
      const x = (low + high) / 2;
      if (beta(x, degrees / 2, 0.5) / 2 > 1 - LEVEL) high = x;
      else low = x;
    }
    return Math.sqrt(degrees * (1 - low) / low);
  }
  function beta(x, a, b) {
    if (x <= 0 || x >= 1) return clamp(x, 0, 1);
    if (x > (a + 1) / (a + b + 2)) return 1 - beta(1 - x, b, a);
    const front = Math.exp(a * Math.log(x) + b * Math.log(1 - x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a;
    let above = 1;
    let below = 1 / nonzero(1 - (a + b) * x / (a + 1));
    let fraction = below;
    for (let m = 1; m < TERMS; m++) {
      const before = fraction;
      const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      for (const factor of [even, odd]) {
        below = 1 / nonzero(1 + factor * below);
        above = nonzero(1 + factor / above);
        fraction *= above * below;
      }
      if (Math.abs(fraction - before) < 1e-15 * fraction) break;
    }
    return front * fraction;
  }
  function logGamma(x) {
    if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
    const coefficients = [
      676.5203681218851,
      -1259.1392167224028,
      771.3234287776531,
      -176.6150291621406,
      12.507343278686905,
      -0.13857109526572012,
      9984369578019572e-21,
      15056327351493116e-23
    ];
    const sum2 = coefficients.reduce((all, value, at) => all + value / (x + at), 0.9999999999998099);
    const t = x + 6.5;
    return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum2);
  }
  var nonzero = (value) => Math.abs(value) < LEAST ? LEAST : value;
  var expit = (x) => 1 / (1 + Math.exp(-x));
  var none = () => ({ hits: 0, clips: 0 });
  function total(groups) {
    return groups.reduce((all, { hits, clips }) => ({ hits: all.hits + hits, clips: all.clips + clips }), none());
  }
  function jackknife(moves) {
    const known = moves.filter((move) => Number.isFinite(move));
    const n = known.length;
    return n > 1 ? known.reduce((sum2, move) => sum2 + move * move, 0) * (n - 1) / n : NaN;
  }
  function freedom(groups) {
    const squares = groups.reduce((sum2, { clips }) => sum2 + clips * clips, 0);
    return Math.max(total(groups).clips ** 2 / squares - 1, 1);
  }

  // wording.js
  var NEAR = 1e-9;
  function percent(share2, digits = 0) {
    const least = 10 ** -digits;
    const isPart = share2 > NEAR && share2 < 1 - NEAR;
    const shown = isPart ? Math.min(Math.max(100 * share2, least), 100 - least) : 100 * share2;
    return `${shown.toFixed(digits)} %`;
  }
  var counted = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  var rounded = (probability, digits = 0) => `${(100 * probability).toFixed(digits)} %`;
  var interval = ([low, high]) => `[${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
  var basis = (facts, groups) => groups ? ` over ${counted(groups, facts.group_kind)}` : " if clips were independent";
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
    const share2 = totals[i] ? `, ${percent(counts[at] / totals[i], 1)} ${sure}` : "";
    const theirs = before && !state.showsOther ? `; other run: ${before[at]}` : "";
    return `${what} ${counts[at]} of ${totals[i]}${share2}${theirs}`;
  }
  function unitSentence(state, i) {
    const { name, group } = state.units[i];
    const answered = sumColumns(state.counts, state.units.length)[i];
    const times2 = answered === 1 ? "once" : `${answered} times`;
    return `${name} (${state.data.groupNames[group]}): ${counted(state.totals[i], "clip")}, answered ${times2}`;
  }
  function sameSentence(state) {
    const { data, view, largest, showsDifference } = state;
    const rows = [...state.rowsIn(view.split)];
    if (!showsDifference || largest.change || !rows.length) return "";
    const theirs = data.decisions(view.stream, true).top;
    const differ = rows.filter((row) => state.answer(row) !== theirs[RANKS * row]).length;
    if (!differ) return `Both runs give ${counted(rows.length, `${view.split} clip`)} the same answers: nothing differs.`;
    return `No cell differs, though the runs give ${counted(differ, `${view.split} clip`)} different answers.`;
  }
  function choiceSentence(state) {
    if (state.lassoed) return `${counted(state.rows.length, "clip")} chosen on the map`;
    if (state.chosen) return cellSentence(state, ...state.chosen);
    return sameSentence(state) || "Choose a cell.";
  }
  function listName(state) {
    if (state.lassoed) return "chosen on the map";
    if (!state.chosen) return "none";
    const [from, to] = state.chosen.map((at) => state.units[at].name);
    return from === to ? `${from}, right` : `${from} → ${to}`;
  }
  function wholeSplit({ data, view, showsOther }) {
    return view.split === "test" && !showsOther && data.facts.scores[view.stream] || [];
  }
  function ofClips(state) {
    const group = state.data.array("group");
    const rows = state.rowsIn(state.view.split);
    const sums = groupSums(
      rows,
      (row) => state.isRight(row),
      (row) => group[row]
    );
    const { value, low, high } = shareInterval(sums);
    return [value, Number.isNaN(low) ? null : low, Number.isNaN(high) ? null : high, sums.length];
  }
  function headline(state) {
    const { data, view, epoch } = state;
    const n = sum(state.totals);
    const right = state.rowsIn(view.split).reduce((all, row) => all + Number(state.isRight(row)), 0);
    const whole = state.only ? [] : wholeSplit(state);
    const [, low, high, groups] = whole.length ? whole : ofClips(state);
    const isOverGroups = low != null && high != null;
    const sure = isOverGroups ? { range: [low, high], by: groups ?? 0 } : { range: wilson(right, n), by: 0 };
    const range = n ? ` ${interval(sure.range)}${basis(data.facts, sure.by)}` : "";
    const share2 = `${n ? percent(right / n, 1) : "–"}${range}`;
    const then = epoch ? `as seen in epoch ${epoch} of ${state.epochs} (augmented) · ` : "";
    const slice = state.only ? " of the slice" : "";
    return `${data.facts.dataset} · ${counted(n, `${view.split} clip`)}${slice} · ${then}top-1 ${share2}`;
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
  var timesSeen = (epochs) => epochs.filter((taken) => taken !== NONE).length;
  function fate(state, row) {
    const epochs = state.history(row);
    const label = state.data.labels[row];
    return epochs ? ` · FN in ${epochs.filter((taken) => taken !== label && taken !== NONE).length}/${timesSeen(epochs)}` : "";
  }

  // people.js
  var People = class {
    /**
     * @param {import("./state.js").State} state
     * @param {import("./state.js").Actions} actions
     */
    constructor(state, actions) {
      this.state = state;
      this.actions = actions;
      this.kind = state.data.facts.group_kind;
      this.says = h("p", { class: "mg-lead", role: "status" });
      this.head = h("tr", {});
      this.body = h("tbody", {});
      const table = h(
        "table",
        { class: "mg-table", "aria-label": `By ${this.kind}` },
        h("thead", {}, this.head),
        this.body
      );
      this.box = h("div", { class: "mg-panel mg-people" }, h("div", { class: "mg-scroll" }, this.says, table));
    }
    show() {
      if (this.box.hidden) return;
      const { state, kind } = this;
      const { chosen, units } = state;
      const names = chosen?.map((at) => units[at].name);
      const counts = this.#count();
      const isDiagonal = chosen?.[0] === chosen?.[1];
      this.says.textContent = names ? sentence(counts, names, isDiagonal, kind) : "Choose a cell of the matrix.";
      const [from, to] = names ?? [];
      const [taken, meant] = !names || isDiagonal ? ["right", "recognised"] : ["confused", `taken for ${to}`];
      const heads = [
        [kind, ""],
        ["clips", from ? `clips of ${from}` : ""],
        [taken, `of these, ${meant}`],
        ["share", `of these, ${meant}`],
        [`all ${state.view.split} clips right`, `of all ${state.view.split} clips of the ${kind}`]
      ];
      this.head.replaceChildren(
        ...heads.map(([text, title], at) => h("th", { scope: "col", title, class: at ? "mg-number" : "" }, text)),
        h("th", { scope: "col" }, h("span", { class: "mg-unseen" }, "only this one"))
      );
      this.body.replaceChildren(...counts.map((count) => this.#row(count)));
    }
    /** Of every person with clips of the true class, those with most confusions first. */
    #count() {
      const { state } = this;
      const { data, chosen, units, view } = state;
      const [from, to] = chosen?.map((at) => new Set(units[at].classes)) ?? [];
      const group = data.array("group");
      const counts = /* @__PURE__ */ new Map();
      for (const row of state.rowsIn(view.split)) {
        const one = counts.get(group[row]) ?? { group: group[row], clips: 0, taken: 0, right: 0, all: 0 };
        counts.set(group[row], one);
        one.all++;
        one.right += Number(state.isRight(row));
        if (from && !from.has(data.labels[row])) continue;
        one.clips++;
        if (!to || to.has(state.answer(row))) one.taken++;
      }
      return [...counts.values()].sort((a, b) => b.taken - a.taken || b.clips - a.clips || a.group - b.group);
    }
    /** @param {Count & { all: number }} count */
    #row({ group, clips, taken, right, all }) {
      const name = this.state.data.facts.group_names[group];
      const only = button(
        "only",
        `Look at the clips of ${this.kind} ${name} alone`,
        () => this.actions.narrow({ groups: [name] })
      );
      const number = (text) => h("td", { class: "mg-number" }, text);
      return h(
        "tr",
        { "data-group": name },
        h("td", {}, name),
        number(String(clips)),
        number(String(taken)),
        number(clips ? percent(taken / clips) : "–"),
        number(`${right} of ${all}`),
        h("td", {}, only)
      );
    }
  };
  function sentence(counts, [from, to], isDiagonal, kind) {
    const taken = counts.reduce((sum2, one) => sum2 + one.taken, 0);
    const having = counts.filter((one) => one.taken).length;
    const showing = counts.filter((one) => one.clips).length;
    const clips = taken === 1 ? "clip" : "clips";
    const what = isDiagonal ? `right ${clips} of ${from}` : `${clips} of ${from} taken for ${to}`;
    if (!taken) return `There are no ${what}.`;
    return `${taken} ${what}: of ${having} of the ${counted(showing, kind)} with clips of ${from}; ${counts[0].taken} of one ${kind}.`;
  }

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

  // ratings.js
  var LIKELY = 9;
  var COLUMNS2 = ["id", "was", "label", "decision", "reason", "confidence", "rater", "blind", "split", "saved"];
  function queueOf(state) {
    const { data, view, shown } = state;
    const rows = new Set(state.rowsIn(view.split));
    const queue = data.find("queue");
    if (queue) return [...queue].filter((row) => rows.has(row));
    const lead = (row) => shown.p[RANKS * row] - shown.p[RANKS * row + 1];
    return [...rows].sort((a, b) => lead(a) - lead(b) || a - b);
  }
  function likelyClasses({ data, view, shown }, row, isBlind) {
    const own = data.labels[row];
    const near = [...data.names.keys()].filter((label) => data.groupOf[label] === data.groupOf[own]);
    if (isBlind) return [.../* @__PURE__ */ new Set([own, ...near])].slice(0, LIKELY);
    const likely = data.find(`${view.stream}/likely`);
    const found = likely ? likely.subarray(LIKELY * row, LIKELY * (row + 1)) : shown.top.subarray(RANKS * row, RANKS * (row + 1));
    const better = data.find("better")?.[row] ?? NONE;
    return [.../* @__PURE__ */ new Set([...found.subarray(0, 1), better, own, ...found])].filter((label) => label !== NONE).slice(0, LIKELY);
  }
  function sideBySide(decisions, one, other) {
    const [a, b] = [decisions[one] ?? {}, decisions[other] ?? {}];
    const ids = Object.keys(a).filter((id) => id in b);
    const rows = ids.map((id) => ({ id, was: a[id].was, one: a[id].label, other: b[id].label }));
    rows.sort((x, y) => Number(x.one === x.other) - Number(y.one === y.other));
    return {
      rows,
      ...agreement(
        ids.map((id) => a[id].label),
        ids.map((id) => b[id].label)
      )
    };
  }
  function decisionsTable(decisions) {
    const rows = Object.entries(decisions).flatMap(
      ([rater, clips]) => Object.entries(clips).map(([id, decision]) => {
        const row = (
          /** @type {Record<string, string>} */
          { ...decision, rater, id }
        );
        return COLUMNS2.map((name) => row[name]);
      })
    );
    return csv(COLUMNS2, rows);
  }
  var qualityOf = ({ data }, row) => data.find("quality")?.[row] ?? NaN;
  var uncertaintyOf = ({ shown }, row) => 1 - (shown.p[RANKS * row] - shown.p[RANKS * row + 1]) / SHARE;

  // raters.js
  var SHOWN = 50;
  var Raters = class {
    #pair = ["", ""];
    /**
     * @param {import("./state.js").State} state
     * @param {(row: number) => void} open
     */
    constructor(state, open) {
      this.state = state;
      this.open = open;
      this.choices = h("span", { class: "mg-walk" });
      this.says = h("p", { class: "mg-lead", role: "status" });
      this.body = h("tbody", {});
      const table = h("table", { class: "mg-table", "aria-label": "Two raters" }, this.body);
      this.box = h(
        "details",
        { class: "mg-raters" },
        h("summary", {}, "two raters side by side"),
        this.choices,
        this.says,
        table
      );
    }
    /** @param {Decisions} decisions */
    show(decisions) {
      const names = Object.keys(decisions).filter((name) => Object.keys(decisions[name]).length);
      this.box.hidden = names.length < 2;
      if (this.box.hidden) return;
      if (!this.#pair.every((name) => names.includes(name))) this.#pair = names.slice(0, 2);
      const choice = (at) => select(
        `Rater ${at + 1}`,
        names.map((name) => [name, name]),
        this.#pair[at],
        (name) => {
          this.#pair[at] = name;
          this.show(decisions);
        }
      );
      this.choices.replaceChildren(choice(0), choice(1));
      const [one, other] = this.#pair;
      const { rows, clips, alike, kappa } = sideBySide(decisions, one, other);
      const kappaText = Number.isNaN(kappa) ? "not defined" : kappa.toFixed(2);
      this.says.textContent = clips ? `${counted(clips, "clip")} decided by both: ${percent(alike)} alike, Cohen's kappa ${kappaText}.` : "No clip was decided by both.";
      this.box.dataset.kappa = kappaText;
      const heads = ["clip", "was", one, other].map((text) => h("th", { scope: "col" }, text));
      this.body.replaceChildren(h("tr", {}, ...heads), ...rows.slice(0, SHOWN).map((row) => this.#row(row)));
    }
    /** @param {{ id: string, was: string, one: string, other: string }} row */
    #row({ id, was, one, other }) {
      const open = () => this.open(this.state.data.ids.indexOf(id));
      const name = h("button", { class: "mg-sort", type: "button", onclick: open }, id);
      const label = (text) => h("td", { class: one === other ? "" : "mg-differs" }, text || "left out");
      return h("tr", {}, h("td", {}, name), h("td", {}, was), label(one), label(other));
    }
  };

  // review.js
  var PLACE = "mglib explorer: rater";
  var SURE = [
    ["", "how sure?"],
    ["sure", "sure"],
    ["likely", "likely"],
    ["a guess", "a guess"]
  ];
  var Review = class {
    /** @type {Decisions} */
    decisions = {};
    /** @type {number[]} Rows; the first to be judged first. */
    #queue = [];
    #isWanted = false;
    /**
     * @param {import("./state.js").State} state
     * @param {import("./state.js").Actions} actions
     * @param {import("./keeper.js").Keeper} keeper
     * @param {HTMLElement} root Of the explorer.
     */
    constructor(state, actions, keeper, root) {
      this.state = state;
      this.actions = actions;
      this.keeper = keeper;
      this.root = root;
      this.says = h("p", { class: "mg-lead", role: "status" });
      this.classes = h("ol", { class: "mg-classes", "aria-label": "Likely classes" });
      const text = (label, value) => h("input", { type: "text", class: "mg-text", placeholder: label, "aria-label": label, value });
      this.rater = text("your name", recall(PLACE).name ?? "");
      this.rater.onchange = () => {
        remember(PLACE, { name: this.#name });
        this.show();
      };
      this.reason = text("reason", "");
      this.sure = select("How sure", SURE, "", () => {
      });
      this.blind = tick("blind", "Hide what the machine answers while you decide", () => this.#hide());
      this.every = this.#anyClass();
      this.raters = new Raters(state, (row) => actions.openClip(row));
      this.box = h(
        "section",
        { class: "mg-panel mg-review" },
        this.#head(),
        h("div", { class: "mg-scroll" }, this.says, this.classes, this.#form(), this.raters.box)
      );
    }
    /** The decision on the chosen clip, and what may be decided. */
    show() {
      const { state } = this;
      const row = state.clip;
      this.root.dataset.decided = String(Object.keys(this.#own).length);
      if (this.box.hidden) return;
      this.raters.show(this.decisions);
      this.says.textContent = row < 0 ? "No clip is chosen." : this.#sentence(row);
      const decision = this.#own[state.data.ids[row]];
      const labels = row < 0 ? [] : likelyClasses(state, row, this.#isBlind);
      this.classes.replaceChildren(...labels.map((label, at) => this.#class(row, label, at + 1, decision)));
      if (document.activeElement !== this.reason) this.reason.value = decision?.reason ?? "";
      this.sure.value = decision?.confidence ?? "";
      this.every.value = "";
    }
    /** Goes to the first clip of the queue that is not decided; the labels are judged first where they were not. */
    start() {
      const { state, actions, keeper } = this;
      if (state.view.split !== "train" && state.data.facts.splits.includes("train")) {
        state.view.split = "train";
        actions.recount();
      }
      if (!state.data.has("quality") && state.data.has(`${Object.keys(state.data.facts.systems)[0]}/cosine`) && !keeper.isLost) {
        this.#isWanted = true;
        this.says.textContent = "The labels are judged by models fitted on other people: a moment …";
        keeper.ask({ kind: "label_check" });
      } else {
        this.#begin();
      }
    }
    /**
     * What Python found of the labels.
     *
     * @param {{ error?: string }} answer
     * @param {DataView<ArrayBuffer>[]} buffers
     */
    receive({ error }, buffers) {
      if (!error) {
        const [quality, better, queue] = buffers.map(
          (one) => one.buffer.slice(one.byteOffset, one.byteOffset + one.byteLength)
        );
        const { data } = this.state;
        data.put("quality", new Float32Array(quality));
        data.put("better", new Uint8Array(better));
        data.put("queue", new Uint32Array(queue));
      }
      if (this.#isWanted) this.#begin();
      if (error) this.says.textContent = `${error} So clips come by how uncertain the answer is.`;
    }
    /** @param {Decisions} saved By Python; what waits stands over it. */
    take(saved) {
      this.decisions = structuredClone(saved ?? {});
      for (const { kind, clip, rater, said, ...decision } of this.keeper.outbox.waiting) {
        if (kind !== "decision") continue;
        this.decisions[rater] ??= {};
        if (decision.decision) this.decisions[rater][clip] = { ...decision, saved: said };
        else delete this.decisions[rater][clip];
      }
      this.show();
    }
    /**
     * What a key does here; false where it does nothing.
     *
     * @param {string} key
     */
    key(key) {
      const { state } = this;
      const row = state.clip;
      const classes = row < 0 ? [] : likelyClasses(state, row, this.#isBlind);
      const label = /^[1-9]$/.test(key) ? classes[Number(key) - 1] : void 0;
      const act = (/* @__PURE__ */ new Map([
        ["a", () => this.#decide(state.data.labels[row])],
        ["x", () => this.#decide(null)],
        ["u", () => this.#undo()],
        ["]", () => this.#step(1)],
        ["[", () => this.#step(-1)]
      ])).get(key);
      if (row < 0 || !act && label === void 0) return false;
      if (act) act();
      else if (label !== void 0) this.#decide(label);
      return true;
    }
    get #name() {
      return this.rater.value.trim() || "anonymous";
    }
    /** Of this rater, by clip. */
    get #own() {
      return this.decisions[this.#name] ?? {};
    }
    get #isBlind() {
      return this.blind.box.checked;
    }
    #head() {
      return h(
        "header",
        {},
        button("start", "Review training clips, the most doubtful labels first (r)", () => this.start()),
        button("‹", "Previous clip of the queue ([)", () => this.#step(-1)),
        button("›", "Next clip of the queue (])", () => this.#step(1)),
        this.rater,
        this.blind.label
      );
    }
    #anyClass() {
      const { names } = this.state.data;
      const classes = names.map((name, at) => (
        /** @type {[string, string]} */
        [String(at), name]
      ));
      return select("Another class", [["", "another class …"], ...classes], "", (value) => {
        if (value !== "") this.#decide(Number(value));
      });
    }
    #form() {
      return h(
        "div",
        { class: "mg-form" },
        button("accept (a)", "The label is right (a)", () => this.#decide(this.state.data.labels[this.state.clip])),
        button("leave out (x)", "No label fits: leave the clip out of training (x)", () => this.#decide(null)),
        button("undo (u)", "Take the decision back (u)", () => this.#undo()),
        this.every,
        this.reason,
        this.sure,
        button(
          "decisions ↓",
          "Download all decisions as a file, with which a network can be trained again",
          () => this.#download()
        )
      );
    }
    #begin() {
      this.#isWanted = false;
      this.#queue = queueOf(this.state);
      const first = this.#queue.find((row) => !(this.state.data.ids[row] in this.#own));
      if (first === void 0) this.show();
      else this.actions.openClip(first);
    }
    /** @param {number} by */
    #step(by) {
      this.#queue = queueOf(this.state);
      const at = this.#queue.indexOf(this.state.clip);
      const next = this.#queue[at < 0 ? 0 : at + by];
      if (next !== void 0) this.actions.openClip(next);
    }
    #goOn() {
      if (!this.#queue.length) this.#queue = queueOf(this.state);
      const at = this.#queue.indexOf(this.state.clip);
      const next = this.#queue.slice(at + 1).find((row) => !(this.state.data.ids[row] in this.#own));
      if (next === void 0) this.show();
      else this.actions.openClip(next);
    }
    /** @param {number | null} label Null leaves the clip out. */
    #decide(label) {
      const { data, clip } = this.state;
      if (clip < 0) return;
      const [was, name] = [data.labelName(clip), label === null ? "" : data.names[label]];
      const decision = label === null ? "leave out" : name === was ? "keep" : "relabel";
      const [reason, confidence, blind] = [this.reason.value.trim(), this.sure.value, this.#isBlind ? "yes" : ""];
      this.#post({ decision, was, label: name, reason, confidence, blind, split: data.splitOf(clip) });
      this.reason.value = "";
      this.#goOn();
    }
    #undo() {
      if (this.state.clip >= 0) this.#post({ decision: "", was: "", label: "" });
    }
    /** @param {Decision} decision */
    #post(decision) {
      const clip = this.state.data.ids[this.state.clip];
      const rater = this.#name;
      this.keeper.post({ kind: "decision", id: `${rater} ${clip}`, clip, rater, ...decision });
      this.decisions[rater] ??= {};
      if (decision.decision) this.decisions[rater][clip] = decision;
      else delete this.decisions[rater][clip];
      this.show();
    }
    #hide() {
      this.root.toggleAttribute("data-blind", this.#isBlind);
      this.show();
    }
    /** @param {number} row */
    #sentence(row) {
      const { state } = this;
      const at = this.#queue.indexOf(row);
      const done = this.#queue.filter((each) => state.data.ids[each] in this.#own).length;
      const place = at < 0 ? "" : `Clip ${at + 1} of ${this.#queue.length}, ${done} decided. `;
      const quality = qualityOf(state, row);
      const judged = Number.isNaN(quality) ? "" : `, label quality ${quality.toFixed(2)}`;
      const doubt = this.#isBlind ? "" : `${judged}, uncertainty ${rounded(uncertaintyOf(state, row))}`;
      const tested = state.data.splitOf(row) === "train" ? "" : " Not a training clip: corrected only where corrected_test names a new version of the test set.";
      return `${place}${state.data.ids[row]}: labelled ${state.data.labelName(row)}${doubt}.${tested}`;
    }
    /**
     * @param {number} row
     * @param {number} label
     * @param {number} key
     * @param {Decision | undefined} decision
     */
    #class(row, label, key, decision) {
      const name = this.state.data.names[label];
      const isOwn = label === this.state.data.labels[row];
      const one = button("", `${name}: give the clip this label (${key})`, () => this.#decide(label), {
        class: "mg-nearest",
        "aria-label": null
        // its name is what is written on it
      });
      one.append(h("kbd", {}, String(key)), ` ${name}`, isOwn ? h("span", { class: "mg-faint" }, " as labelled") : "");
      press(one, decision?.label === name);
      return h("li", {}, one);
    }
    #download() {
      saveFile(`decisions-${this.state.data.facts.run}.csv`, csvBlob(decisionsTable(this.decisions)));
    }
  };

  // search.js
  var MEASURED = /^(seconds|missing|confidence|margin|quality)\s*([<>])=?\s*(-?[\d.]+)$/;
  var TITLE = 'Find a clip by its id (/), Enter again for the next; or type a slice: "seconds < 1", "quality < 0.2"';
  var Search = class {
    #text = "";
    #next = 0;
    /**
     * @param {import("./state.js").State} state
     * @param {import("./state.js").Actions} actions
     */
    constructor(state, actions) {
      this.state = state;
      this.actions = actions;
      const { group_kind: kind } = state.data.facts;
      this.field = h("input", {
        ...{ type: "search", class: "mg-text mg-search", placeholder: "clip id", "aria-label": "Find a clip" },
        title: `${TITLE}, "${kind}: NAME"`,
        onkeydown: (event) => event.key === "Enter" && this.#go()
      });
      this.says = h("span", { class: "mg-faint", role: "status" });
    }
    #go() {
      const text = this.field.value.trim();
      const { group_kind: kind, group_names: names } = this.state.data.facts;
      const filters = readFilters(text, kind, names);
      if (!text || filters) this.says.textContent = "";
      if (filters) this.actions.narrow(filters);
      else if (text) this.#find(text.toLowerCase());
    }
    /** @param {string} text */
    #find(text) {
      const { data, inside, view } = this.state;
      const names = data.ids.map((id) => id.toLowerCase());
      const rows = [...names.keys()].filter((row2) => names[row2].includes(text));
      rows.sort((a, b) => Number(names[b] === text) - Number(names[a] === text) || a - b);
      if (text !== this.#text) [this.#text, this.#next] = [text, 0];
      this.says.textContent = counted(rows.length, "clip");
      if (!rows.length) return;
      const row = rows[this.#next++ % rows.length];
      const split2 = data.splitOf(row);
      if (inside && !inside[row]) this.actions.slice({});
      if (split2 !== view.split) {
        view.split = split2;
        this.actions.recount();
      }
      this.actions.openClip(row);
    }
  };
  function readFilters(text, kind, names) {
    const [, measure, sign, number] = text.toLowerCase().match(MEASURED) ?? [];
    if (measure) return { [measure]: sign === "<" ? [-FAR, Number(number)] : [Number(number), FAR] };
    const [before, ...after] = text.split(":");
    const wanted = after.join(":").trim().toLowerCase();
    if (!wanted || before.trim().toLowerCase() !== kind) return null;
    const found = names.filter((name) => name.toLowerCase() === wanted || name.toLowerCase() === `${kind} ${wanted}`);
    return found.length ? { groups: found } : null;
  }

  // slices.js
  var MARKS = ["mislabelled", "ambiguous", "bad skeleton", "none"];
  var MEASURES = [
    { name: "seconds", text: "seconds", title: "Length of the clip", step: 0.1 },
    { name: "missing", text: "missing joints", title: "Share of joints and moments without a key point", step: 0.01 },
    { name: "confidence", text: "confidence", title: "Probability of the answer", step: 0.01 },
    { name: "margin", text: "margin", title: "Similarity to the own prototype less that to the rival's", step: 0.01 },
    { name: "quality", text: "label quality", title: "Held-out probability of the label; training clips", step: 0.01 }
  ];
  var Slices = class {
    /**
     * @param {import("./state.js").State} state
     * @param {import("./state.js").Actions} actions
     * @param {(name: string, slice: Slice | null) => void} save
     */
    constructor(state, actions, save) {
      this.state = state;
      this.actions = actions;
      this.save = save;
      this.named = {};
      this.says = h("p", { class: "mg-lead", role: "status" });
      this.fields = h("div", { class: "mg-fields" });
      this.name = h("input", { type: "text", class: "mg-text", placeholder: "name", "aria-label": "Name of the slice" });
      this.kept = h("ul", { class: "mg-kept", "aria-label": "Slices that are kept" });
      const keep2 = button("keep", "Keep the slice under this name", () => this.#keep());
      const clear = button("clear", "All clips again", () => actions.slice({}));
      const scroll = h("div", { class: "mg-scroll" }, this.says, this.fields, this.kept);
      this.box = h("div", { class: "mg-panel mg-slices" }, scroll, h("footer", {}, this.name, keep2, clear));
      this.chip = h("button", {
        ...{ class: "mg-button mg-chip", type: "button", title: "Every panel shows this slice; all clips again" },
        onclick: () => actions.slice({})
      });
      this.#fill();
    }
    show() {
      const { state } = this;
      const words = filterSentence(state.filters, state.data.facts.group_kind);
      this.chip.hidden = !state.inside;
      this.chip.textContent = `slice: ${words} ×`;
      if (this.box.hidden) return;
      this.says.textContent = state.inside ? this.#scores() : "All clips. Every panel follows what is chosen here.";
      if (!this.fields.contains(document.activeElement)) this.#fill();
      this.#showKept();
    }
    /** Names that were kept, here or by another. @param {Record<string, Slice>} named */
    take(named) {
      this.named = named;
      this.#showKept();
    }
    #scores() {
      const { state } = this;
      const { data, view, inside } = state;
      const group = data.array("group");
      const { part, rest, difference: difference2 } = partAndRest(
        data.rowsOf(view.split),
        (row) => state.isRight(row),
        (row) => group[row],
        (row) => Boolean(inside?.[row])
      );
      const n = state.rowsIn(view.split).length;
      const all = data.rowsOf(view.split).length;
      if (!n) return `None of ${counted(all, `${view.split} clip`)} is in this slice.`;
      const held = n < all ? `; the rest ${share(rest)}; difference ${points(difference2)}` : "";
      return `${n} of ${counted(all, `${view.split} clip`)}: top-1 ${share(part)}${held}.`;
    }
    /** The fields as the filters are. */
    #fill() {
      const { data } = this.state;
      const measures = measuresOf(this.state);
      this.fields.replaceChildren(
        this.#text(),
        this.#choice("groups", data.facts.group_kind, data.facts.group_names),
        this.#choice("labels", "true class", data.names),
        this.#choice("answers", "answered", data.names),
        this.#choice("body", "body group", data.groupNames),
        this.#choice("marks", "mark", MARKS),
        ...MEASURES.filter(({ name }) => measures.has(name)).map((measure) => this.#range(measure))
      );
    }
    #text() {
      const field = h("input", {
        ...{ type: "search", class: "mg-text", value: this.state.filters.id ?? "", "aria-label": "Only ids with" },
        onchange: () => this.#set({ id: field.value.trim() })
      });
      return h("label", {}, h("span", {}, "id with"), field);
    }
    /**
     * @param {"groups" | "labels" | "answers" | "body" | "marks"} name
     * @param {string} text
     * @param {string[]} all
     */
    #choice(name, text, all) {
      const chosen = this.state.filters[name] ?? [];
      const list = h("select", { class: "mg-select", "aria-label": `Only ${text}`, onchange: () => set() });
      const several = chosen.length > 1 ? [h("option", { value: "+", selected: true }, chosen.join(", "))] : [];
      list.append(h("option", { value: "" }, "all"), ...several);
      all.forEach(
        (one, at) => list.append(h("option", { value: at, selected: chosen.length === 1 && one === chosen[0] }, one))
      );
      const set = () => this.#set({ [name]: list.value === "" ? [] : [all[Number(list.value)]] });
      return h("label", {}, h("span", {}, text), list);
    }
    /** @param {{ name: Measure, text: string, title: string, step: number }} measure */
    #range({ name, text, title, step }) {
      const [low, high] = this.state.filters[name] ?? [];
      const end = (which, value) => h("input", {
        ...{ type: "number", class: "mg-end", step, placeholder: which, value, "aria-label": `${text}, ${which}` },
        onchange: () => set()
      });
      const [from, to] = [end("from", low === -FAR ? void 0 : low), end("to", high === FAR ? void 0 : high)];
      const set = () => {
        const ends2 = [from.value === "" ? -FAR : Number(from.value), to.value === "" ? FAR : Number(to.value)];
        this.#set({ [name]: from.value === "" && to.value === "" ? [] : ends2 });
      };
      return h("label", { title }, h("span", {}, text), from, to);
    }
    /** @param {Filters} filters */
    #set(filters) {
      this.actions.narrow(filters);
    }
    #keep() {
      const { state } = this;
      const name = this.name.value.trim();
      if (!name || isEmpty(state.filters)) {
        this.says.textContent = name ? "Choose clips first: this is all of them." : "Give the slice a name first.";
        return;
      }
      const { split: split2, stream } = state.view;
      const ids = [...state.rowsIn(split2)].map((row) => state.data.ids[row]);
      this.save(name, { filters: state.filters, split: split2, stream, ids });
    }
    #showKept() {
      const items = Object.entries(this.named).map(
        ([name, slice]) => h(
          "li",
          {},
          button(name, `Look at the slice ${name}`, () => this.actions.slice(slice.filters, slice)),
          h("span", { class: "mg-faint" }, ` ${counted(slice.ids.length, `${slice.split} clip`)} `),
          button("×", `Forget the slice ${name}`, () => this.save(name, null))
        )
      );
      this.kept.replaceChildren(...items);
    }
  };
  var share = ({ value, low, high }) => {
    if (Number.isNaN(value)) return "–";
    const range = Number.isNaN(low) ? "no interval" : `${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}`;
    return `${percent(value, 1)} [${range}]`;
  };
  var points = ({ value, low, high }) => {
    const number = (x) => `${x > 0 ? "+" : ""}${(100 * x).toFixed(1)}`.replace("-", "−");
    const range = Number.isNaN(low) ? "no interval: too few people" : `${number(low)}, ${number(high)}`;
    return `${number(value)} points [${range}]`;
  };

  // beside.js
  var Beside = class {
    /**
     * @param {import("./state.js").State} state
     * @param {import("./state.js").Actions} actions
     * @param {import("./keeper.js").Keeper} keeper
     * @param {import("./media.js").Media} media
     * @param {HTMLElement} root Of the explorer.
     */
    constructor(state, actions, keeper, media, root) {
      this.state = state;
      this.actions = actions;
      this.keeper = keeper;
      const ask = (message) => keeper.ask(message);
      this.neighbours = new Neighbours(state, actions, ask);
      this.people = new People(state, actions);
      this.slices = new Slices(state, actions, (id, content) => keeper.post({ kind: "slice", id, content }));
      this.review = new Review(state, actions, keeper, root);
      this.context = state.data.has("video") ? new Context(state, actions, media, ask) : null;
      this.search = new Search(state, actions);
      this.tools = [this.slices.chip, this.search.field, this.search.says];
      this.desk = /** @type {import("./desk.js").Desk | null} */
      null;
    }
    /** @param {import("./desk.js").Desk} desk */
    mount(desk) {
      this.desk = desk;
      desk.add("neighbours", "Neighbours", this.neighbours.box);
      desk.add("people", `By ${this.state.data.facts.group_kind}`, this.people.box);
      desk.add("slice", "Slice", this.slices.box);
      desk.add("review", "Review", this.review.box);
      if (this.context) desk.add("context", "Around", this.context.box);
      desk.tabs.addEventListener("click", () => this.show());
    }
    /** After a change of what is looked at, or of the panel in front. */
    show() {
      const kept = this.desk?.bodies.contains(document.activeElement);
      const panels = (
        /** @type {(Panel | null)[]} */
        [
          this.people,
          this.slices,
          this.neighbours,
          this.review,
          this.context
        ]
      );
      panels.forEach((panel2) => panel2?.show());
      if (kept && !this.desk?.bodies.contains(document.activeElement)) this.#tab?.focus();
    }
    /** Of the panel in front: it takes the keyboard where a panel no longer has what had it. */
    get #tab() {
      return (
        /** @type {HTMLElement | null} */
        this.desk?.tabs.querySelector('[aria-selected="true"]')
      );
    }
    /** @param {import("./link.js").Model} model */
    take(model) {
      this.review.take(model.get("decisions"));
      this.slices.take(model.get("slices") ?? {});
    }
    /**
     * What Python answers; false where it is for others.
     *
     * @param {any} content
     * @param {DataView<ArrayBuffer>[]} buffers
     */
    receive(content, buffers) {
      if (content.kind === "neighbours") this.neighbours.receive(content, buffers);
      else if (content.kind === "label_check") this.review.receive(content, buffers);
      else if (content.kind === "context") this.context?.receive(content, buffers);
      else return false;
      return true;
    }
    /**
     * What a key does here; false where it does nothing.
     *
     * @param {string} key
     */
    key(key) {
      const act = (/* @__PURE__ */ new Map([
        ["r", () => this.#startReview()],
        ["/", () => this.search.field.focus()],
        ["b", () => this.#openNeighbours()],
        ["w", () => this.#open("people", this.people.box)],
        ["s", () => this.#open("slice", this.slices.box)]
      ])).get(key);
      if (act) act();
      else return this.desk?.front === "review" && this.review.key(key);
      return true;
    }
    /**
     * Brings a panel to the front, and the keyboard to its first control.
     *
     * @param {string} name
     * @param {HTMLElement} box
     */
    #open(name, box) {
      this.desk?.open(name);
      this.show();
      const first = box.querySelector("button, select, input");
      if (first instanceof HTMLElement) first.focus();
    }
    /** The keyboard goes to the first of them, when they have come. */
    #openNeighbours() {
      this.neighbours.isWanted = true;
      this.#open("neighbours", this.neighbours.box);
    }
    #startReview() {
      this.desk?.open("review");
      this.review.start();
    }
  };

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
  var channels = (hex) => (
    /** @type {Colour} */
    [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16))
  );

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
          title: `${data.ids[row]}: ${takenFor(state, row)}, ${rounded(p, 1)}${state.epoch ? " for its label" : ""}`
        }
      };
      return h(
        "div",
        attributes,
        h("span", { class: `mg-dot ${state.isRight(row) ? "mg-right" : "mg-wrong"}` }),
        h("span", { class: "mg-id" }, data.ids[row], note && h("em", {}, note.mark || "note")),
        h("span", { class: "mg-share" }, rounded(p)),
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
    ["support", "by clips"],
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

  // split.js
  var PLACE2 = "mglib explorer: sizes of panels";
  var [LEAST2, MOST] = [15, 85];
  var STEP = 2;
  function split(box, first, second, { name, label, share: share2, isTall = false }) {
    let now = Number(recall(PLACE2)[name]) || share2;
    const keep2 = () => remember(PLACE2, { ...recall(PLACE2), [name]: now });
    const move = (to) => {
      now = clamp(to, LEAST2, MOST);
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
      move(share2);
      keep2();
    };
    const bar = h("div", {
      ...{ class: `mg-split${isTall ? " mg-tall" : ""}`, role: "separator", tabindex: 0, "aria-label": label },
      ...{ title: `${label}: drag, or arrow keys; double click for the first size` },
      ...{ "aria-orientation": isTall ? "horizontal" : "vertical", "aria-valuemin": LEAST2, "aria-valuemax": MOST },
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
      split(this.box, matrix, rest, { name: "matrix", label: "Width of the matrix", share: 48 });
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
  var STEPS2 = /* @__PURE__ */ new Map([
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
          if (actions.stepInList(STEPS2.get(event.key) ?? event.key)) event.preventDefault();
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
      this.legend.replaceChildren(...from ? ofCell : ofAll, h("span", {}, "★ prototypes"));
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
      const text = `${state.data.ids[row]}: ${takenFor(state, row)} (${rounded(state.confidence(row))})`;
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
    const most = WIDEST * units.length;
    for (let round2 = 0; round2 < 3; round2++) {
      pen.font = `${collapsed.size ? "600 " : ""}${font}px ${theme.font}`;
      const longest = Math.max(...units.map((unit) => pen.measureText(unit.name).width));
      left = Math.max(Math.min(longest + 2, Math.max(0.22 * width, width - 40 - most)) + 14, 70);
      top = Math.min(longest + 2, Math.max(0.24 * height, height - 18 - TALLEST * most)) + 14;
      cell = Math.max(4, Math.min((width - left - 26) / units.length, WIDEST));
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
      const share2 = view.mode === "share" ? size : size / (state.totals[i] || 1);
      if (!value || i === j && view.hide || view.threshold && share2 < view.threshold) return null;
      const kind = state.kindOf(i, j);
      let t = size / (state.largest[kind] || 1);
      if (view.log) t = Math.log1p(99 * t) / Math.log(100);
      const number = view.mode === "count" ? size : Math.min(Math.round(100 * size), size < 1 ? 99 : 100);
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
      const isNamed = at % every(font, tall) === 0;
      if (isNamed) pen.fillText(shorten(pen, unit.name, left - 13), left - 9, middle);
      pen.save();
      pen.translate(left + (at + 0.5) * cell, top - 9);
      pen.rotate(-Math.PI / 2);
      pen.textAlign = "left";
      if (at % every(font, cell) === 0) pen.fillText(shorten(pen, unit.name, top - 13), 0, 0);
      pen.restore();
      pen.fillStyle = groupColour(unit.group);
      pen.fillRect(left - 6, top + at * tall + 0.5, 3, tall - 1);
      pen.fillRect(left + at * cell + 0.5, top - 6, cell - 1, 3);
      pen.fillStyle = theme.faint;
      pen.font = `${Math.min(font, 10)}px ${theme.font}`;
      pen.textAlign = "left";
      if (isNamed) pen.fillText(String(totals[at]), left + cell * units.length + 5, middle);
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
  var every = (font, side) => Math.max(1, Math.ceil(0.9 * font / side));

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
      const same = sameSentence(this.state);
      this.legend.replaceChildren(...same ? [same] : keys);
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

  // notes.js
  var MARKS2 = ["mislabelled", "ambiguous", "bad skeleton"];
  var COLUMNS3 = "id,split,group,label,label_name,predicted,predicted_name,mark,comment,saved";
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
      this.marks = MARKS2.map((mark) => this.#markButton(mark));
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
        press(one, this.#mark === MARKS2[at]);
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
    return csv(COLUMNS3.split(","), rows);
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
  var shareTitle = (kind) => `Share of the true class's clips, with its 95 % interval over ${kind}s; where all of them are of one ${kind}, as if clips were independent`;
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
      const title = `${count} of ${n}; 95 % interval ${percent(low, 1)} to ${percent(high, 1)}${basis(facts, groups)}`;
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
  var PACE2 = 30;
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
      const passed = this.#last === void 0 ? PACE2 : now - this.#last;
      if (passed < PACE2) {
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
      return h("div", { class: "mg-history mg-faint" }, h("span", { class: "mg-line", title: why }, why));
    }
    const label = data.labels[row];
    const right = epochs.filter((taken) => taken === label).length;
    const seen = timesSeen(epochs);
    const strip = h("div", {
      class: "mg-strip",
      role: "img",
      "aria-label": `TP in ${right} of ${counted(seen, "epoch")}`
    });
    epochs.forEach((taken, at) => strip.append(stroke(state, row, taken, at)));
    const curve = data.curve(view.stream, row);
    const go = ({ clientX }) => {
      const { left, width } = strip.getBoundingClientRect();
      goTo2(Math.min(Math.max(Math.ceil((clientX - left) / width * epochs.length), 1), epochs.length));
    };
    const course = h("div", { class: "mg-course", onclick: state.epochs ? go : null }, curve && lineOf(curve), strip);
    if (state.epoch) course.append(h("i", { style: `left:${100 * (state.epoch - 0.5) / epochs.length}%` }));
    const says = [h("span", {}, "p of label"), h("span", {}, `TP ${right}/${seen}`)];
    return h("div", { class: "mg-history" }, course, h("div", { class: "mg-faint mg-stack" }, ...says));
  }
  function lineOf(curve) {
    const known = [...curve.keys()].filter((at) => curve[at] !== NONE);
    const y = (at) => (TALL * (1 - curve[at] / SEEN)).toFixed(1);
    const [first, last] = [known[0], known[known.length - 1]].map((at) => rounded((curve[at] ?? 0) / SEEN));
    const says = `Probability of its label over ${counted(curve.length, "epoch")}: ${first} at first, ${last} at last`;
    const points2 = known.map((at) => `${at + 0.5},${y(at)}`).join(" ");
    return svg(
      "svg",
      {
        ...{ class: "mg-curve", viewBox: `0 -1 ${curve.length} ${TALL + 2}`, preserveAspectRatio: "none" },
        ...{ role: "img", "aria-label": says }
      },
      svg("title", {}, says),
      svg("line", { x1: 0, x2: curve.length, y1: TALL / 2, y2: TALL / 2, class: "mg-half" }),
      svg("polyline", { points: points2 })
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
  function likelyClasses2({ data, view, shown, epoch }, row) {
    const { top, p } = epoch ? data.decisions(view.stream, false) : shown;
    const list = h("ol", { class: "mg-answers", "aria-label": "Most probable classes" });
    for (let rank = 0; rank < RANKS; rank++) {
      const answer = top[RANKS * row + rank];
      if (answer === NONE) break;
      const [name, share2] = [data.names[answer], p[RANKS * row + rank] / SHARE];
      const tone = answer === data.labels[row] ? "mg-right" : rank ? "" : "mg-wrong";
      const meter = h("span", { class: "mg-meter" }, h("span", { style: `width:${100 * share2}%` }));
      const line = h("span", { class: "mg-line", title: name }, name);
      list.append(h("li", { class: tone }, line, meter, h("span", {}, rounded(share2))));
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
  var MISSING2 = 255;
  var LAST2 = 254;
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
      const points2 = row >= 0 && state.data.facts.skeletons ? media.skeleton(row) : null;
      const lack = state.data.facts.skeletons ? "…" : "This run has no skeletons.";
      this.words.textContent = row < 0 || points2 ? "" : lack;
      if (!points2) return;
      const side = Math.min(width, height) - 2 * EDGE2;
      const at = this.#moment(row);
      context.translate((width - side) / 2 - EDGE2, (height - side) / 2 - EDGE2);
      this.#paintPicture(context, Math.round(at), side);
      this.#paintSkeleton(context, this.#spots(points2, at, side));
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
      this.facts.replaceChildren(likelyClasses2(state, row), prototypes, historyOf(state, row, this.goToEpoch));
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
    #spots(points2, at, side) {
      const [, moments, joints] = this.state.data.facts.skeletons ?? [0, 1, 0];
      const moment = Math.floor(at);
      const next = Math.min(moment + 1, moments - 1);
      const between = (a, b, t) => EDGE2 + (points2[a] + t * (points2[b] - points2[a])) / LAST2 * side;
      return Array.from({ length: joints }, (_, joint) => {
        const [a, b] = [2 * (moment * joints + joint), 2 * (next * joints + joint)];
        if (points2[a] === MISSING2) return null;
        const t = points2[b] === MISSING2 ? 0 : at - moment;
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
  var STEPS3 = 1e3;
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
        ...{ type: "range", class: "mg-scrub", min: 0, max: STEPS3, value: 0, "aria-label": "Time" },
        oninput: () => this.#seek(Number(this.scrub.value) / STEPS3)
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
      this.scrub.value = String(Math.min(1, time / length) * STEPS3);
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
    #seek(share2) {
      this.toggle(false);
      this.clock.time = share2 * this.clock.length;
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
      const tools = [
        select("Held against true positives of", RIVALS, state.view.against, choose),
        button("‹", "Previous clip to hold against (,)", () => actions.holdAgainst(state.rivalStep - 1)),
        button("›", "Next clip to hold against (.)", () => actions.holdAgainst(state.rivalStep + 1))
      ];
      return [h("span", { class: "mg-controls" }, ...tools)];
    }
  };

  // sureness.js
  function boundsOverGroups(rows, unitOf, answerOf, groupOf, u) {
    const parts = collect(rows, unitOf, answerOf, groupOf, u);
    const share2 = (i, j) => shareInterval(parts[i].map(({ clips, taken }) => ({ clips, hits: taken.get(j) ?? 0 })));
    return (i, j) => {
      const [there, back] = [share2(i, j), share2(j, i)];
      if (Number.isNaN(there.low)) return void 0;
      const least = there.value - back.value - Math.hypot(there.value - there.low, back.high - back.value);
      const most = there.value - back.value + Math.hypot(there.high - there.value, back.value - back.low);
      const kind = least > 0 || most < 0 ? "one-sided" : there.value && back.value ? "mutual" : "";
      return { range: [there.low, there.high], groups: parts[i].length, kind };
    };
  }
  function collect(rows, unitOf, answerOf, groupOf, u) {
    const units = Array.from({ length: u }, () => /* @__PURE__ */ new Map());
    for (let at = 0; at < rows.length; at++) {
      const [own, group, answer] = [units[unitOf(rows[at])], groupOf(rows[at]), answerOf(rows[at])];
      const part = own.get(group) ?? { clips: 0, taken: /* @__PURE__ */ new Map() };
      part.clips++;
      part.taken.set(answer, (part.taken.get(answer) ?? 0) + 1);
      own.set(group, part);
    }
    return units.map((parts) => [...parts.values()]);
  }

  // state.js
  var State = class {
    /** @type {Map<string, import("./counting.js").Cells>} */
    #cells = /* @__PURE__ */ new Map();
    /** @type {Map<string, Uint32Array>} */
    #rows = /* @__PURE__ */ new Map();
    /** @type {ReturnType<typeof boundsOverGroups> | null} Of what is shown; made when it is asked for. */
    #bounds = null;
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
      const found = isPythons ? data.foundIn(view.stream, view.split).get(cell) : void 0;
      return found ?? (this.#bounds ??= this.#countBounds())(i, j);
    }
    #countBounds() {
      const { data, units } = this;
      const place = new Uint16Array(data.k);
      units.forEach((unit, number) => unit.classes.forEach((label) => place[label] = number));
      const group = data.array("group");
      return boundsOverGroups(
        this.rowsIn(this.view.split),
        (row) => place[data.labels[row]],
        (row) => place[this.answer(row)],
        (row) => group[row],
        units.length
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
      return n ? (this.rivalStep % n + n) % n : 0;
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
    ["b w s", "neighbours of the clip; whose confusion it is; slices"],
    ["r", "review the labels of training clips, the most doubtful first"],
    ["1 – 9", "in the review: give the clip this label"],
    ["a x u", "in the review: the label is right, leave the clip out, take the decision back"],
    ["[ ]", "in the review: previous, next clip"],
    ["/", "find a clip by its id, or type a slice: seconds < 1"],
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
      const tell = (sentence2) => this.#tell(sentence2);
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
      this.beside = new Beside(this.state, this, this.keeper, this.media, this.root);
      this.shortcuts = new Shortcuts();
      this.takeaways = new Takeaways(this.state, (address) => this.link.linkTo(address), tell);
      this.desk = this.#layOut(id);
      host.append(this.root);
      this.theme = readTheme(this.root);
      this.#tell(data.facts.missing.join(" "));
      this.beside.take(model);
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
    /**
     * @param {number[]} rows
     * @param {string} tag
     * @param {number} step
     */
    holdAgainstThese(rows, tag, step) {
      this.state.holdAgainstThese(rows, tag, step);
      this.#showClip();
    }
    /**
     * @param {import("./filters.js").Filters} filters
     * @param {{ split: string, stream: string }} [place]
     */
    slice(filters, place) {
      const { view } = this.state;
      if (place) Object.assign(view, { split: place.split, stream: place.stream });
      this.state.filters = filters;
      this.recount();
    }
    /** @param {import("./filters.js").Filters} filters */
    narrow(filters) {
      this.slice({ ...this.state.filters, ...filters });
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
      this.beside.show();
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
    #tell(sentence2) {
      this.warning.textContent = sentence2;
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
        slice: this.state.inside ? "yes" : "no",
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
      this.beside.mount(desk);
      const screen = screenButton(this.root, (sentence2) => this.#tell(sentence2));
      controls.choices.append(...this.beside.tools, this.takeaways.box, shortcuts.button, screen);
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
      const ends2 = [
        watchSizes(panels),
        watchSight(playback.chosen.stage, (isInSight) => playback.comeIntoSight(isInSight)),
        watchTheme(repaint),
        link.listen({
          "msg:custom": (content, buffers) => this.#receive(content, buffers),
          "change:notes": () => this.#takeNotes(),
          "change:decisions": () => this.beside.take(this.link.model),
          "change:slices": () => this.beside.take(this.link.model),
          "change:view": () => this.#openGiven()
        }),
        this.keeper.watch(this.root)
      ];
      return () => {
        ends2.forEach((end) => end());
        playback.clock.isPlaying = false;
      };
    }
    /**
     * @param {any} content
     * @param {DataView<ArrayBuffer>[]} buffers
     */
    #receive(content, buffers) {
      if (content.kind === "saved") this.#confirm(content);
      else if (!this.beside.receive(content, buffers)) this.media.receive(content, buffers);
    }
    /** @param {{ of?: string, id: string, error?: string, kept?: string }} answer */
    #confirm(answer) {
      this.keeper.confirm(answer);
      if (!answer.of || answer.of === "note") this.form.confirm(answer);
      else if (answer.error) this.#tell(answer.error);
      this.beside.take(this.link.model);
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
      if (this.beside.key(event.key)) {
        event.preventDefault();
        return;
      }
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

  // page.js
  var KEPT = "in this browser; download to keep";
  var NOT_KEPT = "in this page only; download to keep";
  var ABSENT = {
    neighbours: "This page has no neighbours for this stream; choose another, or open the run in a notebook.",
    label_check: "This page was written before the labels were judged.",
    context: "This page has no pictures of the seconds around the clip."
  };
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
    constructor({ meta, view, notes, decisions, slices, frames }, data) {
      this.frames = frames;
      this.place = `notes of ${meta.run}`;
      this.said = `decisions and slices of ${meta.run}`;
      const said = recall(this.said);
      this.values = {
        ...{ meta, data, notes: { ...notes, ...recall(this.place) }, selected: [] },
        view: { ...view, at: location.hash.slice(1) },
        decisions: { ...decisions, ...said.decisions },
        slices: { ...slices, ...said.slices }
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
      if (at && location.protocol !== "about:") history.replaceState(null, "", `#${at}`);
    }
    /** @param {string} address */
    linkTo(address) {
      return `${location.href.split("#")[0]}#${address}`;
    }
    /** @param {any} message */
    send(message) {
      if (message.kind === "note") this.#keepNote(message);
      if (message.kind === "frames") this.#handOut(message.rows);
      if (message.kind === "decision") this.#decide(message);
      if (message.kind === "slice") this.#change("slices", message.id, message.content, message);
      if (message.kind in ABSENT) {
        const { kind, row, system } = message;
        this.#tell("msg:custom", { kind, row, system, error: ABSENT[message.kind] }, []);
      }
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
    /** @param {any} message */
    #decide(message) {
      const { clip, rater, decision } = message;
      const own = { ...this.values.decisions[rater] };
      if (decision) own[clip] = { ...pick(message), saved: (/* @__PURE__ */ new Date()).toISOString() };
      else delete own[clip];
      this.#change("decisions", rater, own, message);
    }
    /**
     * @param {"decisions" | "slices"} name
     * @param {string} key
     * @param {object | null} content Null removes it.
     * @param {{ kind: string, id: string }} message
     */
    #change(name, key, content, { kind, id }) {
      const values = { ...this.values[name], [key]: content };
      if (!content) delete values[key];
      this.set(name, values);
      const { decisions, slices } = this.values;
      const isKept = remember(this.said, { decisions, slices });
      this.#tell("msg:custom", { kind: "saved", of: kind, id, kept: isKept ? KEPT : NOT_KEPT }, []);
    }
    /** @param {number[]} rows */
    #handOut(rows) {
      for (const row of rows) {
        const strip = this.frames[row];
        if (strip) this.#tell("msg:custom", { kind: "frames", row }, [new DataView(decode(strip).buffer)]);
      }
    }
  };
  var pick = ({ decision, was, label, reason, confidence, blind, split: split2 }) => ({
    ...{ decision, was, label, reason, confidence, blind, split: split2 }
  });
  return __toCommonJS(index_exports);
})();
export default explorer;
