// What an exported page holds: parts by their ids, unpacked; and its theme.

/**
 * Dark or light as the system is, until the reader decides.
 *
 * @param {HTMLElement} button
 */
export function followScheme(button) {
  const { dataset } = document.documentElement;
  dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  button.onclick = () => (dataset.theme = dataset.theme === "dark" ? "light" : "dark");
}

/** @param {string} id */
export const find = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {string} text Base64. */
export const decode = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/** @param {Uint8Array<ArrayBuffer>} bytes */
export async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new DataView(await new Response(stream).arrayBuffer());
}
