// Writes the bundle that Python ships: node bundle.js [PATH]

import { build } from "esbuild";

await build({
  entryPoints: ["index.js"],
  absWorkingDir: import.meta.dirname,
  outfile: process.argv[2] ?? "../explorer.js",
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
