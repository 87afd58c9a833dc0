/**
 * Curve charts: measures over a knob's values, a chart for each unit, and one table of them all. Points come one by one.
 */

/** @import { Knob, SeriesUnit } from "./edge.js" */
/** @import { Measure } from "./sweep.js" */
import uPlot from "./vendor/uplot.js";
import { AXIS_FONT, DASHES, EMPTY_NS, INKS, ink, inTurn, keepDrawn, swatch } from "./charts.js";
import { element, setText } from "./dom.js";
import { measure as shown, quantity } from "./format.js";
import { boundAbove } from "./series.js";
import { isByRatio, labelled } from "./sweep.js";

const HEIGHT_PX = 232;
/** Between two labels of the knob's axis. */
const LABEL_PX = 48;
/** Room beside the first and the last point, as a share of what lies between them. */
const MARGIN = 0.04;
const SYNC = "highwater-curve";

/** @type {Readonly<Record<SeriesUnit, string>>} */
const TITLES = { per_s: "Per second", ns: "Time", items: "Number", bytes: "Size", share: "Share of the time" };

/** @typedef {{ knob: Knob, values: readonly number[], measures: readonly Measure[], rows: ReadonlyArray<readonly number[]>, now: number, isLog: boolean }} Curve `isLog`: its height. */

/** @param {Knob} knob @param {number} value */
export const knobText = ({ unit, percent, per_s: seconds }, value) => quantity(value, unit, { percent, seconds });

/** @param {Curve} curve */
const placing = ({ knob, values }) => (isByRatio(knob, values) ? Math.log : (/** @type {number} */ value) => value);

/**
 * @param {SeriesUnit} unit
 * @param {readonly number[]} picked Which of the measures.
 * @param {Curve} curve
 * @param {() => Curve} latest
 */
const createChart = (unit, picked, curve, latest) => {
  const place = placing(curve);
  const places = curve.values.map(place);
  const [first = 0, last = 0] = [places[0], places.at(-1)];
  const margin = (last - first || 1) * MARGIN;
  const names = picked.map((at) => curve.measures[at]?.label ?? "");
  const readings = names.map(() => element("span", { class: "legend-value" }, "–"));
  const legend = element("ul", { class: "legend" },
    ...names.map((name, at) => element("li", {}, swatch(at), element("span", { class: "legend-name" }, name), readings[at] ?? "")));
  const canvas = element("div", { class: "canvas", role: "img", "aria-label": `${names.join(", ")} against ${curve.knob.label}. The table below has the figures.` });
  const figure = element("figure", { class: "chart" }, element("figcaption", {}, TITLES[unit]), legend, canvas);
  /** @type {uPlot | null} */
  let plot = null;

  /** @returns {uPlot.AlignedData} */
  const data = () => {
    const { rows, isLog } = latest();
    return /** @type {uPlot.AlignedData} */ ([places, ...picked.map((column) => places.map((_, row) => {
      const value = rows[row]?.[column] ?? Number.NaN;
      return Number.isNaN(value) || (isLog && value <= 0) ? null : value;
    }))]);
  };

  const readLegend = () => {
    const { rows } = latest();
    const row = rows[plot?.cursor.idx ?? rows.length - 1];
    picked.forEach((column, at) => {
      const node = readings[at];
      if (node) setText(node, shown(row?.[column] ?? Number.NaN, unit));
    });
  };

  /** Where the knob stands now. @param {uPlot} drawn */
  const mark = ({ ctx, bbox, valToPos }) => {
    const { now } = latest();
    const at = place(now);
    if (!(at >= first - margin && at <= last + margin)) return;
    const x = Math.round(valToPos(at, "x", true));
    ctx.save();
    ctx.strokeStyle = ink("--press");
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
  };

  /** @param {uPlot} drawn */
  const labels = ({ width }) => {
    const perPx = (last - first + 2 * margin) / Math.max(1, width - 80);
    return labelled(places, LABEL_PX * perPx).map((at) => places[at] ?? 0);
  };
  const axis = () => ({ font: AXIS_FONT, stroke: ink("--soft"), gap: 4, grid: { stroke: ink("--hair"), width: 1 }, ticks: { show: false } });
  const width = () => Math.max(80, canvas.clientWidth);
  const least = unit === "ns" ? EMPTY_NS : unit === "share" ? 0.01 : 1;

  /** @type {uPlot.Scale.Range} */
  const even = (_, min, max) => [min < 0 ? -boundAbove(-min * 1.02, 0) : 0, boundAbove(unit === "share" ? max : max * 1.04, least)];
  /** @type {uPlot.Scale.Range} */
  const byRatio = (_, min, max) => (min > 0 ? [10 ** Math.floor(Math.log10(min)), boundAbove(max * 1.04)] : [1, 10]);

  const draw = () => {
    const { isLog } = latest();
    plot?.destroy();
    plot = new uPlot({
      width: width(), height: HEIGHT_PX, padding: [8, 20, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: SYNC }, points: { size: 8 }, drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: () => [first - margin, last + margin] },
        y: isLog ? { distr: 3, range: byRatio } : { range: even },
      },
      axes: [
        { ...axis(), size: 28, splits: labels, values: (_, splits) => splits.map((split) => knobText(curve.knob, curve.values[places.indexOf(split)] ?? 0)) },
        { ...axis(), size: 60, space: 32, values: (_, splits) => splits.map((split) => (split === null ? "" : shown(split, unit))) },
      ],
      series: [{}, ...picked.map((_, at) => ({
        stroke: ink(inTurn(INKS, at)), width: 1.75, dash: inTurn(DASHES, at), points: { show: true, size: 6, fill: ink(inTurn(INKS, at)) },
      }))],
      hooks: { setCursor: [readLegend], draw: [mark] },
    }, data(), canvas);
  };

  return {
    figure,
    draw,
    resize: () => plot?.setSize({ width: width(), height: HEIGHT_PX }),
    update: () => {
      plot?.setData(data());
      readLegend();
    },
    mark: () => plot?.redraw(false),
    destroy: () => plot?.destroy(),
  };
};

/** @param {Curve} curve */
const createTable = ({ knob, values, measures }) => {
  const body = element("tbody");
  const table = element("table", {},
    element("caption", { class: "hidden" }, `Against ${knob.label}`),
    element("thead", {}, element("tr", {}, ...[knob.label, ...measures.map(({ label }) => label)].map((name) => element("th", { scope: "col" }, name)))),
    body);
  const details = element("details", { class: "chart-table" },
    element("summary", {}, "Table", element("span", { class: "hidden" }, " of the curve")), element("div", { class: "scroll" }, table));
  return {
    details,
    /** @param {Curve["rows"]} rows */
    update: (rows) => {
      rows.slice(body.children.length).forEach((row) => {
        const value = values[body.children.length] ?? 0;
        body.append(element("tr", {}, element("th", { scope: "row" }, knobText(knob, value)),
          ...measures.map(({ unit }, at) => element("td", {}, shown(row[at] ?? Number.NaN, unit)))));
      });
    },
  };
};

/**
 * @param {HTMLElement} container
 * @param {Curve} curve As yet without rows.
 * @returns {{ update: (rows: Curve["rows"]) => void, mark: (now: number) => void, setLog: (isLog: boolean) => void, destroy: () => void }}
 */
export const createCurveCharts = (container, curve) => {
  let current = curve;
  const units = [...new Set(curve.measures.map(({ unit }) => unit))];
  const charts = units.map((unit) => createChart(unit, curve.measures.flatMap((one, at) => (one.unit === unit ? [at] : [])), curve, () => current));
  const table = createTable(curve);
  const marked = element("p", { class: "hint" });
  const tellMark = () => {
    const { knob, values, now } = current;
    const isInside = now >= (values[0] ?? 0) && now <= (values.at(-1) ?? 0);
    const where = isInside ? `Dashed: the knob as it stands, ${knobText(knob, now)}.` : `The knob stands beyond these values, at ${knobText(knob, now)}.`;
    setText(marked, `${where} The figures above are those of the last value, or of where you point.`);
  };
  tellMark();
  container.replaceChildren(element("div", { class: "charts" }, ...charts.map(({ figure }) => figure)), marked, table.details);
  const forget = keepDrawn(container, charts);
  return {
    update: (rows) => {
      current = { ...current, rows };
      charts.forEach(({ update }) => update());
      table.update(rows);
    },
    mark: (now) => {
      if (now === current.now) return;
      current = { ...current, now };
      charts.forEach(({ mark }) => mark());
      tellMark();
    },
    setLog: (isLog) => {
      current = { ...current, isLog };
      charts.forEach(({ draw }) => draw());
    },
    destroy: () => {
      forget();
      charts.forEach(({ destroy }) => destroy());
    },
  };
};
