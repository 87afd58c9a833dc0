/** Address: keeps the URL's hash in step with what is loaded, and hears when it is changed from outside. */

/** @import { Shared } from "./state.js" */
import { decodeHash, encodeHash } from "./state.js";

/** Browsers allow few changes of the address a second, and a slider makes many. */
const WRITE_AFTER_MS = 400;

/**
 * @typedef {object} Address
 * @property {() => Promise<Shared | null>} read Rejects with a LinkError.
 * @property {(shared: Shared) => void} write Soon, the last one wins; the reader's way back stays as it is.
 * @property {(shared: Shared) => Promise<string>} linkTo
 */

/**
 * @param {() => void} changed Called when somebody else changed the hash.
 * @returns {Address}
 */
export const createAddress = (changed) => {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  addEventListener("hashchange", () => {
    clearTimeout(timer);
    changed();
  });

  /** @param {Shared} shared */
  const linkTo = async (shared) => new URL(`#${await encodeHash(shared)}`, location.href).href;

  return {
    read: () => decodeHash(location.hash),
    write: (shared) => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        // Unlike an assignment, this raises no hashchange.
        history.replaceState(null, "", await linkTo(shared));
      }, WRITE_AFTER_MS);
    },
    linkTo,
  };
};
