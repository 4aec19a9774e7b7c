import { element, section } from "./dom.js";
import { label, signed, value } from "./format.js";
import { grid } from "./table.js";

const FIRST = 8;

const columns = (base, run) => [
  { title: "value", of: ({ pointer }) => label(pointer) },
  { title: base, of: (move) => value(move.pointer, move.base), by: (move) => move.base, number: true },
  { title: run, of: (move) => value(move.pointer, move.now), by: (move) => move.now, number: true },
  {
    title: "change",
    of: ({ relative_fraction: change, base: before, now }) => (change !== undefined ? signed(change) : before === undefined ? "new" : now === undefined ? "gone" : before === 0 ? "from 0" : "changed"),
    by: ({ relative_fraction: change }) => (change === undefined ? Infinity : Math.abs(change)),
    number: true,
  },
];

function group({ name, moves }, base, run) {
  const shape = columns(base, run);
  const rest = moves.slice(FIRST);
  const more = element("details", { class: "table" }, element("summary", {}, `${rest.length} more`));
  more.addEventListener("toggle", () => more.append(grid(shape, rest)), { once: true });
  return [element("h3", {}, name), grid(shape, moves.slice(0, FIRST)), rest.length ? more : null];
}

// What differs from each base, the largest consequences first.
export function comparePart({ run, comparisons }) {
  return (comparisons ?? []).map(({ base, compared, equal, groups }) =>
    section(
      `Against ${base}`,
      groups.length ? `${compared - equal} of ${compared} values differ. Limits come first, then requests and latency; in each group the largest relative change.` : `All ${compared} values are equal.`,
      groups.map((one) => group(one, base, run.name)),
    ),
  );
}
