/** Tour view: the panel above the laboratory on which a tour asks, says what an answer means, and leads to what shows it. */

/** @import { Answer, Place, Sight, Tour, View } from "./tour.js" */
import { byId, element, loadStyles, setText, withCode } from "./dom.js";
import { answered, atSight, pathOf } from "./tour.js";

/**
 * @typedef {object} Actions
 * @property {(place: Place | null) => void} go Null: the reader leaves.
 * @property {() => void} restart
 * @property {(preset: string) => string | null} titleOf Null if the page does not have it.
 * @property {(sight: Sight, place: Place) => void} open The preset in the laboratory; the place is the one where it is open.
 */

/**
 * @typedef {object} TourView
 * @property {(tour: Tour, place: Place, view: View, here: string | null) => void} show `here`: the preset that the laboratory shows.
 * @property {(tour: Tour) => void} offer
 * @property {() => void} hide
 */

/** @param {string} name @param {() => void} pressed @param {string | null} [style] */
const button = (name, pressed, style = null) => {
  const made = element("button", { type: "button", class: style }, ...withCode(name));
  made.addEventListener("click", () => {
    // Safari does not do so itself, and the focus says that the reader acts here.
    made.focus({ preventScroll: true });
    pressed();
  });
  return made;
};

/** @param {Actions} actions @returns {Promise<TourView>} */
export const createTourView = async ({ go, restart, titleOf, open: openSight }) => {
  await loadStyles(new URL("./tour.css", import.meta.url));
  const panel = byId("tour", HTMLElement);
  const heading = element("h2", { id: "tour-heading", tabindex: -1 });
  const leave = button("Leave the tour", () => go(null), "quiet");
  const bar = element("div", { class: "row" }, heading, leave);
  const body = element("div", { class: "tour-body" });
  // For those who hear the page, where the focus does not say it.
  const status = element("p", { class: "hidden", role: "status" });
  panel.setAttribute("aria-labelledby", heading.id);
  panel.append(bar, body, status);
  /** What stands there: what is shown again keeps its focus. @type {string | null} */
  let drawn = null;

  /** @param {Answer} answer @param {Place} place @param {number} open */
  const sightsOf = ({ see = [] }, place, open) => see.map((sight, at) => {
    const title = titleOf(sight.preset);
    const look = element("p", { class: "tour-look", tabindex: -1 }, ...withCode(sight.look));
    if (title === null) return element("li", {}, element("span", {}, sight.preset), look);
    if (at + 1 === open) return element("li", { class: "is-here", "aria-current": "true" }, element("strong", {}, title), look);
    return element("li", {}, button(`Open: ${title}`, () => openSight(sight, atSight(place, at + 1))), look);
  });

  /** @param {Place} place @param {View} view @param {number} open */
  const answerParts = (place, { answer, isSettled, next }, open) => {
    if (answer === null) return [];
    const end = next === null ? "That was the last question. Back leads to its other answers." : isSettled ? "With this answer the tree ends. The tour goes on with the questions left." : "";
    return [
      element("h3", { class: "tour-answer", tabindex: -1 }, "Your answer: ", ...withCode(answer.answer)),
      element("p", { class: "tour-means" }, ...withCode(answer.means)),
      element("ul", { class: "tour-sights" }, ...sightsOf(answer, place, open)),
      ...(end === "" ? [] : [element("p", { class: "hint tour-end" }, end)]),
    ];
  };

  /** @param {Place} place @param {View} view */
  const questionParts = (place, { stop, answer }) => (answer === null ? [
    ...(stop.why === undefined ? [] : [element("p", { class: "tour-why" }, ...withCode(stop.why))]),
    element("ul", { class: "tour-answers" }, ...stop.answers.map((one) => element("li", {}, button(one.answer, () => go(answered(place, one.name)))))),
  ] : []);

  /** @param {View} view */
  const controls = ({ back, next, answer }) => element("div", { class: "tour-controls" },
    ...(back ? [button("Back", () => go(back))] : []),
    ...(next ? [button("Next question", () => go(next), "primary")] : []),
    ...(answer !== null && next === null ? [button("From the start", restart)] : []));

  /** The focus stays in the panel, at what is new. @param {boolean} isOpen */
  const focusNew = (isOpen) => {
    const target = panel.querySelector(".is-here .tour-look") ?? panel.querySelector(".tour-answer") ?? heading;
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
    const { top, bottom } = panel.getBoundingClientRect();
    if (isOpen || top < 0 || bottom > innerHeight) panel.scrollIntoView({ block: "start" });
  };

  /**
   * @param {string} key Of what is drawn.
   * @param {string} title Of the tour. @param {string} where In it; empty before it begins.
   * @param {() => Node[]} partsOf
   * @param {boolean} [isOpen] Whether what the answer leads to is open, and the panel small.
   */
  const fill = (key, title, where, partsOf, isOpen = false) => {
    if (key === drawn) return;
    drawn = key;
    const hadFocus = panel.contains(document.activeElement);
    panel.hidden = false;
    panel.classList.toggle("is-open", isOpen);
    heading.replaceChildren(...(where === "" ? [title] : [where, element("span", { class: "tour-title" }, ` · ${title}`)]));
    body.replaceChildren(...partsOf());
    if (hadFocus) focusNew(isOpen);
    else setText(status, `${where || title}. ${body.querySelector(".tour-question")?.textContent ?? ""}`);
  };

  return {
    show: (tour, place, view, here) => {
      const open = view.sight > 0 && view.answer?.see?.[view.sight - 1]?.preset === here ? view.sight : 0;
      leave.hidden = false;
      fill(`${pathOf(place)} ${open}`, tour.title, `Question ${view.number} of ${view.count}`, () => [
        element("p", { class: "tour-question" }, ...withCode(view.stop.question)),
        ...questionParts(place, view),
        ...answerParts(place, view, open),
        controls(view),
      ], open > 0);
    },
    offer: (tour) => {
      leave.hidden = true;
      fill("", tour.title, "", () => [element("div", { class: "tour-controls" }, button(`Take the tour of ${tour.stops.length} questions`, restart))]);
    },
    hide: () => {
      const hadFocus = panel.contains(document.activeElement);
      panel.hidden = true;
      drawn = null;
      if (hadFocus) byId("title", HTMLHeadingElement).focus({ preventScroll: true });
    },
  };
};
