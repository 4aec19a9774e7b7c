import { cividis, css } from "./colours.js";
import { choice, element, section, svg } from "./dom.js";
import { digits, span } from "./format.js";
import { table } from "./table.js";

const CELL = 26, GAP = 2, ACROSS = 34, PER_LINE = 10;

// What a server is coloured by.
const MEASURES = {
  held: { title: "time held back by locks, caps, brakes and heat", of: (rack, i) => rack.held_s[i], say: span, short: (seconds) => (seconds >= 60 ? `${digits(seconds / 60, 2)}m` : `${digits(seconds, 2)}s`) },
  die: { title: "hottest die of the rack", of: (rack) => rack.hottest_c ?? 0, from: (floor) => Math.min(...floor.map(({ hottest_c }) => hottest_c ?? 0)), say: (degrees) => `${digits(degrees, 3)} \u00b0C`, short: (degrees) => digits(degrees, 2) },
  energy: { title: "energy of the rack", of: (rack) => rack.energy_kwh ?? 0, say: (energy) => `${digits(energy)} kWh`, short: () => "" },
};

function cell(rack, i, measure, least, most) {
  const amount = measure.of(rack, i);
  const colour = cividis(most > least ? (amount - least) / (most - least) : 0);
  const dark = colour[0] + colour[1] + colour[2] < 360;
  return svg(
    "g",
    { transform: `translate(${(i % PER_LINE) * CELL}, ${18 + Math.floor(i / PER_LINE) * CELL})` },
    svg("title", {}, `${rack.node}/server${i}: ${measure.say(amount)}`),
    svg("rect", { width: CELL - GAP, height: CELL - GAP, fill: css(colour) }),
    svg("text", { x: (CELL - GAP) / 2, y: 16, "text-anchor": "middle", class: dark ? "cell on-dark" : "cell" }, amount > 0 ? measure.short(amount) : ""),
  );
}

function plan(floor, measure) {
  const most = Math.max(...floor.flatMap((rack) => rack.held_s.map((_, i) => measure.of(rack, i))));
  const least = measure.from?.(floor) ?? 0;
  const servers = Math.min(PER_LINE, Math.max(...floor.map(({ held_s }) => held_s.length)));
  const lines = Math.ceil(Math.max(...floor.map(({ held_s }) => held_s.length)) / PER_LINE);
  const wide = Math.max(servers * CELL + 12, 74);
  const tall = 18 + lines * CELL + 8;
  const across = Math.max(1, Math.floor(1150 / wide));
  const row = (node) => node.slice(0, Math.max(0, node.lastIndexOf("/")));
  const places = [];
  for (const [i, { node }] of floor.entries()) {
    const before = places[i - 1];
    const next = before && row(node) === row(floor[i - 1].node) && before.x + 1 < across;
    places.push(next ? { x: before.x + 1, y: before.y } : { x: 0, y: before ? before.y + 1 : 0 });
  }
  const height = (places.at(-1).y + 1) * tall;
  const drawing = svg("svg", { viewBox: `0 0 ${across * wide} ${height}`, width: across * wide, height, role: "img", "aria-label": `Floor: ${measure.title}` });
  floor.forEach((rack, r) =>
    drawing.append(
      svg("g", { transform: `translate(${places[r].x * wide}, ${places[r].y * tall})` }, svg("text", { y: 12 }, rack.node.slice(-ACROSS / 3)), rack.held_s.map((_, i) => cell(rack, i, measure, least, most))),
    ),
  );
  return [element("p", { class: "about" }, `Dark: ${least ? measure.say(least) : 0}; light: ${measure.say(most)}.`), element("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Floor" }, drawing)];
}

// The servers in their racks, coloured by what held them back or what they took.
export function floorPart({ run: { floor: racksOf, heat } }) {
  if (!racksOf) return null;
  const floor = racksOf.map((rack) => ({ ...rack, hottest_c: heat?.hottest_c[rack.node] }));
  const held = floor.some(({ held_s }) => held_s.some((seconds) => seconds > 0));
  const known = [held && ["held", MEASURES.held.title], heat && ["die", MEASURES.die.title], floor.some(({ energy_kwh }) => energy_kwh) && ["energy", MEASURES.energy.title]].filter(Boolean);
  if (!known.length) return null;
  const holder = element("div", { class: "figure" }, plan(floor, MEASURES[known[0][0]]));
  const servers = floor.flatMap((rack) => rack.held_s.map((seconds, i) => ({ server: `${rack.node}/server${i}`, seconds })));
  const racks = floor.map(({ node, held_s, energy_kwh }) => ({ node, energy_kwh, seconds: held_s.reduce((sum, each) => sum + each, 0) }));
  const time = { title: "held back", of: ({ seconds }) => span(seconds), by: ({ seconds }) => seconds, number: true };
  return section(
    "Floor",
    "Racks in the order of their names, each with its servers.",
    known.length > 1 ? choice("Coloured by", known, known[0][0], (name) => holder.replaceChildren(...plan(floor, MEASURES[name]))) : element("p", {}, known[0][1]),
    holder,
    held ? table("Servers that were held back", [{ title: "server", of: ({ server }) => server }, time], servers.filter(({ seconds }) => seconds > 0).sort((a, b) => b.seconds - a.seconds)) : null,
    table("Racks", [{ title: "rack", of: ({ node }) => node }, time, { title: "energy", of: ({ energy_kwh }) => (energy_kwh === undefined ? "" : `${digits(energy_kwh)} kWh`), by: ({ energy_kwh }) => energy_kwh ?? 0, number: true }], racks),
  );
}
