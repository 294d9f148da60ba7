// What the browser remembers, where it may: small objects by name. Private windows may refuse.

/**
 * @param {string} place
 * @returns {Record<string, any>} Empty where nothing is remembered.
 */
export function recall(place) {
  try {
    return JSON.parse(localStorage.getItem(place) ?? "{}") || {};
  } catch {
    return {};
  }
}

/**
 * @param {string} place
 * @param {Record<string, any>} values Nothing in it forgets the place.
 * @returns {boolean} Whether it is remembered.
 */
export function remember(place, values) {
  try {
    if (Object.keys(values).length) localStorage.setItem(place, JSON.stringify(values));
    else localStorage.removeItem(place);
    return true;
  } catch {
    return false;
  }
}
