/** Tabs: one of several things to see at a place. Arrow keys go from one to the next, as the pattern for tabs has it. */

import { element } from "./dom.js";

/** @type {Readonly<Record<string, (at: number, count: number) => number>>} Where a key leads. */
const MOVES = {
  ArrowRight: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/**
 * @param {string} label
 * @param {readonly string[]} names
 * @param {string} panelId What the tabs choose the contents of.
 * @param {(at: number) => void} chosen
 * @returns {{ list: HTMLElement, tabs: HTMLElement[], choose: (at: number) => void }}
 */
export const createTabs = (label, names, panelId, chosen) => {
  const tabs = names.map((name, at) => element("button", { type: "button", role: "tab", id: `${panelId}-tab-${at}`, class: "tab", "aria-controls": panelId }, name));
  const list = element("div", { role: "tablist", class: "tabs", "aria-label": label }, ...tabs);
  /** @param {number} at */
  const choose = (at) => {
    tabs.forEach((tab, index) => {
      tab.setAttribute("aria-selected", String(index === at));
      tab.tabIndex = index === at ? 0 : -1;
    });
    chosen(at);
  };
  tabs.forEach((tab, at) => {
    tab.addEventListener("click", () => choose(at));
    tab.addEventListener("keydown", (event) => {
      const next = MOVES[event.key]?.(at, tabs.length);
      if (next === undefined) return;
      event.preventDefault();
      choose(next);
      tabs[next]?.focus();
    });
  });
  return { list, tabs, choose };
};
