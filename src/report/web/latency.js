import uPlot from "uplot";
import { choice, element, section } from "./dom.js";
import { digits, percent, signed } from "./format.js";
import { key, line } from "./key.js";
import { table } from "./table.js";
import { FONT, width } from "./time_chart.js";

const KINDS = { ttft_s: "Time to first token", tbt_s: "Time between tokens", e2e_s: "End to end" };
const POINTS = 240;

const seconds = (time) => (time < 1 ? `${digits(1e3 * time, 3)} ms` : `${digits(time, 3)} s`);

// The share of values at or below each of these.
function shares(quantiles, values) {
  let at = 0;
  return values.map((value) => {
    while (at < quantiles.length && quantiles[at] <= value) ++at;
    return at === 0 ? 0 : at / quantiles.length;
  });
}

function logSpaced(low, high) {
  return Array.from({ length: POINTS }, (_, i) => low * (high / low) ** (i / (POINTS - 1)));
}

function plot(options, data, name, say) {
  const readout = element("output", { class: "readout" }, say(null));
  const holder = element("div", { class: "chart", role: "img", "aria-label": name });
  const half = () => (width() > 980 ? width() / 2 - 14 : width());
  const chart = new uPlot(
    { width: half(), height: 240, legend: { show: false }, padding: [10, 26, 0, 0], ...options, hooks: { ...options.hooks, setCursor: [(drawn) => (readout.textContent = say(drawn.cursor.left < 0 ? null : drawn.cursor.idx))] } },
    data,
    holder,
  );
  window.addEventListener("resize", () => chart.setSize({ width: half(), height: 240 }));
  return element("div", { class: "figure" }, element("h3", {}, name), holder, readout);
}

// Targets of the first token are of a request, as the curve is. The one between tokens is a mean of a request, which no curve of gaps may carry.
function drawTargets(targets) {
  return (drawn) => {
    const { ctx, bbox } = drawn;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.font = `${11 * ratio}px system-ui, sans-serif`;
    ctx.strokeStyle = ctx.fillStyle = "#444444";
    ctx.setLineDash([4 * ratio, 3 * ratio]);
    targets.forEach(({ name, at }, i) => {
      const x = drawn.valToPos(at, "x", true);
      if (x < bbox.left || x > bbox.left + bbox.width) return;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.textAlign = x > bbox.left + bbox.width / 2 ? "right" : "left";
      ctx.fillText(` target of ${name} `, x, bbox.top + bbox.height - (8 + 14 * i) * ratio);
    });
    ctx.restore();
  };
}

// One mark for all classes of the same target.
function marksOf(kind, names, targets) {
  const classes = new Map();
  for (const name of names) {
    const at = targets[name]?.[kind];
    if (at > 0) classes.set(at, [...(classes.get(at) ?? []), name]);
  }
  return [...classes].map(([at, group]) => ({ at, name: group.join(", ") }));
}

function cdf(kind, groups, latency, base, targets) {
  const known = groups.filter((name) => latency[name]?.[kind]?.length);
  const all = known.flatMap((name) => [...latency[name][kind], ...(base?.latency[name]?.[kind] ?? [])]).filter((value) => value > 0);
  if (!all.length) return null;
  const marks = kind === "tbt_s" ? [] : marksOf(kind, known, targets);
  const values = logSpaced(all.reduce((a, b) => Math.min(a, b)), [...all, ...marks.map(({ at }) => 1.15 * at)].reduce((a, b) => Math.max(a, b)) * 1.01);
  const of = (source) => known.map((name) => (source?.[name]?.[kind] ? shares(source[name][kind], values) : values.map(() => null)));
  const now = of(latency), before = base ? of(base.latency) : [];
  const options = {
    scales: { x: { time: false, distr: 3 }, y: { range: [0, 1] } },
    axes: [
      { font: FONT, values: (_, ticks) => ticks.map((tick) => (tick === null || tick === undefined ? "" : /^[125]/.test(tick.toExponential()) ? seconds(tick) : "")), space: 44, size: 34, grid: { stroke: "#e5e5e5", width: 1 } },
      { font: FONT, size: 58, values: (_, ticks) => ticks.map((tick) => `${Math.round(100 * tick)} %`), grid: { stroke: "#e5e5e5", width: 1 } },
    ],
    series: [{}, ...before.map(() => ({ stroke: "#999999", width: 1, dash: [4, 3], points: { show: false } })), ...known.map((name) => line(groups.indexOf(name)))],
    hooks: { draw: [drawTargets(marks)] },
  };
  const say = (at) => (at === null || at === undefined ? "Share of values at or below a time" : `at or below ${seconds(values[at])}: ${known.map((name, i) => `${name} ${percent(now[i][at])}`).join(", ")}`);
  return plot(options, [values, ...before, ...now], `${KINDS[kind]}: share at or below`, say);
}

// How much later each quantile comes than in the base.
function difference(kind, groups, latency, base) {
  const known = groups.filter((name) => latency[name]?.[kind]?.length && base.latency[name]?.[kind]?.length === latency[name][kind].length);
  if (!known.length) return null;
  const count = latency[known[0]][kind].length;
  const shareOf = Array.from({ length: count }, (_, i) => (i + 0.5) / count);
  const moves = known.map((name) => latency[name][kind].map((value, i) => (base.latency[name][kind][i] > 0 ? value / base.latency[name][kind][i] - 1 : null)));
  const size = Math.max(0.01, ...moves.flat().map((move) => Math.abs(move ?? 0)));
  const options = {
    scales: { x: { time: false, range: [0, 1] }, y: { range: [-1.08 * size, 1.08 * size] } },
    axes: [
      { font: FONT, values: (_, ticks) => ticks.map((tick) => `${Math.round(100 * tick)} %`), size: 34, grid: { stroke: "#e5e5e5", width: 1 } },
      { font: FONT, size: 58, values: (_, ticks) => ticks.map((tick) => `${digits(100 * tick, 2)} %`), grid: { stroke: "#e5e5e5", width: 1 } },
    ],
    series: [{}, ...known.map((name) => line(groups.indexOf(name)))],
  };
  const say = (at) => (at === null || at === undefined ? `Above 0: later than in ${base.name}` : `at ${percent(shareOf[at])} of values: ${known.map((name, i) => `${name} ${moves[i][at] === null ? "" : signed(moves[i][at])}`).join(", ")}`);
  return plot(options, [shareOf, ...moves], `${KINDS[kind]}: change against ${base.name}`, say);
}

function quantileRows(groups, latency, base) {
  const rows = [];
  for (const name of groups)
    for (const [kind, title] of Object.entries(KINDS)) {
      const list = latency[name]?.[kind];
      if (!list?.length) continue;
      const before = base?.latency[name]?.[kind];
      rows.push({ name, title, at: (share) => list[Math.floor(share * list.length)], was: (share) => before?.[Math.floor(share * before.length)] });
    }
  return rows;
}

function quantiles(groups, latency, base) {
  const columns = [{ title: "class", of: ({ name }) => name }, { title: "time", of: ({ title }) => title }];
  for (const share of [0.1, 0.5, 0.9, 0.99]) {
    columns.push({ title: `p${100 * share}`, of: ({ at }) => seconds(at(share)), by: ({ at }) => at(share), number: true });
    if (base) columns.push({ title: "change", of: ({ at, was }) => (was(share) ? signed(at(share) / was(share) - 1) : ""), by: ({ at, was }) => at(share) / was(share), number: true });
  }
  return table("Quantiles of latency", columns, quantileRows(groups, latency, base));
}

function targetNote(targets, groups) {
  const list = groups.filter((name) => targets[name]?.tbt_s).map((name) => `${name} ${seconds(targets[name].tbt_s)}`);
  return list.length ? ` Targets between tokens (${list.join(", ")}) are means of a request and stand in no curve.` : "";
}

// Distributions of latency by class, targets, and the change against the base.
export function latencyPart({ run, bases }) {
  const names = Object.keys(run.latency).filter((name) => Object.values(run.latency[name]).some((list) => list.length));
  if (!names.length) return null;
  const base = bases?.[0];
  const groups = names.length > 1 ? names.filter((name) => name !== "all") : names;
  const holder = element("div", { class: "pair" });
  const draw = (kind) => [cdf(kind, groups, run.latency, base, run.targets), base && difference(kind, groups, run.latency, base)].filter(Boolean);
  const kinds = Object.entries(KINDS).filter(([kind]) => names.some((name) => run.latency[name][kind]?.length));
  holder.append(...(base ? draw("e2e_s") : kinds.flatMap(([kind]) => draw(kind))));
  return section(
    "Latency",
    `200 quantiles of each class; time between tokens is of each gap.${base ? ` Grey and dashed: ${base.name}.` : ""}${targetNote(run.targets, groups)}`,
    base ? choice("Show", kinds, "e2e_s", (kind) => holder.replaceChildren(...draw(kind))) : null,
    key(groups),
    holder,
    quantiles(names, run.latency, base),
  );
}
