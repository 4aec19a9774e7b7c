import { element, section, svg } from "./dom.js";
import { digits } from "./format.js";
import { table } from "./table.js";

const FILL = "#0072b2", BASE = "#aaaaaa", ROW = 24, LEFT = 300, RIGHT = 150, WIDE = 900;

const kwh = (energy) => `${digits(energy)} kWh`;

// Where the energy of a run went: each part, and what it is a part of.
function parts({ results }) {
  const { energy, pools, jobs, tenants } = results;
  const rows = [];
  const add = (name, amount) => amount !== undefined && amount !== null && rows.push({ name, amount });
  for (const [name, pool] of Object.entries(pools ?? {})) add(`GPUs of pool ${name}`, pool.gpu_kwh);
  for (const [name, job] of Object.entries(jobs ?? {})) add(`job ${name}`, job.energy_kwh);
  for (const [name, tenant] of Object.entries(tenants ?? {})) add(`tenant ${name}`, tenant.energy_kwh);
  const inGpus = Object.values(pools ?? {}).reduce((sum, { gpu_kwh }) => sum + (gpu_kwh ?? 0), 0);
  const others = rows.filter(({ name }) => !name.startsWith("GPUs")).reduce((sum, { amount }) => sum + amount, 0);
  if (energy.it_kwh !== undefined) {
    if (rows.length && energy.it_kwh - inGpus - others > 1e-3) add("hosts, fans and power supplies", energy.it_kwh - inGpus - others);
    add("all servers, at their inlets", energy.it_kwh);
  }
  if (Math.abs(energy.facility_kwh - energy.it_kwh) > 1e-3) add("distribution: losses, and what storage kept", energy.facility_kwh - energy.it_kwh);
  add("the whole site, without cooling", energy.facility_kwh);
  return rows;
}

function bars(rows, base) {
  const most = Math.max(...rows.flatMap(({ amount, before }) => [amount, before ?? 0]), 1e-9);
  const long = (amount) => Math.max(0, (amount / most) * (WIDE - LEFT - RIGHT));
  const drawing = svg("svg", { viewBox: `0 0 ${WIDE} ${rows.length * ROW}`, class: "bars", role: "img", "aria-label": "Energy by where it went; the table below has the numbers" });
  rows.forEach(({ name, amount, before }, i) => {
    const y = i * ROW;
    drawing.append(
      svg("text", { x: LEFT - 8, y: y + 16, "text-anchor": "end" }, name.slice(0, 52)),
      svg("rect", { x: LEFT, y: y + 3, width: long(amount), height: before === undefined ? 16 : 10, fill: FILL }),
      svg("text", { x: LEFT + Math.max(long(amount), long(before ?? 0)) + 6, y: y + 16 }, kwh(amount)),
    );
    if (before !== undefined) drawing.append(svg("rect", { x: LEFT, y: y + 14, width: long(before), height: 6, fill: BASE }));
  });
  return element("div", { class: "figure" }, drawing, base ? element("p", { class: "about" }, `Grey, below: ${base.name}.`) : null);
}

// What the steps of each class of requests took.
function byClass({ results }) {
  const rows = Object.entries(results.classes ?? {})
    .filter(([, { step_energy_kwh: energy }]) => energy !== undefined)
    .map(([name, { step_energy_kwh: energy, requests }]) => ({ name, energy, each: requests.completed ? (1e3 * energy) / requests.completed : 0 }));
  if (!rows.length) return null;
  const columns = [
    { title: "class", of: ({ name }) => name },
    { title: "steps of its completed requests", of: ({ energy }) => kwh(energy), by: ({ energy }) => energy, number: true },
    { title: "a request", of: ({ each }) => `${digits(each)} Wh`, by: ({ each }) => each, number: true },
  ];
  return table("Energy of GPUs in steps, by class; idle GPUs, hosts and losses are in none", columns, rows);
}

// Energy by pool, job and tenant, and the rest of it; then by class.
export function energyPart({ run, bases }) {
  if (run.results.energy?.facility_kwh === undefined) return null;
  const base = bases?.[0];
  const before = base?.results.energy ? new Map(parts(base).map(({ name, amount }) => [name, amount])) : new Map();
  const rows = parts(run).map((row) => ({ ...row, before: before.get(row.name) }));
  const columns = [{ title: "where it went", of: ({ name }) => name }, { title: "energy", of: ({ amount }) => kwh(amount), by: ({ amount }) => amount, number: true }];
  if (base) columns.push({ title: base.name, of: ({ before: was }) => (was === undefined ? "" : kwh(was)), by: ({ before: was }) => was ?? 0, number: true });
  const { per_request_wh: request, per_output_token_j: token } = run.results.energy;
  const per = [request && `${digits(request)} Wh a completed request`, token && `${digits(token)} J an output token`].filter(Boolean).join(", ");
  return section("Energy", per && `${per}, of all that the site drew.`, bars(rows, base), table("Energy", columns, rows), byClass(run));
}
