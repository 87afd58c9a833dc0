/**
 * Charts: the run's history on canvases that share a cursor. Each has a legend that reads the cursor, and a table for
 * those who do not see the canvas. Lines differ by dash as well as by colour.
 */

/** @import { Description, SeriesColumn } from "./edge.js" */
/** @import { FrameReader } from "./frame.js" */
/** @import { ChartPlan, Series } from "./series.js" */
import uPlot from "./vendor/uplot.js";
import { element, setText } from "./dom.js";
import { duration, isBinary, measure, size } from "./format.js";
import { leftOut } from "./limits.js";
import { nodeOf } from "./outline-index.js";
import { BINARY_STEPS, DECIMAL_STEPS, TIME_STEPS, boundAbove, boundOfBytes, makesItems, planCharts, readSeries, sampleRows, spanOf } from "./series.js";
import { horizonOf } from "./speeds.js";

const HEIGHT_PX = 168;
const TABLE_ROWS = 12;
export const AXIS_FONT = "12px system-ui, sans-serif";
/** The CSS variables of the lines, in order, and their dashes. */
export const INKS = ["--line-1", "--line-2", "--line-3", "--line-4", "--line-5", "--line-6"];
export const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [14, 4]];
/** What an axis of durations spans before there are any. */
export const EMPTY_NS = 1e6;
const SYNC = "highwater";

/** What a part has one line of, which bears its name. */
const SELF = new Set(["depth", "lag", "used", "activities", "value"]);

/** @param {string} variable */
export const ink = (variable) => getComputedStyle(document.documentElement).getPropertyValue(variable).trim();

/** @template Item @param {readonly Item[]} items @param {number} index @returns {Item} */
export const inTurn = (items, index) => /** @type {Item} */ (items[index % items.length]);

/** @param {SeriesColumn} column @param {Description} description */
const nameOf = ({ name, kind, index }, { outline, shared }) => {
  if (kind === "system") return name;
  const named = kind === "shared" ? shared?.[index] : nodeOf(outline, kind, index);
  const part = named?.name ?? `${kind} ${index}`;
  return SELF.has(name) ? part : `${part} ${name.replaceAll("_", " ")}`;
};

/** A line of the legend as the canvas draws it. @param {number} at */
export const swatch = (at) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 8");
  svg.setAttribute("class", `swatch line-${at % INKS.length + 1}`);
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", "M0 4H24");
  line.setAttribute("stroke-dasharray", inTurn(DASHES, at).join(" "));
  svg.append(line);
  return svg;
};

/**
 * @param {ChartPlan} plan
 * @param {readonly SeriesColumn[]} all
 * @param {Description} description
 */
const createChart = (plan, all, description) => {
  const columns = plan.columns.flatMap((index) => all[index] ?? []);
  const unit = columns[0]?.unit ?? "items";
  const names = columns.map((column) => nameOf(column, description));
  const values = names.map(() => element("span", { class: "legend-value" }, "–"));
  const legend = element("ul", { class: "legend" },
    ...names.map((name, at) => element("li", {}, swatch(at), element("span", { class: "legend-name" }, name), values[at] ?? "")));
  const canvas = element("div", { class: "canvas", role: "img", "aria-label": `${plan.title} over time: ${names.join(", ")}. The table below has the figures.` });
  const body = element("tbody");
  const table = element("table", {},
    element("caption", { class: "hidden" }, plan.title),
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "time"), ...names.map((name) => element("th", { scope: "col" }, name)))),
    body);
  const details = element("details", { class: "chart-table" },
    element("summary", {}, "Table", element("span", { class: "hidden" }, ` of ${plan.title}`)), element("div", { class: "scroll" }, table));
  const note = leftOut(plan.columns.length, plan.columns.length + plan.left, "measured lines are drawn");
  const figure = element("figure", { class: "chart panel" }, element("figcaption", {}, plan.title), legend, ...(note ? [element("p", { class: "hint" }, note)] : []), canvas, details);

  /** @type {Series} */
  let series = { timesNs: [], columns: [] };
  let spanNs = 1;
  /** @type {uPlot | null} */
  let plot = null;
  let limit = Number.NaN;

  /** @param {number} value */
  const show = (value) => (unit === "bytes" ? size(value, 3, isBinary(limit)) : measure(value, unit));

  /** @param {boolean} isLimit */
  const highest = (isLimit) => Math.max(0, ...plan.columns.flatMap((column, at) =>
    ((columns[at]?.name === "limit") === isLimit ? series.columns[column] ?? [] : [])).map((value) => value ?? 0));

  /** @param {number} row */
  const readLegend = (row) => plan.columns.forEach((column, at) => {
    const value = series.columns[column]?.[row];
    const node = values[at];
    if (node) setText(node, show(value ?? Number.NaN));
  });

  const lastRow = () => series.timesNs.length - 1;
  const readCursor = () => readLegend(plot?.cursor.idx ?? lastRow());

  const fillTable = () => {
    if (!details.open) return;
    body.replaceChildren(...sampleRows(series.timesNs.length, TABLE_ROWS).map((row) => element("tr", {},
      element("th", { scope: "row" }, duration(series.timesNs[row] ?? 0)),
      ...plan.columns.map((column) => element("td", {}, show(series.columns[column]?.[row] ?? Number.NaN))))));
  };
  details.addEventListener("toggle", fillTable);

  /** @returns {uPlot.AlignedData} */
  const data = () => /** @type {uPlot.AlignedData} */ ([series.timesNs, ...plan.columns.map((column) => series.columns[column] ?? [])]);

  /** @param {(value: number) => string} show @param {number} size @returns {uPlot.Axis} */
  const axis = (show, size) => ({
    size, font: AXIS_FONT, stroke: ink("--soft"), gap: 4, space: size,
    grid: { stroke: ink("--hair"), width: 1 }, ticks: { show: false },
    values: (_, splits) => splits.map((split) => show(split)),
  });

  const draw = () => {
    plot?.destroy();
    plot = new uPlot({
      width: Math.max(80, canvas.clientWidth), height: HEIGHT_PX, padding: [8, 20, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: SYNC }, points: { size: 6 }, drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: () => [0, spanNs] },
        y: {
          // What is shared may fall below nought.
          range: (_, min, max) => [min < 0 ? -boundAbove(-min * 1.02) : 0, unit === "bytes" ? boundOfBytes(highest(false) * 1.02, limit, isBinary(limit)) : boundAbove(max * 1.02, unit === "ns" ? EMPTY_NS : 1)],
        },
      },
      axes: [
        { ...axis((value) => duration(value), 28), space: 56, incrs: TIME_STEPS },
        { ...axis(show, 56), space: 32, ...(unit === "bytes" ? { incrs: () => (isBinary(limit) ? BINARY_STEPS : DECIMAL_STEPS) } : {}) },
      ],
      series: [{}, ...plan.columns.map((_, at) => ({
        stroke: ink(inTurn(INKS, at)), width: 1.75, dash: inTurn(DASHES, at), points: { show: false },
      }))],
      hooks: { setCursor: [readCursor] },
    }, data(), canvas);
  };

  return {
    figure,
    draw,
    resize: () => plot?.setSize({ width: Math.max(80, canvas.clientWidth), height: HEIGHT_PX }),
    /** @param {Series} next @param {number} nextSpanNs */
    update: (next, nextSpanNs) => {
      series = next;
      spanNs = nextSpanNs;
      limit = highest(true) || Number.NaN;
      plot?.setData(data());
      readCursor();
      fillTable();
    },
    destroy: () => plot?.destroy(),
  };
};

/**
 * Draws charts, and again when the page's colours or the room for them change.
 * @param {HTMLElement} container
 * @param {ReadonlyArray<{ draw: () => void, resize: () => void }>} charts
 * @returns {() => void} To be called when they go.
 */
export const keepDrawn = (container, charts) => {
  const draw = () => charts.forEach((chart) => chart.draw());
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const observer = new ResizeObserver(() => charts.forEach(({ resize }) => resize()));
  draw();
  scheme.addEventListener("change", draw);
  observer.observe(container);
  return () => {
    scheme.removeEventListener("change", draw);
    observer.disconnect();
  };
};

/**
 * @param {HTMLElement} container
 * @param {Description} description
 * @returns {{ update: (raw: Float64Array, reader: FrameReader) => void, destroy: () => void }}
 */
export const createCharts = (container, description) => {
  // A limit is a line too, at the height it has now.
  const limits = description.series.filter(({ kind, name }) => kind === "memory" && name === "used").map((column) => ({ ...column, name: "limit" }));
  const columns = [...description.series, ...limits];
  const charts = planCharts(columns, makesItems(description)).map((plan) => createChart(plan, columns, description));
  container.replaceChildren(...charts.map(({ figure }) => figure));
  const forget = keepDrawn(container, charts);

  return {
    update: (raw, reader) => {
      const series = readSeries(raw, description.series.length);
      series.columns.push(...limits.map(({ index }) => series.timesNs.map(() => reader.value("memory", index, "limit") || null)));
      const spanNs = spanOf(reader.header("time_ns"), horizonOf(description));
      charts.forEach(({ update }) => update(series, spanNs));
    },
    destroy: () => {
      forget();
      charts.forEach(({ destroy }) => destroy());
    },
  };
};
