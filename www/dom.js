/** Dom: the few words in which the page builds and finds elements. */

/**
 * An element with attributes and children. `class` and other attributes by their HTML names; null leaves one out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | null>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null) made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
};

/**
 * An element that the page's own HTML has; its absence is our mistake.
 * @template {Element} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export const byId = (id, kind) => {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new TypeError(`the page has no ${kind.name} #${id}`);
  return found;
};

/** Styles that the page has no use for before. Rejects with one sentence. @param {URL} address @returns {Promise<unknown>} */
export const loadStyles = (address) => new Promise((resolve, reject) => {
  const link = element("link", { rel: "stylesheet", href: address.href });
  link.addEventListener("load", resolve);
  link.addEventListener("error", () => reject(new Error(`The server did not give ${address.pathname.replace(/^.*\//, "./")}.`)));
  document.head.append(link);
});

/** Writes a text only when it changed: most numbers stand still most of the time. @param {Node} node @param {string} text */
export const setText = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

/** Words of which those between back quotes are code, as children for an element. @param {string} text */
export const withCode = (text) => text.split("`").map((part, at) => (at % 2 === 1 ? element("code", {}, part) : part));
