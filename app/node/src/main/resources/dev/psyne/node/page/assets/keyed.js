// Elements that stand for items, kept while their item is there: what a reader has focused or selected stays as it is.

/**
 * Makes the children of `list` one for each of `items`, in their order. `keyOf(item)` tells them apart, `make()` gives a new
 * element, `show(element, item)` brings one up to date.
 */
export function keyed(list, items, keyOf, make, show) {
  const known = new Map([...list.children].map(element => [element.dataset.key, element]));
  const keys = distinct(items.map(keyOf));
  const wanted = new Set(keys);
  for (const [key, element] of known) if (!wanted.has(key)) element.remove();
  items.forEach((item, i) => {
    const key = keys[i];
    let element = known.get(key);
    if (!element) {
      element = make();
      element.dataset.key = key;
    }
    if (list.children[i] !== element) list.insertBefore(element, list.children[i] ?? null);
    show(element, item);
  });
}

/** The keys, with a number at each that has come before. */
function distinct(keys) {
  const times = new Map();
  return keys.map(key => {
    const before = times.get(key) ?? 0;
    times.set(key, before + 1);
    return before === 0 ? key : `${key}\n${before}`;
  });
}

/** Writes a text where it is another one: the page is laid out anew only for what has changed. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
