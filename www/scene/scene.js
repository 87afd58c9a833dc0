// The scene: stores as tanks, resources as slots, processes as crews, and what moves between them. This is its door.
// `update` draws one frame; `wallMs` is the viewer's clock and moves dots, never the simulation.

/** @import { Description } from "./types.js" */
/** @import { Options, Scene } from "./stage.js" */

import * as dagre from "../vendor/dagre.js";
import { createStage } from "./stage.js";

/**
 * @param {HTMLElement} container the scene fills its width and sets its height; below 640 px it runs from top to bottom
 * @param {Description} description of the run, from the edge
 * @param {Options} options `reducedMotion`: nothing travels; levels and numbers still change
 * @returns {Scene}
 */
export const createScene = (container, description, options) => createStage(container, description, options, dagre);
