import { cividis, css } from "./colours.js";
import { element } from "./dom.js";
import { clock } from "./format.js";
import { FONT, timeAxis, timeChart, width } from "./time_chart.js";

const LEFT = 82, RIGHT = 26, LEAST_ROW = 12, MOST_HEIGHT = 640;

// All values as one picture, a pixel each.
function picture(values, columns, rows, low, most) {
  const canvas = element("canvas", { width: columns, height: rows });
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  for (let i = 0; i < values.length; ++i) image.data.set([...cividis((values[i] - low) / (most - low)), 255], 4 * i);
  context.putImageData(image, 0, 0);
  return canvas;
}

// What the colours of a map mean.
export function scaleBar({ low, most, show, about }) {
  const canvas = element("canvas", { width: 200, height: 10, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  for (let x = 0; x < 200; ++x) {
    context.fillStyle = css(cividis(x / 199));
    context.fillRect(x, 0, 1, 10);
  }
  return element("p", { class: "about" }, `${show(low)} `, canvas, ` ${show(most)}: ${about}`);
}

// One row a node, one column a bin; a click on a row draws it below. `scale` is {low, most, show, what}.
export class RackMap {
  constructor(map, values, zoom, start, scale) {
    Object.assign(this, { map, values, zoom, start, scale, chosen: 0 });
    this.rows = map.nodes.length;
    this.image = picture(values, map.columns, this.rows, scale.low, scale.most);
    this.rowHeight = Math.max(2, Math.min(LEAST_ROW + 6, MOST_HEIGHT / this.rows));
    this.canvas = element("canvas", { tabindex: 0, role: "img", onclick: (event) => this.click(event), onkeydown: (event) => this.key(event), onmousemove: (event) => this.hover(event) });
    this.readout = element("output", { class: "readout" });
    this.below = element("div");
    zoom.listen(() => this.draw());
    window.addEventListener("resize", () => this.draw());
  }
  get plotWidth() {
    return width() - LEFT - RIGHT;
  }
  series(row) {
    return this.values.subarray(row * this.map.columns, (row + 1) * this.map.columns);
  }
  draw() {
    const ratio = devicePixelRatio || 1;
    const height = this.rows * this.rowHeight;
    Object.assign(this.canvas, { width: width() * ratio, height: height * ratio });
    const context = this.canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    const { low, high } = this.zoom;
    const [from, to] = [low, high].map((date) => (date - this.start) / this.map.bin_s);
    const last = Math.min(to, this.map.columns);
    context.drawImage(this.image, from, 0, last - from, this.rows, LEFT * ratio, 0, (this.plotWidth * ratio * (last - from)) / (to - from), height * ratio);
    this.names(context, ratio);
  }
  names(context, ratio) {
    const every = Math.ceil(LEAST_ROW / this.rowHeight);
    Object.assign(context, { font: `${11 * ratio}px system-ui, sans-serif`, textAlign: "right", textBaseline: "middle" });
    this.map.nodes.forEach((node, row) => {
      const y = (row + 0.5) * this.rowHeight * ratio;
      context.fillStyle = row === this.chosen ? "#d55e00" : "#333333";
      if (row % every === 0 || row === this.chosen) context.fillText(`${row === this.chosen ? "\u25b8 " : ""}${node.slice(-12)}`, (LEFT - 5) * ratio, y);
    });
    context.strokeStyle = "#d55e00";
    context.lineWidth = 1.5 * ratio;
    context.strokeRect(LEFT * ratio, this.chosen * this.rowHeight * ratio, this.plotWidth * ratio, this.rowHeight * ratio);
  }
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const share = (event.clientX - box.left - LEFT * (box.width / width())) / (this.plotWidth * (box.width / width()));
    const row = Math.floor(((event.clientY - box.top) / box.height) * this.rows);
    const date = this.zoom.low + share * (this.zoom.high - this.zoom.low);
    return { row: Math.min(Math.max(row, 0), this.rows - 1), date, inside: share >= 0 && share <= 1 };
  }
  hover(event) {
    const { row, date, inside } = this.place(event);
    const value = this.series(row)[Math.floor((date - this.start) / this.map.bin_s)];
    this.readout.textContent = inside && value !== undefined ? `${this.map.nodes[row]} at ${clock(date)}: ${this.scale.show(value)}` : this.about(this.chosen);
  }
  click(event) {
    this.choose(this.place(event).row);
  }
  key(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return this.zoom.key(event);
    event.preventDefault();
    this.choose(Math.min(Math.max(this.chosen + step, 0), this.rows - 1));
  }
  about(row) {
    const series = this.series(row);
    const mean = series.reduce((sum, value) => sum + value, 0) / series.length;
    return `${this.map.nodes[row]}: mean ${this.scale.show(mean)}, largest bin ${this.scale.show(Math.max(...series))}`;
  }
  choose(row) {
    this.chosen = row;
    this.readout.textContent = this.about(row);
    const series = this.series(row);
    const dates = Array.from(series, (_, i) => this.start + (i + 0.5) * this.map.bin_s);
    const options = {
      height: 150,
      padding: [10, RIGHT, 0, 8],
      scales: { y: { range: [this.scale.low, this.scale.low + 1.05 * (this.scale.most - this.scale.low)] } },
      axes: [timeAxis(), { font: FONT, size: 74, values: (_, ticks) => ticks.map(this.scale.show) }],
      series: [{}, { stroke: "#0072b2", width: 1.3, points: { show: false } }],
    };
    const say = (at) => (at === null || at === undefined ? this.about(row) : `${this.map.nodes[row]} at ${clock(dates[at])}: ${this.scale.show(series[at])}`);
    this.below.replaceChildren(timeChart(this.zoom, options, [dates, [...series]], `${this.scale.what} of ${this.map.nodes[row]} over time`, say));
    this.canvas.setAttribute("aria-label", `${this.scale.what} of ${this.rows} nodes over time, light where much; chosen: ${this.about(row)}. Up and down choose another.`);
    this.draw();
  }
}
