/** Main: wires the parts of the page to the laboratory and to each other. */

/** @import { Curve } from "./curve.js" */
/** @import { Description, Diagnostic, Report } from "./edge.js" */
/** @import { Example } from "./examples.js" */
/** @import { Moment } from "./laboratory.js" */
/** @import { Presets } from "./presets.js" */
/** @import { Setup } from "./setup.js" */
/** @import { Shared } from "./state.js" */
/** @import { Tours } from "./tours.js" */
import { createAddress } from "./address.js";
import { createWorkerBackend } from "./backend.js";
import { createCharts } from "./charts.js";
import { byId, element, setText, withCode } from "./dom.js";
import { createEditor } from "./editor.js";
import { exampleKey, fetchExamples, fetchExampleText, findExample } from "./examples.js";
import { sentence } from "./format.js";
import { createGoals } from "./goals.js";
import { givenBy, keptKnobs } from "./knobs.js";
import { createLaboratory } from "./laboratory.js";
import { createFigures, createLedger, createMeasures } from "./ledger.js";
import { knobNotes, readable } from "./link-notes.js";
import { NAME_MAX, shortened, shownDescription, shownDiagnostics } from "./limits.js";
import { createLog } from "./log.js";
import { createNotice, saveFile } from "./notice.js";
import { printsOf } from "./prints.js";
import { createScene } from "./scene/scene.js";
import { makesItems, readSeries } from "./series.js";
import { editedSetup, freshSetup, isSameRun, setupOf, sharedOf } from "./setup.js";
import { createSharedView } from "./shared-view.js";
import { createSliders } from "./sliders.js";
import { standings } from "./standing.js";
import { createSummary } from "./summary.js";
import { createTransport } from "./transport.js";
import { heldUp, lagsOf, verdictOf } from "./verdict.js";

const DEFAULT_EXAMPLE = "bounded-queue";
/** A pause this long in typing means that a thought is through. */
const TYPED_MS = 400;
const COPIED_MS = 2000;
const SEED_MAX = 2 ** 32;

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;
const exampleSelect = byId("example", HTMLSelectElement);
const message = byId("message", HTMLDivElement);
const messageText = byId("message-text", HTMLParagraphElement);
const restart = byId("restart", HTMLButtonElement);
const textState = byId("text-state", HTMLSpanElement);
const applyButton = byId("apply", HTMLButtonElement);
const seedField = byId("seed", HTMLInputElement);
const newSeed = byId("new-seed", HTMLButtonElement);
const defaults = byId("defaults", HTMLButtonElement);
const copyLink = byId("copy-link", HTMLButtonElement);
const verdict = byId("verdict", HTMLParagraphElement);
const curvePanel = byId("curve", HTMLDetailsElement);

/** @type {Example[]} */
let examples = [];
/** What runs. @type {Setup} */
let setup = freshSetup("", null);
/** What is on its way to running; it becomes `setup` if its text is right. @type {Setup} */
let wanted = setup;
/**
 * All that is on its way, by number of the run; what the text before gave to the knobs if it is an edit of that; what is to be said of
 * the link that it comes from, null if what was said before still holds.
 * @type {Map<number, { next: Setup, given: Record<string, number> | null, notes: readonly string[] | null }>}
 */
const asked = new Map();
/** @type {Description | null} */
let description = null;
/** The latest of what runs; null before its first frame. @type {Report | null} */
let report = null;
let nowNs = 0;
let isPlaying = false;
/** Whether what runs was stopped by what its text says. */
let isStopped = false;
/** Whether this run follows from text, seed and the knobs it began with: else a link cannot lead to its moment. */
let isFromStart = true;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let typedTimer;
/** How often the reader has chosen or written something to run. */
let choices = 0;

/** What stands on the page for the run that is loaded; replaced whole by the next. */
let views = {
  /** @param {Moment} _ */
  update: (_) => {},
  destroy: () => {},
};

const linkNotice = createNotice(byId("link-notice", HTMLDivElement));
const sizeNotice = createNotice(byId("size-notice", HTMLDivElement));
const log = createLog(byId("log", HTMLOListElement), byId("log-note", HTMLParagraphElement));
const ledger = createLedger(byId("ledger", HTMLDListElement));
const figures = createFigures(byId("figures", HTMLDListElement));
const goals = createGoals(byId("goals", HTMLUListElement));
const summary = createSummary(byId("summary", HTMLParagraphElement));

const laboratory = createLaboratory(createWorkerBackend, {
  loaded: (next, speedNsPerS, run) => showLoaded(shownDescription(next), speedNsPerS, run),
  rejected: (diagnostics) => showRejected(shownDiagnostics(diagnostics)),
  moved: (moment) => showMoment(moment),
  logCleared: () => log.clear(),
  ready: (version) => setText(byId("version", HTMLSpanElement), `Engine ${version}.`),
  panicked: (text) => showPanic(text),
  hung: (silentS) => showHung(silentS),
});

/** @param {Setup} next @param {{ timeNs?: number, playing?: boolean, given?: Record<string, number> | null, notes?: readonly string[] | null }} [start] */
const load = (next, { timeNs = 0, playing = isPlaying, given = null, notes = null } = {}) => {
  wanted = next;
  asked.set(laboratory.load(next, { timeNs, playing, given }), { next, given, notes });
};

/**
 * A part of the page that is fetched with its first use. Should that fail, the next use is another chance.
 * @template Part
 * @param {() => Promise<Part>} fetching
 */
const onDemand = (fetching) => {
  /** @type {Promise<Part> | null} */
  let loading = null;
  return () => {
    loading ??= fetching().catch((error) => {
      loading = null;
      throw error;
    });
    return loading;
  };
};

/** What tells of presets, from the first of them on. @type {Presets | null} */
let presets = null;
const loadPresets = onDemand(async () => {
  const { createPresets } = await import("./presets.js");
  presets = await createPresets({
    parse: laboratory.parse,
    tryCase: (knobs) => load({ ...setup, seed: null, knobs }, { playing: true }),
    restore: (source, key) => {
      choices += 1;
      open(freshSetup(source, key), { playing: isPlaying });
    },
    linkTo: (name) => {
      const found = presetNamed(name);
      return found ? address.linkTo(withTour(sharedOf(freshSetup("", exampleKey(found)), 0))) : null;
    },
  });
  return presets;
});

/** @param {string} name */
const presetNamed = (name) => examples.find((one) => one.name === name);

/** What guides through presets, from the first tour on. @type {Tours | null} */
let tours = null;
/** Where the reader is in a tour. @type {string | null} */
let tour = null;
const loadTours = onDemand(async () => {
  const { createTours } = await import("./tours.js");
  tours = await createTours({
    parse: laboratory.parse,
    titleOf: (name) => presetNamed(name)?.title ?? null,
    visit: (visit) => orSay(visit.then(({ preset, knobs, path }) => {
      const found = presetNamed(preset);
      address.visit({ ...sharedOf({ ...freshSetup("", found ? exampleKey(found) : preset), knobs }, 0), tour: path });
    })),
    moved: (path) => {
      tour = path;
      presets?.relink();
      address.push(withTour(sharedOf(setup, 0)));
    },
  });
  tours.at(shownPreset());
  return tours;
});

const shownPreset = () => setup.example?.replace(/@\d+$/, "") ?? null;

/** @param {string | null} path */
const showTour = async (path) => {
  tour = path;
  presets?.relink();
  if (path === null && tours === null) return;
  const name = path?.split("/")[0] ?? "";
  if (path !== null && !presetNamed(name)?.tour) {
    tour = null;
    throw new Error(`This link leads into a tour that this page does not have: ${shortened(name, NAME_MAX)}.`);
  }
  const known = await loadTours().then(({ show }) => show(path)).catch((error) => {
    tour = null;
    throw error;
  });
  // The reader may have gone on meanwhile.
  if (tour === path) tour = known;
};

/** A link keeps the reader's place in a tour. @param {Shared} shared @returns {Shared} */
const withTour = (shared) => (tour === null ? shared : { ...shared, tour });

/** @param {string | null} key What the preset of that name tells, if it was read. */
const storyOf = (key) => presets?.storyOf(key) ?? null;

/** The panel of curves, from its first opening on. @type {Promise<Curve> | null} */
let curve = null;

const showCurve = async () => {
  const told = storyOf(setup.example)?.curve ?? null;
  setText(byId("curve-hint", HTMLSpanElement), told ? "measures against a knob; this preset brings its own" : "measures against a knob");
  const panel = await curve?.catch(() => null);
  if (panel && description && report) panel.show({ setup, description, report, told });
};

const openCurve = async () => {
  curve ??= import("./curve.js").then(({ createCurve }) => createCurve(curvePanel, { parse: laboratory.parse, connect: createWorkerBackend }));
  try {
    await curve;
  } catch (error) {
    // The next opening is another chance.
    curve = null;
    throw error;
  }
  return showCurve();
};

/** The page's parts are there from the first scenario or sentence on. */
const showParts = () => byId("main", HTMLElement).classList.remove("is-empty");

/** A sentence beneath the scene; one about an error stays until the reader does something. @param {string} text @param {boolean} isError */
const say = (text, isError) => {
  message.classList.toggle("is-error", isError);
  setText(messageText, text);
  showParts();
};

const forgetError = () => message.classList.remove("is-error");

const saveAddress = () => address.write(withTour(sharedOf(setup, 0)));

const editor = createEditor(byId("editor", HTMLDivElement), byId("errors", HTMLOListElement), {
  edited: () => {
    clearTimeout(typedTimer);
    choices += 1;
    setText(textState, "");
    applyButton.disabled = false;
    typedTimer = setTimeout(applyText, TYPED_MS);
  },
  apply: () => applyText(),
});

const applyText = () => {
  clearTimeout(typedTimer);
  const source = editor.text();
  if (source === setup.source) {
    editor.showDiagnostics([]);
    setText(textState, "");
    applyButton.disabled = true;
    return;
  }
  // What was refused may be the text of another preset than the one that runs.
  const { example } = wanted;
  load(editedSetup({ ...setup, example }, source, storyOf(example)?.source ?? null), { given: description && givenBy(description.knobs), notes: [] });
};

const transport = createTransport({
  play: () => {
    forgetError();
    laboratory.play();
  },
  pause: () => laboratory.pause(),
  step: () => {
    forgetError();
    laboratory.step();
  },
  reset: () => load(setup, { playing: false }),
  seek: (timeNs) => {
    forgetError();
    laboratory.seek(timeNs);
  },
  setSpeed: (speedNsPerS) => {
    setup = { ...setup, speedNsPerS };
    laboratory.setSpeed(speedNsPerS);
    saveAddress();
  },
});

/** Without items there is nothing to balance; goals and the figures of each part are there all the same. @param {boolean} hasItems */
const showBooks = (hasItems) => {
  setText(byId("books-heading", HTMLHeadingElement), hasItems ? "Where every item is" : "Figures");
  byId("ledger", HTMLDListElement).hidden = byId("figures", HTMLDListElement).hidden = !hasItems;
};

/** @param {Description} next */
const createViews = (next) => {
  const scene = createScene(byId("scene", HTMLDivElement), next, { reducedMotion });
  const shared = createSharedView(byId("shared", HTMLDivElement), byId("shared-list", HTMLDListElement), next.shared);
  const charts = createCharts(byId("charts", HTMLDivElement), next);
  showBooks(makesItems(next));
  const measures = createMeasures(byId("measures", HTMLDivElement), next);
  const sliders = createSliders(byId("sliders", HTMLDivElement), next.knobs, {
    parse: laboratory.parse,
    move: (index, value) => {
      const name = next.knobs[index]?.name ?? "";
      setup = { ...setup, knobs: { ...setup.knobs, [name]: value } };
      laboratory.setKnob(index, value);
      isFromStart &&= nowNs === 0;
      defaults.disabled = false;
      presets?.follow(setup, isFromStart);
      showCurve();
      saveAddress();
    },
  });
  return {
    /** @param {Moment} moment */
    update: ({ reader, playback, details }) => {
      const wallMs = performance.now();
      scene.update(reader, wallMs, !playback.playing && !playback.seeking);
      shared.update(reader, wallMs);
      sliders.show((index) => reader.value("knob", index, "value"));
      if (details === null) return;
      charts.update(details.series, reader);
      measures.update(reader);
    },
    destroy: () => {
      scene.destroy();
      charts.destroy();
    },
  };
};

/** @param {Description} next */
const showWords = ({ title, about }) => {
  const name = title || "A scenario without a name";
  setText(byId("title", HTMLHeadingElement), name);
  document.title = `${name} · Highwater`;
  // `about` is Markdown; of it, code is all that our texts use. A preset says it better.
  if (storyOf(setup.example) === null) byId("about", HTMLParagraphElement).replaceChildren(...withCode(about));
};

/** @param {number} run What was asked for under that number; what came before is done with. */
const takeAsked = (run) => {
  const found = asked.get(run) ?? { next: wanted, given: null, notes: null };
  for (const one of asked.keys()) if (one <= run) asked.delete(one);
  return found;
};

/** @param {Description} next @param {number} speedNsPerS @param {number} run */
const showLoaded = (next, speedNsPerS, run) => {
  const found = takeAsked(run);
  const kept = keptKnobs(found.next.knobs, found.given, next.knobs);
  setup = { ...found.next, knobs: kept };
  if (found.notes) linkNotice.show([...found.notes, ...knobNotes(found.next.knobs, kept, next.knobs)]);
  sizeNotice.hide();
  isFromStart = true;
  isStopped = false;
  description = next;
  report = null;
  views.destroy();
  showWords(next);
  goals.begin(next.expectations);
  summary.begin();
  transport.begin(next, speedNsPerS);
  setText(verdict, "");
  views = createViews(next);
  byId("log-panel", HTMLElement).hidden = !printsOf(setup.source);
  seedField.value = String(next.seed);
  seedField.disabled = newSeed.disabled = false;
  defaults.disabled = Object.keys(kept).length === 0;
  presets?.show(setup, next);
  presets?.follow(setup, isFromStart);
  tours?.at(shownPreset());
  showChosen();
  editor.showDiagnostics([]);
  setText(textState, editor.text() === setup.source ? "" : textState.textContent ?? "");
  applyButton.disabled = editor.text() === setup.source;
  restart.hidden = true;
  // What it does is said with its first frame, which has the figures too.
  forgetError();
  showParts();
  if (location.hash !== "" || setup.example !== defaultKey()) saveAddress();
};

/** @param {Diagnostic[]} diagnostics */
const showRejected = (diagnostics) => {
  editor.showDiagnostics(diagnostics);
  const count = diagnostics.length === 1 ? "An error" : `${diagnostics.length} errors`;
  const before = description === null ? "nothing runs yet" : isStopped ? "what ran before was stopped" : "what ran before goes on";
  setText(textState, `${count}; ${before}.`);
  applyButton.disabled = true;
  if (description === null) say("The text has errors; they are listed beside it.", true);
};

/** @param {Moment} moment */
const showMoment = (moment) => {
  const { reader, playback, details } = moment;
  nowNs = reader.header("time_ns");
  isPlaying = playback.playing;
  views.update(moment);
  isStopped = playback.ended === "error";
  const doing = transport.show(nowNs, reader.header("events"), playback, heldUp(reader));
  if (!isStopped && !message.classList.contains("is-error")) setText(messageText, doing);
  ledger.update(reader);
  log.add(moment.printed, moment.printedFrom);
  if (details === null || description === null) return;
  const words = playback.ended === "error" ? "" : verdictOf(reader, description, playback.ended !== null, readSeries(details.series, description.series.length));
  figures.update(reader);
  const isFirst = report === null;
  report = details.report;
  if (isFirst) showCurve();
  goals.show(details.report.expectations, playback.ended !== null, (goal) => presets?.isMeant(goal) ?? false);
  setText(verdict, words);
  editor.showStandings(standings(details.lines));
  summary.show(reader, isPlaying, lagsOf(reader, description) + words);
  if (playback.ended === "error") showStopped(details.report.error);
};

/** The run was stopped by what its text says. @param {unknown} error */
const showStopped = (error) => {
  const { text, line } = readError(error);
  say(text, true);
  if (line > 0) editor.showDiagnostics([{ line, column: 1, end_line: line, end_column: 1_000, message: text, help: null }]);
};

/**
 * @param {unknown} error As the report has it: a sentence, or an object with one.
 * @returns {{ text: string, line: number }}
 */
const readError = (error) => {
  const parts = /** @type {{ message?: unknown, line?: unknown }} */ (typeof error === "object" && error !== null ? error : { message: error });
  const text = sentence(parts.message ?? "The run was stopped.");
  const line = Number(parts.line ?? /\bline (\d+)/.exec(text)?.[1] ?? 0);
  return { text: line > 0 && !/\bline \d/.test(text) ? `Line ${line}: ${text}` : text, line };
};

/** @param {string} text */
const showPanic = (text) => {
  say(`The engine broke down (${text}). That is our mistake: your text is safe.`, true);
  restart.hidden = false;
};

/** @param {number} silentS */
const showHung = (silentS) => {
  say(`The engine did not answer for ${silentS} seconds, so it was stopped and another one stands ready. Your text is safe: change it, or start it again.`, true);
  restart.hidden = false;
};

const defaultKey = () => {
  const example = examples.find(({ name }) => name === DEFAULT_EXAMPLE);
  return example ? exampleKey(example) : "";
};

/** @param {string} key @returns {Promise<string>} */
const textOfExample = async (key) => {
  const example = findExample(examples, key);
  if (!example) throw new Error(`This link names the example ${shortened(key, NAME_MAX)}, which this page does not have.`);
  return example.group === null ? fetchExampleText(example) : (await loadPresets()).read(example);
};

/** The menu shows what runs. A link may have named an older edition, which is not offered otherwise. */
const showChosen = () => {
  exampleSelect.value = setup.isEdited ? "" : setup.example ?? "";
};

/** @param {Setup} next @param {{ timeNs?: number, playing?: boolean }} start @param {readonly string[]} [notes] What is to be said of it. */
const open = (next, start, notes = []) => {
  clearTimeout(typedTimer);
  linkNotice.show(notes);
  editor.setText(next.source);
  load(next, { ...start, notes });
};

/** `tour`: the place in one. `notes`: what to say of the link that led here. @typedef {{ next: Setup, start: { timeNs?: number, playing: boolean }, tour: string | null, notes: string[] }} Opening */

/** The start of the tour that a preset carries. @param {string} key */
const tourFrom = (key) => {
  const found = findExample(examples, key);
  return found?.tour ? found.name : null;
};

/** @param {string} key @returns {Promise<Opening>} */
const readExample = async (key) => ({ next: freshSetup(await textOfExample(key), key), start: { playing: !reducedMotion }, tour: tourFrom(key), notes: [] });

/** What the address says; a link to a moment waits there. @returns {Promise<Opening>} */
const readAddress = async () => {
  const link = await address.read();
  if (link === null) return readExample(defaultKey());
  const { shared, notes } = readable(link);
  const { text, example } = shared;
  // A changed text opens even if the preset that it comes from does not.
  const own = example === undefined ? "" : await textOfExample(example).catch((error) => {
    if (text === undefined) throw error;
    return "";
  });
  return {
    next: setupOf(shared, text ?? own),
    start: { timeNs: shared.timeNs ?? 0, playing: !reducedMotion && !shared.timeNs },
    tour: shared.tour ?? tourFrom(text === undefined ? example ?? "" : ""),
    notes,
  };
};

/** Opens what is read, unless the reader has chosen or written something else by then. @param {Promise<Opening>} reading */
const openRead = async (reading) => {
  choices += 1;
  const choice = choices;
  const { next, start, tour: place, notes } = await reading;
  if (choice !== choices) return;
  open(next, start, notes);
  orSay(showTour(place));
};

/** @param {Promise<unknown>} promise */
const orSay = (promise) => promise.catch((error) => say(sentence(error), true));

/** Where only the place in a tour is another, what runs goes on. */
const followAddress = async () => {
  const shared = await address.read();
  if (shared === null || asked.size > 0 || !isSameRun(shared, sharedOf(setup, 0))) return openRead(readAddress());
  choices += 1;
  await showTour(shared.tour ?? null);
};

/** What is too large for a link is lost with the page, unless the reader keeps it. @param {Error} error */
const sayTooLarge = (error) => sizeNotice.show(
  [`${error.message} So neither the address nor a link holds it: leaving or reloading this page loses it. Save it, and whoever has the file can put it into this page.`],
  { name: "Save the text", act: () => saveFile("scenario.hw", setup.source) });

const address = createAddress({
  changed: () => orSay(followAddress()),
  written: () => sizeNotice.hide(),
  refused: sayTooLarge,
});

/** What is not there stays unchosen, and is not offered again. @param {string} key */
const choose = async (key) => {
  try {
    const reading = readExample(key);
    // A tour that the reader takes goes on beside whatever they look at.
    await openRead(reading.then((opening) => ({ ...opening, tour: opening.tour ?? tour })));
  } catch (error) {
    const option = exampleSelect.querySelector(`option[value="${CSS.escape(key)}"]`);
    if (error instanceof Error && error.cause === 404) option?.setAttribute("disabled", "");
    showChosen();
    throw error;
  }
};

exampleSelect.addEventListener("change", () => orSay(choose(exampleSelect.value)));
applyButton.addEventListener("click", applyText);
restart.addEventListener("click", () => {
  laboratory.restart();
  load(description === null ? wanted : setup, { playing: false });
});
defaults.addEventListener("click", () => {
  description?.knobs.forEach(({ value }, index) => laboratory.setKnob(index, value));
  setup = { ...setup, knobs: {} };
  isFromStart &&= nowNs === 0;
  defaults.disabled = true;
  showCurve();
  saveAddress();
});
curvePanel.addEventListener("toggle", () => curvePanel.open && orSay(openCurve()));
seedField.addEventListener("change", () => {
  const seed = Number(seedField.value);
  if (/^\d+$/.test(seedField.value.trim()) && seed < SEED_MAX) load({ ...setup, seed });
  else seedField.value = String(description?.seed ?? 0);
});
newSeed.addEventListener("click", () => load({ ...setup, seed: Math.floor(Math.random() * SEED_MAX) }));

/** Without a clipboard the link is put where it can be copied by hand. @param {string} link */
const giveLink = async (link) => {
  try {
    await navigator.clipboard.writeText(link);
    setText(copyLink, "Copied");
  } catch {
    history.replaceState(null, "", link);
    setText(copyLink, "In the address");
  }
  setTimeout(() => setText(copyLink, "Copy link"), COPIED_MS);
};
copyLink.addEventListener("click", () => address.linkTo(withTour(sharedOf(setup, isFromStart && !isPlaying ? nowNs : 0))).then(giveLink, sayTooLarge));

/** @param {number} wallMs */
const animate = (wallMs) => {
  if (!document.hidden) laboratory.tick(wallMs);
  requestAnimationFrame(animate);
};

/** The bare examples, then the presets by group. */
const showExamples = () => {
  /** @param {string | null} of */
  const optionsOf = (of) => examples.filter(({ group }) => group === of)
    .map((example) => element("option", { value: exampleKey(example) }, example.title));
  const groups = [...new Set(examples.flatMap(({ group }) => group ?? []))];
  exampleSelect.replaceChildren(
    element("option", { value: "", hidden: "" }, "Your own text"),
    ...optionsOf(null),
    ...groups.map((label) => element("optgroup", { label }, ...optionsOf(label))));
};

const start = async () => {
  examples = await fetchExamples();
  showExamples();
  requestAnimationFrame(animate);
  await openRead(readAddress());
};

orSay(start());
