import { clock } from "./format.js";
import { element } from "./dom.js";
import { line } from "./key.js";
import { table } from "./table.js";
import { FONT, timeAxis, timeChart } from "./time_chart.js";

// Curves over time of one unit: `lines` are {name, values, absent}, where `absent(i)` says that a bin has no value.
export function seriesChart(zoom, title, bin_s, lines, show) {
  const dates = Array.from(lines[0].values, (_, i) => (i + 0.5) * bin_s);
  const curves = lines.map(({ values, absent }) => Array.from(values, (value, i) => (absent?.(i) ? null : value)));
  const most = Math.max(0, ...curves.map((curve) => curve.reduce((top, value) => Math.max(top, value ?? 0), 0)));
  const options = {
    height: 190,
    padding: [10, 26, 0, 8],
    scales: { y: { range: [0, 1.08 * most || 1] } },
    axes: [timeAxis(), { font: FONT, size: 74, values: (_, ticks) => ticks.map(show), grid: { stroke: "#e5e5e5", width: 1 } }],
    series: [{}, ...lines.map((_, i) => ({ ...line(i), width: 1.4, spanGaps: true }))],
  };
  const say = (at) => {
    if (at === null || at === undefined) return lines.map(({ name }, i) => `${name} at most ${show(curves[i].reduce((top, value) => Math.max(top, value ?? 0), 0))}`).join("; ");
    return `${clock(dates[at])}: ${lines.map(({ name }, i) => `${name} ${curves[i][at] === null ? "none" : show(curves[i][at])}`).join("; ")}`;
  };
  const columns = [
    { title: "from", of: (i) => clock(dates[i] - bin_s / 2), by: (i) => i, number: true },
    ...lines.map(({ name }, l) => ({ title: name, of: (i) => (curves[l][i] === null ? "" : show(curves[l][i])), by: (i) => curves[l][i] ?? -1, number: true })),
  ];
  return element("div", {}, element("h3", {}, title), timeChart(zoom, options, [dates, ...curves], title, say), table(`Bins: ${title}`, columns, dates.map((_, i) => i)));
}
