// Tables as CSV, and files for the reader to keep.

import { h } from "./dom.js";

/** @param {unknown} value */
const quote = (value) => `"${String(value ?? "").replaceAll('"', '""')}"`;

/**
 * @param {string[]} columns
 * @param {unknown[][]} rows
 */
export const csv = (columns, rows) =>
  `${columns.join(",")}\n${rows.map((row) => `${row.map(quote).join(",")}\n`).join("")}`;

/**
 * @param {string} name
 * @param {Blob} content
 */
export function saveFile(name, content) {
  const href = URL.createObjectURL(content);
  h("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
}

/** @param {string} table */
export const csvBlob = (table) => new Blob([table], { type: "text/csv" });
