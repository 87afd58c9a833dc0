/**
 * Sliders: one row per knob. The range moves between tidy stops and acts while it is dragged; the field beside it takes
 * any value exactly. What the run itself changes (a seek back, `set rate = …`) moves the slider too.
 */

/** @import { Knob, Unit } from "./edge.js" */
import { element, setText } from "./dom.js";
import { quantity, sentence } from "./format.js";
import { clampKnob, knobStops, nearestStop } from "./knobs.js";
import { leftOut, LISTED_MAX } from "./limits.js";

/**
 * @typedef {object} Actions
 * @property {(index: number, value: number) => void} move
 * @property {(text: string, unit: Unit) => Promise<number>} parse
 */

/** @typedef {{ row: HTMLElement, follow: (value: number) => void }} Slider */

/** So long after the reader's move, frames may still be on their way that know nothing of it. */
const SETTLED_MS = 200;

/**
 * @param {Knob} knob
 * @param {number} index
 * @param {Actions} actions
 * @returns {Slider}
 */
const createSlider = (knob, index, { move, parse }) => {
  const stops = knobStops(knob);
  const last = Math.max(1, stops.count - 1);
  /** @param {number} value */
  const positionOf = (value) => nearestStop(stops, value, knob.log);
  /** @param {number} value */
  const textOf = (value) => quantity(value, knob.unit, { percent: knob.percent, seconds: knob.per_s });

  const labelId = `knob-${index}`;
  const noteId = `knob-${index}-note`;
  const label = element("label", { class: "knob-label", id: labelId, for: `knob-${index}-range` }, knob.label);
  const range = element("input", { type: "range", id: `knob-${index}-range`, min: 0, max: last, step: 1 });
  const field = element("input", {
    type: "text", class: "knob-value", "aria-label": "Exact value", "aria-describedby": `${labelId} ${noteId}`,
    spellcheck: "false", autocomplete: "off", enterkeyhint: "done",
  });
  const note = element("p", { class: "knob-note", id: noteId, role: "status" });
  const ends = element("div", { class: "knob-ends", "aria-hidden": "true" },
    element("span", {}, textOf(knob.from)), element("span", {}, textOf(knob.to)));
  range.style.setProperty("--given-share", String(positionOf(knob.value) / last));

  let shown = Number.NaN;
  let movedAtMs = -Infinity;
  /** @param {number} value */
  const show = (value) => {
    if (value === shown) return;
    shown = value;
    const position = positionOf(value);
    range.value = String(position);
    range.setAttribute("aria-valuetext", textOf(value));
    range.style.setProperty("--at", `${100 * position / last}%`);
    if (document.activeElement !== field) field.value = textOf(value);
  };

  /** @param {number} value */
  const take = (value) => {
    setText(note, "");
    field.removeAttribute("aria-invalid");
    show(value);
    field.value = textOf(value);
    movedAtMs = performance.now();
    move(index, value);
  };

  /** Shows what the run says, unless the reader knows better. @param {number} value */
  const follow = (value) => {
    const isMoved = range.matches(":active") || performance.now() - movedAtMs < SETTLED_MS;
    if (!Number.isNaN(value) && !isMoved) show(value);
  };

  const takeField = async () => {
    try {
      const typed = field.value;
      const wished = await parse(typed, knob.unit);
      const value = clampKnob(knob, wished);
      take(value);
      if (value !== wished) setText(note, `${typed.trim()} is not offered here: ${textOf(value)} is the nearest that is.`);
    } catch (error) {
      field.setAttribute("aria-invalid", "true");
      setText(note, sentence(error));
    }
  };

  range.addEventListener("input", () => take(stops.at(Number(range.value))));
  field.addEventListener("change", takeField);
  field.addEventListener("focus", () => field.select());
  field.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    field.value = textOf(shown);
    field.blur();
  });
  show(knob.value);
  return { row: element("div", { class: "knob" }, label, field, range, ends, note), follow };
};

/**
 * @param {HTMLElement} container
 * @param {readonly Knob[]} knobs
 * @param {Actions} actions
 * @returns {{ show: (values: (index: number) => number) => void }}
 */
export const createSliders = (container, knobs, actions) => {
  const sliders = knobs.slice(0, LISTED_MAX).map((knob, index) => createSlider(knob, index, actions));
  const note = leftOut(sliders.length, knobs.length, "knobs have a slider; the others stand as the text gives them");
  const none = element("p", { class: "hint" }, "This text has no knobs. One line gives it one: ", element("code", {}, 'knob rate = 100/s from 1/s to 1k/s "Rate"'));
  container.replaceChildren(...(sliders.length > 0 ? sliders.map(({ row }) => row) : [none]), ...(note ? [element("p", { class: "hint" }, note)] : []));
  return {
    show: (values) => sliders.forEach(({ follow }, index) => follow(values(index))),
  };
};
