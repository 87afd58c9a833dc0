// Which module draws which kind of node. A new kind is a file and a line here.

/** @import { Kind } from "../edge.js" */
/** @import { Drawer, Easel } from "./node.js" */

import { createChannel } from "./channel.js";
import { createCpu } from "./cpu.js";
import { createGeneric } from "./generic.js";
import { createMemory } from "./memory.js";
import { createProcess } from "./process.js";
import { createResource } from "./resource.js";

/** @type {Partial<Record<Kind, (easel: Easel) => Drawer>>} */
const DRAWERS = {
  at: createProcess,
  channel: createChannel,
  cpu: createCpu,
  memory: createMemory,
  process: createProcess,
  resource: createResource,
  task: createProcess,
};

/** @param {Kind} kind */
export const drawerFor = (kind) => DRAWERS[kind] ?? createGeneric;
