import uPlot from "uplot";
import { element } from "./dom.js";
import { clock } from "./format.js";

export const FONT = "12px system-ui, sans-serif";

// How wide a chart may be: as a paragraph of the page.
export const width = () => Math.max(280, document.querySelector("h1").clientWidth);

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800];

export function timeAxis() {
  return {
    font: FONT,
    values: (_, ticks) => ticks.map(clock),
    space: 76,
    size: 34,
    incrs: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, ...STEPS],
    grid: { stroke: "#e5e5e5", width: 1 },
  };
}

// A chart over time whose window is that of all; `say(index)` is what stands below for a point under the mouse, or for
// the whole run without one.
export function timeChart(zoom, options, data, name, say) {
  const readout = element("output", { class: "readout" }, say(null));
  const holder = element("div", { class: "chart", tabindex: 0, role: "group", "aria-label": name, onkeydown: (event) => zoom.key(event) });
  const plot = new uPlot(
    {
      width: width(),
      legend: { show: false },
      cursor: { sync: { key: "time" }, drag: { x: true, y: false, setScale: true }, points: { size: 6 } },
      ...options,
      scales: { x: { time: false, min: zoom.low, max: zoom.high }, ...options.scales },
      hooks: {
        ...options.hooks,
        setCursor: [(chart) => (readout.textContent = say(chart.cursor.left < 0 ? null : chart.cursor.idx))],
        setScale: [(chart, key) => key === "x" && zoom.set(chart.scales.x.min, chart.scales.x.max)],
      },
    },
    data,
    holder,
  );
  holder.addEventListener("dblclick", () => zoom.whole());
  zoom.listen((min, max) => {
    if (plot.scales.x.min !== min || plot.scales.x.max !== max) plot.setScale("x", { min, max });
  });
  window.addEventListener("resize", () => plot.setSize({ width: width(), height: plot.height }));
  return element("div", { class: "figure" }, holder, readout);
}
