// Writes the bundles that Python ships, the explorer's and the time line's beside it: node bundle.js [PATH]

import { dirname, join } from "node:path";

import { build } from "esbuild";

const explorer = process.argv[2] ?? "../explorer.js";
const bundles = { "index.js": explorer, "timeline/index.js": join(dirname(explorer), "timeline.js") };
for (const [entry, outfile] of Object.entries(bundles)) {
  await build({
    entryPoints: [entry],
    absWorkingDir: import.meta.dirname,
    outfile,
    bundle: true,
    charset: "utf8",
    target: "es2022",
    logLevel: "warning",
    // One name, `explorer`, and one export: anywidget imports the file, an exported page has it inline.
    format: "iife",
    globalName: "explorer",
    banner: { js: '// Written by "make explorer" from source/; change it there.' },
    footer: { js: "export default explorer;" },
  });
}
