/** Examples: the scenarios that come with the page, by name and edition. What was ever linked stays as it was. */

/**
 * @typedef {object} Example
 * @property {string} name
 * @property {number} edition A text that changes gets a new one; the old file stays for old links.
 * @property {string} file
 * @property {string} title Short, for a menu.
 * @property {boolean} runs False while the engine lacks what it needs.
 */

/** @param {Example} example */
export const exampleKey = ({ name, edition }) => `${name}@${edition}`;

/** @param {string} address */
const fetched = async (address) => {
  const response = await fetch(new URL(address, import.meta.url));
  if (!response.ok) throw new Error(`The server did not give ${address} (${response.status}).`);
  return response;
};

/** @returns {Promise<Example[]>} */
export const fetchExamples = async () => (await fetched("./examples/index.json")).json();

/** @param {Example} example @returns {Promise<string>} */
export const fetchExampleText = async ({ file }) => (await fetched(`./examples/${file}`)).text();
