import { element, section } from "./dom.js";
import { digits, label, percent, value } from "./format.js";
import { grid, table } from "./table.js";

// What docs/validation.md says was held against measurements, and what was not.
const LIMITS = [
  "Times of prefill and decode steps, power and energy of A100, H100 and B200 servers were fitted to published measurements; most errors are between 2 and 10 %, in-sample (docs/validation.md lists each, docs/calibration.md what happens on models left out).",
  "Latency under load, and which SLOs hold, stand in docs/validation_load.md; percentiles of whole runs are less certain than single steps.",
  "Power over time within a step, overshoot, and how fast a cap acts were not measured against; a draw is the mean of a step.",
  "Idle draws, hosts, fans and power supplies below their peak are taken from their sources as they are. The power of cooling is not modelled.",
];

const whenHot = "Temperatures follow published constants of dies and inlets (docs/models.md), not measurements of this hall.";
const whenTraining = "The swing of training power repeats a recorded waveform; every GPU of a job follows it in step.";

function inputs(run) {
  if (!run.inputs?.length) return null;
  const columns = [
    { title: "file", of: ({ file }) => file },
    { title: "named at", of: ({ pointer }) => pointer },
    { title: "bytes", of: ({ bytes }) => digits(bytes, 12), by: ({ bytes }) => bytes, number: true },
    { title: "hash", of: ({ hash }) => hash },
  ];
  return element("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Inputs" }, grid(columns, run.inputs));
}

export function inputsPart({ run }) {
  const again = run.has_resolved
    ? [element("p", {}, "The same bytes again, with this version and these files where the scenario names them:"), element("pre", { id: "command" }, `headroom run ${run.name}/resolved.json --out ${run.name}_again`)]
    : [element("p", {}, "The output holds no resolved.json, which would reproduce it.")];
  const who = `Scenario ${run.scenario}, seed ${run.seed}, version ${run.version}, fingerprint ${run.fingerprint}.`;
  return section("Inputs, and the same run again", who, inputs(run), again);
}

function intervals({ uncertainty }) {
  if (!uncertainty) return [element("p", {}, "This run was made without draws of the models' errors; headroom run --uncertainty 20 gives intervals.")];
  const rows = Object.entries(uncertainty.values ?? {});
  const column = (title, key) => ({ title, of: ([pointer, range]) => value(pointer, range[key]), by: ([, range]) => range[key], number: true });
  const columns = [{ title: "value", of: ([pointer]) => label(pointer) }, column("10 % below", "p10"), column("median", "p50"), column("10 % above", "p90")];
  return [
    element("p", {}, `${digits(uncertainty.draws)} draws of the models' errors: ${percent(uncertainty.held_fraction)} of them had no brake, no trip and no time above a budget.`),
    table("Intervals over the draws", columns, rows),
  ];
}

export function limitsPart({ run }) {
  const { results } = run;
  const list = [...LIMITS, results.thermal && whenHot, results.jobs && whenTraining].filter(Boolean);
  const residual = Math.max(0, ...Object.values(results.checks ?? {}).map(Math.abs));
  const books = `Energy, tokens, requests and KV memory are conserved to ${residual.toExponential(1)} of themselves.`;
  return section("Limits", "What of this was held against measurements, and how far it may be off.", element("ul", {}, [...list, books].map((one) => element("li", {}, one))), intervals(results));
}
