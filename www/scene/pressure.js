// Where pressure is and where it comes from. A route is under pressure while who sends on it is held up by its target,
// and so is the way out of a store whose senders wait, unless its receivers are idle. Who takes from such a route and is
// not held up itself sets the pace. Pure: readings and time in, shares out; short changes are smoothed away.

/** @import { Cores, Crew, Permits, Tank } from "./words.js" */
/** @import { Route } from "./types.js" */

/** @typedef {{ crew: (id: string) => Crew|undefined, tank: (id: string) => Tank|undefined, permits: (id: string) => Permits|undefined, cores: (id: string) => Cores|undefined }} Readings */
/** For each route 0 (none) to 3; who sets the pace. `against`: pressure runs against the way of travel. @typedef {{ degree: (routeId: string) => number, against: (routeId: string) => boolean, setsPace: (nodeId: string) => boolean }} Pressure */

const MEMORY_MS = 550;
// Who sets the pace is told of what lasts: in a balanced chain chance would name another one every second.
const PACE_MEMORY_MS = 1500;
const PRESSES = 0.25;
const IS_HELD_UP = 0.1;
const LONGEST_STEP_MS = 250;
const ON = 0.15;
const OFF = 0.06;
const DEGREES = [0.35, 0.7];

/** @param {Route} route */
const takesPermits = (route) => route.verbs.some((verb) => verb === "acquire" || verb === "with");
/** Permits and the pressure of those who wait for them travel the same way. @param {Route} route */
const carriesPermits = (route) => takesPermits(route) || route.verbs.includes("release");

/**
 * Which routes are under pressure at this instant.
 * @param {ReadonlyArray<Route>} routes @param {Readings} readings
 * @returns {Set<string>}
 */
const pressedRoutes = (routes, readings) => {
  /** @type {Set<string>} */
  const pressed = new Set();
  /** @type {Set<string>} */
  const stores = new Set();
  for (const route of routes) {
    const crew = readings.crew(route.source);
    const tank = readings.tank(route.target);
    const blocked = crew && tank && crew.sending > 0 && tank.waitingSenders > 0;
    // Past a mark nobody is stopped: those who look at it wait on their own account.
    const heeds = crew && tank && tank.isMark && tank.full && crew.awaiting > 0;
    const cores = readings.cores(route.target);
    const offCore = crew && cores && crew.cpu > 0 && cores.waiting > 0;
    if (blocked || heeds || offCore) {
      pressed.add(route.id);
      stores.add(route.target);
    }
    const permits = readings.permits(route.source);
    const waiter = readings.crew(route.target);
    if (takesPermits(route) && permits && waiter && permits.waiting > 0 && waiter.resource > 0) {
      pressed.add(route.id);
      stores.add(route.source);
    }
  }
  for (const route of routes) {
    const receiver = readings.crew(route.target);
    const takes = stores.has(route.source) && receiver && receiver.receiving === 0;
    if (takes && !carriesPermits(route) && !pressed.has(`${route.target}>${route.source}`)) pressed.add(route.id);
    // Credits: who gives them back, unless it is starved itself, is who holds up those who wait for them.
    const giver = readings.crew(route.source);
    if (route.verbs.includes("release") && stores.has(route.target) && giver && giver.receiving === 0) pressed.add(route.id);
  }
  return pressed;
};

/**
 * @param {ReadonlyArray<Route>} routes
 * @returns {{ advance: (readings: Readings, timeNs: number, wallMs: number, ended: boolean) => Pressure }}
 */
export const createPressure = (routes) => {
  const current = createShares(routes);
  const lasting = createShares(routes);
  /** @type {Set<string>} */
  const on = new Set();
  let lastMs = NaN;
  let lastNs = NaN;

  const settle = (/** @type {Route} */ { id }) => {
    if (current.of(id) > ON) on.add(id);
    if (current.of(id) < OFF) on.delete(id);
  };

  /** @returns {Set<string>} who presses and is not held up itself */
  const pacers = () => {
    const heldUp = new Set(routes.filter((route) => lasting.of(route.id) > IS_HELD_UP).map((route) => (carriesPermits(route) ? route.target : route.source)));
    const pressing = routes.filter((route) => lasting.of(route.id) > PRESSES).map((route) => (carriesPermits(route) ? route.source : route.target));
    return new Set(pressing.filter((id) => !heldUp.has(id)));
  };

  /** @param {Readings} readings @param {number} timeNs @param {number} wallMs @param {boolean} ended whether nothing will happen again */
  const advance = (readings, timeNs, wallMs, ended) => {
    if (timeNs < lastNs) {
      current.clear();
      lasting.clear();
      on.clear();
    }
    const stepMs = timeNs === lastNs && !ended ? 0 : Math.min(LONGEST_STEP_MS, Math.max(0, wallMs - lastMs || 0));
    lastMs = wallMs;
    lastNs = timeNs;
    const pressed = pressedRoutes(routes, readings);
    current.follow(pressed, Math.exp(-stepMs / MEMORY_MS));
    lasting.follow(pressed, Math.exp(-stepMs / PACE_MEMORY_MS));
    routes.forEach(settle);
    const pace = pacers();
    return {
      degree: (/** @type {string} */ id) => (on.has(id) ? 1 + DEGREES.filter((limit) => current.of(id) > limit).length : 0),
      against: (/** @type {string} */ id) => !routes.some((route) => route.id === id && carriesPermits(route)),
      setsPace: (/** @type {string} */ id) => pace.has(id),
    };
  };
  return { advance };
};

/**
 * For each route the share of recent time in which it was pressed.
 * @param {ReadonlyArray<Route>} routes
 */
const createShares = (routes) => {
  /** @type {Map<string, number>} */
  const shares = new Map();
  const of = (/** @type {string} */ id) => shares.get(id) ?? 0;
  /** @param {ReadonlySet<string>} pressed @param {number} keep what the past still weighs; 1 while the simulation stands still */
  const follow = (pressed, keep) => {
    for (const { id } of routes) {
      const now = pressed.has(id) ? 1 : 0;
      // Standing still, what is held up shows at once and what was shown stays.
      shares.set(id, keep < 1 ? now * (1 - keep) + of(id) * keep : Math.max(of(id), now * 0.5));
    }
  };
  return { of, follow, clear: () => shares.clear() };
};
