/** Goals: what the scenario expects of a finished run, and whether it was so. */

/** @import { Expectation } from "./edge.js" */
import { element, setText } from "./dom.js";

/**
 * @param {HTMLElement} list
 * @returns {{ begin: (expectations: readonly string[]) => void, show: (expectations: readonly Expectation[], isFinal: boolean, isMeant: (text: string) => boolean) => void }} `isMeant`: whether a goal is to be missed here.
 */
export const createGoals = (list) => {
  /** @type {Array<{ item: HTMLElement, state: HTMLElement }>} */
  let goals = [];
  return {
    begin: (expectations) => {
      goals = expectations.map((text) => {
        const state = element("span", { class: "goal-state" });
        return { item: element("li", {}, element("code", {}, text), " ", state), state };
      });
      list.replaceChildren(...goals.map(({ item }) => item));
    },
    show: (expectations, isFinal, isMeant) => expectations.forEach(({ text, met }, at) => {
      const goal = goals[at];
      if (!goal) return;
      const isAsMeant = !met && isMeant(text);
      goal.item.className = `${met ? "is-met" : "is-missed"}${isFinal ? " is-final" : ""}${isAsMeant ? " is-meant" : ""}`;
      const words = isFinal ? (met ? "met" : "missed") : (met ? "holds so far" : "not so far");
      setText(goal.state, isAsMeant ? `${words}, as meant here` : words);
    }),
  };
};
