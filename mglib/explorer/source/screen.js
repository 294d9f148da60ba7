// The whole screen for the explorer.

import { button, press } from "./dom.js";

/**
 * @param {HTMLElement} root
 * @param {(sentence: string) => void} onrefusal
 */
export function screenButton(root, onrefusal) {
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
