// An exported time line: does what a kernel would do. Keeps corrections in the browser.

import { decode, find, followScheme, inflate } from "../content.js";
import { recall, remember } from "../memory.js";
import { render } from "./app.js";
import { PageModel } from "./host.js";

const KEPT = "kept in this browser; download to keep";
const NOT_KEPT = "kept in this page only; download to keep";

/** Shows the page's time line. */
export async function openPage() {
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
