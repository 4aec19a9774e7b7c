import { element, section } from "./dom.js";
import { label, value } from "./format.js";
import { grid } from "./table.js";

// Parts of the summary that stand as a table of one row a name.
const BY_NAME = {
  services: ["Services", "Requests, latency and energy of each."],
  pools: ["Pools", "GPUs that each pool held over the run, and what they drew."],
  tenants: ["Tenants", "Who shares the servers."],
  jobs: ["Training jobs", "When each ran, and what it took."],
};

// Parts that stand as one list of values.
const LISTS = {
  thermal: ["Temperature", "Of inlets, and of the hottest die of each instance."],
  fleet: ["Fleet", "How instances came and went; GPU hours by what they were."],
  smoothing: ["Smoothing", "What it took to smooth the power of training."],
  network: ["Network", "KV caches that travelled between instances."],
};

export function leaves(json, pointer = "") {
  if (json === null || typeof json !== "object") return [[pointer, json]];
  return Object.entries(json).flatMap(([step, inner]) => leaves(inner, `${pointer}/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`));
}

const scroll = (title, ...children) => element("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": title }, ...children);

function byName([title, about], part, before, baseName) {
  const rows = Object.entries(part);
  if (!rows.length) return null;
  const flat = rows.map(([name, json]) => ({ name, values: new Map(leaves(json)), was: new Map(leaves(before?.[name] ?? {})) }));
  const pointers = [...new Set(flat.flatMap(({ values }) => [...values.keys()]))];
  const column = (pointer, of, heading) => ({ title: heading, of: (row) => value(pointer, of(row).get(pointer)), by: (row) => of(row).get(pointer), number: true });
  const columns = [{ title: "name", of: ({ name }) => name }];
  for (const pointer of pointers) {
    columns.push(column(pointer, ({ values }) => values, label(pointer)));
    if (before && pointers.length < 6) columns.push(column(pointer, ({ was }) => was, `${label(pointer)}, ${baseName}`));
  }
  return section(title, about, scroll(title, grid(columns, flat)));
}

function asList([title, about], part, before, baseName) {
  const was = new Map(leaves(before ?? {}));
  const rows = leaves(part).filter(([pointer, number]) => number !== 0 || was.get(pointer));
  if (rows.length < 2) return null;
  const columns = [
    { title: "value", of: ([pointer]) => label(pointer) },
    { title: "this run", of: ([pointer, number]) => value(pointer, number), by: ([, number]) => number, number: true },
  ];
  if (before) columns.push({ title: baseName, of: ([pointer]) => value(pointer, was.get(pointer)), by: ([pointer]) => was.get(pointer), number: true });
  return section(title, about, scroll(title, grid(columns, rows)));
}

function gridRows(part) {
  return Object.entries(part).flatMap(([node, result]) =>
    Object.entries(result.verdicts ?? {}).map(([name, verdict]) => ({ node, name, spec: result.spec, ...verdict })),
  );
}

// The checks of a utility, limit by limit.
function gridSection(part) {
  const measures = Object.entries(part).map(([node, { verdicts: _, ...rest }]) => ({ node, values: leaves(rest) }));
  const amount = (title, key) => ({ title, of: (row) => value(`/${row.name}`, row[key]), by: (row) => row[key], number: true });
  const columns = [
    { title: "node", of: ({ node }) => node },
    { title: "what", of: ({ name }) => name },
    amount("value", "value"),
    amount("limit", "limit"),
    { title: "kept", of: ({ passed, testable }) => (testable === false ? "not testable" : passed ? "yes" : "no") },
  ];
  const rows = gridRows(part);
  const all = measures.flatMap(({ node, values }) => values.map(([pointer, number]) => ({ node, pointer, number })));
  const measured = [
    { title: "node", of: ({ node }) => node },
    { title: "measure", of: ({ pointer }) => label(pointer) },
    { title: "amount", of: ({ pointer, number }) => value(pointer, number), by: ({ number }) => number, number: true },
  ];
  return section(
    "Grid",
    rows.length ? `Power held against the specification ${rows[0].spec ?? ""}.` : "Swings of power as a utility sees them; no specification was asked for.",
    rows.length ? scroll("Verdicts", grid(columns, rows)) : null,
    scroll("Measures", grid(measured, all)),
  );
}

// Whatever else the run has to say: services, pools, tenants, jobs, temperature, fleet, smoothing, grid.
export function resultParts({ run, bases }) {
  const base = bases?.[0];
  const part = (name, how, shapes) => (run.results[name] ? how(shapes[name], run.results[name], base?.results[name], base?.name) : null);
  return [
    ...Object.keys(BY_NAME).map((name) => part(name, byName, BY_NAME)),
    ...Object.keys(LISTS).map((name) => part(name, asList, LISTS)),
    run.results.grid ? gridSection(run.results.grid) : null,
  ].filter(Boolean);
}
