/**
 * Examples: the scenarios that come with the page, by name and edition; a preset is one with a text, code and cases, in a
 * folder of its own. What was ever linked stays as it was.
 */

/**
 * @typedef {object} Example
 * @property {string} name
 * @property {number} edition A text that changes gets a new one; the old file stays for old links.
 * @property {string} file
 * @property {string} title Short, for a menu.
 * @property {string | null} group Of a preset; null for a bare example.
 * @property {boolean} [tour] Whether the preset carries a guided tour.
 * @property {boolean} isOld Whether there is a newer edition, to which the rest of the folder belongs.
 */

/** @typedef {{ group: string, presets: Array<{ name: string, edition: number, title: string, tour?: boolean }> }} Group */

/** @param {Example} example */
export const exampleKey = ({ name, edition }) => `${name}@${edition}`;

/** @param {string} address @returns {Promise<Response>} Rejects with one sentence; its cause is the status, 0 without an answer. */
export const fetched = async (address) => {
  const response = await fetch(new URL(address, import.meta.url)).catch(() => null);
  const status = response?.status ?? 0;
  if (!response?.ok) throw new Error(`The server did not give ${address}${status === 0 ? "" : ` (${status})`}.`, { cause: status });
  return response;
};

/** @param {readonly Group[]} groups @returns {Example[]} */
export const presetsOf = (groups) => groups.flatMap(({ group, presets }) => presets.map((preset) =>
  ({ ...preset, group, file: `./presets/${preset.name}/scenario.hw`, isOld: false })));

/** The examples, then the presets by group. @returns {Promise<Example[]>} */
export const fetchExamples = async () => {
  const examples = fetched("./examples/index.json").then((index) => index.json());
  // Without their list the page still has its examples.
  const presets = fetched("./presets/index.json").then((index) => index.json()).then(presetsOf).catch(() => []);
  return [
    ...(await examples).map((/** @type {Example} */ one) => ({ ...one, group: null, file: `./examples/${one.file}`, isOld: false })),
    ...await presets,
  ];
};

/** @param {readonly Example[]} examples @param {string} key @returns {Example | null} */
export const findExample = (examples, key) => {
  const found = examples.find((one) => exampleKey(one) === key);
  if (found) return found;
  const [, name, digits] = /^(.+)@(\d+)$/.exec(key) ?? [];
  const edition = Number(digits);
  const newer = examples.find((one) => one.name === name && one.group !== null && edition >= 1 && edition < one.edition);
  return newer ? { ...newer, edition, file: newer.file.replace(/\.hw$/, `@${edition}.hw`), isOld: true } : null;
};

/** @param {Example} example @returns {Promise<string>} */
export const fetchExampleText = async ({ file }) => (await fetched(file)).text();
