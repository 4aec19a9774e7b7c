import { LANES } from "./colours.js";
import { unpacked } from "./data.js";
import { element, section } from "./dom.js";
import { clock, percent, span, watts } from "./format.js";
import { table } from "./table.js";
import { FONT, timeAxis, timeChart } from "./time_chart.js";

const SHOWN = 6;
const LANE_HEIGHT = 15;
const ABOUT =
  "Mean of each bin as a line, from the least to the largest instantaneous power in it as a band. Drag to zoom all charts over time, " +
  "double-click for the whole run; with a chart focused, + and \u2212 zoom, arrows move, 0 shows the whole run.";

// The value of a series at other dates; null outside of it.
function resampled(values, { start_s, bin_s }, dates) {
  return dates.map((date) => values[Math.floor((date - start_s) / bin_s)] ?? null);
}

function levels(chart) {
  const list = (chart.thresholds ?? []).map(({ name, fraction, power_w }) => ({ text: `${name} ${percent(fraction)}`, power_w, dash: [3, 4], colour: "#666666" }));
  if (chart.budget_w) list.push({ text: `budget ${watts(chart.budget_w)}`, power_w: chart.budget_w, dash: [], colour: "#000000" });
  if (chart.rating_w) list.push({ text: `rating ${watts(chart.rating_w)}`, power_w: chart.rating_w, dash: [10, 4], colour: "#d55e00" });
  return list.sort((a, b) => b.power_w - a.power_w);
}

// Lines at budgets and thresholds with their names at the left, each below the one above it.
function drawLevels(plot, list) {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  let free = -Infinity;
  const left = bbox.left + 5 * ratio;
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textAlign = "left";
  for (const { text, power_w, dash, colour } of list) {
    const y = plot.valToPos(power_w, "y", true);
    ctx.strokeStyle = ctx.fillStyle = colour;
    ctx.lineWidth = 1.5 * ratio;
    ctx.setLineDash(dash.map((part) => part * ratio));
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    free = Math.max(y - 4 * ratio, free + 13 * ratio);
    ctx.lineWidth = 4 * ratio;
    ctx.setLineDash([]);
    ctx.strokeStyle = "#ffffff";
    ctx.strokeText(text, left, free);
    ctx.fillText(text, left, free);
  }
  ctx.restore();
}

// Above the plot one lane for each kind of limit, as high as the share of servers that it holds.
function drawLanes(plot, { lanes, servers }) {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const height = LANE_HEIGHT * ratio;
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  lanes.forEach(({ kind, times_s, counts }, row) => {
    const bottom = bbox.top - (lanes.length - 1 - row) * height - 6 * ratio;
    ctx.fillStyle = "#222222";
    ctx.textAlign = "right";
    ctx.fillText(kind, bbox.left - 6 * ratio, bottom - 3 * ratio);
    ctx.fillStyle = "#f2f2f2";
    ctx.fillRect(bbox.left, bottom - height + 2 * ratio, bbox.width, height - 3 * ratio);
    ctx.fillStyle = LANES[kind];
    const most = Math.max(servers || 0, ...(counts ?? []));
    (times_s ?? []).forEach((time, i) => {
      if (counts[i] <= 0) return;
      const clip = (at) => Math.min(Math.max(plot.valToPos(at, "x", true), bbox.left), bbox.left + bbox.width);
      const [from, to] = [clip(time), clip(times_s[i + 1] ?? plot.scales.x.max)];
      const share = kind === "trip" || kind === "over budget" ? 1 : Math.max(0.15, counts[i] / most);
      const full = height - 3 * ratio;
      if (to > from || (from > bbox.left && from < bbox.left + bbox.width)) ctx.fillRect(from, bottom - ratio - full * share, Math.max(to - from, ratio), full * share);
    });
  });
  ctx.restore();
}

function heldAt({ lanes }, date) {
  return lanes
    .map(({ kind, times_s, counts }) => {
      const count = counts?.[(times_s ?? []).findLastIndex((time) => time <= date)] ?? 0;
      if (count <= 0) return null;
      return kind === "trip" || kind === "over budget" ? kind : `${kind}: ${count} server${count === 1 ? "" : "s"}`;
    })
    .filter(Boolean);
}

async function baseSeries(chart, bases, dates) {
  const list = [];
  for (const base of bases ?? []) {
    const packed = base.power?.mean_w?.[chart.node];
    if (packed) list.push({ name: base.name, values: resampled(await unpacked(packed), base.power, dates) });
  }
  return list;
}

function plotOptions(chart, limits, bases, top) {
  const hidden = { stroke: "transparent", points: { show: false } };
  return {
    height: 260 + chart.lanes.length * LANE_HEIGHT,
    padding: [chart.lanes.length * LANE_HEIGHT + 14, 26, 0, 8],
    scales: { y: { range: [0, top] } },
    axes: [timeAxis(), { font: FONT, size: 74, values: (_, ticks) => ticks.map(watts), grid: { stroke: "#e5e5e5", width: 1 } }],
    bands: [{ series: [2, 1], fill: "rgba(0, 114, 178, 0.22)" }],
    series: [
      {},
      hidden,
      hidden,
      ...bases.map((_, i) => ({ stroke: i ? "#aaaaaa" : "#777777", width: 1.2, dash: [5, 3], points: { show: false } })),
      { stroke: "#0072b2", width: 1.5, points: { show: false } },
    ],
    hooks: { draw: [(plot) => (drawLevels(plot, limits), drawLanes(plot, chart))] },
  };
}

function words(chart, run) {
  const { budget_w, summary } = chart;
  const sample = summary.telemetry_peak_w;
  return [
    `mean ${watts(summary.mean_w)}`,
    `peak ${watts(summary.peak_w)}`,
    sample && `largest sample ${watts(sample)}${budget_w ? ` (${percent(sample / budget_w)} of the budget)` : ""}`,
    summary.above_budget_s !== undefined && `${span(summary.above_budget_s)} above the budget`,
  ]
    .filter(Boolean)
    .join(", ");
}

async function powerChart(chart, run, bases, zoom) {
  const [mean, least, most] = await Promise.all([unpacked(chart.mean_w), unpacked(chart.min_w), unpacked(chart.max_w)]);
  const dates = Array.from(mean, (_, i) => run.power.start_s + (i + 0.5) * run.power.bin_s);
  const others = await baseSeries(chart, bases, dates);
  const limits = levels(chart);
  const top = 1.08 * Math.max(chart.max_w.high, ...limits.map(({ power_w }) => power_w), ...others.map(({ values }) => Math.max(...values)));
  const whole = `${words(chart, run)}.`;
  const say = (at) => {
    if (at === null || at === undefined) return whole;
    const rest = [...others.map(({ name, values }) => (values[at] === null ? null : `${name} ${watts(values[at])}`)), ...heldAt(chart, dates[at])];
    return [`${clock(dates[at])}: ${watts(mean[at])}, from ${watts(least[at])} to ${watts(most[at])}`, ...rest.filter(Boolean)].join("; ");
  };
  const data = [dates, least, most, ...others.map(({ values }) => values), mean];
  const drawn = timeChart(zoom, plotOptions(chart, limits, others, top), data, `Power of ${chart.node} over time: ${whole}`, say);
  const columns = [
    { title: "from", of: (i) => clock(dates[i] - run.power.bin_s / 2), by: (i) => i, number: true },
    ...[["mean", mean], ["least", least], ["largest", most], ...others.map(({ name, values }) => [name, values])].map(([title, values]) => ({
      title,
      of: (i) => (values[i] === null ? "" : watts(values[i])),
      by: (i) => values[i],
      number: true,
    })),
  ];
  const key = others.length ? ` Dashed grey behind it: ${others.map(({ name }) => name).join(", ")}.` : "";
  const missing = chart.lanes.filter(({ times_s }) => !times_s).map(({ kind, steps }) => ` ${kind} changes ${steps} times, too often for a lane.`);
  return element("div", {}, element("h3", {}, chart.node), element("p", { class: "about" }, key, missing), drawn, table(`Bins of ${chart.node}`, columns, dates.map((_, i) => i)));
}

// Power of the nodes that have a budget or a rating; beyond the tightest few they wait to be opened.
export async function powerPart({ run, bases }, zoom) {
  if (!run.power) return null;
  const draw = (chart) => powerChart(chart, run, bases, zoom);
  const first = await Promise.all(run.power.charts.slice(0, SHOWN).map(draw));
  const rest = run.power.charts.slice(SHOWN).map((chart) => {
    const folded = element("details", {}, element("summary", {}, `${chart.node}: ${words(chart, run)}`));
    folded.addEventListener("toggle", async () => folded.append(await draw(chart)), { once: true });
    return folded;
  });
  const whole = element("button", { type: "button", onclick: () => zoom.whole() }, "Show the whole run");
  return section("Power over time", ABOUT, element("p", {}, whole), first, rest);
}
