import { unpacked } from "./data.js";
import { choice, element, section } from "./dom.js";
import { RackMap, scaleBar } from "./rack_map.js";
import { table } from "./table.js";

const KINDS = { gpu_c: "hottest die", inlet_c: "warmest inlet" };
const celsius = (degrees) => `${degrees.toFixed(1)} \u00b0C`;

async function map(heat, kind, zoom) {
  const { low, high } = heat[kind];
  const scale = { low: Math.floor(low), most: Math.max(Math.ceil(high), Math.floor(low) + 1), show: celsius, what: KINDS[kind], about: `${KINDS[kind]} of each rack and bin` };
  const drawn = new RackMap(heat, await unpacked(heat[kind]), zoom, 0, scale);
  drawn.choose(0);
  return [scaleBar(scale), element("div", { class: "figure" }, drawn.canvas, drawn.readout), drawn.below];
}

// Temperatures of all racks over time.
export async function temperaturePart({ run: { heat } }, zoom) {
  if (!heat) return null;
  const holder = element("div", {}, await map(heat, "gpu_c", zoom));
  const show = async (kind) => holder.replaceChildren(...(await map(heat, kind, zoom)));
  const rack = { title: "rack", of: (node) => node };
  const most = { title: "hottest die", of: (node) => celsius(heat.hottest_c[node]), by: (node) => heat.hottest_c[node], number: true };
  return section(
    "Temperature of the racks over time",
    "One row a rack, light where it is warm; the colours begin at the lowest value. A click, or the arrows up and down, choose the rack that is drawn below.",
    choice("Show", Object.entries(KINDS), "gpu_c", show),
    holder,
    table("Hottest dies", [rack, most], heat.nodes),
  );
}
