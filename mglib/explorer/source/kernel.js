// Whether a kernel listens: what hosts say of it, and the mark that Jupyter puts on widgets whose kernel is gone.

/** @typedef {import("./link.js").Model} Model */

const GONE = "jupyter-widgets-disconnected"; // Jupyter's class, of a widget that no kernel knows
const DEAD = new Set(["dead", "terminating", "restarting", "autorestarting"]); // states of a kernel, as Jupyter has them
const LATE = [0, 150, 600]; // milliseconds: a widget is marked late, at its first display

/**
 * @param {Model} model
 * @param {Element} root
 * @param {() => void} onloss The kernel that knew this explorer is gone, for good.
 * @param {() => void} onreturn The connection is back, to the same kernel.
 * @returns {() => void} Ends it.
 */
export function watchKernel(model, root, onloss, onreturn) {
  const look = () => root.closest(`.${GONE}`) && onloss();
  const lookLater = () => LATE.forEach((wait) => setTimeout(look, wait));
  const hearStatus = (/** @type {unknown} */ _, /** @type {string} */ status) => DEAD.has(status) && onloss();
  const hearConnection = (/** @type {unknown} */ _, /** @type {string} */ status) =>
    status === "connected" && onreturn();
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
