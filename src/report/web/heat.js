import { unpacked } from "./data.js";
import { element, section } from "./dom.js";
import { watts } from "./format.js";
import { RackMap, scaleBar } from "./rack_map.js";
import { table } from "./table.js";

// Power of all racks over time; a click on one draws it below.
export async function heatPart({ run }, zoom) {
  const map = run.power?.map;
  if (!map) return null;
  const scale = { low: 0, most: Math.max(map.mean_w.high, 1), show: watts, what: "Power", about: "mean of each bin" };
  const drawn = new RackMap(map, await unpacked(map.mean_w), zoom, run.power.start_s, scale);
  drawn.choose(0);
  const rows = map.nodes.map((node, row) => {
    const series = drawn.series(row);
    return { node, mean: series.reduce((sum, power) => sum + power, 0) / series.length, most: Math.max(...series), least: Math.min(...series) };
  });
  const column = (title, of) => ({ title, of: (row) => watts(of(row)), by: of, number: true });
  const columns = [{ title: "node", of: ({ node }) => node }, column("mean", ({ mean }) => mean), column("least bin", ({ least }) => least), column("largest bin", ({ most }) => most)];
  return section(
    "Racks over time",
    "One row a node, light where it draws much; the colours begin at 0. A click, or the arrows up and down, choose the node that is drawn below.",
    scaleBar(scale),
    element("div", { class: "figure" }, drawn.canvas, drawn.readout),
    drawn.below,
    table("Power of the racks", columns, rows),
  );
}
