// What the bundle offers: `render` to a notebook, `openPage` to an exported page.

export { render } from "./app.js";
export { openPage } from "./page.js";
