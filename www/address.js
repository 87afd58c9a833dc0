/** Address: keeps the URL's hash in step with what is loaded, and hears when it is changed from outside. */

/** @import { Shared } from "./state.js" */
import { decodeHash, encodeHash, LinkTooLongError } from "./state.js";

/** Browsers allow few changes of the address a second, and a slider makes many. */
const WRITE_AFTER_MS = 400;

/**
 * @typedef {object} Address
 * @property {() => Promise<Shared | null>} read Rejects with a LinkError.
 * @property {(shared: Shared) => void} write Soon, the last one wins; the reader's way back stays as it is.
 * @property {(shared: Shared) => void} push At once, as a step that the reader can take back.
 * @property {(shared: Shared) => void} visit As a link does that the reader follows: it is heard as a change.
 * @property {(shared: Shared) => Promise<string>} linkTo Rejects with a LinkTooLongError.
 */

/**
 * @typedef {object} Listener
 * @property {() => void} changed Somebody else changed the hash.
 * @property {() => void} written The address holds what is loaded.
 * @property {(error: LinkTooLongError) => void} refused It cannot: it is empty now, rather than that of something else.
 */

/** @param {Listener} listener @returns {Address} */
export const createAddress = ({ changed, written, refused }) => {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  addEventListener("hashchange", () => {
    clearTimeout(timer);
    changed();
  });

  /** @param {Shared} shared */
  const linkTo = async (shared) => new URL(`#${await encodeHash(shared)}`, location.href).href;

  /** One after the other: the packing of one may be done before that of the last. */
  let writing = Promise.resolve();
  /** @param {Shared} shared @param {(link: string) => void} put */
  const write = (shared, put) => {
    clearTimeout(timer);
    writing = writing.catch(() => {}).then(() => linkTo(shared)).then((link) => {
      put(link);
      written();
    }).catch((error) => {
      if (!(error instanceof LinkTooLongError)) throw error;
      history.replaceState(null, "", location.pathname + location.search);
      refused(error);
    });
  };

  return {
    read: () => decodeHash(location.hash),
    write: (shared) => {
      clearTimeout(timer);
      timer = setTimeout(() => write(shared, (link) => history.replaceState(null, "", link)), WRITE_AFTER_MS);
    },
    // Unlike an assignment, neither of these raises a hashchange.
    push: (shared) => write(shared, (link) => history.pushState(null, "", link)),
    visit: (shared) => write(shared, (link) => location.assign(link)),
    linkTo,
  };
};
