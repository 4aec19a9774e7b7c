import { section } from "./dom.js";
import { clock, digits, span, watts } from "./format.js";
import { table } from "./table.js";

const column = (title, of, by, number = false) => ({ title, of, by, number });

// What controllers decided and devices did, one row for all servers of a decision.
export function decisionsPart({ run: { decisions } }) {
  if (!decisions.count) return null;
  const kinds = new Map();
  for (const { kind } of decisions.list) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const counts = [...kinds].map(([kind, count]) => `${count} \u00d7 ${kind.replaceAll("_", " ")}`).join(", ");
  const columns = [
    column("at", ({ time_s }) => clock(time_s), ({ time_s }) => time_s, true),
    column("acts at", ({ effective_s }) => (effective_s === undefined ? "" : clock(effective_s)), ({ effective_s }) => effective_s ?? 0, true),
    column("what", ({ kind }) => kind.replaceAll("_", " ")),
    column("targets", ({ count }) => String(count), ({ count }) => count, true),
    column("of", ({ target }) => target),
    column("cause", ({ cause }) => cause),
    column("to", ({ clock_mhz, power_w }) => (clock_mhz ? `${digits(clock_mhz)} MHz` : power_w ? watts(power_w) : "")),
    column("for", ({ duration_s }) => (duration_s === undefined ? "" : span(duration_s)), ({ duration_s }) => duration_s ?? 0, true),
  ];
  const cut = decisions.count > decisions.list.length ? ` Only the first ${decisions.list.length} of ${decisions.count} are here; events.json has all.` : "";
  return section("Decisions and events", `${counts}.${cut} A decision about many servers is one row, with the duration of its first.`, table("Decisions and events", columns, decisions.list));
}
