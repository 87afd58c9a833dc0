/** Goals: what the scenario expects of a finished run, and whether it was so. */

/** @import { Expectation } from "./edge.js" */
import { element, setText } from "./dom.js";
import { whole } from "./format.js";
import { LISTED_MAX } from "./limits.js";

/** Those that have no place of their own, in one sentence. @param {readonly Expectation[]} others @param {boolean} isFinal */
const othersText = (others, isFinal) => {
  const missed = others.filter(({ met }) => !met).length;
  return `${whole(others.length)} more, ${missed === 0 ? "none" : whole(missed)} of them ${isFinal ? "missed" : "not so far"}`;
};

/**
 * @param {HTMLElement} list
 * @returns {{ begin: (expectations: readonly string[]) => void, show: (expectations: readonly Expectation[], isFinal: boolean, isMeant: (text: string) => boolean) => void }} `isMeant`: whether a goal is to be missed here.
 */
export const createGoals = (list) => {
  /** @type {Array<{ item: HTMLElement, state: HTMLElement }>} */
  let goals = [];
  const rest = element("li");
  return {
    begin: (expectations) => {
      goals = expectations.slice(0, LISTED_MAX).map((text) => {
        const state = element("span", { class: "goal-state" });
        return { item: element("li", {}, element("code", {}, text), " ", state), state };
      });
      setText(rest, "");
      list.replaceChildren(...goals.map(({ item }) => item), ...(expectations.length > goals.length ? [rest] : []));
    },
    show: (expectations, isFinal, isMeant) => {
      setText(rest, othersText(expectations.slice(goals.length), isFinal));
      expectations.slice(0, goals.length).forEach(({ text, met }, at) => {
        const goal = goals[at];
        if (!goal) return;
        const isAsMeant = !met && isMeant(text);
        goal.item.className = `${met ? "is-met" : "is-missed"}${isFinal ? " is-final" : ""}${isAsMeant ? " is-meant" : ""}`;
        const words = isFinal ? (met ? "met" : "missed") : (met ? "holds so far" : "not so far");
        setText(goal.state, isAsMeant ? `${words}, as meant here` : words);
      });
    },
  };
};
