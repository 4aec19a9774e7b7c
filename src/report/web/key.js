import { DASHES, LINES } from "./colours.js";
import { element, svg } from "./dom.js";

// Names of lines with their colour and dash.
export function key(names) {
  return element(
    "ul",
    { class: "key" },
    names.map((name, i) =>
      element(
        "li",
        {},
        svg("svg", { "aria-hidden": "true", viewBox: "0 0 30 10" }, svg("line", { x1: 0, x2: 30, y1: 5, y2: 5, stroke: line(i).stroke, "stroke-width": 2.5, "stroke-dasharray": line(i).dash.join(" ") || undefined })),
        name,
      ),
    ),
  );
}

// Colour and dash of the i-th line; after all colours they begin again with other dashes.
export const line = (i) => ({
  stroke: LINES[i % LINES.length],
  dash: DASHES[(i + 3 * Math.floor(i / LINES.length)) % DASHES.length],
  width: 1.8,
  points: { show: false },
});
