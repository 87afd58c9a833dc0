// Where pressure is and where it comes from. A route is under pressure while who sends on it is held up by its target,
// and so is the way out of a store whose senders wait, unless its receivers are idle. Who takes from such a route and is
// not held up itself sets the pace. Pure: readings and time in, shares out; short changes are smoothed away.

/** @import { Crew, Permits, Tank } from "./words.js" */
/** @import { Route } from "./types.js" */

/** @typedef {{ crew: (id: string) => Crew|undefined, tank: (id: string) => Tank|undefined, permits: (id: string) => Permits|undefined }} Readings */
/** For each route 0 (none) to 3; who sets the pace. `against`: pressure runs against the way of travel. @typedef {{ degree: (routeId: string) => number, against: (routeId: string) => boolean, setsPace: (nodeId: string) => boolean }} Pressure */

const MEMORY_MS = 550;
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
export const pressedRoutes = (routes, readings) => {
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
    if (blocked || heeds) {
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
 * @returns {{ advance: (readings: Readings, timeNs: number, wallMs: number) => Pressure }}
 */
export const createPressure = (routes) => {
  /** @type {Map<string, number>} */
  const shares = new Map();
  /** @type {Set<string>} */
  const on = new Set();
  let lastMs = NaN;
  let lastNs = NaN;

  const follow = (/** @type {Route} */ route, /** @type {boolean} */ pressed, /** @type {number} */ keep) => {
    const was = shares.get(route.id) ?? 0;
    // While the simulation stands still, what is held up shows at once and what was shown stays.
    const share = keep < 1 ? (pressed ? 1 : 0) * (1 - keep) + was * keep : pressed ? Math.max(was, 0.5) : was;
    shares.set(route.id, share);
    if (share > ON) on.add(route.id);
    if (share < OFF) on.delete(route.id);
  };

  /** @param {Readings} readings @param {number} timeNs @param {number} wallMs */
  const advance = (readings, timeNs, wallMs) => {
    if (timeNs < lastNs) {
      shares.clear();
      on.clear();
    }
    const stepMs = Math.min(LONGEST_STEP_MS, Math.max(0, wallMs - lastMs || 0));
    const keep = timeNs === lastNs ? 1 : Math.exp(-stepMs / MEMORY_MS);
    lastMs = wallMs;
    lastNs = timeNs;
    const pressed = pressedRoutes(routes, readings);
    for (const route of routes) follow(route, pressed.has(route.id), keep);

    const heldUp = new Set(routes.filter((route) => on.has(route.id)).map((route) => (carriesPermits(route) ? route.target : route.source)));
    const pressing = routes.filter((route) => on.has(route.id)).map((route) => (carriesPermits(route) ? route.source : route.target));
    const pace = new Set(pressing.filter((id) => !heldUp.has(id)));
    return {
      degree: (/** @type {string} */ id) => (on.has(id) ? 1 + DEGREES.filter((limit) => (shares.get(id) ?? 0) > limit).length : 0),
      against: (/** @type {string} */ id) => !routes.some((route) => route.id === id && carriesPermits(route)),
      setsPace: (/** @type {string} */ id) => pace.has(id),
    };
  };
  return { advance };
};
