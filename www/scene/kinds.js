// Which module draws which kind of node. A new kind is a file and a line here.

/** @import { Kind } from "../edge.js" */
/** @import { Drawer, Easel } from "./node.js" */

import { createChannel } from "./channel.js";
import { createCpu } from "./cpu.js";
import { createGeneric } from "./generic.js";
import { createGroup } from "./group.js";
import { createMemory } from "./memory.js";
import { createProcess } from "./process.js";
import { createQueue } from "./queue.js";
import { createResource } from "./resource.js";
import { createTable } from "./table.js";
import { createTopic } from "./topic.js";

/** @type {Partial<Record<Kind, (easel: Easel) => Drawer>>} */
const DRAWERS = {
  at: createProcess,
  channel: createChannel,
  cpu: createCpu,
  group: createGroup,
  memory: createMemory,
  process: createProcess,
  queue: createQueue,
  resource: createResource,
  table: createTable,
  task: createProcess,
  topic: createTopic,
};

/** @param {Kind} kind */
export const drawerFor = (kind) => DRAWERS[kind] ?? createGeneric;
