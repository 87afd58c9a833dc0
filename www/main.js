/** The page's start: loads the engine and shows its version. */
import init, { version } from './wasm/highwater.js';

await init();
const output = document.querySelector('#version');
if (output) output.textContent = version();
