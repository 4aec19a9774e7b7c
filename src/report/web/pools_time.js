import { unpacked } from "./data.js";
import { section } from "./dom.js";
import { digits, value } from "./format.js";
import { key } from "./key.js";
import { seriesChart } from "./series_chart.js";

const CURVES = [
  ["running", "requests that run", digits],
  ["waiting", "requests that wait", digits],
  ["output_tokens_per_s", "tokens generated per second", digits],
  ["prompt_tokens_per_s", "prompt tokens read per second", digits],
];
const TIMES = [
  ["ttft_mean_s", "time to first token, mean"],
  ["ttft_max_s", "time to first token, longest"],
  ["e2e_mean_s", "end to end, mean"],
  ["e2e_max_s", "end to end, longest"],
];

// A chart for each of the kinds, with a curve for each of the rows.
async function charts(rows, kinds, bin_s, zoom) {
  const list = [];
  for (const [name, title, show] of kinds) {
    const lines = [];
    for (const row of rows) {
      const completed = row.completed && (await unpacked(row.completed));
      lines.push({ name: row.name, values: await unpacked(row[name]), absent: completed && ((i) => completed[i] < 0.5) });
    }
    list.push(seriesChart(zoom, title, bin_s, lines, show ?? ((seconds) => value("_s", seconds))));
  }
  return list;
}

// What pools had to do over time.
export async function poolsPart({ run: { series } }, zoom) {
  if (!series?.pools.length) return null;
  const about = "One curve a pool, means of each bin. Requests are in a batch (run) or in a queue (wait); tokens count where they were computed, whether their request completed or not.";
  return section("Pools over time", about, key(series.pools.map(({ name }) => name)), await charts(series.pools, CURVES, series.bin_s, zoom));
}

// How long requests took that completed in each bin.
export async function latencyOverTimePart({ run: { series } }, zoom) {
  if (!series?.classes.length) return null;
  const about = "Of the requests that completed in each bin, by class; a bin without one has no value. Those that were lost or rejected are in none.";
  return section("Latency over time", about, key(series.classes.map(({ name }) => name)), await charts(series.classes, TIMES, series.bin_s, zoom));
}
