// The confusion explorer: one module for JupyterLab (anywidget) and for a page of its own (export.html).
// Everything a click needs is in typed arrays that came once; only skeletons of large runs, pictures and notes
// go through `model.send`. Sections: data, counting, colours, small DOM helpers, then one class a panel.

const SHARE = 65535, COSINE = 127, NONE = 255, NOWHERE = 65535, MISSING = 255, LEVELS = 254;
const TILE_COLUMNS = 8, SEEN_PICTURES = 48, FIRST_PAIRS = 40, MOST_PAIRS = 400;
const SIDES = { left: "#56b4e9", centre: "#f2f2f2", right: "#e69f00" }; // the person's own, as in the figures
const GROUPS = ["#0072b2", "#d55e00", "#009e73", "#e69f00", "#cc79a7", "#56b4e9", "#8a8a8a", "#5b5b5b"];
const MARKS = ["mislabelled", "ambiguous", "bad skeleton"];
const TYPES = { uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, uint32: Uint32Array, int32: Int32Array };

// ---------------------------------------------------------------------------------------------------------- data

/** The payload: facts by name, arrays as views of one aligned buffer. */
class Data {
  constructor(meta, view) {
    Object.assign(this, meta);
    this.buffer = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
    this.kept = {};
    this.k = meta.names.length;
    this.groupNames = [...new Set(meta.groups)];
    this.groupOf = meta.groups.map((group) => this.groupNames.indexOf(group));
    this.ids = new TextDecoder().decode(this.array("ids")).split("\0");
    this.places = this.trainPlaces();
  }

  array(name) {
    const entry = this.arrays[name];
    if (!entry) return null;
    const [type, shape, offset] = entry;
    return (this.kept[name] ||= new TYPES[type](this.buffer, offset, shape.reduce((a, b) => a * b, 1)));
  }

  shape(name) { return this.arrays[name]?.[1]; }

  /** Whose clip it is: "subject s3". */
  owner(row) {
    const name = this.group_names[this.array("group")[row]];
    return name.toLowerCase().startsWith(this.group_kind) ? name : `${this.group_kind} ${name}`;
  }

  /** Row -> its place among the training clips, which alone have a history. */
  trainPlaces() {
    const split = this.array("split"), train = this.splits.indexOf("train");
    const places = new Int32Array(this.clips).fill(-1);
    for (let row = 0, place = 0; row < this.clips; row++) if (split[row] === train) places[row] = place++;
    return places;
  }

  rowsOf(split) {
    const all = this.array("split"), number = this.splits.indexOf(split);
    return (this.kept[`rows ${split}`] ||= Uint32Array.from({ length: this.clips }, (_, row) => row)
      .filter((row) => all[row] === number));
  }

  top(system, other) { return this.array(`${other ? "other/" : ""}${system}/top`); }

  /** Clips of a split by cell: counts [K * K], and the rows of each cell side by side. */
  cells(split, system, other) {
    const key = `cells ${split} ${system} ${other}`;
    return (this.kept[key] ||= this.countCells(this.rowsOf(split), this.top(system, other)));
  }

  countCells(rows, top) {
    const { k } = this, label = this.array("label"), start = new Uint32Array(k * k + 1);
    for (const row of rows) start[label[row] * k + top[3 * row] + 1]++;
    const counts = start.slice(1);
    for (let cell = 0; cell < k * k; cell++) start[cell + 1] += start[cell];
    const next = start.slice(), sorted = new Uint32Array(rows.length);
    for (const row of rows) sorted[next[label[row] * k + top[3 * row]]++] = row;
    return { counts, of: (i, j) => sorted.subarray(start[i * k + j], start[i * k + j + 1]) };
  }
}

// ------------------------------------------------------------------------------------------------------ counting

const sum = (values) => values.reduce((a, b) => a + b, 0);

/** Wilson's 95 % interval of k in n. */
function wilson(k, n) {
  if (!n) return [0, 1];
  const z = 1.959964, p = k / n, middle = p + (z * z) / (2 * n), scale = 1 + (z * z) / n;
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)];
}

/** Rows and columns of the matrix: classes in an order, those of a collapsed body group as one. */
function makeUnits(data, order, collapsed) {
  const units = [], byGroup = {};
  for (const label of order) {
    const group = data.groupOf[label];
    if (!collapsed.has(group)) {
      units.push({ key: `c${label}`, name: data.names[label], classes: [label], group });
    } else if (byGroup[group]) {
      byGroup[group].classes.push(label);
    } else {
      units.push((byGroup[group] = { key: `g${group}`, name: data.groupNames[group], classes: [label], group, whole: true }));
    }
  }
  return units;
}

/** Class counts summed to units, [U * U]. */
function sumUnits(counts, units, k) {
  const u = units.length, place = new Uint16Array(k), total = new Float64Array(u * u);
  units.forEach((unit, number) => unit.classes.forEach((label) => { place[label] = number; }));
  for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) total[place[i] * u + place[j]] += counts[i * k + j];
  return total;
}

/** Off-diagonal cells with what a reader wants to know of them. */
function confusedPairs(units, counts, other, succession) {
  const u = units.length, n = units.map((_, i) => sum(counts.subarray(i * u, i * u + u)));
  const answers = units.map((_, j) => sum(units.map((_, i) => counts[i * u + j]))), all = sum(n), pairs = [];
  const lift = (i, j, chance) => counts[i * u + j] / (n[i] - counts[i * u + i]) / chance;
  for (let i = 0; i < u; i++) {
    const next = succession ? sum(units.map((_, j) => (j === i ? 0 : succession[i * u + j]))) : 0;
    for (let j = 0; j < u; j++) {
      const count = counts[i * u + j], before = other ? other[i * u + j] : 0;
      if (i === j || !(count || before)) continue;
      const back = counts[j * u + i], range = wilson(count, n[i]), reverse = wilson(back, n[j]);
      const apart = range[0] > reverse[1] || reverse[0] > range[1];
      pairs.push({
        i, j, count, n: n[i], rate: n[i] ? count / n[i] : 0, range, back, before, change: count - before,
        kind: apart ? "one-sided" : back && count ? "mutual" : "",
        lift: count ? lift(i, j, answers[j] / (all - answers[i])) : 0,
        follow: next && count ? lift(i, j, succession[i * u + j] / next) : NaN,
      });
    }
  }
  return pairs;
}

const percent = (share, digits = 0) => `${(100 * share).toFixed(digits)} %`;

// ------------------------------------------------------------------------------------------------------- colours

const RAMPS = { // white or the dark ground first: right answers blue, confusions orange, as in the printed figures
  light: { right: ["#ffffff", "#9ecae1", "#0072b2", "#08306b"], wrong: ["#ffffff", "#fdbe85", "#d55e00", "#7f2704"],
    change: ["#053061", "#4393c3", "#ffffff", "#e08214", "#7f2704"] },
  dark: { right: ["#1c2026", "#0f4c75", "#56b4e9", "#e0f3ff"], wrong: ["#1c2026", "#7a3b10", "#e6832b", "#ffe8c2"],
    change: ["#b5defa", "#2f86c1", "#1c2026", "#c8651b", "#ffdfb0"] },
};
const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

function ramp(stops, t) {
  const at = Math.min(Math.max(t, 0), 1) * (stops.length - 1), low = Math.min(Math.floor(at), stops.length - 2);
  const [a, b] = [channels(stops[low]), channels(stops[low + 1])];
  return a.map((x, channel) => Math.round(x + (at - low) * (b[channel] - x)));
}
const css = (rgb) => `rgb(${rgb.join(",")})`;
const inkOn = (rgb) => (0.3 * rgb[0] + 0.59 * rgb[1] + 0.11 * rgb[2] > 140 ? "#1f2328" : "#ffffff");

/** Colours of the host's theme, as the style sheet resolves them. */
function readTheme(root) {
  const style = getComputedStyle(root), [r, g, b] = (style.backgroundColor.match(/[\d.]+/g) || [255, 255, 255]).map(Number);
  const get = (name) => style.getPropertyValue(name).trim();
  const dark = 0.3 * r + 0.59 * g + 0.11 * b < 128;
  return { dark, ramps: RAMPS[dark ? "dark" : "light"], ink: style.color, faint: get("--mg-faint"), line: get("--mg-line"),
    accent: get("--mg-accent"), font: style.fontFamily, blue: dark ? "#56b4e9" : "#0072b2", red: dark ? "#f0883e" : "#d55e00",
    green: dark ? "#3ecf9e" : "#009e73", purple: dark ? "#e29ac4" : "#a8548a", ground: css([r, g, b]) };
}

// --------------------------------------------------------------------------------------------------- DOM helpers

function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

const button = (text, title, onclick, more = {}) =>
  h("button", { class: "mg-button", type: "button", title, "aria-label": title, onclick, ...more }, text);

function select(label, options, value, onchange) {
  const list = h("select", { class: "mg-select", "aria-label": label, title: label,
    onchange: (event) => onchange(event.target.value) });
  for (const [key, text] of options) list.append(h("option", { value: key, selected: key === value }, text));
  return list;
}

function tick(text, title, onchange) {
  const box = h("input", { type: "checkbox", onchange: () => onchange(box.checked) });
  return Object.assign(h("label", { class: "mg-tick", title }, box, text), { box });
}

/** A canvas that fills its parent, sharp on any screen; `draw` is called with (context, width, height). */
class Sheet {
  constructor(parent, className = "mg-sheet") {
    this.canvas = h("canvas", { class: className, "aria-hidden": "true" });
    this.context = this.canvas.getContext("2d");
    parent.append(this.canvas);
  }

  clear(width, height) {
    const ratio = window.devicePixelRatio || 1, pixels = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== pixels[0] || this.canvas.height !== pixels[1]) [this.canvas.width, this.canvas.height] = pixels;
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.clearRect(0, 0, width, height);
    return this.context;
  }
}

function shorten(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let end = text.length;
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > width) end--;
  return `${text.slice(0, end).trimEnd()}…`;
}

// -------------------------------------------------------------------------------------------------------- matrix

class Matrix {
  constructor(app) {
    this.app = app;
    this.box = h("div", { class: "mg-canvas", tabindex: 0, role: "application", "aria-roledescription": "confusion matrix",
      "aria-label": "Confusion matrix. Arrow keys move from cell to cell, n and p to the next and previous confusion, Enter goes to the clips.",
      "aria-describedby": `${app.id}-says` });
    this.base = new Sheet(this.box);
    this.over = new Sheet(this.box);
    this.hint = h("div", { class: "mg-hint", role: "tooltip", hidden: true });
    this.box.append(this.hint);
    this.box.addEventListener("pointermove", (event) => this.point(event));
    this.box.addEventListener("pointerleave", () => this.point(null));
    this.box.addEventListener("click", (event) => this.click(event));
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("focus", () => this.mark());
    this.box.addEventListener("blur", () => this.mark());
  }

  layout() {
    const { units, theme } = this.app, width = this.box.clientWidth, height = this.box.clientHeight, u = units.length;
    const context = this.base.context;
    let font = 11, left, top, cell, tall;
    for (let round = 0; round < 3; round++) { // letters and cells depend on each other
      context.font = `${this.app.collapsed.size ? "600 " : ""}${font}px ${theme.font}`;
      const longest = Math.max(...units.map((unit) => context.measureText(unit.name).width));
      left = Math.max(Math.min(longest + 2, 0.27 * width) + 14, 70);
      top = Math.min(longest + 2, 0.24 * height) + 14;
      cell = Math.max(4, Math.min((width - left - 36) / u, 96));
      tall = Math.max(4, Math.min((height - top - 4) / u, 1.4 * cell)); // room to the bottom makes names legible
      cell = Math.min(cell, 1.4 * tall);
      font = Math.max(7.5, Math.min(11.5, 0.92 * Math.min(cell, tall)));
    }
    this.place = { left, top, cell, tall, font, width, height };
    this.box.dataset.grid = [left, top, cell, tall].map((x) => x.toFixed(2)).join(" ");
    return this.place;
  }

  draw() {
    const { app } = this, { units, view } = app, { width, height } = this.layout();
    const context = this.base.clear(width, height), u = units.length;
    context.textBaseline = "middle";
    for (let i = 0; i < u; i++) for (let j = 0; j < u; j++) this.drawCell(context, i, j);
    this.drawGrid(context);
    this.drawNames(context);
    if (view.order === "group") this.drawFrames(context);
  }

  drawCell(context, i, j) {
    const look = this.app.look(i, j), { left, top, cell, tall, font } = this.place;
    if (!look) return;
    context.fillStyle = css(look.colour);
    context.fillRect(left + j * cell, top + i * tall, cell, tall);
    if (cell < 14 || !look.text) return;
    context.fillStyle = inkOn(look.colour);
    context.font = `${Math.min(font - 1, 10.5, (1.55 * cell) / String(look.text).length)}px ${this.app.theme.font}`;
    context.textAlign = "center";
    context.fillText(look.text, left + (j + 0.5) * cell, top + (i + 0.5) * tall + 0.5);
  }

  drawGrid(context) {
    const { left, top, cell, tall } = this.place, u = this.app.units.length;
    context.strokeStyle = this.app.theme.line;
    context.lineWidth = 0.5;
    context.beginPath();
    for (let at = 0; at <= u; at++) {
      context.moveTo(left, top + at * tall); context.lineTo(left + u * cell, top + at * tall);
      context.moveTo(left + at * cell, top); context.lineTo(left + at * cell, top + u * tall);
    }
    context.stroke();
  }

  drawNames(context) {
    const { theme, units, totals } = this.app, { left, top, cell, tall, font } = this.place, side = cell * units.length;
    units.forEach((unit, i) => {
      const middle = (i + 0.5) * tall, bold = unit.whole ? "600 " : "";
      context.font = `${bold}${font}px ${theme.font}`;
      context.fillStyle = totals[i] ? theme.ink : theme.faint;
      context.textAlign = "right";
      context.fillText(shorten(context, unit.name, left - 13), left - 9, top + middle);
      context.save();
      context.translate(left + (i + 0.5) * cell, top - 9);
      context.rotate(-Math.PI / 2);
      context.textAlign = "left";
      context.fillText(shorten(context, unit.name, top - 13), 0, 0);
      context.restore();
      context.fillStyle = GROUPS[unit.group % GROUPS.length];
      context.fillRect(left - 6, top + i * tall + 0.5, 3, tall - 1);
      context.fillRect(left + i * cell + 0.5, top - 6, cell - 1, 3);
      context.fillStyle = theme.faint;
      context.font = `${Math.min(font, 10)}px ${theme.font}`;
      context.textAlign = "left";
      context.fillText(totals[i], left + side + 5, top + middle);
    });
    context.fillStyle = theme.faint;
    context.font = `10px ${theme.font}`;
    context.fillText("n", left + side + 5, top - 8);
    context.textAlign = "right";
    context.fillText("taken for →", left - 9, top - 22);
    context.fillText("true ↓", left - 9, top - 9);
  }

  drawFrames(context) {
    const { units } = this.app, { left, top, cell, tall } = this.place;
    for (let first = 0, at = 1; at <= units.length; at++) {
      if (at < units.length && units[at].group === units[first].group) continue;
      context.strokeStyle = GROUPS[units[first].group % GROUPS.length];
      context.lineWidth = 1.2;
      context.strokeRect(left + first * cell, top + first * tall, (at - first) * cell, (at - first) * tall);
      first = at;
    }
  }

  /** Chosen cell and the one under the pointer, on a sheet of their own. */
  mark() {
    if (!this.place) return;
    const { left, top, cell, tall, width, height } = this.place, { theme, units, chosen } = this.app;
    const context = this.over.clear(width, height);
    const cross = ([i, j], colour, line) => {
      context.fillStyle = colour;
      context.globalAlpha = 0.1;
      context.fillRect(0, top + i * tall, left + units.length * cell, tall);
      context.fillRect(left + j * cell, 0, cell, top + units.length * tall);
      context.globalAlpha = 1;
      context.strokeStyle = colour;
      context.lineWidth = line;
      context.strokeRect(left + j * cell - 0.5, top + i * tall - 0.5, cell + 1, tall + 1);
    };
    if (this.hover) cross(this.hover, theme.ink, 1);
    if (chosen) cross(chosen, theme.accent, document.activeElement === this.box || this.box.matches(":focus-within") ? 2.5 : 2);
  }

  at(event) {
    const area = this.box.getBoundingClientRect(), { left, top, cell, tall } = this.place, u = this.app.units.length;
    const j = Math.floor((event.clientX - area.left - left) / cell), i = Math.floor((event.clientY - area.top - top) / tall);
    return { i, j, inside: i >= 0 && j >= 0 && i < u && j < u, x: event.clientX - area.left, y: event.clientY - area.top };
  }

  point(event) {
    const spot = event && this.place && this.at(event), u = this.app.units.length;
    const hover = spot?.inside ? [spot.i, spot.j] : null;
    const named = spot && !hover ? (spot.j < 0 ? spot.i : spot.i < 0 ? spot.j : -1) : -1;
    this.hover = hover;
    this.mark();
    const text = hover ? this.app.say(...hover) : named >= 0 && named < u ? this.app.sayUnit(named) : "";
    this.hint.hidden = !text;
    if (!text) return;
    this.hint.textContent = text;
    const right = spot.x > this.place.width - 270;
    Object.assign(this.hint.style, { left: right ? "" : `${spot.x + 14}px`, right: right ? `${this.place.width - spot.x + 10}px` : "",
      top: `${Math.min(spot.y + 16, this.place.height - 60)}px` });
  }

  click(event) {
    const spot = this.at(event), named = spot.j < 0 ? spot.i : spot.i < 0 ? spot.j : -1;
    if (spot.inside) this.app.choose([spot.i, spot.j]);
    else if (named >= 0 && named < this.app.units.length) this.app.toggleGroup(this.app.units[named].group);
  }

  key(event) {
    const u = this.app.units.length, [i, j] = this.app.chosen || [0, 0];
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const move = moves[event.key];
    if (move) this.app.choose([Math.min(Math.max(i + move[0], 0), u - 1), Math.min(Math.max(j + move[1], 0), u - 1)]);
    else if (event.key === "Enter") this.app.list.box.focus();
    else if (event.key === "e") this.app.toggleGroup(this.app.units[i].group);
    else return;
    event.preventDefault();
  }
}

// --------------------------------------------------------------------------------------------------------- pairs

class Pairs {
  constructor(app) {
    this.app = app;
    this.sort = "count";
    this.falling = true;
    const columns = [["name", "true → taken for", "Sort by name"], ["count", "n", "Clips of the true class that were taken for the other"]];
    if (app.data.other) columns.push(["change", "Δ", `Difference to ${app.data.other}, clips`]);
    columns.push(["rate", "share", "Share of the true class's clips, with Wilson's 95 % interval"],
      ["back", "back", "Clips confused the other way round. ⇄ mutual: both happen and their intervals overlap; → one-sided: the intervals are apart"],
      ["lift", "lift", "How many times more often than if a mistaken clip took its answer in proportion to how often each other class is answered"]);
    if (app.data.splits.some((split) => app.data.arrays[`succession/${split}`]))
      columns.push(["follow", "× order", "Lift over succession: against how often the two classes follow each other in a video"]);
    this.columns = columns;
    this.body = h("tbody", { onclick: (event) => this.click(event), onkeydown: (event) => this.key(event) });
    this.heads = columns.map(([key, text, title]) =>
      h("th", { scope: "col", class: key === "name" ? "" : "mg-number" },
        h("button", { class: "mg-sort", type: "button", title, onclick: () => this.order(key) }, text)));
    this.table = h("table", { class: "mg-table", "aria-label": "Confused pairs" }, h("thead", {}, h("tr", {}, ...this.heads)), this.body);
    this.note = h("p", { class: "mg-empty" });
    this.box = h("div", { class: "mg-scroll", role: "region", "aria-label": "Confused pairs" }, this.table, this.note);
  }

  order(key) {
    this.falling = this.sort === key ? !this.falling : key !== "name";
    this.sort = key;
    this.draw();
  }

  draw() {
    const { units, pairs } = this.app, sign = this.falling ? -1 : 1;
    const value = (pair) => (this.sort === "name" ? units[pair.i].name + units[pair.j].name
      : this.sort === "change" ? Math.abs(pair.change) : Number.isFinite(pair[this.sort]) ? pair[this.sort] : -1);
    pairs.sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      return x === y ? b.count - a.count || b.rate - a.rate || a.i - b.i || a.j - b.j : x < y ? -sign : sign;
    });
    this.heads.forEach((head, column) => head.setAttribute("aria-sort",
      this.columns[column][0] === this.sort ? (this.falling ? "descending" : "ascending") : "none"));
    const rows = (from, to) => pairs.slice(from, to).map((pair, number) => this.row(pair, from + number));
    this.body.replaceChildren(...rows(0, FIRST_PAIRS)); // what is in sight; the rest after the first paint
    clearTimeout(this.later);
    this.later = setTimeout(() => { this.body.append(...rows(FIRST_PAIRS, MOST_PAIRS)); this.mark(); }, 200);
    this.note.textContent = !pairs.length ? "No clip is confused here." :
      pairs.length > MOST_PAIRS ? `The first ${MOST_PAIRS} of ${pairs.length} pairs.` : "";
    this.app.choosePair();
  }

  row(pair, number) {
    const { units } = this.app, from = units[pair.i].name, to = units[pair.j].name;
    const [low, high] = pair.range, times = (x) => (Number.isFinite(x) ? `${x >= 10 ? x.toFixed(0) : x.toFixed(1)}×` : "");
    const number_ = (...content) => h("td", { class: "mg-number" }, ...content);
    const cells = {
      name: () => h("td", { title: `${from} → ${to}` }, h("span", { class: "mg-pair" }, h("b", {}, from), h("i", {}, "→"), h("b", {}, to))),
      count: () => number_(String(pair.count)),
      change: () => number_(pair.change > 0 ? `+${pair.change}` : String(pair.change).replace("-", "−")),
      rate: () => h("td", { class: "mg-number", title: `${pair.count} of ${pair.n}; 95 % interval ${percent(low)} to ${percent(high)}` },
        h("span", { class: "mg-bar" }, h("span", { style: `width:${100 * pair.rate}%` }),
          h("i", { style: `left:${100 * low}%;right:${100 - 100 * high}%` })), percent(pair.rate)),
      back: () => h("td", { class: "mg-number", title: pair.kind }, h("span", { class: "mg-faint" },
        { mutual: "⇄ ", "one-sided": "→ " }[pair.kind] || ""), String(pair.back)),
      lift: () => number_(times(pair.lift)),
      follow: () => number_(times(pair.follow) || "–"),
    };
    return h("tr", { "data-pair": number, tabindex: number ? -1 : 0 }, ...this.columns.map(([key]) => cells[key]()));
  }

  click(event) {
    const row = event.target.closest("tr");
    if (row) this.go(Number(row.dataset.pair));
  }

  go(number, focus = true) {
    const pair = this.app.pairs[number];
    if (!pair) return;
    this.app.choose([pair.i, pair.j]);
    if (focus) this.body.rows[number]?.focus({ preventScroll: true });
  }

  /** The chosen cell's row, wherever the choice was made. */
  mark() {
    const number = this.app.pairNumber;
    for (const row of [this.marked, this.body.rows[number]]) row?.classList.toggle("mg-chosen", row === this.body.rows[number]);
    for (const row of [this.marked, this.body.rows[0]]) row?.setAttribute("tabindex", -1);
    this.marked = this.body.rows[number] || this.body.rows[0];
    this.marked?.setAttribute("tabindex", 0);
    if (!this.body.rows[number]) return;
    const row = this.marked, { scrollTop, clientHeight } = this.box, head = this.table.tHead.offsetHeight;
    if (row.offsetTop < scrollTop + head) this.box.scrollTop = row.offsetTop - head;
    else if (row.offsetTop + row.offsetHeight > scrollTop + clientHeight) this.box.scrollTop = row.offsetTop + row.offsetHeight - clientHeight;
  }

  key(event) {
    const row = event.target.closest("tr"), number = Number(row?.dataset.pair);
    const next = { ArrowDown: number + 1, ArrowUp: number - 1, Enter: number, Home: 0 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    if (event.key === "Enter") this.app.list.box.focus();
    else this.go(next);
  }
}

// --------------------------------------------------------------------------------------------------- list of clips

const ITEM = 36; // pixels; as in explorer.css

class List {
  constructor(app) {
    this.app = app;
    this.inner = h("div", { class: "mg-items" });
    this.box = h("div", { class: "mg-scroll mg-list", tabindex: 0, role: "listbox", "aria-label": "Clips",
      onscroll: () => this.draw(), onclick: (event) => this.click(event), onkeydown: (event) => this.key(event) }, this.inner);
  }

  draw() {
    const { rows } = this.app, first = Math.max(0, Math.floor(this.box.scrollTop / ITEM) - 3);
    const last = Math.min(rows.length, first + Math.ceil((this.box.clientHeight || 400) / ITEM) + 6);
    this.inner.style.height = `${rows.length * ITEM}px`;
    const items = [];
    for (let at = first; at < last; at++) items.push(this.item(rows[at], at));
    this.inner.replaceChildren(...items);
    if (!rows.length) this.inner.append(h("p", { class: "mg-empty" }, "No clips here."));
    this.box.setAttribute("aria-activedescendant", `${this.app.id}-clip-${this.app.clip}`);
  }

  item(row, at) {
    const { app } = this, { data } = app, right = app.answer(row) === data.array("label")[row], p = app.confidence(row);
    const note = app.notes()[data.ids[row]], where = app.source?.[row] ? ` · ${app.source[row]}` : "";
    const about = app.mixed ? `${data.names[data.array("label")[row]]} → ${data.names[app.answer(row)]}`
      : `${data.owner(row)}${app.fate(row)}`;
    return h("div", { class: `mg-item${row === app.clip ? " mg-chosen" : ""}`, role: "option", id: `${app.id}-clip-${row}`,
      "aria-selected": row === app.clip, "aria-posinset": at + 1, "aria-setsize": app.rows.length, "data-row": row,
      style: `top:${at * ITEM}px`, title: `${data.ids[row]}: ${data.names[data.array("label")[row]]}, taken for ${data.names[app.answer(row)]} with ${percent(p, 1)}` },
    h("span", { class: `mg-dot ${right ? "mg-right" : "mg-wrong"}` }),
    h("span", { class: "mg-id" }, data.ids[row], note ? h("em", {}, note.mark || "note") : null),
    h("span", { class: "mg-share" }, percent(p)), h("span", { class: "mg-about" }, about + where),
    h("span", { class: "mg-meter" }, h("span", { style: `width:${100 * p}%` })));
  }

  click(event) {
    const item = event.target.closest(".mg-item");
    if (item) this.app.chooseClip(Number(item.dataset.row));
  }

  /** Brings the chosen clip into view. */
  reveal() {
    const at = this.app.rows.indexOf(this.app.clip), { scrollTop, clientHeight } = this.box;
    if (at * ITEM < scrollTop) this.box.scrollTop = at * ITEM;
    else if ((at + 1) * ITEM > scrollTop + clientHeight) this.box.scrollTop = (at + 1) * ITEM - clientHeight;
  }

  key(event) {
    const { rows, clip } = this.app, at = rows.indexOf(clip), last = rows.length - 1;
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last, PageDown: at + 10, PageUp: at - 10 }[event.key];
    if (next === undefined || last < 0) return;
    event.preventDefault();
    this.app.chooseClip(rows[Math.min(Math.max(next, 0), last)]);
  }
}

// -------------------------------------------------------------------------------------------------------- player

/** One clip: its skeleton on the move, and what is known of it. */
class Player {
  constructor(app, role) {
    this.app = app;
    this.role = role;
    this.head = h("div", { class: "mg-clip-head" });
    this.stage = h("div", { class: "mg-stage", role: "img" });
    this.sheet = new Sheet(this.stage);
    this.words = h("div", { class: "mg-words" });
    this.stage.append(this.words);
    this.facts = h("div", { class: "mg-facts" });
    this.box = h("article", { class: "mg-player", "aria-label": role }, this.head, this.stage, this.facts);
  }

  show(row, tag) {
    const { app } = this, { data } = app;
    this.row = row;
    if (row < 0) {
      this.head.replaceChildren(h("div", { class: "mg-tag" }, tag || this.role), h("strong", {}, "–"));
      this.facts.replaceChildren();
      this.stage.setAttribute("aria-label", "no clip");
      this.draw();
      return;
    }
    const label = data.array("label")[row], answer = app.answer(row), id = data.ids[row];
    this.head.replaceChildren(h("div", { class: "mg-tag", title: tag }, tag),
      h("strong", { title: `${id}: ${data.names[label]}` }, data.names[label]),
      h("div", { class: "mg-faint mg-line", title: id }, `${id} · ${data.splits[data.array("split")[row]]} · ${data.owner(row)}`));
    this.stage.setAttribute("aria-label", `Skeleton of clip ${id}, ${data.names[label]}, taken for ${data.names[answer]}`);
    this.facts.replaceChildren(this.answers(row, label), this.prototypes(row, label, answer), this.history(row, label));
    app.store.want([row]);
    this.draw();
  }

  answers(row, label) {
    const { app } = this, { data } = app, other = app.view.compare === "other";
    const top = data.top(app.view.stream, other), p = data.array(`${other ? "other/" : ""}${app.view.stream}/p`);
    const list = h("ol", { class: "mg-answers", "aria-label": "Most probable classes" });
    for (let rank = 0; rank < 3 && top[3 * row + rank] !== NONE; rank++) {
      const answer = top[3 * row + rank], share = p[3 * row + rank] / SHARE;
      list.append(h("li", { class: answer === label ? "mg-right" : rank ? "" : "mg-wrong" },
        h("span", { class: "mg-line", title: data.names[answer] }, data.names[answer]),
        h("span", { class: "mg-meter" }, h("span", { style: `width:${100 * share}%` })), h("span", {}, percent(share))));
    }
    return list;
  }

  prototypes(row, label, answer) {
    const { data, view } = this.app, cosine = data.array(`${view.stream}/cosine`), rival = data.array(`${view.stream}/rival`);
    if (!cosine || rival[row] === NONE) return null;
    const value = (at) => (cosine[3 * row + at] === -128 ? "–" : (cosine[3 * row + at] / COSINE).toFixed(2));
    const same = rival[row] === answer && answer !== label;
    return h("div", { class: "mg-proto mg-faint mg-line", title: `Cosine similarity of the clip's feature to the prototypes of its own class (${value(0)}), of the answer (${value(1)}), and of the nearest other class, ${data.names[rival[row]]} (${value(2)})` },
      "prototypes: own ", h("b", {}, value(0)), same ? ", rival = answered " : ", rival ", h("b", {}, value(2)), same ? "" : ` ${data.names[rival[row]]}`);
  }

  /** One stroke an epoch: TP, FN taken for today's answer, FN taken for another class, not seen. */
  history(row, label) {
    const { app } = this, { data, theme } = app, fates = app.epochs(row);
    if (!fates) return h("div", { class: "mg-history mg-faint" }, data.arrays[`${app.view.stream}/history`] ? "history: training clips only" : "");
    const strip = h("div", { class: "mg-strip", role: "img" }), answer = app.answer(row);
    let right = 0;
    fates.forEach((taken, epoch) => {
      right += taken === label;
      const colour = taken === NONE ? theme.line : taken === label ? theme.blue : theme.red;
      strip.append(h("span", { style: `background:${colour};opacity:${taken !== label && taken !== answer && taken !== NONE ? 0.45 : 1}`,
        title: `epoch ${epoch + 1}: ${taken === NONE ? "not seen" : taken === label ? "TP" : `FN, taken for ${data.names[taken]}`}` }));
    });
    strip.setAttribute("aria-label", `TP in ${right} of ${fates.length} epochs`);
    return h("div", { class: "mg-history" }, strip, h("span", { class: "mg-faint" }, `TP ${right}/${fates.length}`));
  }

  get seconds() { return this.row >= 0 ? this.app.data.array("frames")[this.row] / this.app.data.fps : 0; }

  draw() {
    const width = this.stage.clientWidth, height = this.stage.clientHeight, context = this.sheet.clear(width, height);
    const { data, store, clock } = this.app, points = this.row >= 0 && store.skeleton(this.row);
    this.words.textContent = this.row < 0 || points ? "" : data.skeletons ? "…" : "This run has no skeletons.";
    if (!points) return;
    const [, moments, joints] = data.skeletons, side = Math.min(width, height) - 8;
    const at = this.seconds ? Math.min(clock.time / this.seconds, 1) * (moments - 1) : 0, moment = Math.floor(at);
    const place = (x) => 4 + (x / LEVELS) * side, next = Math.min(moment + 1, moments - 1);
    context.translate((width - side - 8) / 2, (height - side - 8) / 2);
    this.picture(context, Math.round(at), side);
    const spots = [];
    for (let joint = 0; joint < joints; joint++) {
      const a = 2 * (moment * joints + joint), b = 2 * (next * joints + joint);
      if (points[a] === MISSING) { spots.push(null); continue; }
      const t = points[b] === MISSING ? 0 : at - moment;
      spots.push([place(points[a] + t * (points[b] - points[a])), place(points[a + 1] + t * (points[b + 1] - points[a + 1]))]);
    }
    this.bones(context, spots);
  }

  bones(context, spots) {
    const { data, sides } = this.app;
    context.lineCap = "round";
    for (const [width, dark] of [[4.5, true], [2.4, false]]) {
      context.lineWidth = width;
      for (const [a, b] of data.limbs) {
        if (!spots[a] || !spots[b]) continue;
        context.strokeStyle = dark ? "#16191d" : SIDES[sides[b]];
        context.beginPath(); context.moveTo(...spots[a]); context.lineTo(...spots[b]); context.stroke();
      }
    }
    spots.forEach((spot, joint) => {
      if (!spot) return;
      context.fillStyle = SIDES[sides[joint]];
      context.beginPath(); context.arc(...spot, 2.3, 0, 7); context.fill();
    });
  }

  picture(context, moment, side) {
    const image = this.app.view.video && this.app.store.picture(this.row);
    if (!image) return;
    const tile = image.width / TILE_COLUMNS;
    context.globalAlpha = 0.85;
    context.drawImage(image, (moment % TILE_COLUMNS) * tile, Math.floor(moment / TILE_COLUMNS) * tile, tile, tile, 4, 4, side, side);
    context.globalAlpha = 1;
  }
}

/** Skeletons and pictures: at hand, asked for, or refused with a sentence. */
class Store {
  constructor(app) {
    this.app = app;
    this.skeletons = new Map();
    this.pictures = new Map();
    this.asked = new Set();
    this.refused = "";
  }

  skeleton(row) {
    const all = this.app.data.array("points"), shape = this.app.data.skeletons;
    if (!shape) return null;
    const size = shape[1] * shape[2] * shape[3];
    return all ? all.subarray(row * size, (row + 1) * size) : this.skeletons.get(row);
  }

  picture(row) {
    const image = this.pictures.get(row);
    return image?.complete && image.naturalWidth ? image : null;
  }

  want(rows) {
    const { data, model, view } = this.app;
    const lacking = rows.filter((row) => data.skeletons && !this.skeleton(row) && !this.asked.has(row));
    lacking.forEach((row) => this.asked.add(row));
    if (lacking.length) model.send({ kind: "skeletons", rows: lacking });
    if (!view.video || this.refused) return;
    const blind = rows.filter((row) => !this.pictures.has(row));
    blind.forEach((row) => this.pictures.set(row, null));
    if (blind.length) model.send({ kind: "frames", rows: blind });
  }

  receive(message, buffers) {
    if (message.kind === "skeletons") {
      const [, ...shape] = this.app.data.skeletons, size = shape.reduce((a, b) => a * b, 1), { buffer, byteOffset } = buffers[0];
      message.rows.forEach((row, at) => this.skeletons.set(row, new Uint8Array(buffer, byteOffset + at * size, size)));
    } else if (message.error) {
      this.pictures.delete(message.row);
      this.refused = message.error;
      this.app.tell(message.error);
    } else {
      const image = new Image();
      image.onload = () => { URL.revokeObjectURL(image.src); this.app.drawPlayers(); };
      image.src = URL.createObjectURL(new Blob([buffers[0]], { type: "image/webp" }));
      this.pictures.set(message.row, image);
      if (this.pictures.size > SEEN_PICTURES) this.pictures.delete(this.pictures.keys().next().value);
    }
    this.app.drawPlayers();
  }
}

/** Both players run on one clock in the clips' own seconds; the shorter clip waits for the longer. */
class Clock {
  constructor(app) {
    this.app = app;
    this.time = 0;
    this.speed = 1;
    this.playing = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.step = (now) => this.advance(now);
  }

  get length() { return Math.max(...this.app.players.map((player) => player.seconds), 0.1); }

  toggle(playing = !this.playing) {
    this.playing = playing;
    this.app.showClock();
    this.start();
  }

  start() {
    if (!this.playing || this.running || !this.app.seen) return;
    this.running = true;
    this.last = undefined;
    requestAnimationFrame(this.step);
  }

  advance(now) {
    this.running = this.playing && this.app.seen && this.app.root.isConnected; // out of sight it costs nothing
    if (!this.running) return;
    if (now - this.last < 30) { requestAnimationFrame(this.step); return; } // thirty pictures a second are enough
    if (this.last !== undefined) this.time += ((now - this.last) / 1000) * this.speed;
    this.last = now;
    if (this.time > this.length + 0.4) this.time = 0; // a moment to see how it ends
    this.app.drawPlayers();
    requestAnimationFrame(this.step);
  }
}

// ----------------------------------------------------------------------------------------------------------- map

class FeatureMap {
  constructor(app) {
    this.app = app;
    this.kind = "pca";
    this.box = h("div", { class: "mg-canvas mg-map", tabindex: 0, role: "application", "aria-roledescription": "feature map",
      "aria-label": "Feature map. Drag a line around clips to list them; arrow keys step through the listed clips." });
    this.base = new Sheet(this.box);
    this.over = new Sheet(this.box);
    this.hint = h("div", { class: "mg-hint", role: "tooltip", hidden: true });
    this.note = h("p", { class: "mg-empty" });
    this.box.append(this.hint, this.note);
    this.legend = h("footer", { class: "mg-key", "aria-hidden": "true" });
    this.box.addEventListener("pointerdown", (event) => this.press(event));
    this.box.addEventListener("pointermove", (event) => this.move(event));
    this.box.addEventListener("pointerup", (event) => this.release(event));
    this.box.addEventListener("pointerleave", () => { this.hint.hidden = true; });
    this.box.addEventListener("keydown", (event) => this.app.list.key(
      { key: { ArrowRight: "ArrowDown", ArrowLeft: "ArrowUp" }[event.key] || event.key, preventDefault: () => event.preventDefault() }));
  }

  /** Whose map: a system without features of its own (an ensemble) borrows the first one's. */
  get system() {
    const { data, view } = this.app;
    return data.maps[view.stream] ? view.stream : Object.keys(data.maps)[0];
  }

  kinds() { return Object.keys(this.app.data.maps[this.system] || {}); }

  project() {
    const { data, view } = this.app, width = this.box.clientWidth, height = this.box.clientHeight;
    const steps = data.array(`${this.system}/${this.kind}`), rows = data.rowsOf(view.split);
    let [left, right, top, bottom] = [NOWHERE, 0, NOWHERE, 0];
    for (let at = 0; at < steps.length; at += 2) {
      if (steps[at] === NOWHERE) continue;
      left = Math.min(left, steps[at]); right = Math.max(right, steps[at]);
      top = Math.min(top, steps[at + 1]); bottom = Math.max(bottom, steps[at + 1]);
    }
    const x = (width - 24) / Math.max(right - left, 1), y = (height - 24) / Math.max(bottom - top, 1);
    const place = (at) => [12 + (steps[2 * at] - left) * x, height - 12 - (steps[2 * at + 1] - top) * y];
    const spots = new Float32Array(2 * rows.length);
    rows.forEach((row, at) => spots.set(place(row), 2 * at));
    const stars = data.names.map((_, label) => (steps[2 * (data.clips + label)] === NOWHERE ? null : place(data.clips + label)));
    this.plan = { rows, spots, place, stars, width, height };
  }

  draw() {
    this.plan = null;
    const kinds = this.kinds();
    if (!kinds.includes(this.kind)) this.kind = "pca";
    this.note.textContent = kinds.length ? "" : "This run has no features, so there is no map.";
    const { width, height } = { width: this.box.clientWidth, height: this.box.clientHeight };
    const context = this.base.clear(width, height);
    this.over.clear(width, height);
    if (!kinds.length || !width) return;
    this.project();
    const { rows, spots, stars } = this.plan, { theme } = this.app, label = this.app.data.array("label");
    const size = rows.length > 5000 ? 1.6 : rows.length > 1200 ? 2.2 : 2.8;
    for (const right of [true, false]) { // errors on top
      context.fillStyle = right ? theme.faint : theme.red;
      context.globalAlpha = right ? 0.35 : 0.5;
      rows.forEach((row, at) => {
        if ((this.app.answer(row) === label[row]) === right) context.fillRect(spots[2 * at] - size / 2, spots[2 * at + 1] - size / 2, size, size);
      });
    }
    context.globalAlpha = 0.9;
    stars.forEach((spot, k) => spot && star(context, spot, 4.5, GROUPS[this.app.data.groupOf[k] % GROUPS.length], theme.ground));
    context.globalAlpha = 1;
    this.mark();
  }

  /** The chosen cell: TP of both classes faint in their colours, the cell's clips large, the chosen clip ringed. */
  mark() {
    if (!this.plan) return;
    const { place, stars, width, height } = this.plan, { app } = this, { data, theme, view } = app;
    const context = this.over.clear(width, height), dots = (rows, colour, size) => {
      context.fillStyle = colour;
      for (const row of rows) { const [x, y] = place(row); context.beginPath(); context.arc(x, y, size, 0, 7); context.fill(); }
    };
    const [from, to] = app.chosen ? [app.units[app.chosen[0]], app.units[app.chosen[1]]] : [];
    if (from) {
      const cells = data.cells(view.split, view.stream, view.compare === "other");
      for (const [unit, colour] of from === to ? [[from, theme.blue]] : [[from, theme.blue], [to, theme.green]]) {
        for (const label of unit.classes) dots(cells.of(label, label), colour, 2.4);
      }
    }
    dots(app.rows.filter((row) => data.splits[data.array("split")[row]] === view.split), app.lassoed ? theme.accent : from === to ? theme.blue : theme.red, 3.2);
    for (const [unit, colour] of from ? [[to, theme.green], [from, theme.blue]] : []) {
      for (const label of unit.classes) if (stars[label]) star(context, stars[label], 9, colour, theme.ground);
    }
    for (const [row, dash] of [[app.against, [2, 2]], [app.clip, []]]) {
      if (row < 0) continue;
      context.strokeStyle = theme.ink; context.lineWidth = 1.6; context.setLineDash(dash);
      context.beginPath(); context.arc(...place(row), 6, 0, 7); context.stroke(); context.setLineDash([]);
    }
    this.explain(from, to, theme);
    if (this.path?.length > 1) {
      context.strokeStyle = theme.accent; context.lineWidth = 1.5;
      context.beginPath(); this.path.forEach((spot) => context.lineTo(...spot)); context.closePath(); context.stroke();
    }
  }

  explain(from, to, theme) {
    const key = (colour, text, title) => h("span", { title }, h("i", { style: `background:${colour}` }), text);
    const wrong = from && to !== from ? [key(theme.green, "answered, right", to.name), key(theme.red, "confused", "the cell's clips")] : [];
    this.legend.replaceChildren(...(from ? [key(theme.blue, "true, right", from.name), ...wrong]
      : [key(theme.faint, "right"), key(theme.red, "confused"), key(theme.accent, "chosen")]), h("span", { title: "prototypes" }, "★"));
  }

  spot(event) {
    const area = this.box.getBoundingClientRect();
    return [event.clientX - area.left, event.clientY - area.top];
  }

  press(event) {
    if (!this.plan) return;
    this.path = [this.spot(event)];
    this.box.setPointerCapture(event.pointerId);
  }

  move(event) {
    if (!this.plan) return;
    if (this.path) { this.path.push(this.spot(event)); this.mark(); return; }
    const row = this.nearest(this.spot(event)), { data } = this.app, [x, y] = this.spot(event);
    this.hint.hidden = row < 0;
    if (row < 0) return;
    this.hint.textContent = `${data.ids[row]}: ${data.names[data.array("label")[row]]}, taken for ${data.names[this.app.answer(row)]} (${percent(this.app.confidence(row))})`;
    Object.assign(this.hint.style, { left: x < 150 ? `${x + 12}px` : "", right: x < 150 ? "" : `${this.plan.width - x + 10}px`, top: `${Math.min(y + 12, this.plan.height - 44)}px` });
  }

  nearest([x, y]) {
    const { rows, spots } = this.plan;
    let best = 64, found = -1;
    for (let at = 0; at < rows.length; at++) {
      const distance = (spots[2 * at] - x) ** 2 + (spots[2 * at + 1] - y) ** 2;
      if (distance < best) [best, found] = [distance, rows[at]];
    }
    return found;
  }

  release() {
    const path = this.path || [];
    this.path = null;
    if (!this.plan) return;
    const reach = Math.max(...path.map(([x, y]) => Math.hypot(x - path[0][0], y - path[0][1])), 0);
    if (reach < 6) {
      const row = path.length ? this.nearest(path[0]) : -1;
      if (row >= 0) this.app.chooseFromMap(row);
      return;
    }
    const { rows, spots } = this.plan;
    this.app.lasso(Array.from(rows).filter((_, at) => within(spots[2 * at], spots[2 * at + 1], path)));
  }
}

function within(x, y, path) {
  let inside = false;
  for (let a = 0, b = path.length - 1; a < path.length; b = a++) {
    const [[ax, ay], [bx, by]] = [path[a], path[b]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

function star(context, [x, y], size, colour, edge) {
  context.beginPath();
  for (let point = 0; point < 10; point++) {
    const radius = point % 2 ? 0.45 * size : size, angle = (point * Math.PI) / 5 - Math.PI / 2;
    context.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  context.closePath();
  context.fillStyle = colour; context.strokeStyle = edge; context.lineWidth = 1.2;
  context.fill(); context.stroke();
}

// --------------------------------------------------------------------------------------------------------- notes

class NoteForm {
  constructor(app) {
    this.app = app;
    this.marks = MARKS.map((mark) => button(mark, `Mark the clip as ${mark}`, () => this.save(this.mark === mark ? "" : mark), { "aria-pressed": "false" }));
    this.comment = h("input", { class: "mg-comment", type: "text", placeholder: "comment", "aria-label": "Comment on the clip",
      onchange: () => this.save(this.mark) });
    this.says = h("span", { class: "mg-faint mg-line", role: "status" });
    this.box = h("div", { class: "mg-note" }, h("span", { class: "mg-faint" }, "This clip is"), ...this.marks, this.comment, this.says);
  }

  get mark() { return this.app.notes()[this.app.data.ids[this.app.clip]]?.mark || ""; }

  show() {
    const none = this.app.clip < 0, note = this.app.notes()[this.app.data.ids[this.app.clip]];
    this.marks.forEach((one, at) => { one.disabled = none; one.setAttribute("aria-pressed", String(this.mark === MARKS[at])); });
    this.comment.disabled = none;
    if (document.activeElement !== this.comment) this.comment.value = note?.comment || "";
    this.says.textContent = note ? "saved" : "";
  }

  save(mark) {
    if (this.app.clip < 0) return;
    this.says.textContent = "saving …";
    this.app.model.send({ kind: "note", id: this.app.data.ids[this.app.clip], mark, comment: this.comment.value.trim() });
  }

  saved({ error, kept }) {
    if (error) this.app.tell(error);
    this.says.textContent = error ? "not saved" : `saved ${kept || ""}`;
  }

  /** A table for those who relabel. */
  download() {
    const { data, app } = { data: this.app.data, app: this.app }, notes = app.notes(), quote = (text) => `"${String(text).replaceAll('"', '""')}"`;
    const lines = ["id,split,group,label,label_name,predicted,predicted_name,mark,comment,saved"];
    data.ids.forEach((id, row) => {
      if (!notes[id]) return;
      const label = data.array("label")[row], answer = app.answer(row), { mark, comment, saved } = notes[id];
      lines.push([id, data.splits[data.array("split")[row]], data.group_names[data.array("group")[row]], label, data.names[label],
        answer, data.names[answer], mark, comment, saved].map(quote).join(","));
    });
    const link = h("a", { href: URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/csv" })), download: `notes-${data.run}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
}

// ----------------------------------------------------------------------------------------------------------- app

let number = 0;

/** Holds what is chosen and tells the panels; every choice goes through `choose`, `chooseClip` or `lasso`. */
class Explorer {
  constructor(model, el) {
    this.model = model;
    this.id = `mg-${++number}-${Math.random().toString(36).slice(2, 8)}`;
    this.data = new Data(model.get("meta"), model.get("data"));
    const { data } = this, given = model.get("view");
    this.view = { split: data.splits[0], stream: Object.keys(data.systems)[0], order: "group", mode: "share", hide: false, log: false,
      threshold: 0, compare: data.other ? "difference" : "this", sort: "sure", against: "answered", video: Boolean(data.pictures), ...given };
    this.sides = data.joints.map((name) => ["left", "right"].find((side) => name.startsWith(side)) || "centre");
    this.collapsed = new Set();
    Object.assign(this, { chosen: null, labels: null, rows: [], clip: -1, against: -1, againstAt: 0, lassoed: false, pairNumber: -1 });
    this.store = new Store(this);
    this.matrix = new Matrix(this);
    this.pairsPanel = new Pairs(this);
    this.list = new List(this);
    this.map = new FeatureMap(this);
    this.clock = new Clock(this);
    this.players = [new Player(this, "Chosen clip"), new Player(this, "Held against it")];
    this.form = new NoteForm(this);
    this.build(el);
    this.listen();
    this.recount();
    this.choosePair(0);
    this.openGiven(given);
    this.root.dataset.ready = "true";
    this.clock.start();
  }

  notes() { return this.model.get("notes") || {}; }

  // ------------------------------------------------------------------------------------------------- appearance

  build(el) {
    const { data, view } = this, set = (name) => (value) => { this.view[name] = value; this.recount(); };
    const nice = { group: "body group", similarity: "similarity", support: "support", recall: "recall", label: "label" };
    this.title = h("div", { class: "mg-title" });
    const splits = select("Split", data.splits.map((split) => [split, `${split} clips`]), view.split, set("split"));
    const streams = select("Stream", Object.entries(data.systems), view.stream, set("stream"));
    const runs = data.other && select("Runs", [["difference", `${data.run} − ${data.other}`], ["this", data.run], ["other", data.other]], view.compare, set("compare"));
    this.says = h("p", { class: "mg-says", id: `${this.id}-says`, "aria-live": "polite" });
    this.warning = h("p", { class: "mg-warning", role: "status" });
    this.legend = h("div", { class: "mg-legend", "aria-hidden": "true" });
    const modes = ["share", "count"].map((mode) => button(mode === "share" ? "row %" : "counts", `Cells show ${mode === "share" ? "shares of the true class" : "counts"}`,
      () => { modes.forEach((one, at) => one.setAttribute("aria-pressed", String(at === (mode === "share" ? 0 : 1)))); set("mode")(mode); }, { "aria-pressed": String(view.mode === mode) }));
    const threshold = h("input", { type: "range", min: 0, max: 50, value: 0, "aria-label": "Hide cells below this share of the true class, percent",
      title: "Hide cells below this share of the true class", oninput: () => { level.textContent = `≥ ${threshold.value} %`; set("threshold")(threshold.value / 100); } });
    const level = h("span", { class: "mg-level" }, "≥ 0 %");
    this.folds = tick("body groups", "Collapse classes to body groups; a click on a name, or e, opens or closes one group", (on) => {
      this.collapsed = new Set(on ? data.groupNames.keys() : []);
      this.recount();
    });
    const tools = h("div", { class: "mg-tools" }, h("span", { class: "mg-switch", role: "group", "aria-label": "Cells show" }, ...modes),
      select("Order of classes", Object.entries(nice).map(([key, text]) => [key, `by ${text}`]), view.order, set("order")),
      tick("hide diagonal", "Leave right answers blank", set("hide")), tick("log", "Logarithmic colour", set("log")), this.folds,
      h("span", { class: "mg-tick" }, threshold, level));
    const walk = h("span", { class: "mg-walk" }, button("‹", "Previous confusion in the table (p)", () => this.step(-1)),
      h("span", {}, "worst"), button("›", "Next confusion in the table (n)", () => this.step(1)));
    this.listTitle = h("h3", {});
    this.trust = h("span", { class: "mg-faint" });
    this.kinds = h("span", {});
    this.playButton = button("▶", "Play or pause (space)", () => this.clock.toggle(), { class: "mg-button mg-play" });
    this.scrub = h("input", { type: "range", class: "mg-scrub", min: 0, max: 1000, value: 0, "aria-label": "Time", oninput: () => {
      this.clock.toggle(false); this.clock.time = (this.scrub.value / 1000) * this.clock.length; this.drawPlayers();
    } });
    this.timeText = h("span", { class: "mg-time" });
    const video = data.pictures && Object.assign(tick("video", `Show the ${data.visual} under the skeleton`, (on) => {
      this.view.video = on; this.store.refused = ""; this.tell(""); this.showClips(); }));
    if (video) video.box.checked = view.video;
    const panel = (name, head, ...body) => h("section", { class: `mg-panel mg-${name}` }, h("header", {}, ...head), ...body);
    this.root = h("div", { class: "mg", "data-lm-suppress-shortcuts": "true", role: "region", "aria-label": `Confusions of the run ${data.run}`, style: `--mg-height:${view.height || 860}px` },
      h("header", { class: "mg-head" }, this.title, h("div", { class: "mg-controls" }, runs || null, streams, splits,
        button("notes ↓", "Download the notes as CSV", () => this.form.download()))),
      this.warning,
      h("div", { class: "mg-grid" },
        panel("left", [tools], this.matrix.box, h("footer", {}, this.says, this.legend)),
        panel("pairs", [h("h3", {}, "Confused pairs"), walk], this.pairsPanel.box),
        panel("map", [h("h3", {}, "Feature map"), this.kinds, this.trust], this.map.box, this.map.legend),
        panel("clips", [this.listTitle, select("Order of clips", [["sure", "most sure"], ["unsure", "least sure"], ["group", `by ${data.group_kind}`]], view.sort,
          (sort) => { this.view.sort = sort; this.refill(); })], this.list.box),
        panel("players", [this.playButton, this.scrub, this.timeText,
          select("Speed", [[0.25, "¼×"], [0.5, "½×"], [1, "1×"], [2, "2×"]].map(([x, text]) => [String(x), text]), "1", (x) => { this.clock.speed = Number(x); }), video || null,
          h("span", { class: "mg-push" }),
          select("Held against true positives of", [["answered", "vs answered"], ["own", "vs own"]], view.against,
            (value) => { this.view.against = value; this.againstAt = 0; this.showClips(); }),
          button("‹", "Previous clip to hold against (,)", () => this.nextAgainst(-1)), button("›", "Next clip to hold against (.)", () => this.nextAgainst(1))],
        h("div", { class: "mg-pairing" }, this.players[0].box, this.players[1].box), this.form.box)));
    el.append(this.root);
    this.theme = readTheme(this.root);
    if (data.missing.length) this.tell(data.missing.join(" "));
  }

  listen() {
    const { model } = this, repaint = () => { this.theme = readTheme(this.root); this.root.dataset.theme = this.theme.dark ? "dark" : "light"; this.redraw(); };
    const later = () => [0, 150, 600].forEach((wait) => setTimeout(repaint, wait)); // a theme's style sheet may come late
    this.root.addEventListener("keydown", (event) => this.key(event));
    const panels = new Map([[this.matrix.box, () => { this.matrix.draw(); this.matrix.mark(); }], [this.map.box, () => this.map.draw()],
      [this.list.box, () => this.list.draw()], [this.players[0].stage, () => this.drawPlayers()]]);
    const sizes = new ResizeObserver((entries) => {
      if (!this.theme.line && this.root.isConnected) repaint(); // a host may attach the root late, and only then it has a theme
      entries.forEach(({ target }) => panels.get(target)());
    });
    panels.forEach((_, box) => sizes.observe(box));
    const sight = new IntersectionObserver(([{ isIntersecting }]) => { this.seen = isIntersecting; this.clock.start(); });
    sight.observe(this.players[0].stage);
    const themes = new MutationObserver(later), scheme = matchMedia("(prefers-color-scheme: dark)");
    [document.body, document.documentElement].forEach((place) => themes.observe(place, { attributes: true, attributeFilter: ["class", "data-jp-theme-name", "data-jp-theme-light", "data-theme"] }));
    scheme.addEventListener("change", later);
    const message = (content, buffers) => (content.kind === "saved" ? this.form.saved(content) : this.store.receive(content, buffers));
    const noted = () => { this.list.draw(); this.form.show(); this.mirror(); };
    const viewed = () => this.openGiven(model.get("view"));
    const events = { "msg:custom": message, "change:notes": noted, "change:view": viewed };
    Object.entries(events).forEach(([name, listener]) => model.on(name, listener));
    this.close = () => {
      sizes.disconnect(); sight.disconnect(); themes.disconnect(); scheme.removeEventListener("change", later);
      Object.entries(events).forEach(([name, listener]) => model.off(name, listener));
      this.clock.playing = false;
    };
    this.root.dataset.theme = this.theme.dark ? "dark" : "light";
  }

  tell(sentence) { this.warning.textContent = sentence; }

  // --------------------------------------------------------------------------------------------------- counting

  recount() {
    const { data, view } = this, cells = (other) => data.cells(view.split, view.stream, other).counts;
    const unit = (counts) => sumUnits(counts, this.units, data.k), shown = cells(view.compare === "other");
    this.units = makeUnits(data, this.order(shown), this.collapsed);
    const u = this.units.length;
    this.counts = unit(shown);
    this.before = data.other ? unit(cells(true)) : null;
    this.totals = this.units.map((_, i) => sum(this.counts.subarray(i * u, i * u + u)));
    const succession = data.array(`succession/${view.split}`);
    this.pairs = confusedPairs(this.units, this.counts, this.before, succession && unit(succession));
    this.largest = { right: 0, wrong: 0, change: 0 };
    for (let i = 0; i < u; i++) for (let j = 0; j < u; j++) {
      const kind = view.compare === "difference" ? "change" : i === j ? "right" : "wrong";
      if (kind !== "change" || i !== j || !view.hide) this.largest[kind] = Math.max(this.largest[kind], Math.abs(this.value(i, j)));
    }
    if (view.mode === "share") this.largest.right = 1;
    this.chosen = this.labels?.map((label) => this.unitOf(label)) || null;
    this.folds.box.checked = this.collapsed.size === data.groupNames.length;
    this.describe();
    this.pairsPanel.draw();
    this.redraw();
    if (!this.lassoed) this.refill();
    else this.showAll();
    this.share();
  }

  order(counts) {
    const { data, view } = this, { k } = data, labels = [...data.names.keys()];
    const n = labels.map((i) => sum(counts.subarray(i * k, i * k + k))), recall = (i) => (n[i] ? counts[i * k + i] / n[i] : 2);
    if (view.order === "similarity") return data.order[view.stream][view.split];
    const by = { group: (a, b) => data.groupOf[a] - data.groupOf[b], support: (a, b) => n[b] - n[a], recall: (a, b) => recall(a) - recall(b) }[view.order];
    return by ? labels.sort((a, b) => by(a, b) || a - b) : labels;
  }

  unitOf(label) { return this.units.findIndex((unit) => unit.classes.includes(label)); }

  /** What a cell shows, in counts or shares of the true class; in a difference this run minus the other. */
  value(i, j) {
    const { view, totals } = this, at = i * this.units.length + j, scale = view.mode === "share" ? totals[i] || 1 : 1;
    return (view.compare === "difference" ? this.counts[at] - this.before[at] : this.counts[at]) / scale;
  }

  look(i, j) {
    const { view, theme } = this, value = this.value(i, j), size = Math.abs(value);
    if (!value || (i === j && view.hide) || (view.threshold && size / (view.mode === "share" ? 1 : this.totals[i] || 1) < view.threshold)) return null;
    const kind = view.compare === "difference" ? "change" : i === j ? "right" : "wrong";
    let t = size / (this.largest[kind] || 1);
    if (view.log) t = Math.log1p(99 * t) / Math.log(100);
    const text = view.mode === "share" ? (size >= 0.095 ? Math.round(100 * size) : "") : size;
    if (kind !== "change") return { colour: ramp(theme.ramps[kind], 0.04 + 0.96 * t), text };
    return { colour: ramp(theme.ramps.change, 0.5 + (Math.sign(value) * t) / 2), text: text && (value > 0 ? `+${text}` : `−${text}`) };
  }

  say(i, j) {
    const { units, counts, totals, before } = this, at = i * units.length + j, [low, high] = wilson(counts[at], totals[i]);
    const what = i === j ? `${units[i].name}: right` : `${units[i].name} → ${units[j].name}:`;
    const rate = totals[i] ? `, ${percent(counts[at] / totals[i], 1)} [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]` : "";
    const whose = before && this.view.compare !== "other" ? `; other run: ${before[at]}` : "";
    return `${what} ${counts[at]} of ${totals[i]}${rate}${whose}`;
  }

  sayUnit(i) {
    const u = this.units.length, answered = sum(this.units.map((_, row) => this.counts[row * u + i]));
    const { name, group } = this.units[i];
    return `${name} (${this.data.groupNames[group]}): ${this.totals[i]} clips, answered ${answered} times`;
  }

  describe() {
    const { data, view } = this, n = sum(this.totals);
    const rows = data.rowsOf(view.split), label = data.array("label"), right = rows.reduce((all, row) => all + (this.answer(row) === label[row]), 0);
    const known = view.split === "test" && view.compare !== "other" && data.scores[view.stream], [low, high] = known?.[1] != null ? known.slice(1) : wilson(right, n);
    const range = n ? ` [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]` : "";
    this.title.replaceChildren(h("strong", {}, view.compare === "other" ? data.other : data.run), h("span", { class: "mg-faint" },
      `${data.dataset} · ${n} ${view.split} clips · top-1 ${n ? percent(right / n, 1) : "–"}${range}${known?.[1] != null ? ` over ${data.group_kind}s` : ""}`));
    const { right: best, wrong, change } = this.largest, text = (x) => (view.mode === "share" ? percent(x) : String(x));
    const key = (name, stops, from, to) => h("span", {}, name, h("em", {}, from), h("i", { style: `background:linear-gradient(90deg,${stops.join(",")})` }), h("em", {}, to));
    const { ramps } = this.theme;
    this.legend.replaceChildren(...(view.compare === "difference" ? [key("less ← → more", ramps.change, `−${text(change)}`, `+${text(change)}`)]
      : [key("right", ramps.right, "0", text(best)), key("confused", ramps.wrong, "0", text(wrong))]));
    this.says.textContent = this.chosen ? this.say(...this.chosen) : "";
  }

  // --------------------------------------------------------------------------------------------------- choosing

  answer(row) { return this.data.top(this.view.stream, this.view.compare === "other")[3 * row]; }

  confidence(row) { return this.data.array(`${this.view.compare === "other" ? "other/" : ""}${this.view.stream}/p`)[3 * row] / SHARE; }

  /** What a training clip was taken for, by epoch. */
  epochs(row) {
    const name = `${this.view.stream}/history`, place = this.data.places[row];
    if (!this.data.arrays[name] || place < 0) return null;
    const length = this.data.shape(name)[1];
    return this.data.array(name).subarray(place * length, (place + 1) * length);
  }

  fate(row) {
    const epochs = this.epochs(row), label = this.data.array("label")[row];
    return epochs ? ` · FN in ${epochs.filter((taken) => taken !== label && taken !== NONE).length}/${epochs.length}` : "";
  }

  /** Opens a cell [row, column] of the matrix. */
  choose(cell, clip) {
    this.chosen = cell;
    if (!this.labels || cell.some((at, axis) => at !== this.unitOf(this.labels[axis]))) this.labels = cell.map((at) => this.units[at].classes[0]);
    this.lassoed = false;
    this.refill(clip);
    this.share();
  }

  /** The clips of the chosen cell, sorted; where two runs are held against each other, of both. */
  refill(clip) {
    const { data, view, chosen, units } = this, rows = [];
    this.source = null;
    if (this.lassoed) rows.push(...this.rows);
    else if (chosen) {
      const [from, to] = chosen.map((at) => units[at].classes), take = (other) => {
        const cells = data.cells(view.split, view.stream, other), found = [];
        for (const i of from) for (const j of to) found.push(...cells.of(i, j));
        return found;
      };
      rows.push(...take(view.compare === "other"));
      if (view.compare === "difference") {
        const theirs = new Set(take(true)), mine = new Set(rows);
        this.source = Object.fromEntries(rows.map((row) => [row, theirs.has(row) ? "both runs" : "only this run"]));
        for (const row of theirs) if (!mine.has(row)) { rows.push(row); this.source[row] = "only the other run"; }
      }
    }
    const group = data.array("group"), sign = view.sort === "unsure" ? 1 : -1;
    rows.sort((a, b) => (view.sort === "group" ? group[a] - group[b] : 0) || sign * (this.confidence(a) - this.confidence(b)) || a - b);
    this.rows = rows;
    this.mixed = this.lassoed || (chosen && chosen.some((at) => units[at].classes.length > 1));
    this.clip = rows.includes(clip) ? clip : rows.length ? rows[0] : -1;
    this.list.box.scrollTop = 0;
    this.againstAt = 0;
    this.showAll();
  }

  chooseClip(row) {
    this.clip = row;
    this.againstAt = 0;
    this.list.reveal();
    this.showClips();
    this.list.draw();
    this.map.mark();
    this.mirror();
    this.share();
  }

  chooseFromMap(row) {
    this.choose([this.unitOf(this.data.array("label")[row]), this.unitOf(this.answer(row))], row);
    this.list.reveal();
    this.list.draw();
  }

  lasso(rows) {
    Object.assign(this, { lassoed: true, rows, chosen: null, labels: null });
    this.refill();
    this.share();
  }

  choosePair(first) {
    if (first !== undefined && this.pairs.length) this.choose([this.pairs[first].i, this.pairs[first].j]);
    else if (first !== undefined && this.units.length) this.choose([0, 0]);
    this.pairNumber = this.chosen ? this.pairs.findIndex(({ i, j }) => i === this.chosen[0] && j === this.chosen[1]) : -1;
    this.pairsPanel.mark();
  }

  /** To the next or previous confusion as the table is sorted. */
  step(by) {
    const n = this.pairs.length;
    if (n) this.pairsPanel.go(this.pairNumber < 0 ? 0 : (this.pairNumber + by + n) % n, false);
  }

  toggleGroup(group) {
    if (!this.collapsed.delete(group)) this.collapsed.add(group);
    this.recount();
  }

  /** Clips to hold against the chosen one: true positives of the class it was taken for, the surest first. */
  rivals() {
    const { data, view, clip } = this, label = data.array("label")[clip], answer = this.answer(clip);
    const rival = data.array(`${view.stream}/rival`)?.[clip];
    const column = this.chosen ? this.units[this.chosen[1]].classes : [label];
    const other = answer !== label ? answer : !column.includes(label) ? column[0] : rival !== undefined && rival !== NONE ? rival : label;
    const target = view.against === "own" ? label : other;
    const sure = (rows) => rows.filter((row) => row !== clip).sort((a, b) => this.confidence(b) - this.confidence(a) || a - b);
    for (const split of [view.split, ...data.splits]) {
      const rows = sure([...data.cells(split, view.stream, view.compare === "other").of(target, target)]);
      if (rows.length) return { rows, tag: `true positive of ${data.names[target]}` };
    }
    const rows = sure([...data.array("label").keys()].filter((row) => data.array("label")[row] === target));
    return { rows, tag: rows.length ? `labelled ${data.names[target]}; it has no true positive` : `no clip of ${data.names[target]}` };
  }

  nextAgainst(by) {
    this.againstAt += by;
    this.showClips();
    this.map.mark();
    this.mirror();
  }

  // ---------------------------------------------------------------------------------------------------- showing

  showAll() {
    this.says.textContent = this.lassoed ? `${this.rows.length} clips chosen on the map` : this.chosen ? this.say(...this.chosen) : "Choose a cell.";
    const [from, to] = this.chosen ? this.chosen.map((at) => this.units[at].name) : [];
    const name = this.lassoed ? "chosen on the map" : from === undefined ? "none" : from === to ? `${from}, right` : `${from} → ${to}`;
    this.listTitle.replaceChildren(h("span", { class: "mg-line", title: name }, name), h("em", {}, String(this.rows.length)));
    this.list.draw();
    this.choosePair();
    this.matrix.mark();
    this.showClips();
    this.map.mark();
    this.mirror();
  }

  showClips() {
    const { clip, data } = this;
    if (clip < 0) {
      this.against = -1;
      this.players.forEach((player) => player.show(-1, player.role));
    } else {
      const { rows, tag } = this.rivals(), n = rows.length;
      this.against = n ? rows[((this.againstAt % n) + n) % n] : -1;
      this.players[0].show(clip, this.verdict(clip));
      this.players[1].show(this.against, n > 1 ? `${tag}, ${((this.againstAt % n) + n) % n + 1} of ${n}` : tag);
      const at = this.rows.indexOf(clip);
      this.store.want(this.rows.slice(at + 1, at + 4)); // what comes next is at hand when it is wanted
    }
    this.clock.time = 0;
    this.form.show();
    this.showClock();
    this.clock.start();
  }

  verdict(row) {
    const { data, view } = this, right = this.answer(row) === data.array("label")[row];
    const theirs = view.compare === "difference" ? data.names[data.top(view.stream, true)[3 * row]] : "";
    return `chosen clip: ${right ? "right" : `taken for ${data.names[this.answer(row)]}`}${theirs && `; in the other run for ${theirs}`}`;
  }

  drawPlayers() {
    this.players.forEach((player) => player.draw());
    this.scrub.value = Math.min(1, this.clock.time / this.clock.length) * 1000;
    this.timeText.textContent = `${Math.min(this.clock.time, this.clock.length).toFixed(2)} / ${this.clock.length.toFixed(2)} s`;
    this.root.dataset.time = this.clock.time.toFixed(3);
  }

  showClock() {
    this.playButton.textContent = this.clock.playing ? "❚❚" : "▶";
    this.root.dataset.playing = this.clock.playing;
    this.drawPlayers();
  }

  redraw() {
    const { data } = this, about = data.maps[this.map.system] || {};
    this.describe();
    this.matrix.draw();
    this.matrix.mark();
    this.map.draw();
    this.kinds.replaceChildren(...(this.map.kinds().length > 1 ? this.map.kinds() : []).map((kind) => button(kind.toUpperCase(), `Show ${kind.toUpperCase()}`,
      () => { this.map.kind = kind; this.redraw(); }, { "aria-pressed": String(kind === this.map.kind) })));
    const trust = about[this.map.kind];
    this.trust.textContent = trust == null ? "" : `${this.map.kind.toUpperCase()}, trustworthiness ${trust.toFixed(2)}`;
    this.trust.title = "1: neighbours on the map are neighbours among the features; 15 neighbours, at most 800 clips";
    this.players.forEach((player) => player.row !== undefined && player.show(player.row, player.head.firstChild?.textContent || ""));
  }

  // ------------------------------------------------------------------------------------------------- the outside

  key(event) {
    event.stopPropagation();
    if (/INPUT|SELECT|TEXTAREA/.test(event.target.tagName) && event.target.type !== "checkbox") return;
    const keys = { n: () => this.step(1), p: () => this.step(-1), ",": () => this.nextAgainst(-1), ".": () => this.nextAgainst(1),
      " ": () => (event.target.tagName === "BUTTON" || event.target.type === "checkbox" ? null : this.clock.toggle() || true) };
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    if (keys[event.key]() !== null) event.preventDefault();
  }

  /** The state in attributes: a canvas has none that a test or a screen reader could see. */
  mirror() {
    const { data, view, root } = this, id = (row) => (row < 0 ? "" : data.ids[row]);
    Object.assign(root.dataset, { split: view.split, stream: view.stream, compare: view.compare, order: view.order, cell: this.chosen?.map((at) => this.units[at].key).join(">") || "",
      units: this.units.length, list: this.rows.length, clip: id(this.clip), against: id(this.against), pairs: this.pairs.length,
      pair: this.pairNumber, noted: Object.keys(this.notes()).length });
  }

  /** Tells Python what is looked at, once the reader rests. */
  share() {
    clearTimeout(this.sharing);
    this.sharing = setTimeout(() => {
      const { split, stream, compare } = this.view, kept = this.model.get("view");
      const cell = this.chosen?.map((at) => this.units[at].classes) || [];
      this.sent = JSON.stringify([split, stream, cell]);
      this.model.set("view", { ...kept, split, stream, compare, cell });
      this.model.set("selected", [...this.rows]);
      this.model.save_changes();
    }, 250);
  }

  /** Goes where Python, or the last view of this widget, points: view.cell = [[true classes], [answers]]. */
  openGiven({ split, stream, cell }) {
    if (!cell?.length || this.sent === JSON.stringify([split, stream, cell])) return;
    if (split !== this.view.split || stream !== this.view.stream) { Object.assign(this.view, { split, stream }); this.recount(); }
    this.choose(cell.map((labels) => this.unitOf(labels[0])));
  }
}

function render({ model, el }) {
  const app = new Explorer(model, el);
  return () => app.close();
}

export default { render };
