import { choice, element, section, svg } from "./dom.js";
import { digits, label, value } from "./format.js";
import { key, line } from "./key.js";
import { grid } from "./table.js";

const WIDE = 900, TALL = 380, LEFT = 90, RIGHT = 20, TOP = 14, BOTTOM = 60;
const SHAPES = [
  (x, y) => svg("circle", { cx: x, cy: y, r: 5 }),
  (x, y) => svg("rect", { x: x - 4.5, y: y - 4.5, width: 9, height: 9 }),
  (x, y) => svg("path", { d: `M${x} ${y - 6}L${x + 6} ${y + 5}L${x - 6} ${y + 5}Z` }),
  (x, y) => svg("path", { d: `M${x} ${y - 6}L${x + 6} ${y}L${x} ${y + 6}L${x - 6} ${y}Z` }),
];

const text = (cell) => (cell === undefined ? "" : typeof cell === "object" ? JSON.stringify(cell) : String(cell));
const isNumber = (rows, column) => rows.length > 0 && rows.every((row) => typeof row[column] === "number");

// Round numbers between two bounds.
function ticks(low, high, most = 6) {
  const raw = (high - low) / most || 1;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = size * [1, 2, 5, 10].find((factor) => factor * size >= raw);
  const list = [];
  for (let at = Math.ceil(low / step - 1e-9) * step; at <= high + 1e-9 * step; at += step) list.push(Math.abs(at) < step * 1e-9 ? 0 : at);
  return list;
}

// A column as positions: numbers where all are, else one place a value.
function scale(rows, column, from, to, fromZero) {
  if (!isNumber(rows, column)) {
    const names = [...new Set(rows.map((row) => text(row[column])))];
    const place = (name) => from + ((names.indexOf(name) + 0.5) / names.length) * (to - from);
    return { of: (row) => place(text(row[column])), marks: names.map((name) => [place(name), name.slice(0, 26)]) };
  }
  const numbers = rows.map((row) => row[column]);
  let [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  if (fromZero && low > 0 && low < 0.6 * high) low = 0;
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  [low, high] = [low === 0 ? 0 : low - room, high + room];
  const place = (number) => from + ((number - low) / (high - low)) * (to - from);
  return { of: (row) => place(row[column]), marks: ticks(low, high).map((tick) => [place(tick), value(column, tick)]) };
}

function axes(drawing, x, y, names) {
  for (const [at, name] of x.marks)
    drawing.append(svg("line", { x1: at, x2: at, y1: TOP, y2: TALL - BOTTOM, stroke: "#e5e5e5" }), svg("text", { x: at, y: TALL - BOTTOM + 18, "text-anchor": "middle" }, name));
  for (const [at, name] of y.marks)
    drawing.append(svg("line", { x1: LEFT, x2: WIDE - RIGHT, y1: at, y2: at, stroke: "#e5e5e5" }), svg("text", { x: LEFT - 8, y: at + 4, "text-anchor": "end" }, name));
  drawing.append(svg("text", { x: (LEFT + WIDE) / 2, y: TALL - 12, "text-anchor": "middle", class: "axis" }, label(names.x)));
}

function plot(rows, names) {
  const shown = rows.filter((row) => row[names.x] !== undefined && row[names.y] !== undefined);
  if (!shown.length) return element("p", { class: "about" }, "No point has both of these.");
  const drawing = svg("svg", { viewBox: `0 0 ${WIDE} ${TALL}`, class: "bars", role: "img", "aria-label": `${label(names.y)} over ${label(names.x)}; the table below has the numbers` });
  const x = scale(shown, names.x, LEFT, WIDE - RIGHT, false), y = scale(shown, names.y, TALL - BOTTOM, TOP, true);
  axes(drawing, x, y, names);
  const groups = [...new Set(shown.map((row) => text(row[names.by])))];
  groups.forEach((group, i) => {
    const members = shown.filter((row) => text(row[names.by]) === group);
    const { stroke, dash } = line(i);
    if (isNumber(shown, names.x) && names.by !== names.x) {
      const points = [...members].sort((a, b) => a[names.x] - b[names.x]).map((row) => `${x.of(row)},${y.of(row)}`);
      drawing.append(svg("polyline", { points: points.join(" "), fill: "none", stroke, "stroke-width": 2, "stroke-dasharray": dash.join(" ") || undefined }));
    }
    for (const row of members) {
      const mark = SHAPES[i % SHAPES.length](x.of(row), y.of(row));
      mark.setAttribute("fill", stroke);
      mark.append(svg("title", {}, `${row.point}: ${label(names.y)} ${value(names.y, row[names.y])}`));
      drawing.append(mark);
    }
  });
  return element("div", { class: "figure" }, element("p", { class: "about" }, `${label(names.y)}, over ${label(names.x)}`), names.by !== names.x && groups.length > 1 ? key(groups) : null, drawing);
}

// The first of the columns in which the points differ most often.
function mostVaried(rows, columns) {
  const values = (column) => new Set(rows.map((row) => row[column])).size;
  return columns.find((column) => columns.every((other) => values(other) <= values(column)));
}

function results(points, columns) {
  const shape = [
    { title: "point", of: ({ point }) => point },
    { title: "outcome", of: ({ outcome }) => outcome },
    ...columns.map((column) => ({ title: label(column), of: (row) => value(column, row[column]), by: (row) => row[column], number: isNumber(points.filter((row) => row[column] !== undefined), column) })),
  ];
  if (points.some(({ reason }) => reason)) shape.splice(2, 0, { title: "why", of: ({ reason }) => reason ?? "" });
  return element("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "All points" }, grid(shape, points));
}

// Any column of a sweep against any other, and all points as a table that sorts.
export function sweepPart({ run, sweep }) {
  if (!sweep) return null;
  const { points, axes: axesOf, metrics, impacts } = sweep;
  const measures = [...metrics, ...impacts.map((impact) => `/impact_fraction${impact}`)];
  const columns = [...axesOf, ...measures].filter((column) => points.some((row) => row[column] !== undefined));
  const done = points.filter(({ outcome }) => outcome === "done");
  const numeric = axesOf.find((axis) => isNumber(points, axis) && new Set(points.map((row) => row[axis])).size > 1);
  const names = { x: numeric ?? axesOf[0], y: mostVaried(points, measures.filter((name) => columns.includes(name))) };
  names.by = axesOf.find((axis) => axis !== names.x) ?? axesOf[0];
  const holder = element("div");
  const draw = () => holder.replaceChildren(plot(done, names));
  const choose = (title, name, list) => choice(title, list.map((column) => [column, label(column)]), names[name], (column) => ((names[name] = column), draw()));
  const missing = points.length - done.length;
  const state = `${done.length} of ${points.length} points are done${missing ? `, ${missing} ${sweep.ended ? "failed" : "are missing: this sweep has not ended, or some failed"}` : ""}.`;
  const can = names.x && names.y && done.length;
  if (can) draw();
  return section(
    `Sweep: ${sweep.name}`,
    `Study ${sweep.study}, version ${sweep.version}. Each point is a run of its own, in points/ of the sweep's directory by its name.`,
    element("p", { class: run ? "" : `answer ${missing ? "watch" : "good"}` }, state),
    can ? element("p", {}, choose("Across", "x", columns), choose("up", "y", columns), axesOf.length ? choose("by", "by", axesOf) : null) : null,
    holder,
    element("h3", {}, "All points"),
    results(points, columns),
  );
}
