// What happens around the explorer: its panels are resized, come into sight, and the host changes its theme.

/** What hosts say their theme with. */
const THEME_MARKS = ["class", "data-jp-theme-name", "data-jp-theme-light", "data-theme"];
const LATE = [0, 150, 600]; // milliseconds: a theme's style sheet may come late

/**
 * @param {Map<Element, () => void>} panels What to do when an element is resized.
 * @returns {() => void} Ends it.
 */
export function watchSizes(panels) {
  const observer = new ResizeObserver((entries) => entries.forEach(({ target }) => panels.get(target)?.()));
  panels.forEach((_, element) => observer.observe(element));
  return () => observer.disconnect();
}

/**
 * @param {Element} element
 * @param {(isInSight: boolean) => void} onchange
 * @returns {() => void} Ends it.
 */
export function watchSight(element, onchange) {
  const observer = new IntersectionObserver(([{ isIntersecting }]) => onchange(isIntersecting));
  observer.observe(element);
  return () => observer.disconnect();
}

/**
 * @param {() => void} onchange
 * @returns {() => void} Ends it.
 */
export function watchTheme(onchange) {
  const later = () => LATE.forEach((wait) => setTimeout(onchange, wait));
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
