/**
 * Curve: the panel that draws measures against a knob. It asks which knob, which values, which measures; each value is a run of its own,
 * all other knobs standing as they do on the page. Fetched when the panel is first opened.
 */

/** @import { Backend } from "./backend.js" */
/** @import { Description, Knob, Unit } from "./edge.js" */
/** @import { Reply } from "./protocol.js" */
/** @import { Setup } from "./setup.js" */
/** @import { Measure, Offer, Told } from "./sweep.js" */
import { createCurveCharts, knobText } from "./curve-charts.js";
import { element, loadStyles, setText } from "./dom.js";
import { duration, sentence, wholeDuration } from "./format.js";
import { valueIn } from "./knobs.js";
import { horizonOf } from "./speeds.js";
import { runSweep } from "./sweep-runs.js";
import { errorOf, figureOf, measureKey, movesItself, offersOf, spread, usualOf, withTold } from "./sweep.js";

const POINTS = [4, 6, 8, 12, 16, 24];
const POINTS_FIRST = 8;
const VALUES_MAX = 100;
/** @type {Unit} */
const TIME = { time: 1, bytes: 0 };

/**
 * What the page shows now.
 * @typedef {object} Shown
 * @property {Setup} setup
 * @property {Description} description
 * @property {unknown} report Of any moment of this text.
 * @property {Told | null} told What the preset says of its curve.
 */

/** @typedef {{ parse: (text: string, unit: Unit) => Promise<number>, connect: (receive: (reply: Reply) => void) => Backend }} Actions */
/** @typedef {{ show: (shown: Shown) => void }} Curve */

/** @param {string} id @param {string} label @param {HTMLElement} field */
const labelledField = (id, label, field) => {
  field.id = id;
  return element("div", { class: `curve-field ${id}` }, element("label", { for: id }, label), field);
};

/** @param {Setup} setup @param {string} knob All of it that tells two runs apart, but for the knob that is swept. */
const conditionsOf = ({ source, seed, knobs }, knob) =>
  JSON.stringify([source, seed, Object.entries(knobs).filter(([name]) => name !== knob).sort(([a], [b]) => (a < b ? -1 : 1))]);

/** What is to be measured: a box for each. */
const createChoice = () => {
  const offered = element("div", { class: "curve-offers" });
  const named = element("span", { class: "curve-picked" });
  const details = element("details", { class: "curve-measures" }, element("summary", {}, "Measures", named), offered);
  /** @type {Map<HTMLInputElement, Measure>} */
  let boxes = new Map();
  /** What was picked from the start comes first, in that order. @type {readonly string[]} */
  let order = [];
  /** @param {Measure} measure */
  const rank = (measure) => (order.indexOf(measureKey(measure)) + order.length + 1) % (order.length + 1);
  const picked = () => [...boxes].filter(([box]) => box.checked).map(([, measure]) => measure).sort((one, other) => rank(one) - rank(other));
  const name = () => setText(named, picked().map(({ label }) => label).join(" · ") || "none yet");
  offered.addEventListener("change", name);
  return {
    details,
    /** @param {readonly Offer[]} offers @param {readonly string[]} keys */
    offer: (offers, keys) => {
      boxes = new Map();
      order = keys;
      offered.replaceChildren(...offers.map(({ title, measures }) => element("fieldset", {}, element("legend", {}, title), ...measures.map((measure) => {
        const box = element("input", { type: "checkbox" });
        box.checked = keys.includes(measureKey(measure));
        boxes.set(box, measure);
        return element("label", { class: "curve-box" }, box, measure.label);
      }))));
      name();
    },
    picked,
  };
};

/**
 * @param {HTMLDetailsElement} panel
 * @param {Actions} actions
 * @returns {Promise<Curve>}
 */
export const createCurve = async (panel, { parse, connect }) => {
  await loadStyles(new URL("./curve.css", import.meta.url));
  const knobField = element("select");
  const valuesField = element("input", { type: "text", spellcheck: "false", autocomplete: "off" });
  const pointsField = element("select", {}, ...POINTS.map((count) => element("option", {}, String(count))));
  const runField = element("input", { type: "text", spellcheck: "false", autocomplete: "off" });
  const logField = element("input", { type: "checkbox" });
  const button = element("button", { type: "button", class: "primary" }, "Draw");
  const progress = element("progress", { max: 1, value: 0, "aria-label": "Progress", hidden: "" });
  const doing = element("span", { class: "hint" });
  const told = element("p", { class: "hint curve-told", role: "status" });
  const place = element("div", { class: "curve-charts" });
  const none = element("p", { class: "hint" }, "This text has no knob to draw a curve against.");
  const choice = createChoice();
  const controls = element("div", { class: "curve-controls" },
    element("div", { class: "curve-fields" },
      labelledField("curve-knob", "Knob", knobField), labelledField("curve-values", "Values", valuesField),
      labelledField("curve-points", "Points", pointsField), labelledField("curve-run", "Each run lasts", runField)),
    choice.details,
    element("div", { class: "row curve-go" }, button, element("label", { class: "curve-box" }, logField, "Logarithmic height"), progress, doing));
  panel.append(element("div", { class: "curve-body" }, none, controls, told, place));

  /** @type {Shown | null} */
  let shown = null;
  /** The preset's curve that was drawn by itself. @type {Told | null} */
  let drawnTold = null;
  /** @type {ReturnType<typeof runSweep> | null} */
  let sweep = null;
  /** @type {{ charts: ReturnType<typeof createCurveCharts>, conditions: string, knob: Knob } | null} */
  let drawn = null;
  /** What came of the last drawing. */
  let outcome = "";

  const knobNow = () => shown?.description.knobs.find(({ name }) => name === knobField.value);
  /** @param {Knob} knob */
  const fillValues = (knob) => {
    valuesField.value = spread(knob, Number(pointsField.value)).map((value) => knobText(knob, value)).join(", ");
  };

  /** @param {boolean} isUnderWay */
  const showDoing = (isUnderWay) => {
    setText(button, isUnderWay ? "Cancel" : "Draw");
    button.classList.toggle("primary", !isUnderWay);
    progress.hidden = !isUnderWay;
    if (!isUnderWay) setText(doing, "");
  };

  /** @param {string} words */
  const stop = (words) => {
    sweep?.cancel();
    sweep = null;
    showDoing(false);
    outcome = words;
    setText(told, words);
  };

  const clear = () => {
    stop("");
    drawn?.charts.destroy();
    drawn = null;
    place.replaceChildren();
  };

  /** @param {Knob} knob @returns {Promise<number[]>} Rising, each once. */
  const readValues = async (knob) => {
    const texts = valuesField.value.split(/[\s,;]+/).filter((text) => text !== "");
    const values = await Promise.all(texts.map((text) => parse(text, knob.unit)));
    const beyond = values.findIndex((value) => value < knob.from || value > knob.to);
    if (beyond >= 0) throw new Error(`${texts[beyond]} is beyond what the knob offers: ${knobText(knob, knob.from)} to ${knobText(knob, knob.to)}.`);
    if (values.length < 2 || values.length > VALUES_MAX) throw new Error(`A curve has from 2 to ${VALUES_MAX} values.`);
    return [...new Set(values)].sort((a, b) => a - b);
  };

  /** @param {Knob} knob @param {Setup} setup */
  const standing = ({ name, value }, { knobs }) => valueIn(knobs, name) ?? value;

  /** @param {Knob} knob @param {number[]} values @param {number} runNs @param {Measure[]} measures @param {Setup} setup */
  const begin = (knob, values, runNs, measures, setup) => {
    clear();
    /** @type {number[][]} */
    const rows = [];
    /** @type {string[]} */
    const stopped = [];
    const moves = movesItself(setup.source, knob.name) ? ["The text moves this knob by itself, in each of them."] : [];
    const charts = createCurveCharts(place, { knob, values, measures, rows, now: standing(knob, setup), isLog: logField.checked });
    drawn = { charts, conditions: conditionsOf(setup, knob.name), knob };
    showDoing(true);
    sweep = runSweep(connect, { base: setup, knob: knob.name, values, runNs }, {
      progressed: (at, share) => {
        progress.value = (at + share) / values.length;
        setText(doing, `Run ${at + 1} of ${values.length}: ${knobText(knob, values[at] ?? 0)}`);
      },
      measured: (at, begin, end) => {
        rows.push(measures.map((measure) => figureOf(measure, begin, end)));
        charts.update(rows);
        const error = errorOf(end);
        if (error !== "") stopped.push(`At ${knobText(knob, values[at] ?? 0)} the run was stopped: ${error}.`);
      },
      ended: () => stop([`Drawn: ${rows.length} runs of ${duration(runNs)}.`, ...moves, ...stopped].join(" ")),
      failed: (message) => stop(`It broke off: ${message}`),
    });
  };

  const draw = async () => {
    const [at, knob] = [shown, knobNow()];
    if (at === null || !knob) return;
    try {
      const measures = choice.picked();
      if (measures.length === 0) throw new Error("Choose a measure to draw.");
      const [values, runNs] = await Promise.all([readValues(knob), parse(runField.value, TIME)]);
      if (!(runNs > 0)) throw new Error("A run lasts longer than nothing.");
      // Another text may have been loaded meanwhile.
      if (shown?.setup.source === at.setup.source) begin(knob, values, runNs, measures, shown.setup);
    } catch (error) {
      setText(told, sentence(error));
    }
  };

  /** What was drawn stays, and is said to be of other conditions than those there are now. */
  const follow = () => {
    if (shown === null || drawn === null) return;
    drawn.charts.mark(standing(drawn.knob, shown.setup));
    const isOld = drawn.conditions !== conditionsOf(shown.setup, drawn.knob.name);
    if (sweep === null) setText(told, isOld ? "Text, seed or other knobs have changed since this was drawn." : outcome);
  };

  /** Offers what a text has. What the reader chose stays, as far as the text has it. @param {Shown} next @param {boolean} isFresh */
  const offer = ({ description, report, told }, isFresh) => {
    const { knobs, shared } = description;
    const { offers, picked } = withTold(offersOf(report, shared), told, shared);
    const before = isFresh ? [] : choice.picked().map(measureKey);
    const chosen = before.length > 0 ? before : (picked.length > 0 ? picked : usualOf(offers, report)).map(measureKey);
    choice.offer(offers, chosen);
    const knobBefore = knobField.value;
    knobField.replaceChildren(...knobs.map(({ name, label }) => element("option", { value: name }, label)));
    const isKept = !isFresh && knobs.some(({ name }) => name === knobBefore);
    knobField.value = isKept ? knobBefore : told?.knob ?? knobs[0]?.name ?? "";
    if (isFresh) {
      pointsField.value = String(POINTS_FIRST);
      logField.checked = told?.log === true;
      runField.value = told?.run ?? wholeDuration(horizonOf(description));
    }
    const knob = knobs.find(({ name }) => name === knobField.value);
    if (knob && !isKept) fillValues(knob);
    if (isFresh && told) valuesField.value = told.values.join(", ");
    none.hidden = knobs.length > 0;
    controls.hidden = !none.hidden;
  };

  knobField.addEventListener("change", () => {
    const knob = knobNow();
    if (knob) fillValues(knob);
  });
  pointsField.addEventListener("change", () => {
    const knob = knobNow();
    if (knob) fillValues(knob);
  });
  logField.addEventListener("change", () => drawn?.charts.setLog(logField.checked));
  button.addEventListener("click", () => (sweep === null ? draw() : stop("Cancelled.")));
  for (const field of [valuesField, runField]) field.addEventListener("keydown", ({ key }) => key === "Enter" && sweep === null && draw());

  return {
    show: (next) => {
      const before = shown;
      shown = next;
      if (next.setup.source !== before?.setup.source) {
        // The first edit of an example leaves its name behind, but is no other text.
        const isFresh = before === null || (next.setup.example !== null && next.setup.example !== before.setup.example);
        if (isFresh) {
          clear();
          drawnTold = null;
        } else if (sweep !== null) stop("Broken off: the text has changed.");
        offer(next, isFresh);
      }
      follow();
      if (panel.open && next.told !== null && next.told !== drawnTold && !next.setup.isEdited) {
        drawnTold = next.told;
        draw();
      }
    },
  };
};
